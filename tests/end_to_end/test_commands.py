"""The command line as a user meets it: exit codes, streams, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THREE = "E01012007,E01012011,E01012066"
VERBS = (
    "demo",
    "compare",
    "run",
    "factors",
    "survey",
    "trial",
    "match",
    "screen",
    "report",
    "check",
    "list",
    "explain",
    "schema",
    "bench",
    "doctor",
    "place",
    "portfolio",
)
SCENARIO = "schema: placewise.scenario/1\ntitle: Mentoring\ndecision_date: 2026-04\nhorizon_years: 2\n"


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "experiments.cli", *words]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}


def placewise(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), cwd=folder, env=environment(), capture_output=True, text=True)


def write(folder: Path, name: str, places: int) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(f"{SCENARIO}interventions:\n  mentoring: {{places_per_year: {places}}}\n")
    return path.name


def test_help_names_every_verb_and_is_quick(tmp_path: Path) -> None:
    started = time.monotonic()
    done = placewise(tmp_path, "--help")
    assert done.returncode == 0
    for verb in VERBS:
        assert f"  {verb}" in done.stdout
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compare", "erly_years", "--place", "Rutland"], 3, "early_years"),
        (["compare", "early_years", "--place", "Sothwark"], 3, "Southwark"),
        (["compare", "early_years"], 3, "--place"),
        (["compare", "early_years", "--place", "Rutland", "--runs", "x"], 2, "--runs"),
        (["compare", "early_years", "--place", "Rutland", "--set", "uptake"], 3, "path=value"),
        (["compare", "baseline", "--place", "Rutland"], 3, "no scenario to compare"),
        (["compare"], 2, "Missing argument"),
        (["check", "nothing.yaml"], 3, "nothing.yaml"),
        (["explain", "economics.unit_cost_homocide"], 3, "economics.unit_cost_homicide"),
        (["list", "parameter"], 3, "parameters"),
        (["schema", "compar"], 3, "compare"),
        (["report", "."], 3, "not the folder of a finished comparison"),
        (["explode"], 2, "explode"),
    ],
)
def test_mistakes_get_an_exit_code_and_a_plain_message(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    done = placewise(tmp_path, *words)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_existing_output_folder_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    done = placewise(tmp_path, "compare", "early_years", "--place", "Rutland", "--out", "out")
    assert done.returncode == 3 and "--force" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_comparison_from_files_to_report(tmp_path: Path) -> None:
    none, some = write(tmp_path, "none", 0), write(tmp_path, "some", 60)
    words = ["compare", none, some, "--place", THREE, "--runs", "2", "--years", "2", "--workers", "1"]
    done = placewise(tmp_path, *words, "--out", "out", "--json", "result.json", "--progress", "json")
    assert done.returncode == 0, done.stderr
    report = Path(done.stdout.splitlines()[-1])
    assert report.is_absolute() and report == tmp_path / "out" / "report.html" and report.stat().st_size > 50_000
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert events[-1]["done"] == events[-1]["total"]
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["schema"] == "placewise.compare/1" and sorted(result["scenarios"]) == ["none", "some"]
    changes = [outcome["difference"] for outcome in result["scenarios"]["none"]["outcomes"].values()]
    assert all(end == 0 for change in changes for end in change.values())
    assert result["scenarios"]["some"]["participants"]["mentoring"]["starts"]["mean"] > 0
    assert (tmp_path / result["manifest"]).exists()
    again = placewise(tmp_path, "report", "out", "--out", "again")
    assert again.returncode == 0
    assert (tmp_path / "again" / "report.html").read_text() == report.read_text()


@pytest.mark.slow
def test_workers_and_order_do_not_change_a_byte(tmp_path: Path) -> None:
    few, many = write(tmp_path, "few", 30), write(tmp_path, "many", 200)
    words = ["--place", THREE, "--runs", "3", "--years", "2", "--out", "out", "--force", "--json"]
    for scenarios, workers, name in (([few, many], "1", "a"), ([many, few], "2", "b"), ([few, many], "2", "c")):
        done = placewise(tmp_path, "compare", *scenarios, *words, name, "--workers", workers)
        assert done.returncode == 0, done.stderr
    texts = {(tmp_path / name).read_bytes() for name in "abc"}
    assert len(texts) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_stopped_comparison_leaves_no_result(tmp_path: Path, how: signal.Signals, code: int) -> None:
    words = ["compare", "early_years", "--place", "Rutland", "--runs", "4", "--workers", "2", "--out", "out"]
    process = subprocess.Popen(
        command(*words, "--json", "result.json", "--progress", "json"),
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    while '"progress"' not in process.stderr.readline():
        pass
    process.send_signal(how)
    assert process.wait(timeout=60) == code
    process.stderr.close()
    assert not (tmp_path / "out").exists() and not (tmp_path / "result.json").exists()
    assert placewise(tmp_path, "report", "out").returncode == 3
