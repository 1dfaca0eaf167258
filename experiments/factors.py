"""How much violence each risk or protective factor accounts for, by taking it away in a twin of the same world.

Every run lives the burn-in once and is forked at the decision date: one twin as things stand, and one for each factor
in which the factor is held at its best level. The population attributable fraction is the share of violence over the
horizon that the twin is spared: the total effect, by every mechanism of the model, of the same people and same luck.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from experiments.executor import Tick, default_workers, run_many
from experiments.intervals import interval, monte_carlo_error, ratio_values
from experiments.levels import Question
from experiments.progress import Mode, progress_of
from experiments.results import Interval, Part, PlaceSummary
from experiments.runs import BASELINE, Plan, burnt_in
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.measures import measure
from sim.outcomes.risk_factors import NOTHING, RISK_FACTORS, RiskFactor

Array = npt.NDArray[np.float64]

SCHEMA = "placewise.factors/1"
DEFAULT_YEARS, DEFAULT_RUNS, QUICK_RUNS = 5, 4, 2
OUTCOMES = ("incidents", "incidents_with_injury", "expected_ed_attendances", "expected_admissions")
HEADLINE = "incidents_with_injury"
NOTES = (
    "Fractions do not add up: one incident may need several factors at once, and taking away any of them prevents it.",
    "A fraction says what would be spared if the factor were gone for everybody from the decision date. No programme "
    "does that; compare scenarios to see what programmes may do.",
    "Fractions follow from the mechanisms and effect sizes of the model; they are not estimated from local data.",
    "Factors that act in childhood take longer than the horizon to show in full.",
)


class Fraction(Interval):
    """Share of an outcome that the factor accounts for; negative where there would be more without it."""

    monte_carlo_se: float | None = Field(description="Standard error of the mean over runs, first order")


class FactorResult(Part):
    """One factor."""

    label: str
    level: Literal["individual", "relationship", "community", "society"]
    held: str = Field(description="The level at which it is held")
    steps: list[str] = Field(description="How: columns and values, levers or series")
    outcomes: dict[str, Fraction]


class FactorsResult(Part):
    """Result of ``placewise factors``: factors in falling order of the headline outcome."""

    form: Literal["placewise.factors/1"] = Field(default="placewise.factors/1", alias="schema")
    place: PlaceSummary
    runs: int
    years: int
    seed: int
    decision_date: str
    headline: str
    outcomes: dict[str, str] = Field(description="Outcomes and what each counts")
    baseline: dict[str, Interval] = Field(description="Each outcome over the horizon as things stand")
    factors: dict[str, FactorResult]
    notes: list[str]
    manifest: str = Field(default="", description="Path of the manifest; empty when nothing was stored")

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


@dataclass(frozen=True)
class FactorTask:
    """Name one run of the study."""

    plan: Plan
    factors: tuple[RiskFactor, ...]
    number: int


@dataclass(frozen=True)
class FactorsFound:
    """Hold what the study found.

    Attributes
    ----------
    totals
        Factor (``nothing`` for the world as it is) to outcome to one value per run.
    """

    question: Question
    result: FactorsResult
    totals: Mapping[str, Mapping[str, Array]]
    workers: int
    seconds: float


def factors(
    question: Question,
    workers: int | None = None,
    progress: Mode = "none",
    factors: Sequence[RiskFactor] = RISK_FACTORS,
) -> FactorsFound:
    """Estimate the population attributable fraction of each factor.

    Parameters
    ----------
    question
        Scenario, place, runs and years, from `experiments.levels.prepare`.
    workers
        Processes; the number of cores if None.
    progress
        How to show progress on stderr.
    factors
        Which factors; all if not given.
    """
    started = time.monotonic()
    plan, processes = question.plan, min(workers or default_workers(), question.runs)
    if processes > 1 and plan.build is None:
        from experiments.warming import compile_kernels

        compile_kernels(plan)
    tasks = [FactorTask(plan, tuple(factors), number) for number in range(question.runs)]
    steps = MONTHS_PER_YEAR * (plan.burn_in_years + plan.years * (1 + len(factors))) * question.runs
    what = f"{question.runs} runs of {plan.place.name}, {len(factors)} factors"
    with progress_of(what, steps, progress) as shown:
        runs = run_many(one_run_of_factors, tasks, processes, shown)
    totals = {
        name: {outcome: np.array([run[name][outcome] for run in runs]) for outcome in OUTCOMES} for name in runs[0]
    }
    result = _summarise(question, factors, totals)
    return FactorsFound(question, result, totals, processes, time.monotonic() - started)


def one_run_of_factors(task: FactorTask, tick: Tick) -> dict[str, dict[str, float]]:
    """Live one run as things stand and with every factor held; return the outcomes over the horizon by factor."""
    plan = task.plan
    place = burnt_in(plan, task.number, tick)
    found = {}
    for factor in (NOTHING, *task.factors):
        world = place.fork(plan.worlds[BASELINE])
        world.holds.append(factor.hold())
        for _ in range(plan.years):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        result = world.result()
        found[factor.name] = {outcome: float(result.total(outcome)) for outcome in OUTCOMES}
        world.close()
    place.close()
    return found


def attributable_fraction(as_is: Array, held: Array) -> Fraction:
    """Return the share of the mean outcome that is spared, with its interval over runs.

    Parameters
    ----------
    as_is, held
        Shape (runs,): the outcome in each run as things stand and with the factor held.
    """
    spared = as_is - held
    values = ratio_values(spared, as_is)
    found = interval(values).plain()
    if found["mean"] is not None:
        # Linearised values have this mean but for rounding, which would show as an effect where there is none.
        found["mean"] = math.fsum(spared) / math.fsum(as_is)
    error = monte_carlo_error(values) if found["mean"] is not None else None
    return Fraction(**found, monte_carlo_se=error)


def _summarise(
    question: Question, factors: Sequence[RiskFactor], totals: Mapping[str, Mapping[str, Array]]
) -> FactorsResult:
    plan, place = question.plan, question.plan.place
    as_is = totals[NOTHING.name]
    results = {
        factor.name: FactorResult(
            label=factor.label,
            level=factor.level,  # type: ignore[arg-type]
            held=factor.held,
            steps=[step.words() for step in factor.steps],
            outcomes={name: attributable_fraction(as_is[name], totals[factor.name][name]) for name in OUTCOMES},
        )
        for factor in factors
    }
    order = sorted(results, key=lambda name: (-_size(results[name]), name))
    return FactorsResult(
        place=PlaceSummary(name=place.name, kind=place.kind, population=place.population, communities=place.n),
        runs=question.runs,
        years=plan.years,
        seed=plan.seed,
        decision_date=plan.decision_date,
        headline=HEADLINE,
        outcomes={name: measure(name).meaning for name in OUTCOMES},
        baseline={name: Interval(**interval(as_is[name], floor=True).plain()) for name in OUTCOMES},
        factors={name: results[name] for name in order},
        notes=list(NOTES),
    )


def _size(factor: FactorResult) -> float:
    mean = factor.outcomes[HEADLINE].mean
    return -math.inf if mean is None else mean


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the result."""
    schema = FactorsResult.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}
