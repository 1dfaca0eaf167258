"""Hold the model against what is known: statistics of simulated worlds beside their targets, and forecasts of places.

Three parts: every target beside what the model gives; where the deprivation gradient comes from; and forecasts of
recorded violence in held-out communities beside naive ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from experiments.executor import default_workers, run_many
from experiments.finding import find_place
from experiments.forecast_scores import HeldOut, judge
from experiments.gradient import GradientLine, gradient, gradient_tasks, months_of_a_world, one_world
from experiments.held_out import held_out_tasks, months_of_a_run, one_held_out
from experiments.progress import Mode, progress_of
from experiments.result_parts import Part
from experiments.results import PlaceSummary

DEFAULT_RUNS, QUICK_RUNS = 10, 1
DEFAULT_YEARS, BURN_IN_YEARS = 3, 5
COMMUNITIES, QUICK_COMMUNITIES = 160, 60
MONTHS_PER_YEAR = 12


class TargetLine(Part):
    """One target beside what the model gives."""

    id: str
    statistic: str
    definition: str
    use: str
    source: str
    verified: bool
    target: float
    target_low: float
    target_high: float
    mean: float | None
    low: float | None
    high: float | None
    verdict: str = Field(description="inside, near (within a factor of two of the range), far, or not computed")
    cause: str = Field(default="", description="Likely cause of a mean outside the range, where one is known")


class ValidationResult(Part):
    """Result of ``placewise validate``."""

    form: Literal["placewise.validate/1"] = Field(default="placewise.validate/1", alias="schema")
    place: PlaceSummary
    runs: int
    years: int
    burn_in_years: int
    targets: list[TargetLine]
    inside: dict[str, list[int]] = Field(description="By use: targets inside their range, and targets in all")
    profiles: dict[str, dict[str, list[float]]] = Field(description="Mean profiles over runs, for the charts")
    gradient: list[GradientLine] = Field(description="Sources of the deprivation gradient; empty if left out")
    held_out: HeldOut | None = Field(description="Forecasts of held-out communities; null if left out")

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"


@dataclass(frozen=True)
class ValidationTask:
    """Name one run: a place, and the number of a run (its draw and its seed)."""

    place: Any
    number: int
    years: int
    burn_in_years: int


def one_validation(task: ValidationTask, tick: Callable[[int], None]) -> tuple[dict[str, float], dict[str, Any]]:
    """Live one run and compute every statistic and profile."""
    from calibration.observation import observe
    from calibration.profiles import profiles
    from calibration.scorecard import statistics_of
    from calibration.targets import read_targets

    seen = observe(task.place, task.number, task.number, task.years, task.burn_in_years, tick=tick)
    return statistics_of(seen, read_targets()), profiles(seen)


def validate(
    place: str | Path | None = None,
    runs: int | None = None,
    years: int = DEFAULT_YEARS,
    workers: int | None = None,
    *,
    quick: bool = False,
    targets_only: bool = False,
    burn_in_years: int = BURN_IN_YEARS,
    progress: Mode = "none",
) -> ValidationResult:
    """Simulate places in some runs and hold what they give against targets, records and naive forecasts.

    Parameters
    ----------
    place
        A place; a systematic sample of England's LSOAs that no run of the fit has seen when not given. Targets are
        national, so those of another place are to be read with its deprivation in mind.
    runs
        Number of runs; run r uses joint draw r and seed r.
    quick, targets_only
        Leave out the sources of the gradient and the forecasts, which are of places of their own; so does a ``place``.
        ``quick`` also takes a smaller sample.

    Raises
    ------
    InputError
        If the place cannot be found.
    """
    from calibration.profiles import mean_profiles
    from calibration.samples import validation_place
    from calibration.scorecard import scorecard, shares_inside
    from calibration.targets import read_targets

    count = runs if runs is not None else QUICK_RUNS if quick else DEFAULT_RUNS
    communities = QUICK_COMMUNITIES if quick else COMMUNITIES
    data = find_place(place, {}) if place is not None else validation_place(communities)
    tasks = [ValidationTask(data, number, years, burn_in_years) for number in range(count)]
    live = _Live(workers or default_workers(), progress)
    found = live(f"{count} runs of {data.name}", one_validation, tasks, MONTHS_PER_YEAR * (burn_in_years + years))
    lines = scorecard(read_targets(), [statistics for statistics, _ in found])
    everything = place is None and not quick and not targets_only
    return ValidationResult(
        place=PlaceSummary(
            name=data.name,
            kind=data.kind,
            population=int(data.lsoa["population"].sum()),
            communities=len(data.codes),
        ),
        runs=count,
        years=years,
        burn_in_years=burn_in_years,
        targets=[target_line(line) for line in lines],
        inside={use: list(counts) for use, counts in shares_inside(lines).items()},
        profiles=mean_profiles([profile for _, profile in found]),
        gradient=_gradient(data, count, live) if everything else [],
        held_out=_held_out(count, live) if everything else None,
    )


@dataclass(frozen=True)
class _Live:
    """Live many runs and show how far they are."""

    workers: int
    progress: Mode

    def __call__(self, what: str, work: Any, tasks: Sequence[Any], months_each: int) -> list[Any]:
        with progress_of(what, len(tasks) * months_each, self.progress) as shown:
            return run_many(work, tasks, self.workers, shown)


def _gradient(data: Any, runs: int, live: _Live) -> list[GradientLine]:
    tasks = gradient_tasks(data, runs)
    return gradient(live(f"{len(tasks)} worlds without sources of the gradient", one_world, tasks, months_of_a_world()))


def _held_out(runs: int, live: _Live) -> HeldOut:
    from calibration.london import read_records

    records = read_records()
    tasks = held_out_tasks(records, runs)
    return judge(records, live(f"{len(tasks)} runs of held-out communities", one_held_out, tasks, months_of_a_run()))


def target_line(line: Any) -> TargetLine:
    """Return a line of the scorecard in the form that is published, with the likely cause of a mean outside."""
    from calibration.scorecard import INSIDE
    from calibration.targets import read_causes

    target = line.target
    mean, low, high = (float(value) if np.isfinite(value) else None for value in (line.mean, line.low, line.high))
    return TargetLine(
        id=target.id,
        statistic=target.statistic,
        definition=target.definition,
        use=target.use,
        source=target.source,
        verified=target.verified,
        target=target.value,
        target_low=target.low,
        target_high=target.high,
        mean=mean,
        low=low,
        high=high,
        verdict=line.verdict,
        cause="" if line.verdict == INSIDE else read_causes().get(target.id, ""),
    )
