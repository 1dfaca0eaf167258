"""One run: a place burnt in once, then forked into the baseline and every scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from experiments.executor import Tick
from sim.core.time import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from experiments.detail import Detail
    from experiments.pickle_cache import PickleCache

BASELINE = "baseline"


@dataclass(frozen=True)
class Plan:
    """Say what every run of a study has in common.

    Attributes
    ----------
    place
        Data of the place.
    parameters
        The registry; each run draws from it.
    worlds
        Scenario by stem, baseline first and then in alphabetical order.
    decision_date
        First month in which worlds may differ, year-month.
    years, burn_in_years
        Years after and before the decision date.
    seed
        Added to the number of the run.
    build
        What builds a place from a `RunSpec` and the registry; `sim.run.build` if not given.
    detail
        Which detailed tables to write of every world; none if not given. For plans of one world.
    central
        Take the central values of the parameters in every run, not a joint draw.
    snapshots
        Where burnt-in places are kept and looked for; they are not if None.
    """

    place: Any
    parameters: Any
    worlds: Mapping[str, Any]
    decision_date: str
    years: int
    burn_in_years: int
    seed: int = 0
    build: Callable[..., Any] | None = None
    detail: Detail | None = None
    central: bool = False
    snapshots: PickleCache | None = None

    @property
    def steps_per_run(self) -> int:
        """Simulated months of one run, over all worlds."""
        return MONTHS_PER_YEAR * (self.burn_in_years + self.years * len(self.worlds))


@dataclass(frozen=True)
class RunTask:
    """Name one run of a plan."""

    plan: Plan
    number: int


@dataclass(frozen=True)
class RunRecord:
    """Hold the results of one run by world, and for the first run which parameters it read."""

    number: int
    worlds: dict[str, Any]
    read: frozenset[str] = frozenset()


def burnt_in(plan: Plan, number: int, tick: Tick) -> Any:
    """Build the place of one run and live it up to the decision date, or take it from a snapshot.

    The run takes draw ``number`` modulo 200, or central values, and seed ``number`` plus the seed of the plan.
    """
    from experiments.snapshots import snapshot_key
    from sim.run import RunSpec, build

    key = snapshot_key(plan, number) if plan.snapshots else ""
    if plan.snapshots and (kept := plan.snapshots.find(key)) is not None:
        tick(MONTHS_PER_YEAR * plan.burn_in_years)
        return kept
    spec = RunSpec(
        plan.place,
        draw=None if plan.central else number,
        seed=plan.seed + number,
        years=plan.years,
        decision_date=plan.decision_date,
        burn_in_years=plan.burn_in_years,
    )
    place = (plan.build or build)(spec, plan.parameters)
    place.burn_in()
    if plan.snapshots:
        plan.snapshots.keep(key, place)
    tick(MONTHS_PER_YEAR * plan.burn_in_years)
    return place


def one_run(task: RunTask, tick: Tick) -> RunRecord:
    """Simulate one run of a plan in every world."""
    from experiments.detail import recording
    from experiments.reading import NotedRegistry

    plan, number = task.plan, task.number
    read: set[str] = set()
    noted = replace(plan, parameters=NotedRegistry.of(plan.parameters, read)) if number == 0 else plan
    place = burnt_in(noted, number, tick)
    results = {}
    for stem, scenario in plan.worlds.items():
        world = place.fork(scenario)
        with recording(plan.detail, world, number):
            for _ in range(plan.years):
                world.run(MONTHS_PER_YEAR)
                tick(MONTHS_PER_YEAR)
        results[stem] = world.result()
        world.close()
    place.close()
    return RunRecord(number, results, frozenset(read))
