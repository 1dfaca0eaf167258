"""Hold the model against what is known: statistics of simulated worlds beside their targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from experiments.comparison import find_place
from experiments.executor import default_workers, run_many
from experiments.progress import Mode, progress_of
from experiments.results import Part, PlaceSummary

if TYPE_CHECKING:
    from rich.table import Table

DEFAULT_RUNS, QUICK_RUNS = 2, 1
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


class ValidationResult(Part):
    """Result of ``placewise validate``."""

    form: Literal["placewise.validate/1"] = Field(default="placewise.validate/1", alias="schema")
    place: PlaceSummary
    runs: int
    years: int
    burn_in_years: int
    targets: list[TargetLine]
    inside: dict[str, list[int]] = Field(description="By use: targets inside their range, and targets in all")

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


def one_validation(task: ValidationTask, tick: Callable[[int], None]) -> dict[str, float]:
    """Live one run and compute every statistic."""
    from calibration.observation import observe
    from calibration.scorecard import statistics_of
    from calibration.targets import read_targets

    seen = observe(task.place, task.number, task.number, task.years, task.burn_in_years, tick=tick)
    return statistics_of(seen, read_targets())


def validate(
    place: str | Path | None = None,
    runs: int | None = None,
    years: int = DEFAULT_YEARS,
    workers: int | None = None,
    *,
    quick: bool = False,
    burn_in_years: int = BURN_IN_YEARS,
    progress: Mode = "none",
) -> ValidationResult:
    """Simulate a place in some runs and hold its statistics against the targets.

    Parameters
    ----------
    place
        A place; a systematic sample of England's LSOAs that no run of the fit has seen when not given. Targets are
        national, so those of another place are to be read with its deprivation in mind.
    runs
        Number of runs; run r uses joint draw r and seed r.

    Raises
    ------
    InputError
        If the place cannot be found.
    """
    from calibration.samples import validation_place
    from calibration.scorecard import scorecard, shares_inside
    from calibration.targets import read_targets

    count = runs if runs is not None else QUICK_RUNS if quick else DEFAULT_RUNS
    communities = QUICK_COMMUNITIES if quick else COMMUNITIES
    data = find_place(place, {}) if place is not None else validation_place(communities)
    tasks = [ValidationTask(data, number, years, burn_in_years) for number in range(count)]
    with progress_of(
        f"{count} runs of {data.name}", count * MONTHS_PER_YEAR * (burn_in_years + years), progress
    ) as shown:
        found = run_many(one_validation, tasks, workers or default_workers(), shown)
    targets = read_targets()
    lines = scorecard(targets, found)
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
        targets=[_line(line) for line in lines],
        inside={use: list(counts) for use, counts in shares_inside(lines).items()},
    )


def _line(line: Any) -> TargetLine:
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
    )


def validation_table(lines: Sequence[TargetLine]) -> Table:
    """Build the rich table of the scorecard."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("target", no_wrap=True)
    table.add_column("statistic", overflow="fold")
    for heading in ("wanted", "range", "model", "runs"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("use")
    table.add_column("")
    for line in lines:
        model = "-" if line.mean is None else f"{line.mean:.3g}"
        spread = "-" if line.low is None or line.high is None else f"{line.low:.3g} to {line.high:.3g}"
        table.add_row(
            line.id,
            line.statistic.replace("_", " "),
            f"{line.target:.3g}",
            f"{line.target_low:.3g} to {line.target_high:.3g}",
            model,
            spread,
            line.use,
            line.verdict,
        )
    return table
