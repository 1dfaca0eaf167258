"""Simulate one scenario and summarise its levels, without comparing it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from experiments.comparison import run_plan
from experiments.engine import Used
from experiments.executor import default_workers, noting_where
from experiments.finding import find_parameters, find_place, place_file_of
from experiments.intervals import interval, ratio_values
from experiments.progress import Mode
from experiments.result_parts import Interval, Part
from experiments.results import PlaceSummary
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack, clips_of
from experiments.worlds import World, read_world
from sim.outcomes.measures import MEASURE_NAMES

if TYPE_CHECKING:
    from experiments.detail import Detail

Array = npt.NDArray[np.float64]

BURN_IN_YEARS = 5
DEFAULT_RUNS, QUICK_RUNS = 4, 2
OUTCOMES_SHOWN = (
    "incidents",
    "incidents_with_injury",
    "reported",
    "recorded",
    "ed_attendances",
    "admissions",
    "sharp_admissions",
    "homicides",
    "victims_in_year",
    "perpetrators_in_year",
    "incidents_retaliation",
    "incidents_series",
    "arrests",
    "sanctions",
    "suspensions",
    "exclusions",
)
"""Yearly levels: people are counted afresh each year."""

CONTAGION = {
    "all_violence": ("incidents_retaliation", "incidents"),
    "peer": ("incidents_retaliation_peer", "incidents_peer"),
}
"""Which measure is divided by which to give R."""


class YearLevels(Part):
    """Levels in one year after the decision date."""

    year: int
    outcomes: dict[str, Interval]


class Contagion(Part):
    """How far violence begets violence: secondary incidents per incident (R), series against one victim left out."""

    all_violence: Interval = Field(description="Incidents brought about by retaliation per incident")
    peer: Interval = Field(description="The same within peer violence")


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
    yearly: dict[str, Interval] = Field(description="Mean a year over the whole period")
    rates: dict[str, Interval] = Field(description="Per 1,000 person-years over the whole period")
    contagion: Contagion
    by_year: list[YearLevels]
    warnings: list[str]
    manifest: str = Field(default="", description="Path of the manifest; empty when nothing was stored")

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


@dataclass(frozen=True)
class Question:
    """Hold one scenario and everything its runs have in common, before anything is simulated.

    ``settings`` are values set from outside the file, ``place_file`` the file that the place was read from, if any.
    """

    world: World
    plan: Plan
    runs: int
    settings: Mapping[str, str] = field(default_factory=dict)
    place_file: Path | None = None

    @property
    def worlds(self) -> dict[str, World]:
        """Return the scenario by the name under which results keep it."""
        return {self.world.stem: self.world}


@dataclass(frozen=True)
class Lived:
    """Hold what the runs of one scenario found.

    Attributes
    ----------
    result
        The published result.
    totals
        Measure to one value per run over the horizon.
    clips
        Decision to the number of hazards above their ceiling, over all runs.
    workers, seconds
        Processes and wall time.
    used
        What the runs really ran on.
    """

    question: Question
    result: LevelsResult
    totals: Mapping[str, Array]
    clips: Mapping[str, int]
    workers: int
    seconds: float
    used: Used | None = None


def prepare(
    scenario: str | Path,
    place: Any,
    runs: int = DEFAULT_RUNS,
    years: int | None = None,
    seed: int = 0,
    *,
    settings: Mapping[str, str] | None = None,
    parameters: Any = None,
    build: Any = None,
    burn_in_years: int = BURN_IN_YEARS,
) -> Question:
    """Read a scenario and a place; the arguments are those of `experiments.comparison.compare`.

    Raises
    ------
    InputError
        With every problem of the scenario, the place or the settings.
    """
    world = read_world(scenario, settings or {})
    worlds = {world.stem: world}
    plan = Plan(
        place=find_place(place, worlds),
        parameters=find_parameters(parameters, settings or {}),
        worlds={BASELINE: world.scenario},
        decision_date=world.scenario.decision_date,
        years=years or world.scenario.horizon_years,
        burn_in_years=burn_in_years,
        seed=seed,
        build=build,
    )
    return Question(world, plan, runs, dict(settings or {}), place_file_of(place, worlds))


def live(
    question: Question, workers: int | None = None, progress: Mode = "none", detail: Detail | None = None
) -> Lived:
    """Simulate the runs of a question and summarise them; ``detail`` says which detailed tables to write."""
    started = time.monotonic()
    processes = min(workers or default_workers(), question.runs)
    with noting_where() as where:
        records = run_plan(replace(question.plan, detail=detail), range(question.runs), processes, progress)
    stack = Stack(records, BASELINE)
    return Lived(
        question,
        summarise_levels(question, records),
        {name: stack.total(name) for name in MEASURE_NAMES},
        clips_of(records, list(records[0].worlds)),
        where().workers,
        time.monotonic() - started,
        where(),
    )


def simulate(
    scenario: str | Path, place: Any, runs: int = DEFAULT_RUNS, years: int | None = None, seed: int = 0,
    workers: int | None = None, *, settings: Mapping[str, str] | None = None, progress: Mode = "none",
    parameters: Any = None, build: Any = None,
) -> LevelsResult:  # fmt: skip
    """Simulate one scenario and return its levels; the arguments are those of `experiments.comparison.compare`."""
    question = prepare(scenario, place, runs, years, seed, settings=settings, parameters=parameters, build=build)
    return live(question, workers, progress).result


def summarise_levels(question: Question, records: Sequence[RunRecord]) -> LevelsResult:
    """Summarise the runs of a question, which live one world each."""
    plan, world = question.plan, question.world
    stack = Stack(records, BASELINE)
    lived = stack.total("person_years")
    return LevelsResult(
        place=PlaceSummary(
            name=plan.place.name, kind=plan.place.kind, population=plan.place.population, communities=plan.place.n
        ),
        scenario=world.stem,
        title=world.scenario.title,
        runs=len(records),
        years=plan.years,
        seed=plan.seed,
        decision_date=plan.decision_date,
        outcomes=list(OUTCOMES_SHOWN),
        yearly={name: _interval(stack.total(name) / plan.years) for name in OUTCOMES_SHOWN},
        rates={name: _interval(1000 * stack.total(name) / lived) for name in OUTCOMES_SHOWN},
        contagion=contagion_of(stack),
        by_year=[
            YearLevels(
                year=year + 1, outcomes={name: _interval(stack.by_year(name)[:, year]) for name in OUTCOMES_SHOWN}
            )
            for year in range(plan.years)
        ],
        warnings=list(world.notes),
    )


def contagion_of(stack: Stack) -> Contagion:
    """Compute the mean number of secondary incidents per incident, R.

    Where violence is steady this is the share of incidents that retaliation brought about, so it is below one.
    """
    shares = {
        part: ratio_values(stack.total(secondary), stack.total(incidents))
        for part, (secondary, incidents) in CONTAGION.items()
    }
    return Contagion(**{part: _interval(values) for part, values in shares.items()})


def _interval(values: Array) -> Interval:
    return Interval(**interval(values, floor=True).plain())
