"""Simulate one scenario and summarise its levels, without comparing it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from experiments.comparison import find_parameters, find_place, run_plan
from experiments.executor import default_workers
from experiments.intervals import interval
from experiments.progress import Mode
from experiments.results import Interval, Part, PlaceSummary
from experiments.runs import BASELINE, Plan
from experiments.summaries import Stack
from experiments.worlds import read_world

BURN_IN_YEARS = 5
OUTCOMES_SHOWN = (
    "incidents",
    "incidents_with_injury",
    "reported",
    "recorded",
    "ed_attendances",
    "admissions",
    "homicides",
    "victims_in_year",
    "perpetrators_in_year",
    "arrests",
    "suspensions",
    "exclusions",
)
"""Yearly levels: people are counted afresh each year."""


class YearLevels(Part):
    """Levels in one year after the decision date."""

    year: int
    outcomes: dict[str, Interval]


class LevelsResult(Part):
    """Result of ``placewise run``."""

    form: Literal["placewise.run/1"] = Field(default="placewise.run/1", alias="schema")
    place: PlaceSummary
    scenario: str
    title: str
    runs: int
    years: int
    seed: int
    decision_date: str
    outcomes: list[str]
    rates: dict[str, Interval] = Field(description="Per 1,000 person-years over the whole period")
    by_year: list[YearLevels]
    warnings: list[str]

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


def simulate(
    scenario: str | Path,
    place: Any,
    runs: int = 4,
    years: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    *,
    settings: Mapping[str, str] | None = None,
    progress: Mode = "none",
    parameters: Any = None,
    build: Any = None,
) -> LevelsResult:
    """Simulate one scenario and return its levels; the arguments are those of `experiments.comparison.compare`."""
    world = read_world(scenario, settings or {})
    plan = Plan(
        place=find_place(place, {world.stem: world}),
        parameters=find_parameters(parameters, settings or {}),
        worlds={BASELINE: world.scenario},
        decision_date=world.scenario.decision_date,
        years=years or world.scenario.horizon_years,
        burn_in_years=BURN_IN_YEARS,
        seed=seed,
        build=build,
    )
    records = run_plan(plan, range(runs), min(workers or default_workers(), runs), progress)
    stack = Stack(records, BASELINE)
    lived = stack.total("person_years")
    summary = PlaceSummary(
        name=plan.place.name, kind=plan.place.kind, population=plan.place.population, communities=plan.place.n
    )
    return LevelsResult(
        place=summary,
        scenario=world.stem,
        title=world.scenario.title,
        runs=runs,
        years=plan.years,
        seed=seed,
        decision_date=plan.decision_date,
        outcomes=list(OUTCOMES_SHOWN),
        rates={name: _interval(1000 * stack.total(name) / lived) for name in OUTCOMES_SHOWN},
        by_year=[
            YearLevels(
                year=year + 1, outcomes={name: _interval(stack.by_year(name)[:, year]) for name in OUTCOMES_SHOWN}
            )
            for year in range(plan.years)
        ],
        warnings=list(world.notes),
    )


def _interval(values: np.ndarray) -> Interval:
    return Interval(**interval(values, floor=True).plain())
