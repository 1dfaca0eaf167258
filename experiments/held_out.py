"""Live held-out London boroughs in two modes, so that recorded violence in them can be forecast.

Six boroughs are simulated to which nothing was ever fitted, each by itself. In *structural* mode the model is told
nothing of recorded crime. In *anchored* mode it is told an earlier year (of disorder, the national rates before that):
of four communities in five their own records, which set the pull of a location and never the propensity of residents.
A draw lives one borough in both modes, the next draw the next borough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.london import HELD_OUT, Records
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

STRUCTURAL, ANCHORED = "structural", "anchored"
MODES = (STRUCTURAL, ANCHORED)
BURN_IN_YEARS, YEARS = 1, 2
PER_1000 = 1e3
EARLIER_MONTHS = "2024-03 to 2025-02"
SAMPLES_OF_LUCK = 400
LUCK_SEED = 1


@dataclass(frozen=True)
class HeldOutTask:
    """Name one run of a held-out borough: the place in one mode, and the number of draw and seed."""

    place: Any
    borough: str
    mode: str
    number: int


@dataclass(frozen=True, eq=False)
class HeldOutRun:
    """Hold what one run gives.

    Attributes
    ----------
    counts
        Recorded violence with injury by place of the offence (communities, years).
    pull, usual_pull
        How strongly public violence is drawn to each community, and what is to be expected over the luck of which
        communities are busy at night.
    """

    borough: str
    mode: str
    counts: Array
    pull: Array
    usual_pull: Array


def held_out_tasks(records: Records, runs: int) -> list[HeldOutTask]:
    """Return the runs to live: each draw lives one borough in the two modes; every borough is lived at least once."""
    boroughs = {name: records.of(records.borough == name) for name in HELD_OUT}
    places = {(name, mode): held_out_place(of, mode) for name, of in boroughs.items() for mode in MODES}
    return [
        HeldOutTask(places[name, mode], name, mode, number)
        for number in range(max(runs, len(HELD_OUT)))
        for name in (HELD_OUT[number % len(HELD_OUT)],)
        for mode in MODES
    ]


def months_of_a_run() -> int:
    """Return the months one run lives."""
    return MONTHS_PER_YEAR * (BURN_IN_YEARS + YEARS)


def held_out_place(records: Records, mode: str) -> Any:
    """Return held-out communities as a place that knows nothing of recorded crime, or an earlier year of it."""
    from sim.parameters.registry import load_registry
    from sim.population.places import resolve
    from sim.population.police_files import TYPES, Dropped, PoliceCounts

    place = resolve([str(code) for code in records.codes])
    if mode == STRUCTURAL:
        return replace(place, structural_only=True)
    shown = ~records.hidden()
    p = load_registry()
    disorder = np.asarray(place.lsoa["public_order_weapons_rate"], np.float64) * records.population / PER_1000
    counts = np.zeros((records.codes.size, 1, len(TYPES)))
    for column, line, kind in (
        (records.first, p["communities.violence_by_deprivation"], "Violence and sexual offences"),
        (disorder * p["communities.recorded_years"], p["communities.disorder_by_deprivation"], "Public order"),
    ):
        # A community that hides its records is taken for what its deprivation would lead one to expect.
        expected = records.population * np.exp(line[0] * np.asarray(place.z, np.float64))
        expected *= column[shown].sum() / expected[shown].sum()
        counts[:, 0, TYPES.index(kind)] = np.where(shown, column, expected)
    police = PoliceCounts((EARLIER_MONTHS,), counts, 0, 0, Dropped())
    return replace(place, police=police)


def one_held_out(task: HeldOutTask, tick: Callable[[int], None]) -> HeldOutRun:
    """Live one run and return recorded violence with injury by community and year, and the pull of communities."""
    from sim.outcomes.recorder import InMemory, TableRecorder
    from sim.run import RunSpec, build

    spec = RunSpec(task.place, draw=task.number, seed=task.number, years=YEARS, burn_in_years=BURN_IN_YEARS)
    world = build(spec)
    try:
        for _ in range(BURN_IN_YEARS):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        tables = InMemory()
        world.recorder = TableRecorder(tables, people=False)
        world.recorder.begin(world)
        for _ in range(YEARS):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        pull = np.array(world.communities.night_time_economy, np.float64)
    finally:
        world.close()
    incidents = tables.table("incidents")
    chosen = np.flatnonzero(incidents["recorded"] & incidents["injury"])
    codes = np.asarray(task.place.codes).astype(str)
    counts = np.zeros((codes.size, YEARS))
    year = incidents["month"][chosen].astype(np.int64) // MONTHS_PER_YEAR
    np.add.at(counts, (np.searchsorted(codes, incidents["community"][chosen].astype(str)), year), 1.0)
    return HeldOutRun(task.borough, task.mode, counts, pull, usual_pull(task.place, task.number))


def usual_pull(place: Any, number: int) -> Array:
    """Return the pull of each community to be expected over the luck of which are busy at night, in one draw."""
    from sim.community.starting_values import night_time_economy
    from sim.parameters.registry import load_registry
    from sim.population.location import location_effects

    p = load_registry().draw(number)
    effects = location_effects(place, p)
    luck = np.random.default_rng(LUCK_SEED).standard_normal((SAMPLES_OF_LUCK, len(place.codes)))
    return np.asarray(np.mean([night_time_economy(place.lsoa, effects, p, each) for each in luck], axis=0))


def runs_of(found: Sequence[HeldOutRun], borough: str, mode: str) -> list[HeldOutRun]:
    """Return the runs of one borough in one mode."""
    return [run for run in found if run.borough == borough and run.mode == mode]
