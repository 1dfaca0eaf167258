"""Measure how time and memory grow with people, up to all of England: what ``experiments/SCALE.md`` rests on.

``python -m experiments.areas.measuring`` measures everything anew, in processes of its own, ``--parts`` only some,
and writes it into ``experiments/scale.json``; then ``python -m experiments.areas.page --write`` renews the page.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import experiments
from experiments.areas.grouping import AREA_PEOPLE, areas_of
from experiments.bench import memory_bandwidth, sized
from experiments.files import write_text
from sim.core.time import MONTHS_PER_YEAR

FILE = Path(experiments.__file__).parent / "scale.json"
SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
PARTS = ("sizes", "england", "command")
COUNTRY = "England"
COMMAND_YEARS = 1
POLL_SECONDS = 0.2
KILOBYTE = 1024


def measure(parts: Sequence[str] = PARTS, place: str = COUNTRY, scale: float = 1.0, workers: int = 1) -> dict[str, Any]:
    """Measure some parts anew and keep the others as they were.

    Parameters
    ----------
    parts
        ``sizes``: single places, each in a process of its own. ``england``: area after area in one process, one month
        and one year. ``command``: what ``placewise run`` takes for a year, all its processes together.
    place, scale, workers
        What the command lives, and in how many processes.
    """
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    here = machine()
    if set(parts) & {"sizes", "england"}:
        found["machine"] = here
    if "sizes" in parts:
        found["sizes"] = [in_a_process("measure_size", size) for size in SIZES]
    if "england" in parts:
        found["england"] = in_a_process("measure_country", 0)
    if "command" in parts:
        run = measure_command(place, scale, workers)
        found.setdefault("commands", {})[f"{run['what']}, {workers} at once"] = run | {"machine": here}
    return found


def machine() -> dict[str, Any]:
    """Say on what is measured, and how busy it is with other work."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9),
        "bandwidth_gb_per_second": round(memory_bandwidth(), 1),
        "others_running": round(os.getloadavg()[1], 1),
    }


def measure_size(people: int) -> dict[str, Any]:
    """Build one place and live a year in it."""
    data = sized(people)
    found = _lived(data)
    return {**found, "peak_bytes": _peak_bytes()}


def measure_country(_: int = 0) -> dict[str, Any]:
    """Build and live a year in every area of the country, one after another, and add them up."""
    from sim.population.places import from_codes, resolve

    place = resolve(COUNTRY)
    begin, busy = time.perf_counter(), time.process_time()
    areas = areas_of(place, None, AREA_PEOPLE)
    each = []
    for area in areas:
        codes = place.lsoa["lsoa"][area.rows].astype(str).tolist()
        each.append({"area": area.name, **_lived(from_codes(codes, name=area.name))})
        print(f"{area.name}: {each[-1]}", file=sys.stderr, flush=True)
    return {
        "areas": len(areas),
        **{name: sum(area[name] for area in each) for name in each[0] if name != "area"},
        "largest_area_people": max(area["people"] for area in each),
        "wall_seconds": time.perf_counter() - begin,
        "processor_seconds": time.process_time() - busy,
        "peak_bytes": _peak_bytes(),
        "each": each,
    }


def measure_command(place: str, scale: float, workers: int) -> dict[str, Any]:
    """Run the command line for a year without a burn-in, and watch all its processes from outside."""
    with tempfile.TemporaryDirectory(prefix="placewise-scale-") as folder:
        words = ["run", "baseline", "--place", place, "--population-scale", f"{scale:g}", "--runs", "1"]
        words += ["--years", str(COMMAND_YEARS), "--burn-in-years", "0", "--workers", str(workers)]
        words += ["--out", f"{folder}/areas", "--json", f"{folder}/result.json"]
        begin = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "experiments.cli", *words], stdout=subprocess.DEVNULL)
        peak = _watch(process)
        seconds = time.perf_counter() - begin
        if process.returncode:
            raise RuntimeError(f"the command ended with {process.returncode}")
        result = json.loads(Path(folder, "result.json").read_text(encoding="utf-8"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    kept = ("areas", "people_lived", "neighbours_left_out", "people_at_borders", "friends_elsewhere", "friends_cut")
    return {
        "what": f"{place}, scale {scale:g}",
        "workers": workers,
        "years": COMMAND_YEARS,
        "wall_seconds": seconds,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "peak_bytes": peak,
        **{name: result[name] for name in kept},
        "targets": [
            {key: target[key] for key in ("id", "statistic", "published", "low", "high", "inside")}
            | {"model": target["model"]["mean"]}
            for target in result["targets"]
        ],
    }


def _lived(data: Any) -> dict[str, Any]:
    """Build a place and live one month and then the rest of a year; seconds are those of the processor."""
    from sim.run import RunSpec, build

    began = time.process_time()
    place = build(RunSpec(data, draw=0, burn_in_years=0))
    built = time.process_time()
    people = place.population
    place.run(1)
    lived_a_month = time.process_time()
    place.run(MONTHS_PER_YEAR - 1)
    lived_a_year = time.process_time()
    place.close()
    del place
    gc.collect()
    return {
        "people": people,
        "communities": data.n,
        "build_seconds": built - began,
        "first_month_seconds": lived_a_month - built,
        "other_months_seconds": lived_a_year - lived_a_month,
    }


def _peak_bytes() -> int:
    """Return the most memory that this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * KILOBYTE


def in_a_process(function: str, argument: int) -> dict[str, Any]:
    """Warm a fresh process up, measure in it, and return what it prints."""
    module = "experiments.areas.measuring"
    text = (
        f"import json; from experiments.bench import warm; from {module} import {function}; "
        f"warm(); print(json.dumps({function}({argument})))"
    )
    done = subprocess.run([sys.executable, "-c", text], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _watch(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process and return the most memory that it and its children held together (Linux)."""
    most = 0
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set()), daemon=True).start()
    while not ended.wait(POLL_SECONDS):
        most = max(most, sum(_held(_tree(process.pid)).values()))
    return most


def _tree(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    found = [root]
    for parent in found:
        found += [child for child, its in parents.items() if its == parent]
    return found


def _held(processes: list[int]) -> Mapping[int, int]:
    """Return the bytes of each process, memory that several share divided among them."""
    held = {}
    for process in processes:
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        [line] = [each for each in text.splitlines() if each.startswith("Pss:")] or ["Pss: 0 kB"]
        held[process] = int(line.split()[1]) * KILOBYTE
    return held


def main(words: Sequence[str] | None = None) -> None:
    """Measure what the command line names and write it down."""
    parser = argparse.ArgumentParser(description="Measure how time and memory grow with people.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--place", default=COUNTRY)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args(words)
    write_text(FILE, json.dumps(measure(asked.parts, asked.place, asked.scale, asked.workers), indent=1) + "\n")


if __name__ == "__main__":
    main()
