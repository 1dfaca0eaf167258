"""Say what a sweep will take before it is lived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.study.detail import COMMUNITIES, MONTHS
from experiments.sweeps.tasks import FIFTHS, steps_of
from sim.core.time import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from experiments.sweeps.sweeping import Prepared

SECONDS_A_MONTH, NANOSECONDS_A_PERSON_MONTH, NANOSECONDS_TO_BUILD_A_PERSON = 0.015, 350.0, 15_000.0
"""What a month takes however few live in a place, and for each of them; two processes beside each other."""
BYTES_A_PART, BYTES_A_ROW, BYTES_A_ROW_OF_DETAIL = 1_800.0, 3.0, 1.5
SNAPSHOT_BYTES_A_PERSON = 210.0
"""For estimates before anything has been run."""


@dataclass(frozen=True)
class Estimate:
    """Say what a sweep will take: points, runs, seconds on the workers asked for, bytes on disk.

    Those of detail and of burnt-in places come on top of those of the study.
    """

    points: int
    runs: int
    simulated_years: int
    seconds: float
    study_bytes: float
    detail_bytes: float
    snapshot_bytes: float


def estimate(prepared: Prepared, workers: int) -> Estimate:
    """Say roughly what living a sweep takes, from the size of its place and no run at all."""
    common, tasks = prepared.common, prepared.tasks
    people = common.plan.place.population
    months = sum(steps_of(common, task) for task in tasks)
    built = sum(1 for task in tasks if not common.shares_burn_in or not task.values)
    seconds = seconds_of(people, months) + people * built * NANOSECONDS_TO_BUILD_A_PERSON / 1e9
    rows = sum(len(task.worlds) for task in tasks) * common.plan.years * FIFTHS * len(common.outcomes)
    return Estimate(
        points=len(prepared.asked.inputs["point"]),
        runs=len(tasks),
        simulated_years=months // MONTHS_PER_YEAR,
        seconds=seconds / max(workers, 1),
        study_bytes=BYTES_A_PART * len(tasks) + BYTES_A_ROW * rows,
        detail_bytes=_detail_bytes(prepared),
        snapshot_bytes=SNAPSHOT_BYTES_A_PERSON * people * built if common.shares_burn_in else 0.0,
    )


def seconds_of(people: float, months: float) -> float:
    """Return about how many seconds of a processor it takes so many people to live so many months."""
    return months * (SECONDS_A_MONTH + people * NANOSECONDS_A_PERSON_MONTH / 1e9)


def _detail_bytes(prepared: Prepared) -> float:
    """Say what months and communities add on disk."""
    common, tasks = prepared.common, prepared.tasks
    along = {MONTHS: common.plan.years * MONTHS_PER_YEAR, COMMUNITIES: common.plan.place.n}
    worlds = sum(len(task.worlds) for task in tasks)
    rows = sum(along[name] for name in common.detail) * worlds * len(common.outcomes)
    return BYTES_A_PART * len(tasks) * len(common.detail) + BYTES_A_ROW_OF_DETAIL * rows
