"""The runs of a place lived area by area, and what living one area gives."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.areas.borders import friendships
from experiments.areas.grouping import Area
from experiments.areas.sampling import Sample
from experiments.areas.sharing import part_of
from experiments.engine import Tick
from experiments.runs import BASELINE, Plan, burnt_in
from experiments.study.parts import as_texts
from sim.core.ledger import FIFTHS
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.measures import MEASURE_NAMES

Array = npt.NDArray[Any]

TASK_DIGITS = 24
BUILDING_IN_MONTHS = 60
"""Building takes about as long as so many months: only for the time left."""
PEOPLE_PER_STEP = 1000
FRIENDS, FRIENDS_ELSEWHERE = "friends_named", "friends_named_elsewhere"
KEPT = (*MEASURE_NAMES, FRIENDS, FRIENDS_ELSEWHERE)


@dataclass(frozen=True)
class AreaTask:
    """Name one run of one area.

    Attributes
    ----------
    digest
        Tells the task apart from every other task of any study.
    number, run
        Number of the area, and of the run.
    name
        Of the area.
    world
        Name of the scenario.
    codes
        LSOA codes of its communities.
    scenario
        The area's part of the scenario.
    weights
        For how many people of the whole place one of each deprivation fifth of the area stands.
    people
        Residents.
    """

    digest: str
    number: int
    run: int
    name: str
    world: str
    codes: tuple[str, ...]
    scenario: Any
    weights: tuple[float, ...]
    people: int


def area_tasks(
    plan: Plan, world: str, areas: Sequence[Area], sample: Sample, runs: int, question: Mapping[str, Any]
) -> list[AreaTask]:
    """List the runs of all areas: by run number, and in each the largest area first."""
    start = json.dumps(question, sort_keys=True)
    order = sorted(range(len(areas)), key=lambda number: (-areas[number].people, number))
    codes = plan.place.lsoa["lsoa"].astype(str)
    parts = [part_of(plan.worlds[BASELINE], plan.place, area.rows) for area in areas]
    return [
        AreaTask(
            hashlib.sha256(f"{start}|{number}|{run}".encode()).hexdigest()[:TASK_DIGITS],
            number,
            run,
            areas[number].name,
            world,
            tuple(codes[areas[number].rows].tolist()),
            parts[number],
            weights_of(plan.place, areas[number], sample),
            areas[number].people,
        )
        for run in range(runs)
        for number in order
    ]


def weights_of(place: Any, area: Area, sample: Sample) -> tuple[float, ...]:
    """Return the weight of each deprivation fifth of an area; an area lies in one region, so there is but one."""
    weights = np.zeros(FIFTHS)
    weights[place.fifth[area.rows]] = sample.weight[area.rows]
    return tuple(weights.tolist())


def steps_of(plan: Plan, task: AreaTask) -> int:
    """Return the steps that a task counts: thousand person-months, and building as if it were some."""
    return _thousands(task) * (BUILDING_IN_MONTHS + MONTHS_PER_YEAR * (plan.burn_in_years + plan.years))


def live_area(plan: Plan, task: AreaTask, tick: Tick) -> dict[str, Array]:
    """Live one run of one area and return its weighted yearly totals; nothing of the area is left in memory.

    There is one world, so the burnt-in place itself goes on under the scenario and is never copied.
    """
    thousands = _thousands(task)
    here = replace(plan, place=_place_of(plan, task), worlds={BASELINE: task.scenario})
    world = burnt_in(here, task.run, lambda months: tick(thousands * (BUILDING_IN_MONTHS + months)))
    world.begin(task.scenario)
    for _ in range(plan.years):
        world.run(MONTHS_PER_YEAR)
        tick(thousands * MONTHS_PER_YEAR)
    found = columns_of(task, world.result(), friendships(world))
    world.close()
    del world
    # Rooms refer to each other: without this the next area would be built beside what is left of this one.
    gc.collect()
    return found


def columns_of(task: AreaTask, result: Any, friends: tuple[Array, Array]) -> dict[str, Array]:
    """Lay the weighted totals of an area out as rows, by outcome, year and fifth; friends are those at the end."""
    rows = [result.measures.index(name) for name in MEASURE_NAMES]
    values = np.asarray(result.by_year_fifth, np.float64)[rows]
    at_end = np.zeros((len(friends), *values.shape[1:]))
    at_end[:, -1] = friends
    values = np.concatenate([values, at_end]) * np.array(task.weights)
    outcome, year, fifth = np.indices(values.shape).reshape(3, -1)
    return {
        "point": np.full(values.size, task.number, np.int32),
        "run": np.full(values.size, task.run, np.int32),
        "world": as_texts([task.world])[np.zeros(values.size, np.int64)],
        "year": (year + 1).astype(np.int16),
        "fifth": (fifth + 1).astype(np.int8),
        "outcome": as_texts(KEPT)[outcome],
        "value": values.reshape(-1),
    }


def _place_of(plan: Plan, task: AreaTask) -> Any:
    from sim.population.places import from_codes

    return from_codes(task.codes, name=task.name)


def _thousands(task: AreaTask) -> int:
    return max(round(task.people / PEOPLE_PER_STEP), 1)
