"""Measure what a whole study costs: comparing scenarios, what is stored of a run, checking all strengths."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.bench_rows import Row, seconds_of

SCENARIOS = ("counter_narrative", "early_years", "employment_pathways", "whole_system")
RUNS, YEARS, CORES = 20, 10, 2
COMPARE_BUDGET_MINUTES = 2.5
FEW, MORE = 3, 6
STORED_BUDGET_KB = 10.0
STORED_SWEEP = """\
schema: placewise.sweep/1
title: What is stored of a run
scenario: whole_system
years: {years}
burn_in_years: 1
runs: 1
design: {{method: latin_hypercube, points: 2}}
vary: {{violence.retaliation_peer: {{low: 1, high: 2}}}}
"""


def study_rows(borough: Any, seconds_before_fork: float, seconds_after_fork: float, full: bool) -> Iterator[Row]:
    """Measure studies.

    Parameters
    ----------
    borough
        Data of the place that is compared in.
    seconds_before_fork
        Building it and living its burn-in.
    seconds_after_fork
        Ten years of one world after the fork.
    full
        Run the comparison and the check of all strengths, instead of reckoning the one and leaving out the other.
    """
    what = f"compare {len(SCENARIOS)} scenarios x {RUNS} runs x {YEARS} years, {CORES} cores"
    if full:
        from experiments.comparison import compare

        spent = seconds_of(lambda: compare(SCENARIOS, borough, runs=RUNS, years=YEARS, workers=CORES))
        yield Row(what, spent / 60, "minutes", COMPARE_BUDGET_MINUTES)
        yield Row("match --check of the catalogue", seconds_of(_check_strengths) / 60, "minutes", 8.0)
    else:
        worlds = len(SCENARIOS) + 1
        reckoned = RUNS * (seconds_before_fork + worlds * seconds_after_fork) / CORES
        note = "reckoned from one run; --full runs it"
        yield Row(what, reckoned / 60, "minutes", COMPARE_BUDGET_MINUTES, note=note)
        yield Row("match --check of the catalogue", None, "minutes", 8.0, note="only with --full")


def stored_rows(place: Any) -> Iterator[Row]:
    """Measure what is stored of a run of ten years in a small place, in a study and in a comparison."""
    yield Row(
        f"stored run of a study, baseline and one scenario, {YEARS} years, by fifth and outcome",
        stored_run_bytes(place) / 1e3,
        "KB",
        STORED_BUDGET_KB,
    )
    yield Row(
        f"stored comparison, for each run more, one scenario, {YEARS} years",
        bytes_a_run_more(place) / 1e3,
        "KB",
        STORED_BUDGET_KB,
        note=f"from {FEW} to {MORE} runs",
    )


def stored_run_bytes(place: Any, **options: Any) -> float:
    """Return the bytes that a study keeps of one run: its yearly totals, and its row in the list of runs."""
    from experiments.study.folder import PARTS, RUNS_TABLE
    from experiments.sweeps.sweeping import sweep

    with tempfile.TemporaryDirectory(prefix="placewise-bench-") as home:
        file = Path(home) / "stored.yaml"
        file.write_text(STORED_SWEEP.format(years=YEARS), encoding="utf-8")
        found = sweep(file, Path(home) / "study", place, 1, **options)
        kept = [*(found.folder / PARTS).iterdir(), found.folder / RUNS_TABLE]
        return sum(path.stat().st_size for path in kept) / found.runs


def bytes_a_run_more(place: Any) -> float:
    """Return by how many bytes the tables and the result of a comparison grow with a run.

    A mean of one or two runs, or one that is not defined, takes fewer digits than others: more runs are compared.
    """
    from experiments.comparison import compare
    from experiments.tables import csv_tables

    def size(runs: int) -> int:
        found = compare(["whole_system"], place, runs=runs, years=YEARS, workers=1, burn_in_years=1)
        texts = (found.result.to_json(), *csv_tables(found).values())
        return sum(len(text.encode()) for text in texts)

    return (size(MORE) - size(FEW)) / (MORE - FEW)


def _check_strengths() -> None:
    root = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-m", "experiments.cli", "match", "--check", "--workers", str(CORES)]
    with tempfile.TemporaryDirectory(prefix="placewise-bench-") as folder:
        # A strength that no longer holds ends the check with a code of its own; the time is the same.
        subprocess.run(command, check=False, capture_output=True, env=environment, cwd=folder)
