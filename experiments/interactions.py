"""Do programmes add up? What a scenario changes as a whole, against the sum of what its programmes change alone.

Programmes share recipients, saturate the same risk factor, and compete for places, staff and money, so their effects
need not add. Every programme is lived alone, in worlds paired with the scenario as a whole: same people, same chance.
The partnership dials of a scenario count as one part. Alone, each part has the scenario's whole budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from experiments.executor import default_workers, run_many
from experiments.intervals import interval, monte_carlo_error
from experiments.progress import Mode, progress_of
from experiments.results import Difference, Part
from experiments.runs import BASELINE, Plan, RunRecord, RunTask, one_run
from experiments.summaries import Stack
from experiments.wording import signed_span
from sim.interventions.resolved import Dials, Scenario
from sim.outcomes.measures import measure

if TYPE_CHECKING:
    from rich.table import Table

Array = npt.NDArray[np.float64]

MEASURES = ("incidents", "incidents_with_injury", "expected_admissions")
JOINT, PARTNERSHIP = "joint", "partnership"
PARTNERSHIP_NAME = "Partnership dials"


class Adding(Part):
    """How the effects of the parts of a scenario on one outcome add up over the period; negative means fewer."""

    joint: Difference = Field(description="The scenario as a whole")
    sum_of_parts: Difference = Field(description="Its parts, each alone, added")
    interaction: Difference = Field(description="Joint less sum: above 0, the parts get in each other's way")
    parts: dict[str, Difference] = Field(description="Each part alone, by the identifier of the programme")


class Interactions(Part):
    """How the parts of one scenario add up, by outcome."""

    title: str
    names: dict[str, str] = Field(description="Name of each part by its identifier")
    outcomes: dict[str, Adding]


def parts_of(scenario: Scenario) -> dict[str, Scenario]:
    """Return a scenario's parts, each alone, by identifier: its programmes, and its partnership dials if any is set.

    Shocks belong to the circumstances and stay in every part.
    """
    without = replace(scenario, programmes=(), dials=Dials())
    parts = {each.id: replace(without, programmes=(each,)) for each in scenario.programmes}
    if scenario.dials != Dials():
        parts[PARTNERSHIP] = replace(without, dials=scenario.dials)
    return parts


def interactions(
    plan: Plan, stem: str, runs: int, workers: int | None = None, progress: Mode = "none"
) -> Interactions | None:
    """Return how the parts of one scenario add up; None when it has fewer than two.

    Parameters
    ----------
    plan
        Of a comparison; its other scenarios are left out.
    stem
        The scenario.
    runs
        How many runs.
    workers, progress
        As for `experiments.comparison.compare`.
    """
    scenario = plan.worlds[stem]
    parts = parts_of(scenario)
    if len(parts) < 2:
        return None
    nothing = replace(scenario, programmes=(), dials=Dials())
    mine = replace(plan, worlds={BASELINE: nothing, JOINT: scenario, **parts})
    tasks = [RunTask(mine, number) for number in range(runs)]
    title = f"parts of {scenario.title}"
    with progress_of(title, len(tasks) * mine.steps_per_run, progress) as shown:
        records = run_many(one_run, tasks, min(workers or default_workers(), runs), shown)
    names = {each.id: each.name for each in scenario.programmes}
    if PARTNERSHIP in parts:
        names[PARTNERSHIP] = PARTNERSHIP_NAME
    outcomes = {name: adding(records, list(parts), name) for name in MEASURES}
    return Interactions(title=scenario.title, names=names, outcomes=outcomes)


def adding(records: Sequence[RunRecord], parts: Sequence[str], name: str) -> Adding:
    """Return how parts add up in one outcome, from runs of a world without any, with each, and with all."""
    before = Stack(records, BASELINE).total(name)
    change = {world: Stack(records, world).total(name) - before for world in (JOINT, *parts)}
    total = np.sum([change[part] for part in parts], axis=0)
    return Adding(
        joint=_difference(change[JOINT]),
        sum_of_parts=_difference(total),
        interaction=_difference(change[JOINT] - total),
        parts={part: _difference(change[part]) for part in parts},
    )


def _difference(values: Array) -> Difference:
    return Difference(**interval(values).plain(), monte_carlo_se=monte_carlo_error(values))


def interactions_table(found: Interactions) -> Table:
    """Build the rich table of one scenario: each part alone, their sum, and the scenario as a whole."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"Do the parts add up? {found.title}", title_justify="left", box=None, pad_edge=False)
    table.add_column("Change over the period", overflow="fold")
    for name in found.outcomes:
        table.add_column(measure(name).label, overflow="fold")
    for part, label in found.names.items():
        table.add_row(escape(label), *(signed_span(each.parts[part]) for each in found.outcomes.values()))
    for label, field in (
        ("Sum of the parts", "sum_of_parts"),
        ("All together", "joint"),
        ("Difference: together less sum", "interaction"),
    ):
        table.add_row(label, *(signed_span(getattr(each, field)) for each in found.outcomes.values()), style="bold")
    return table
