"""Ask of each scenario what is left of it when delivery goes less well than planned.

Each variant is one more world of the same run, forked from the same burn-in, so that it differs from its scenario only
by what goes wrong. Dearer delivery changes no life, so it takes no world of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.appraisals import appraise_runs
from experiments.choice_results import Stressed
from experiments.intervals import interval, monte_carlo_error
from experiments.result_parts import Difference, Interval
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack, outcomes
from experiments.worlds import World
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.resolved import Programme, Scenario, StaffLoss

BETWEEN = "~"
"""Stands between a scenario's stem and what goes wrong in the name of a world."""

UPTAKE_HALVED, EFFECT_HALVED, A_YEAR_LATE, STAFF_LOST, DEARER = (
    "uptake_halved",
    "effect_halved",
    "a_year_late",
    "staff_halved_in_year_3",
    "cost_up_a_quarter",
)
LABELS: dict[str, str] = {
    UPTAKE_HALVED: "Half as many accept",
    EFFECT_HALVED: "Half the effect",
    A_YEAR_LATE: "Starts 12 months late",
    STAFF_LOST: "Half the staff lost in year 3",
    DEARER: "Costs 25% more",
}
LIVED = (UPTAKE_HALVED, EFFECT_HALVED, A_YEAR_LATE, STAFF_LOST)
HALF, QUARTER_MORE = 0.5, 1.25
THIRD_YEAR = StaffLoss(2 * MONTHS_PER_YEAR, 3 * MONTHS_PER_YEAR, HALF)


@dataclass(frozen=True)
class StressedWorld:
    """Name one variant: the stem of its scenario and what goes wrong."""

    stem: str
    variant: str

    @property
    def name(self) -> str:
        """Name of its world in a run."""
        return f"{self.stem}{BETWEEN}{self.variant}"


def with_stress(plan: Plan) -> Plan:
    """Return a plan in which every scenario is also lived as each variant."""
    stems = [stem for stem in plan.worlds if stem != BASELINE]
    added = {
        StressedWorld(stem, variant).name: stressed(plan.worlds[stem], variant) for stem in stems for variant in LIVED
    }
    return replace(plan, worlds={**plan.worlds, **added})


def is_variant(world: str) -> bool:
    """Say whether a world of a run is a variant."""
    return BETWEEN in world


def stressed(scenario: Scenario, variant: str) -> Scenario:
    """Return a scenario with one thing gone wrong in every programme."""
    return replace(scenario, programmes=tuple(_stressed(each, variant) for each in scenario.programmes))


def _stressed(programme: Programme, variant: str) -> Programme:
    if variant == UPTAKE_HALVED:
        return replace(programme, uptake=programme.uptake * HALF)
    if variant == EFFECT_HALVED:
        levers = tuple(
            replace(lever, strength=lever.strength * HALF, per_sd=lever.per_sd * HALF) for lever in programme.levers
        )
        return replace(programme, levers=levers)
    if variant == A_YEAR_LATE:
        return replace(programme, start_month=programme.start_month + MONTHS_PER_YEAR)
    return replace(programme, staff_loss=THIRD_YEAR)


def stress_results(
    plan: Plan, worlds: Mapping[str, World], records: Sequence[RunRecord]
) -> dict[str, dict[str, Stressed]]:
    """Summarise every variant of every scenario against the baseline of the same run.

    Parameters
    ----------
    plan
        Without variants; see `with_stress`.
    worlds
        The scenarios as read.
    records
        Runs with variants; an empty dictionary is returned where they have none.
    """
    if not any(is_variant(world) for world in records[0].worlds):
        return {}
    return {
        stem: {variant: _result(plan, worlds[stem], variant, records) for variant in LABELS}
        for stem in plan.worlds
        if stem != BASELINE
    }


def _result(plan: Plan, world: World, variant: str, records: Sequence[RunRecord]) -> Stressed:
    name, scenario = world.stem, world.scenario
    if variant in LIVED:
        name = StressedWorld(world.stem, variant).name
    else:
        scenario = replace(scenario, cost_factor=scenario.cost_factor * QUARTER_MORE)
    appraisals = appraise_runs(records, name, replace(world, scenario=scenario).prices, plan.parameters)
    found: dict[str, Any] = outcomes(Stack(records, BASELINE), Stack(records, name))
    cost = np.array([each.total_cost for each in appraisals])
    net = np.array([each.net_present_social_value for each in appraisals])
    return Stressed(
        label=LABELS[variant],
        outcomes={key: Difference.model_validate(each["difference"]) for key, each in found.items()},
        programme_cost=Interval.model_validate(interval(cost, floor=bool(np.all(cost >= 0))).plain()),
        net_present_social_value=Difference.model_validate(
            interval(net).plain() | {"monte_carlo_se": monte_carlo_error(net)}
        ),
    )
