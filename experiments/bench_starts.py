"""Measure how long it takes to start: help, checking a file, the first start of all and a later one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from experiments.bench_rows import Row, seconds_of

SMALL_PLACE = 3_000
REPEATS = 3
FIRST_START = "from experiments.bench_starts import first_start; first_start()"
LATER_START = "from experiments.bench_starts import later_start; later_start()"


def start_rows() -> Iterator[Row]:
    """Measure starts in processes of their own, with a cache of their own where kernels are compiled."""
    for what, words, budget in (
        ("placewise --help", ["--help"], 0.5),
        ("placewise check of a scenario", ["check", "whole_system"], 1.0),
    ):
        command = partial(_python, "-m", "experiments.cli", *words)
        yield Row(what, min(seconds_of(command) for _ in range(REPEATS)), "s", budget)
    with tempfile.TemporaryDirectory(prefix="placewise-bench-") as cache:
        first = seconds_of(lambda: _python("-c", FIRST_START, cache=cache))
        yield Row(f"first start, compiling everything, {os.cpu_count()} cores", first, "s", 15.0)
        _python("-c", LATER_START, cache=cache)
        later = min(float(_python("-c", LATER_START, cache=cache)) for _ in range(REPEATS))
        yield Row("later start, to the end of the first month, less building", later, "s", 2.0)


def first_start() -> None:
    """Compile every kernel, as the first comparison of all does."""
    from experiments.runs import Plan
    from experiments.warming import compile_kernels
    from experiments.worlds import decision_month, read_worlds
    from sim.parameters.registry import load_registry
    from sim.population.places import resolve

    worlds = read_worlds(["whole_system"], {})
    scenarios = {stem: world.scenario for stem, world in worlds.items()}
    compile_kernels(Plan(resolve("Rutland"), load_registry(), scenarios, decision_month(worlds), 1, 1, 0))


def later_start() -> None:
    """Print the processor seconds from the start of this process to the end of a month, less a second building."""
    _world().close()
    ready = time.process_time()
    _world(months=0).close()
    print(ready - (time.process_time() - ready))


def _world(months: int = 1) -> Any:
    from experiments.bench import built, scenario, sized

    place = built(sized(SMALL_PLACE), burn_in_years=0)
    if months:
        world = place.fork(scenario())
        world.run(months)
        world.close()
    return place


def _python(*words: str, cache: str = "") -> str:
    root = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    # An installation keeps the byte code of its modules.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache:
        environment["PLACEWISE_CACHE"] = cache
    done = subprocess.run([sys.executable, *words], check=True, capture_output=True, env=environment, text=True)
    return done.stdout
