"""Lay results out for the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from experiments.wording import (
    chance,
    ends,
    finding,
    level,
    money,
    number,
    pairing_words,
    percent,
    signed_span,
    span,
)
from sim.outcomes.measures import OUTCOMES, measure

if TYPE_CHECKING:
    from experiments.factors import FactorsResult
    from experiments.levels import LevelsResult
    from experiments.results import CompareResult, Scenario

WIDTH_WITHOUT_TERMINAL = 100
NARROW = 60
LONGEST_WORD = 11
REACH_COLUMNS = {
    "Eligible a year": "eligible",
    "known": "known",
    "offered": "offered",
    "Starts": "starts",
    "Completed": "completed",
    "In error": "wrongly_targeted",
    "Waiting": "waiting",
    "Not funded": "not_funded",
}


def print_rich(renderable: Any) -> None:
    """Print a table or other rich content on stdout."""
    _console().print(renderable)


def print_comparison(result: CompareResult) -> None:
    """Print the findings of a comparison, a table for each scenario, and each warning once."""
    from experiments.report.page import shared_cautions

    console = _console()
    place = result.place
    console.print(
        f"\n[bold]{escape(place.name)}[/bold]: {place.population:,} residents, {place.communities:,} neighbourhoods, "
        f"{result.years} years from {result.decision_date}, {result.runs} runs. Modelled estimates: 95% range, then "
        "the central estimate.",
        highlight=False,
    )
    for scenario in result.scenarios.values():
        console.print(f"\n{escape(finding(scenario, place.name, result.years))}", style="bold", highlight=False)
        console.print(_outcomes(scenario, console.width < NARROW))
        console.print(_money(scenario, result.runs))
        if console.width >= NARROW:
            console.print(_reach(scenario))
        if scenario.variance_reduction:
            console.print(escape(pairing_words(scenario)), highlight=False)
    console.print()
    for warning, about in shared_cautions(result):
        subject = f"{', '.join(about)}: " if about else ""
        console.print(f"[bold]Note:[/bold] {escape(subject + warning)}", highlight=False)
    console.print()


def print_levels(result: LevelsResult) -> None:
    """Print the levels of one scenario: mean a year over the period, its range, and the rate."""
    console = _console()
    place = result.place
    console.print(
        f"\n[bold]{escape(result.title)}[/bold] in {escape(place.name)}: {place.population:,} residents, "
        f"{result.years} years from {result.decision_date}, {result.runs} runs.",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Outcome, a year", overflow="fold", min_width=LONGEST_WORD)
    table.add_column("Mean", justify="right")
    table.add_column("95% range", justify="right", overflow="fold")
    table.add_column("per 1,000", justify="right")
    for name in result.outcomes:
        yearly = result.yearly[name]
        table.add_row(measure(name).label, level(yearly.mean), ends(yearly, level), number(result.rates[name].mean))
    console.print(table)
    parts = {"all violence": result.contagion.all_violence, "peer violence": result.contagion.peer}
    for part, share in parts.items():
        console.print(f"Secondary incidents per incident (R), {part}: {span(share)}", highlight=False)
    for warning in result.warnings:
        console.print(f"[bold]Note:[/bold] {escape(warning)}", highlight=False)
    console.print()


def print_factors(result: FactorsResult) -> None:
    """Print the factors in falling order of the violence they account for."""
    console = _console()
    place = result.place
    console.print(
        f"\nShare of violence that each factor accounts for in [bold]{escape(place.name)}[/bold]: "
        f"{place.population:,} residents, {result.years} years from {result.decision_date}, {result.runs} runs. "
        "Modelled estimates.",
        highlight=False,
    )
    narrow = console.width <= NARROW
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Factor", overflow="fold", min_width=LONGEST_WORD)
    table.add_column("Level", overflow="fold")
    for heading in ("With injury", "95% range", *(() if narrow else ("All", "Admissions"))):
        table.add_column(heading, justify="right", overflow="fold")
    for factor in result.factors.values():
        share = factor.outcomes["incidents_with_injury"]
        cells = [factor.label, factor.level, _share(share.mean), ends(share, _share)]
        if not narrow:
            cells += [_share(factor.outcomes[name].mean) for name in ("incidents", "expected_admissions")]
        table.add_row(*cells)
    console.print(table)
    for note in result.notes:
        console.print(f"[bold]Note:[/bold] {escape(note)}", highlight=False)
    console.print()


def _share(value: float | None) -> str:
    return percent(value, signed=False)


def _outcomes(scenario: Scenario, narrow: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True, padding=(0, 2, 0, 0))
    table.add_column("Outcome", overflow="fold", min_width=LONGEST_WORD)
    table.add_column("Baseline", justify="right")
    table.add_column("Difference", overflow="fold", min_width=LONGEST_WORD)
    if not narrow:
        table.add_column("Relative", justify="right")
    for name in OUTCOMES:
        outcome = scenario.outcomes[name]
        cells = [measure(name).label, level(outcome.baseline.mean), signed_span(outcome.difference)]
        table.add_row(*cells, *([] if narrow else [percent(outcome.relative.mean)]))
    return table


def _reach(scenario: Scenario) -> Table:
    """Lay out whom each programme reached: people in an average year, starts over the period, means over runs."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Programme", overflow="fold", min_width=LONGEST_WORD)
    for heading in REACH_COLUMNS:
        table.add_column(heading, justify="right", overflow="fold")
    for name, stages in scenario.participants.items():
        table.add_row(escape(name), *(level(getattr(stages, field).mean) for field in REACH_COLUMNS.values()))
    return table


def _money(scenario: Scenario, runs: int) -> Table:
    found = scenario.economics
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    covered = f"year {found.break_even_year}" if found.break_even_year else "not within the period"
    for label, text in (
        ("Programme cost", span(found.programme_cost, money)),
        ("Net present social value", span(found.net_present_social_value, money)),
        ("Benefit for each £1 of cost", span(found.benefit_cost_ratio, number)),
        ("Benefit exceeds cost in", chance(found.chance_benefit_exceeds_cost, runs)),
        ("Benefit covers cost from", covered),
    ):
        table.add_row(label, text)
    return table


def _console() -> Console:
    """Return a console for stdout that is wide enough for tables when stdout is a file or a pipe."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL, soft_wrap=False)
