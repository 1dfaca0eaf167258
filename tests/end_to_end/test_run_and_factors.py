"""The commands run and factors as a user meets them."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from pathlib import Path

import duckdb
import jsonschema
import pytest

from experiments.listing import schema_of
from sim.outcomes.records import BANNER
from sim.outcomes.risk_factors import RISK_FACTORS
from tests.end_to_end.test_commands import THREE, command, environment, placewise, write


def test_help_lists_commands_under_the_four_steps(tmp_path: Path) -> None:
    lines = placewise(tmp_path, "--help").stdout.splitlines()
    heads = [line for line in lines if line and not line.startswith(" ")]
    steps = [
        "1 Surveillance:",
        "2 Risk and protective factors:",
        "3 Develop and evaluate:",
        "4 Implement and monitor:",
    ]
    assert [head for head in heads if head[0].isdigit()] == steps
    place = {
        verb: lines.index(next(line for line in lines if line.startswith(f"  {verb} ")))
        for verb in ("survey", "factors", "trial", "run")
    }
    for head, verb in zip(steps, place, strict=True):
        assert lines.index(head) < place[verb]
    assert list(place.values()) == sorted(place.values())
    assert "Other:" not in lines


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "erly_years", "--place", "Rutland"], 3, "early_years"),
        (["run", "--place", "Rutlnd"], 3, "Rutland"),
        (["run"], 3, "--place"),
        (["run", "--place", "Rutland", "--runs", "auto"], 2, "--runs"),
        (["run", "--place", "Rutland", "--set", "parameters.violence.factor_gan=1"], 3, "violence.factor_gang"),
        (["factors"], 3, "--place"),
        (["factors", "--place", "Rutlnd"], 3, "Rutland"),
        (["factors", "--place", "Rutland", "--years", "0"], 2, "--years"),
        (["factors", "--place", "Rutland", "--progress", "loud"], 2, "--progress"),
        (["factors", "--place", "Rutland", "--set", "parameters.norms.ages=1"], 3, "shape"),
        (["factors", "baseline"], 2, "baseline"),
    ],
)
def test_mistakes_leave_a_plain_message_and_nothing_else(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = placewise(tmp_path, *words)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr and done.stdout == ""
    assert code != 3 or done.stderr.rstrip().endswith("Nothing was run.   (exit 3)") or "placewise check" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_run_prints_levels_and_writes_its_folder(tmp_path: Path) -> None:
    scenario = write(tmp_path, "some", 60)
    words = ["run", scenario, "--place", THREE, "--runs", "2", "--years", "1", "--workers", "1", "--progress", "plain"]
    done = placewise(tmp_path, *words, "--out", "out", "--json", "result.json", "--events", "--people")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == str(tmp_path / "out")
    assert any(line.split() == ["Outcome,", "a", "year", "Mean", "95%", "range", "per", "1,000"] for line in lines)
    assert sum(line.startswith("Secondary incidents per incident (R)") for line in lines) == 2
    assert "100% done" in done.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    jsonschema.validate(result, schema_of("run"))
    assert 0 < result["contagion"]["peer"]["mean"] < 1
    out = tmp_path / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert files == {*manifest["outputs"], "manifest.json"} and {"incidents.parquet", "people.parquet"} <= files
    incidents = duckdb.sql(f"SELECT run, count(*) FROM '{out}/incidents.parquet' GROUP BY run ORDER BY run").fetchall()
    with (out / "tables" / "runs.csv").open() as stream:
        assert incidents == [(int(row["run"]), int(float(row["incidents"]))) for row in csv.DictReader(stream)]
    [(enrolled,)] = duckdb.sql(f"SELECT count(*) FROM '{out}/people.parquet' WHERE programmes = 'mentoring'").fetchall()
    assert enrolled > 0
    for name in ("incidents", "people"):
        notes = duckdb.sql(f"SELECT decode(value) FROM parquet_kv_metadata('{out}/{name}.parquet')").fetchall()
        assert (BANNER,) in notes
    again = placewise(tmp_path, *words, "--out", "out")
    assert again.returncode == 3 and "--force" in again.stderr
    assert placewise(tmp_path, "report", "out").returncode == 3


@pytest.mark.slow
def test_the_number_of_workers_changes_no_row(tmp_path: Path) -> None:
    words = ["run", "--place", THREE, "--runs", "2", "--years", "1", "--events", "--people", "--progress", "none"]
    for workers in ("1", "2"):
        done = placewise(tmp_path, *words, "--workers", workers, "--out", workers, "--json", "-")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["schema"] == "placewise.run/1"
    for name in ("incidents.parquet", "people.parquet", "tables/runs.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_factors_rank_by_violence_spared(tmp_path: Path) -> None:
    words = ["factors", "--place", THREE, "--runs", "1", "--years", "1", "--out", "out", "--json", "result.json"]
    done = placewise(tmp_path, *words, "--progress", "none")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(tmp_path / "out")
    assert "Fractions do not add up" in done.stdout
    result = json.loads((tmp_path / "result.json").read_text())
    jsonschema.validate(result, schema_of("factors"))
    assert set(result["factors"]) == {factor.name for factor in RISK_FACTORS}
    shares = {name: factor["outcomes"]["incidents"]["mean"] for name, factor in result["factors"].items()}
    assert all(-0.5 < share < 1 for share in shares.values())
    assert min(shares[name] for name in ("propensity", "self_control", "series", "retaliation")) > 0.05
    assert (tmp_path / "out" / "figures" / "factors.svg").stat().st_size > 10_000


@pytest.mark.slow
def test_a_stopped_run_leaves_nothing(tmp_path: Path) -> None:
    words = ["run", "--place", "Rutland", "--runs", "4", "--workers", "2", "--events", "--people", "--out", "out"]
    process = subprocess.Popen(
        command(*words, "--progress", "json"),
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    while '"progress"' not in (line := process.stderr.readline()) or '"done": 0,' in line:
        pass
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    process.stderr.close()
    assert list(tmp_path.iterdir()) == []
