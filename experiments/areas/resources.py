"""Say what living a place area by area will take, and keep to a limit of memory."""

from __future__ import annotations

from experiments.areas.simulating import AreaQuestion
from experiments.progress import clock
from experiments.sweeps.estimating import NANOSECONDS_TO_BUILD_A_PERSON, seconds_of
from sim.core.errors import InputError, Problem
from sim.core.time import MONTHS_PER_YEAR

GIGABYTE = 1e9
MEMORY_GIGABYTES = 16.0
BYTES_OF_A_PROCESS, BYTES_A_PERSON = 450e6, 330.0
"""Most that a process holds while it builds and lives an area; measured, see ``experiments/SCALE.md``."""


def peak_bytes(asked: AreaQuestion, workers: int) -> float:
    """Return about how much memory so many workers hold together at most."""
    largest = sorted((area.people for area in asked.areas), reverse=True)
    lived_at_once = [area for area in largest for _ in range(asked.question.runs)][:workers]
    return workers * BYTES_OF_A_PROCESS + BYTES_A_PERSON * sum(lived_at_once)


def workers_within(asked: AreaQuestion, workers: int, gigabytes: float = MEMORY_GIGABYTES) -> int:
    """Return how many workers, of those asked for, keep within so much memory.

    Raises
    ------
    InputError
        When one worker alone does not.
    """
    fitting = [number for number in range(1, workers + 1) if peak_bytes(asked, number) <= gigabytes * GIGABYTE]
    if not fitting:
        needed = peak_bytes(asked, 1) / GIGABYTE
        message = f"The largest area has {asked.largest:,} people and needs about {needed:.1f} GB."
        raise InputError(
            Problem("", 0, 0, "--memory-gb", message, "Allow more memory, or choose smaller --area-people.")
        )
    return fitting[-1]


def estimated_seconds(asked: AreaQuestion, workers: int) -> float:
    """Return about how long all runs of all areas take on so many workers, once compiled."""
    plan = asked.question.plan
    months = MONTHS_PER_YEAR * (plan.burn_in_years + plan.years)
    lived = sum(seconds_of(area.people, months) for area in asked.areas)
    built = asked.people * NANOSECONDS_TO_BUILD_A_PERSON / 1e9
    return asked.question.runs * (lived + built) / workers


def describe(asked: AreaQuestion, workers: int) -> str:
    """Say in a sentence or two what is about to be done, and what it takes."""
    runs = asked.question.runs
    runs_text = "1 run" if runs == 1 else f"{runs} runs"
    number = len(asked.areas)
    areas = "1 area" if number == 1 else f"{number} areas of at most {asked.largest:,}"
    return (
        f"{asked.question.plan.place.name}: {asked.people:,} people in {areas}, {runs_text}. "
        f"About {clock(estimated_seconds(asked, workers))} and "
        f"{peak_bytes(asked, workers) / GIGABYTE:.1f} GB of memory on {workers} "
        f"{'process' if workers == 1 else 'processes'}, once compiled."
    )
