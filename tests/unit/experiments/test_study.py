"""A study is kept safely: broken off anywhere and taken up again it ends with the same bytes."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import query
from experiments.engine import executor_of
from experiments.study import parts as part_files
from experiments.study.folder import StudyFolder
from experiments.study.lock import only_writer
from experiments.study.parts import find_parts, is_whole, write_part
from experiments.sweeps.sweeping import live, prepare
from sim.core.errors import InputError
from tests.unit.experiments.fake_place import FakePlace
from tests.unit.experiments.sweep_world import KnownData, SweepWorld, build_known, sweep_world

MANY_RUNS = 12


@pytest.fixture
def world(tmp_path: Path, registry: Any) -> SweepWorld:
    return sweep_world(tmp_path, registry)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a study but those that say when and by whom it was written."""
    told = {"log.jsonl", "lock", "study.json"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in told
    }


class Slow(FakePlace):
    def run(self, months: int) -> None:
        time.sleep(0.001)
        super().run(months)


def live_until_killed(world: SweepWorld, name: str) -> None:
    world.live(name, resume=True)


def kill_after(world: SweepWorld, name: str, seconds: float) -> None:
    """Live a study in another process and kill that process, without warning, after a while."""
    process = multiprocessing.get_context("fork").Process(target=live_until_killed, args=(world, name))
    process.start()
    time.sleep(seconds)
    if process.pid is not None and process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join()


def kills(tmp_path: Path, registry: Any, trials: int) -> Iterator[tuple[int, SweepWorld]]:
    """Break a study off at random moments, and give what is left to do and the study, resumed."""
    world = sweep_world(tmp_path, registry, MANY_RUNS)
    started = time.monotonic()
    whole = world.live("whole")
    seconds = time.monotonic() - started
    chance = np.random.default_rng(7)
    for trial in range(trials):
        name = f"killed-{trial}"
        (world.home / name).mkdir()
        kill_after(world, name, float(chance.uniform(0.02, 0.9)) * seconds)
        done = len(find_parts(world.home / name / "parts"))
        again = world.live(name, resume=True)
        assert again.digest == whole.digest
        assert contents(again.folder) == contents(whole.folder)
        yield done, world


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_three_times_and_resumed_a_study_has_the_same_bytes(tmp_path: Path, registry: Any) -> None:
    assert len(list(kills(tmp_path, registry, 3))) == 3


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_twenty_times_and_resumed_a_study_has_the_same_bytes(tmp_path: Path, registry: Any) -> None:
    left = [done for done, _ in kills(tmp_path, registry, 20)]
    assert 0 < sum(left) < 20 * (8 * MANY_RUNS + MANY_RUNS)
    assert len(set(left)) > 3


def test_a_damaged_part_is_done_again(world: SweepWorld) -> None:
    found = world.live()
    before = contents(found.folder)
    parts = sorted(find_parts(found.folder / "parts").values())
    content = bytearray(parts[2].read_bytes())
    content[-20] ^= 1
    parts[2].write_bytes(content)
    parts[5].write_bytes(parts[5].read_bytes()[:50])
    assert not is_whole(parts[2]) and not is_whole(parts[5])
    (found.folder / "parts" / ".partial-left").write_bytes(b"begun")
    again = world.live(resume=True)
    assert again.digest == found.digest and contents(found.folder) == before


@pytest.mark.parametrize("call", ["fsync", "duckdb"])
def test_a_full_disk_is_said_plainly_and_leaves_nothing_half_written(
    world: SweepWorld, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    whole = world.live("whole")
    calls = []

    def full(*arguments: Any, **options: Any) -> None:
        calls.append(1)
        if len(calls) > 9:
            if call == "duckdb":
                raise part_files.duckdb.IOException(f"Could not write file: {os.strerror(errno.ENOSPC)}")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(*arguments, **options)

    if call == "fsync":
        original = os.fsync
        monkeypatch.setattr(os, "fsync", full)
    else:
        original = part_files.write_parquet
        monkeypatch.setattr(part_files, "write_parquet", full)
    with pytest.raises(InputError, match="disk is full") as caught:
        world.live()
    monkeypatch.undo()
    assert caught.value.exit_code == 3
    folder = world.home / "study"
    kept = sorted((folder / "parts").iterdir())
    assert all(is_whole(path) for path in kept)
    assert 0 < len(kept) < whole.runs and StudyFolder(folder).digest is None
    assert world.live(resume=True).digest == whole.digest


def test_of_two_writers_one_fails_cleanly(world: SweepWorld) -> None:
    found = world.live()
    with only_writer(found.folder), pytest.raises(InputError, match=f"number {os.getpid()}.* is writing"):
        world.live(resume=True)
    assert world.live(resume=True).digest == found.digest


def test_a_folder_is_never_taken_over(world: SweepWorld) -> None:
    found = world.live()
    with pytest.raises(InputError, match="was begun in this folder") as caught:
        world.live()
    assert "--resume" in str(caught.value)
    world.write(world.file.read_text().replace("years: 2", "years: 3", 1))
    with pytest.raises(InputError, match="differs in years"):
        world.live(resume=True)
    other = world.home / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match="something else than a study"):
        world.live("other")
    assert len(list(other.iterdir())) == 1
    assert StudyFolder(found.folder).digest == found.digest


def test_where_the_work_is_done_changes_no_byte(world: SweepWorld) -> None:
    serial = world.live("serial")
    several = world.live("several", workers=2, snapshots=None)
    assert contents(several.folder) == contents(serial.folder)
    pytest.importorskip("distributed")
    cluster = world.live("cluster", cluster="local:2")
    assert contents(cluster.folder) == contents(serial.folder)


def test_a_run_that_fails_is_recorded_and_the_study_goes_on(world: SweepWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = world.live("whole")
    fault = world.home / "fault"
    fault.touch()
    monkeypatch.setenv("PLACEWISE_TEST_FAULT", str(fault))
    (world.home / "worlds").rename(world.home / "hidden")
    found = world.live()
    states = query(found.folder, "select state, run, count(*) n from runs group by all order by all")
    assert states.to_numpy().tolist() == [["done", 0, 9], ["done", 2, 9], ["failed", 1, 9]]
    assert found.failed == 9 and found.digest != whole.digest
    told = next(iter(StudyFolder(found.folder).failures().values()))
    assert (told["error"], told["message"], told["seed"]) == ("MemoryError", "no room for this run", 1)
    assert told["replay"] == f"placewise sweep {found.folder}/inputs/sweep.yaml --only {told['task']}"
    kept = prepare(found.folder / "inputs" / "sweep.yaml", KnownData(), parameters=world.registry, build=build_known)
    assert kept.task(told["task"]).run == 1
    fault.unlink()
    again = live(kept, found.folder, executor_of(1), resume=True)
    assert again.failed == 0 and again.digest == whole.digest
    assert contents(again.folder) == contents(whole.folder)


def test_questions_in_sql(world: SweepWorld) -> None:
    found = world.live()
    rows = query(
        found.folder,
        "select places, sum(difference) as change from results join inputs using (point) "
        "where outcome = 'incidents' group by places order by places",
    )
    assert rows["places"].tolist() == [10.0, 40.0, 70.0, 100.0]
    assert (np.diff(rows["change"]) < 0).all() and (rows["change"] < 0).all()
    assert len(query(found.folder, "select distinct task from runs")) == found.runs == 3 * 8 + 3


def test_results_as_tables_for_analysis(world: SweepWorld) -> None:
    found = world.live()
    assert found.inputs().shape == (8, 2) and list(found.inputs()) == ["places", "partnership.data_sharing"]
    levels, changes = found.totals("incidents"), found.totals("incidents", paired=True)
    assert levels.shape == changes.shape == (8, 3)
    before = found.results().query("world == 'baseline' and outcome == 'incidents'").groupby("run")["value"].sum()
    np.testing.assert_allclose(levels - changes, np.tile(before, (8, 1)))
    next(iter(find_parts(found.folder / "parts").values())).unlink()
    with pytest.raises(InputError, match="no outcome"):
        found.totals("admision")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select * from rusn", "rusn"),
        ("select 1; select 2", "one select"),
        ("copy (select 1) to '{home}/stolen.csv'", "one select"),
        ("attach '{home}/stolen.db'", "one select"),
        ("set enable_external_access = true", "one select"),
        ("drop table runs", "one select"),
        ("select * from read_text('{file}')", "disabled"),
        ("select * from '{file}'", "disabled|does not exist"),
        ("select * from glob('{home}/*')", "disabled"),
        ("selct 1", "syntax"),
    ],
)
def test_a_question_reaches_nothing_but_the_tables(world: SweepWorld, sql: str, why: str) -> None:
    found = world.live()
    with pytest.raises(InputError, match=why):
        query(found.folder, sql.format(home=world.home, file=world.file))
    assert not list(world.home.glob("stolen*"))


def test_a_question_needs_a_study(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the folder of a study"):
        query(tmp_path, "select 1")


def test_a_part_says_by_its_name_whether_it_is_whole(tmp_path: Path) -> None:
    columns = {"point": np.arange(5, dtype=np.int32), "value": np.linspace(0, 1, 5)}
    path = write_part(tmp_path, "abc", columns)
    assert is_whole(path) and find_parts(tmp_path) == {"abc": path}
    assert write_part(tmp_path, "abc", columns) == path
    assert write_part(tmp_path, "abc", columns | {"value": np.zeros(5)}) != path


def test_what_was_asked_is_kept(world: SweepWorld) -> None:
    found = world.live()
    told = json.loads((found.folder / "study.json").read_text())
    assert (told["title"], told["runs_per_point"], told["worlds"]) == ("Size of mentoring", 3, ["baseline", "mentors"])
    assert (found.folder / "inputs" / "sweep.yaml").read_text() == world.file.read_text()
    assert (found.folder / "inputs" / "mentors.yaml").exists()
    assert told["limits_of_use"] and told["question"]["model"]
