"""Measure speed and memory against their budgets, with the machine's own memory bandwidth in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.bench_rooms import seconds_by_room

if TYPE_CHECKING:
    from rich.table import Table

SCHEMA = "placewise.bench/1"
BOROUGH = "Middlesbrough"
SIZES = (10_000, 100_000, 300_000)
FULL_SIZES = (*SIZES, 1_000_000)
REFERENCE_SIZE = 300_000
SMALLEST = 3_000
# Two years hold exactly one compaction of the rows of those who are gone.
MONTHS, WARM_UP_MONTHS, MONTHS_TO_COMPILE = 24, 3, 15
BURN_IN_YEARS = 1
RUN_YEARS = 10
TRIAD_BYTES = 256_000_000
TRIAD_REPEATS = 5
PER = 100_000


@dataclass(frozen=True)
class Row:
    """Hold one measurement; ``budget`` is None where there is none."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def over(self) -> bool:
        return self.budget is not None and self.value > self.budget


def measure(full: bool = False) -> list[Row]:
    """Measure every row; nothing else should be running on the machine.

    Parameters
    ----------
    full
        Also a million people.
    """
    rows = [Row("memory bandwidth (triad, one core)", memory_bandwidth(), "GB/s"), *_start_rows()]
    warm()
    for size in FULL_SIZES if full else SIZES:
        rows += _place_rows(size)
    rows.append(_borough_row())
    return rows


def bench_data(rows: list[Row]) -> dict[str, Any]:
    """Return measurements as data for JSON."""
    return {"schema": SCHEMA, "rows": [asdict(row) | {"over_budget": row.over} for row in rows]}


def bench_table(rows: list[Row]) -> Table:
    """Build the rich table of measurements."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("what", overflow="fold")
    for heading in ("measured", "budget"):
        table.add_column(heading, justify="right")
    table.add_column("unit")
    table.add_column("")
    for row in rows:
        budget = "" if row.budget is None else f"{row.budget:g}"
        verdict = "" if row.budget is None else "over budget" if row.over else "within"
        table.add_row(
            row.what, f"{row.value:,.3g}" if row.value < 1000 else f"{row.value:,.0f}", budget, row.unit, verdict
        )
    return table


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
    place, world = _burnt_in(_sized(SMALLEST))
    world.run(MONTHS_TO_COMPILE)
    world.close()
    place.close()


def _start_rows() -> Iterator[Row]:
    for what, words, budget in (
        ("placewise --help", ["--help"], 0.5),
        ("placewise check of a scenario", ["check", "whole_system"], 1.0),
    ):
        command = partial(_python, "-m", "experiments.cli", *words)
        seconds = min(_seconds(command) for _ in range(3))
        yield Row(what, seconds, "s", budget)
    with tempfile.TemporaryDirectory(prefix="placewise-bench-") as cache:
        start = ("-c", "from experiments.bench import warm; warm()")
        yield Row("first start, compiling everything", _seconds(lambda: _python(*start, cache=cache)), "s", 15.0)
        later = _seconds(lambda: _python(*start, cache=cache))
        yield Row(
            f"later start, {SMALLEST:,} people for {MONTHS_TO_COMPILE + 12 * BURN_IN_YEARS} months", later, "s", 2.0
        )


def _python(*words: str, cache: str = "") -> None:
    root = str(Path(__file__).resolve().parents[1])
    found = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    environment = found | ({"PLACEWISE_CACHE": cache} if cache else {})
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env=environment)


def _place_rows(size: int) -> Iterator[Row]:
    data = _sized(size)
    begin = time.perf_counter()
    place = _built(data)
    build_seconds = time.perf_counter() - begin
    people = place.population
    place.burn_in()
    begin = time.perf_counter()
    world = place.fork(_scenario())
    fork_seconds = time.perf_counter() - begin
    world.run(WARM_UP_MONTHS)
    lived = MONTHS * world.population / 1e9
    seconds, by_room = seconds_by_room(world, MONTHS)
    name = f"{people:,} people"
    budgeted = size == REFERENCE_SIZE
    yield Row(f"one month, {name}", seconds / lived, "ns per person", 100.0 if budgeted else None)
    if budgeted:
        for room, spent in by_room.items():
            yield Row(f"  of this {room}", spent / lived, "ns per person")
        yield Row(f"memory, {name}", _bytes(world) / world.population, "bytes per person", 200.0)
        yield Row(f"building, {name}", build_seconds * PER / people, "s per 100,000", 1.5)
        yield Row(f"forking, {name}", 1e3 * fork_seconds * PER / people, "ms per 100,000", 30.0)
    elif size > REFERENCE_SIZE:
        yield Row(f"memory, {name}", _bytes(world) / world.population, "bytes per person", 200.0)
    world.close()
    place.close()


def _borough_row() -> Row:
    from sim.population.places import resolve

    place, world = _burnt_in(resolve(BOROUGH))
    people = world.population
    seconds = _seconds(lambda: world.run(RUN_YEARS * 12))
    world.close()
    place.close()
    return Row(f"10 years after the fork, {people:,} people", seconds, "s", 2.5)


def _burnt_in(data: Any) -> tuple[Any, Any]:
    place = _built(data)
    place.burn_in()
    return place, place.fork(_scenario())


def _built(data: Any) -> Any:
    from sim.run import RunSpec, build

    return build(RunSpec(data, draw=0, burn_in_years=BURN_IN_YEARS))


def _scenario() -> Any:
    from sim.interventions.checking import read_scenario

    return read_scenario("whole_system")


def _sized(people: int) -> Any:
    """Return a place of about this many people: the communities of the north-east of England in code order."""
    from sim.population.places import from_codes, resolve

    region = resolve("North East")
    wanted = int(np.searchsorted(np.cumsum(region.lsoa["population"]), people)) + 1
    return from_codes([str(code) for code in region.codes[:wanted]])


def _bytes(place: Any) -> int:
    """Return the bytes of a place's arrays: columns, ties, scratch and rosters, each counted once."""
    seen: dict[int, int] = {}
    stack: list[Any] = [place]
    visited: set[int] = set()
    shared = {id(place.place_data), id(place.parameters)}
    while stack:
        thing = stack.pop()
        if id(thing) in visited or id(thing) in shared:
            continue
        visited.add(id(thing))
        if isinstance(thing, np.ndarray):
            owner = thing
            while isinstance(owner.base, np.ndarray):
                owner = owner.base
            seen[id(owner)] = owner.nbytes
        elif isinstance(thing, dict):
            stack += thing.values()
        elif isinstance(thing, list | tuple | set):
            stack += thing
        elif type(thing).__module__.startswith("sim.") and hasattr(thing, "__dict__"):
            stack += vars(thing).values()
    return sum(seen.values())


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
