"""By which way a scenario works: its levers one by one, and the mechanisms of the model that carry the change.

Levers: the scenario is lived again without one lever; what is lost is that lever's part. Proportions of levers are
stated in catalogue entries, so these parts are assumed, not found.

Carriers: a mechanism, such as retaliation, is held still in the baseline and in the scenario alike. The relative change
that is left goes by other ways; the rest was carried by the mechanism. Parts overlap and need not add to one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from experiments.choice_results import Pathway, Pathways
from experiments.executor import Tick, default_workers, run_many
from experiments.intervals import interval, ratio_values
from experiments.progress import Mode, progress_of
from experiments.result_parts import Interval
from experiments.runs import BASELINE, Plan, burnt_in
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.resolved import Scenario
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.risk_factors import NOTHING, RISK_FACTORS, RiskFactor

Array = npt.NDArray[np.float64]

Arm = tuple[str, str, str]

MEASURE = "incidents_with_injury"
DEFAULT_RUNS = 2
CARRIERS: tuple[str, ...] = (
    "retaliation",
    "friends_influence",
    "acceptance",
    "trauma",
    "weapon",
    "alcohol",
    "drugs",
    "school_engagement",
    "exclusion",
    "neet",
    "trusted_adult",
    "gang",
    "labelling",
    "domestic_abuse",
    "parental_stress",
    "parenting",
)


@dataclass(frozen=True)
class PathTask:
    """Name one run: a plan, the scenarios in question and the carriers to hold."""

    plan: Plan
    stems: tuple[str, ...]
    carriers: tuple[RiskFactor, ...]
    number: int


def pathways_of(
    plan: Plan, runs: int = DEFAULT_RUNS, workers: int | None = None, progress: Mode = "none"
) -> dict[str, Pathways]:
    """Decompose what each scenario of a plan changes by lever and by carrier, in paired worlds.

    A run is burnt in once, and the baseline with a carrier held serves every scenario.

    Parameters
    ----------
    plan
        Of a comparison.
    runs
        How many runs, from the first on. A carrier takes a world of the baseline and one of each scenario, so that a
        run of this takes the time of about thirty runs of a comparison; pairing makes few runs enough.
    workers, progress
        As for `experiments.comparison.compare`.
    """
    stems = tuple(stem for stem in plan.worlds if stem != BASELINE)
    carriers = tuple(factor for factor in RISK_FACTORS if factor.name in CARRIERS)
    tasks = [PathTask(plan, stems, carriers, number) for number in range(runs)]
    worlds = len(arms_of(tasks[0]))
    steps = MONTHS_PER_YEAR * (plan.burn_in_years + plan.years * worlds) * runs
    with progress_of(f"ways of {len(stems)} scenarios, {runs} runs", steps, progress) as shown:
        found = run_many(one_run_of_pathways, tasks, min(workers or default_workers(), runs), shown)
    totals = {arm: np.array([run[arm] for run in found]) for arm in found[0]}
    return {
        stem: summarise(
            plan.worlds[stem],
            carriers,
            {(closed, arm): values for (world, closed, arm), values in totals.items() if world in (BASELINE, stem)},
        )
        for stem in stems
    }


def levers_of(scenario: Scenario) -> list[str]:
    """Return the levers that any programme of a scenario moves, in alphabetical order."""
    return sorted({lever.name for programme in scenario.programmes for lever in programme.levers})


def without_lever(scenario: Scenario, name: str) -> Scenario:
    """Return a scenario whose programmes leave one lever alone."""
    programmes = tuple(
        replace(programme, levers=tuple(lever for lever in programme.levers if lever.name != name))
        for programme in scenario.programmes
    )
    return replace(scenario, programmes=programmes)


def arms_of(task: PathTask) -> dict[Arm, tuple[Scenario, RiskFactor]]:
    """Return every world of one run: by world, by what is closed and by arm, its scenario and what is held."""
    worlds = task.plan.worlds
    found: dict[Arm, tuple[Scenario, RiskFactor]] = {}
    for factor in (NOTHING, *task.carriers):
        found[BASELINE, factor.name, "before"] = (worlds[BASELINE], factor)
        found |= {(stem, factor.name, "after"): (worlds[stem], factor) for stem in task.stems}
    for stem in task.stems:
        for lever in levers_of(worlds[stem]):
            found[stem, lever, "without"] = (without_lever(worlds[stem], lever), NOTHING)
    return found


def one_run_of_pathways(task: PathTask, tick: Tick) -> dict[Arm, float]:
    """Live one run in every world; return the measure over the horizon by arm."""
    plan = task.plan
    place = burnt_in(plan, task.number, tick)
    found = {}
    for arm, (scenario, factor) in arms_of(task).items():
        world = place.fork(scenario)
        world.holds.append(factor.hold())
        for _ in range(plan.years):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        table = np.asarray(world.result().by_year_fifth)
        found[arm] = float(table[MEASURE_NAMES.index(MEASURE)].sum())
        world.close()
    place.close()
    return found


def summarise(scenario: Scenario, carriers: Sequence[RiskFactor], totals: Mapping[tuple[str, str], Array]) -> Pathways:
    """Turn totals by world into ways and their parts.

    Parameters
    ----------
    scenario, carriers
        What was decomposed.
    totals
        (what is closed, arm) to one value per run; see `arms_of`.
    """
    before, after = totals[NOTHING.name, "before"], totals[NOTHING.name, "after"]
    whole = float((after - before).sum() / before.sum())
    levers = [
        _way(lever.replace("_", " "), "lever", whole, before, totals[lever, "without"]) for lever in levers_of(scenario)
    ]
    carried = [
        _way(factor.label, "carrier", whole, totals[factor.name, "before"], totals[factor.name, "after"])
        for factor in carriers
    ]
    ways = [*sorted(levers, key=_size), *sorted(carried, key=_size)]
    return Pathways(runs=before.size, change=_relative(before, after), ways=ways)


def _way(label: str, kind: Literal["lever", "carrier"], whole: float, before: Array, after: Array) -> Pathway:
    left = float((after - before).sum() / before.sum()) if before.sum() else 0.0
    return Pathway(
        label=label,
        kind=kind,
        basis="assumed" if kind == "lever" else "found",
        change_without=_relative(before, after),
        share=1.0 - left / whole if whole else None,
    )


def _relative(before: Array, after: Array) -> Interval:
    return Interval(**interval(ratio_values(after - before, before)).plain())


def _size(way: Pathway) -> float:
    return -abs(way.share) if way.share is not None else 0.0
