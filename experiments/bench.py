"""Measure speed and memory against their budgets, with the machine's own memory bandwidth in the same run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.bench_memory import bytes_by_part
from experiments.bench_pairing import pairing_rows
from experiments.bench_rooms import seconds_by_room
from experiments.bench_rows import Row, bench_table, seconds_of
from experiments.bench_starts import SMALL_PLACE, start_rows
from experiments.bench_studies import CORES, stored_rows, study_rows

__all__ = ["Row", "bench_data", "bench_table", "measure"]

SCHEMA = "placewise.bench/1"
BOROUGH = "Middlesbrough"
SIZES = (10_000, 100_000, 300_000)
FULL_SIZES = (*SIZES, 1_000_000, 3_000_000)
REFERENCE_SIZE, LARGEST_SIZE = 300_000, 3_000_000
# Two years hold exactly one compaction of the rows of those who are gone.
MONTHS, WARM_UP_MONTHS, MONTHS_TO_COMPILE = 24, 3, 15
BURN_IN_YEARS = 1
RUN_YEARS = 10
TRIAD_BYTES = 256_000_000
TRIAD_REPEATS = 5
PER = 100_000


def measure(full: bool = False) -> list[Row]:
    """Measure every row; nothing else should be running on the machine.

    Parameters
    ----------
    full
        Also one and three million people, a whole comparison and the check of all strengths.
    """
    rows = [Row("memory bandwidth (triad, one core)", memory_bandwidth(), "GB/s"), *start_rows()]
    warm()
    monthly: dict[int, float] = {}
    for size in FULL_SIZES if full else SIZES:
        for row in _place_rows(size):
            rows.append(row)
            if row.what.startswith("one month") and row.value is not None:
                monthly.setdefault(size, row.value)
    rows.append(ratio_row(monthly))
    rows += _borough_rows(full)
    rows += stored_rows(sized(SMALL_PLACE))
    return [*rows, *england_rows(full), *pairing_rows()]


def england_rows(full: bool) -> Iterator[Row]:
    """Measure all of England, built and lived for a year, area after area; unless ``full`` take what is kept of it."""
    from experiments.areas.measuring import FILE, in_a_process

    if full:
        england, when = in_a_process("measure_country", 0), ""
    else:
        england = json.loads(FILE.read_text(encoding="utf-8"))["england"]
        when = "measured before, see experiments/SCALE.md; --full measures anew; "
    minutes, memory = f"all of England for one year, {CORES} cores", "all of England, most memory held"
    reckoned = england["processor_seconds"] / 60 / CORES
    yield Row(minutes, reckoned, "minutes", 20.0, note=f"{when}area after area in one process, divided by the cores")
    yield Row(memory, CORES * england["peak_bytes"] / 1e9, "GB", 16.0, note=f"{when}of one process, times the cores")


def ratio_row(monthly: dict[int, float]) -> Row:
    """Compare the time of a person-month at three million people with that at 300,000."""
    what = "a person-month at 3 million people against 300,000"
    if LARGEST_SIZE not in monthly:
        return Row(what, None, "times", 1.3, note="only with --full")
    return Row(what, monthly[LARGEST_SIZE] / monthly[REFERENCE_SIZE], "times", 1.3)


def bench_data(rows: list[Row]) -> dict[str, Any]:
    """Return measurements as data for JSON."""
    return {"schema": SCHEMA, "rows": [asdict(row) | {"over_budget": row.over} for row in rows]}


def memory_bandwidth() -> float:
    """Return GB/s of ``a = b + s * c`` on one core over arrays far larger than any cache: best of some repeats."""
    count = TRIAD_BYTES // 8
    first, second, third = np.zeros(count), np.ones(count), np.full(count, 2.0)
    best = 0.0
    for _ in range(TRIAD_REPEATS):
        begin = time.perf_counter()
        np.multiply(third, 3.0, out=first)
        np.add(first, second, out=first)
        # Two passes move five arrays of these bytes.
        best = max(best, 5 * TRIAD_BYTES / (time.perf_counter() - begin) / 1e9)
    return best


def warm() -> None:
    """Compile, or load from the cache, every kernel that is measured."""
    place = built(sized(SMALL_PLACE))
    place.burn_in()
    world = place.fork(scenario())
    world.run(MONTHS_TO_COMPILE)
    world.close()
    place.close()


def _place_rows(size: int) -> Iterator[Row]:
    data = sized(size)
    begin = time.perf_counter()
    place = built(data)
    build_seconds = time.perf_counter() - begin
    people = place.population
    place.burn_in()
    begin = time.perf_counter()
    world = place.fork(scenario())
    fork_seconds = time.perf_counter() - begin
    world.run(WARM_UP_MONTHS)
    population = world.population
    lived = MONTHS * population / 1e9
    seconds, by_room = seconds_by_room(world, MONTHS)
    name = f"{people:,} people"
    budgeted = size == REFERENCE_SIZE
    yield Row(f"one month, {name}", seconds / lived, "ns per person", 100.0 if budgeted else None)
    yield Row(f"  in {len(data.codes):,} communities", seconds / MONTHS, "s a month")
    if budgeted:
        for room, spent in by_room.items():
            yield Row(f"  of this {room}", spent / lived, "ns per person")
        yield Row(f"building, {name}", build_seconds * PER / people, "s per 100,000", 1.5)
        yield Row(f"forking, {name}", 1e3 * fork_seconds * PER / people, "ms per 100,000", 30.0)
    if size >= REFERENCE_SIZE:
        parts = bytes_by_part(world)
        yield Row(f"memory, {name}", sum(parts.values()) / population, "bytes per person", 200.0)
        if budgeted:
            for part, held in parts.items():
                yield Row(f"  of this {part}", held / population, "bytes per person")
    world.close()
    place.close()


def _borough_rows(full: bool) -> Iterator[Row]:
    from sim.place import DEFAULT_BURN_IN_YEARS
    from sim.population.places import resolve

    borough = resolve(BOROUGH)
    begin = time.perf_counter()
    place = built(borough, DEFAULT_BURN_IN_YEARS)
    place.burn_in()
    before_fork = time.perf_counter() - begin
    world = place.fork(scenario())
    people = world.population
    seconds = seconds_of(lambda: world.run(RUN_YEARS * 12))
    world.close()
    place.close()
    yield Row(f"10 years after the fork, {people:,} people", seconds, "s", 2.5)
    yield from study_rows(borough, before_fork, seconds, full)


def built(data: Any, burn_in_years: int = BURN_IN_YEARS) -> Any:
    """Build a place with a joint draw of the parameters."""
    from sim.run import RunSpec, build

    return build(RunSpec(data, draw=0, burn_in_years=burn_in_years))


def scenario() -> Any:
    """Return the bundled scenario that does most."""
    from sim.interventions.checking import read_scenario

    return read_scenario("whole_system")


def sized(people: int) -> Any:
    """Return a place of about this many people: communities in code order, of the north-east if it has so many."""
    from sim.population.open_data import read_lsoa_columns
    from sim.population.places import from_codes, resolve

    region = resolve("North East")
    codes, population = region.codes, region.lsoa["population"]
    if population.sum() < people:
        england = read_lsoa_columns(["lsoa", "population"])
        codes, population = england["lsoa"], england["population"]
    wanted = int(np.searchsorted(np.cumsum(population), people)) + 1
    return from_codes([str(code) for code in codes[:wanted]])
