"""Lay virtual trials and matching out for the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from experiments.wording import number, percent

if TYPE_CHECKING:
    from experiments.matching_result import MatchResult
    from experiments.trial_result import TrialResult

LOG = "log rate ratio"


def effect_words(value: float | None, scale: str = LOG) -> str:
    """Write an effect as a percentage, or in standard deviations where that is its scale."""
    if value is None or not math.isfinite(value):
        return "not known"
    return percent(math.expm1(value)) if scale == LOG else f"{number(value, signed=True)} sd"


def trial_lines(result: TrialResult) -> list[str]:
    """Return what is said above and below the table of a trial."""
    place, scale = result.place, result.scale
    one = result.trials[0]
    months = f"months {result.follow_up_from_months} to {result.follow_up_months} after enrolment"
    lines = [
        f"[bold]{escape(result.name)}[/bold] on trial in {escape(place.name)}: {place.population:,} residents, "
        f"{result.runs} trials, {number(result.people.mean)} randomised in each ({escape(result.randomised)}).",
        f"Outcome: {escape(result.measure)}, {months}, {result.estimand.replace('_', ' ')}.",
        "",
        f"The programme's true effect here: {effect_words(result.true_effect.mean, scale)} "
        f"({effect_words(result.true_effect.low, scale)} to {effect_words(result.true_effect.high, scale)}). "
        f"The evidence gives {effect_words(result.evidence, scale)}. Among those who stay to the end it is "
        f"{effect_words(result.among_completers.mean, scale)}. Modelled estimates.",
        f"A trial of it would have found, for example: {effect_words(one.estimate, scale)} "
        f"(95% interval {effect_words(one.low, scale)} to {effect_words(one.high, scale)}), with {one.treated:,} "
        f"followed up in the treated arm and {one.control:,} in the other.",
        f"Over {result.runs} trials the mean estimate is {effect_words(result.mean_estimate, scale)}; "
        f"{result.power:.0%} of them would show an effect, and the interval of {result.coverage:.0%} holds the truth.",
    ]
    return lines


def steps_table(result: TrialResult) -> Table:
    """Return the steps from the true effect to the estimate."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("From the true effect to the estimate", overflow="fold")
    for heading in ("Mean", "95% of trials from", "to"):
        table.add_column(heading, justify="right")
    rows = [("true effect", result.true_effect), *((name, step) for name, step in result.steps.items())]
    for name, step in rows:
        meaning = f": {result.steps[name].meaning}" if name in result.steps else ""
        cells = [number(value, signed=True) for value in (step.mean, step.low, step.high)]
        table.add_row(escape(name + meaning), *cells)
    table.add_row("estimate", number(result.mean_estimate, signed=True), "", "")
    return table


def print_trial(result: TrialResult) -> None:
    """Print a trial: the truth, what a trialist would have found, and what lies between."""
    from experiments.terminal import print_rich

    print_rich("\n" + "\n".join(trial_lines(result)) + "\n")
    print_rich(steps_table(result))
    print_rich(f"\nIn {result.scale}s; the steps of each trial add up to its estimate.")
    for warning in result.warnings:
        print_rich(f"[bold]Note:[/bold] {escape(warning)}")


def match_table(result: MatchResult) -> Table:
    """Return target, achieved effect, error, strength and verdict of every effect of every entry.

    A check lives one effect of each entry, and shows the stored strengths of all sizes of the effect beside it.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Intervention", overflow="fold")
    table.add_column("Effect")
    for heading in ("Target", "Achieved", "s.e.", "Scale", "s.e."):
        table.add_column(heading, justify="right")
    if result.checked:
        table.add_column("Scale at p05, p25, central, p75, p95", overflow="fold")
    table.add_column("Verdict", overflow="fold")
    for row in result.rows:
        numbers = (row.target, row.achieved, row.achieved_se, row.scale, row.scale_se)
        cells = [f"{value:+.3f}" if value is not None else "" for value in numbers]
        sizes = [" ".join(f"{value:+.2f}" for value in row.scales.values())] if result.checked else []
        table.add_row(row.intervention, row.effect, *cells, *sizes, escape(row.verdict))
    return table
