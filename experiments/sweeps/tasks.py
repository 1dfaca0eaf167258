"""The runs of a sweep, and what living one gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.engine import Tick
from experiments.runs import BASELINE, Plan, burnt_in
from experiments.snapshots import snapshot_key
from experiments.study.detail import MONTHS
from experiments.study.parts import as_texts
from experiments.study.querying import EVERY_POINT
from experiments.sweeps.factor import Factor, with_parameters, with_scenario_values
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

TASK_DIGITS = 24
FIFTHS = 5


@dataclass(frozen=True)
class Common:
    """Hold what all runs of a sweep have in common.

    Attributes
    ----------
    plan
        Place, registry and scenarios before anything is varied.
    factors
        What is varied.
    outcomes
        Measures to keep.
    shares_burn_in
        Whether points differ only after the decision date.
    detail
        What is kept beside yearly totals; see `experiments.study.detail`.
    """

    plan: Plan
    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]
    shares_burn_in: bool
    detail: tuple[str, ...] = ()


@dataclass(frozen=True)
class LivedRun:
    """Hold what a run gives: the columns of its yearly totals, and of each kind of detail that is kept."""

    totals: dict[str, Array]
    detail: dict[str, dict[str, Array]]


@dataclass(frozen=True)
class SweepTask:
    """Name one run: a point of the design and a run number, in some worlds.

    Attributes
    ----------
    digest
        Tells the task apart from every other task of any study.
    values
        One for each factor.
    """

    digest: str
    point: int
    run: int
    worlds: tuple[str, ...]
    values: tuple[float, ...]


def sweep_tasks(common: Common, points: Array, runs: int, question: Mapping[str, Any]) -> list[SweepTask]:
    """List the runs of a sweep: for each run number every point.

    Where points share their burn-in they share their baselines too, which come first.
    """
    worlds = tuple(common.plan.worlds)
    values = [tuple(float(value) for value in point) for point in points]
    asked = [(run, point, worlds) for run in range(runs) for point in range(len(values))]
    if common.shares_burn_in:
        shared = [(run, EVERY_POINT, (BASELINE,)) for run in range(runs)]
        asked = shared + [(run, point, worlds[1:]) for run, point, _ in asked]
    start = json.dumps(question, sort_keys=True)
    return [
        SweepTask(_digest(start, at, run, lived), point, run, lived, at)
        for run, point, lived in asked
        for at in [values[point] if point != EVERY_POINT else ()]
    ]


def steps_of(common: Common, task: SweepTask) -> int:
    """Return the months that a task simulates and counts."""
    burn_in = 0 if common.shares_burn_in and task.point != EVERY_POINT else common.plan.burn_in_years
    return MONTHS_PER_YEAR * (burn_in + common.plan.years * len(task.worlds))


def live_task(common: Common, task: SweepTask, tick: Tick) -> LivedRun:
    """Live one run; its yearly totals have one row a world, outcome, year and deprivation fifth."""
    plan = common.plan
    if task.values:
        scenarios = with_scenario_values(plan.worlds, common.factors, task.values)
        plan = replace(plan, worlds=scenarios, parameters=with_parameters(plan.parameters, common.factors, task.values))
    place = _HELD.place_of(plan, task, tick) if common.shares_burn_in else burnt_in(plan, task.run, tick)
    found = {}
    for name in task.worlds:
        world = place.fork(plan.worlds[name])
        for _ in range(plan.years):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        found[name] = world.result()
        world.close()
    if not common.shares_burn_in:
        place.close()
    detail = {name: _detail(name, task, found, common) for name in common.detail}
    return LivedRun(_columns(task, found, common.outcomes), detail)


class _Held:
    """Hold the burnt-in place that this process used last: the next point of the same run forks it again."""

    def __init__(self) -> None:
        self.key, self.place = "", None

    def place_of(self, plan: Plan, task: SweepTask, tick: Tick) -> Any:
        key = snapshot_key(plan, task.run)
        if key != self.key:
            if self.place is not None:
                self.place.close()
            # The burn-in counts as work of the baseline; others find it done, or make up for it silently.
            self.place = burnt_in(plan, task.run, tick if task.point == EVERY_POINT else _silent)
            self.key = key
        elif task.point == EVERY_POINT:
            tick(MONTHS_PER_YEAR * plan.burn_in_years)
        return self.place


_HELD = _Held()


def _silent(steps: int) -> None:
    """Count nothing."""


def _columns(task: SweepTask, found: Mapping[str, Any], outcomes: Sequence[str]) -> dict[str, Array]:
    """Lay the totals of all worlds out as rows, by world, outcome, year and fifth."""
    tables = []
    for result in found.values():
        rows = [result.measures.index(name) for name in outcomes]
        tables.append(np.asarray(result.by_year_fifth)[rows])
    values = np.stack(tables)
    world, outcome, year, fifth = np.indices(values.shape).reshape(4, -1)
    return {
        "point": np.full(values.size, task.point, np.int32),
        "run": np.full(values.size, task.run, np.int32),
        "world": as_texts(list(found))[world],
        "year": (year + 1).astype(np.int16),
        "fifth": (fifth + 1).astype(np.int8),
        "outcome": as_texts(outcomes)[outcome],
        "value": values.reshape(-1).astype(np.float64),
    }


def _detail(name: str, task: SweepTask, found: Mapping[str, Any], common: Common) -> dict[str, Array]:
    """Lay the counts of every month or community out as rows, by world, outcome and month or community."""
    by_month = name == MONTHS
    tables = [result.by_month if by_month else result.by_community for result in found.values()]
    measures = [result.measures.index(each) for result in list(found.values())[:1] for each in common.outcomes]
    values = np.stack([np.asarray(table)[measures] for table in tables])
    world, outcome, column = np.indices(values.shape).reshape(3, -1)
    along = (
        {"month": (column + 1).astype(np.int16)} if by_month else {"lsoa": as_texts(common.plan.place.codes)[column]}
    )
    return {
        "point": np.full(values.size, task.point, np.int32),
        "run": np.full(values.size, task.run, np.int32),
        "world": as_texts(list(found))[world],
        **along,
        "outcome": as_texts(common.outcomes)[outcome],
        "value": values.reshape(-1).astype(np.float64),
    }


def _digest(start: str, values: Sequence[float], run: int, worlds: Sequence[str]) -> str:
    text = f"{start}|{[value.hex() for value in values]}|{run}|{list(worlds)}"
    return hashlib.sha256(text.encode()).hexdigest()[:TASK_DIGITS]
