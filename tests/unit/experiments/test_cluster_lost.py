"""A study outlives the scheduler of its cluster: killed and started again, or gone for good."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.engine import ClusterLost, attempt, executor_of
from experiments.engine.connecting import connected
from experiments.engine.handing_out import HANDED_OUT_AT_MOST, RunLost, TasksLeft
from experiments.study.folder import StudyFolder
from experiments.study.parts import find_parts
from experiments.study.querying import query
from sim.core.errors import InputError
from tests.unit.experiments.dask_cluster import DaskCluster
from tests.unit.experiments.fake_place import FakePlace
from tests.unit.experiments.sweep_world import SweepWorld, sweep_world
from tests.unit.experiments.test_study import contents

FEW_DONE = 5


class Slow(FakePlace):
    def fork(self, scenario: Any) -> FakePlace:
        time.sleep(0.1)
        return super().fork(scenario)


def build_slow(spec: Any, parameters: Any) -> FakePlace:
    return Slow(spec.place, spec.seed, parameters)


@pytest.fixture
def world(tmp_path: Path, registry: Any) -> SweepWorld:
    return sweep_world(tmp_path, registry)


@pytest.fixture
def cluster() -> Iterator[DaskCluster]:
    pytest.importorskip("distributed")
    found = DaskCluster()
    found.start()
    yield found
    found.end()


def once(ready: Callable[[], bool], act: Callable[[], Any]) -> threading.Thread:
    """Act from another thread as soon as something is so."""

    def watch() -> None:
        while not ready():
            time.sleep(0.02)
        act()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def when_some_are_done(folder: Path, act: Callable[[], Any]) -> threading.Thread:
    """Act from another thread as soon as a few runs of a study are kept."""
    return once(lambda: len(find_parts(folder / "parts")) >= FEW_DONE, act)


def test_a_study_goes_on_when_its_scheduler_is_killed_and_started_again(
    world: SweepWorld, cluster: DaskCluster, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = world.live("whole")

    def again() -> None:
        cluster.end(signal.SIGKILL)
        cluster.start()

    thread = when_some_are_done(world.home / "lost", again)
    found = world.live("lost", build=build_slow, cluster=cluster.address, snapshots=None)
    thread.join()
    assert found.failed == 0
    assert contents(found.folder) | {"log.jsonl": b""} == contents(whole.folder) | {"log.jsonl": b""}
    assert "was lost" in (said := capfd.readouterr().err) and "It is back" in said


def test_what_a_cluster_took_with_it_is_recorded_and_resumed_to_the_same_bytes(
    world: SweepWorld, cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACEWISE_RECONNECT_SECONDS", "2")
    folder = world.home / "lost"
    thread = when_some_are_done(folder, lambda: cluster.end(signal.SIGTERM))
    with pytest.raises(ClusterLost, match="did not come back") as caught:
        world.live("lost", build=build_slow, cluster=cluster.address, snapshots=None)
    thread.join()
    assert caught.value.exit_code == 130
    states = dict(query(folder, "select state, count(*) n from runs group by state").to_numpy().tolist())
    assert states["done"] >= FEW_DONE and 0 < states["failed"] <= 8 and states["waiting"] > 0
    told = next(iter(StudyFolder(folder).failures().values()))
    assert told["error"] == "RunLost" and told["replay"].endswith(f"--only {told['task']}")
    assert told["seed"] == told["run"]
    assert StudyFolder(folder).digest is None
    events = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert events[-1]["event"] == "broken off"
    assert (events[-1]["engine"], events[-1]["workers"], events[-1]["cluster"]) == ("dask", 1, cluster.address)
    said = StudyFolder(folder).told_so_far(27, "runs")
    assert f"{states['done']} of 27 runs are kept" in said and f"{states['waiting']} are waiting" in said
    whole = world.live("whole", build=build_slow)
    again = world.live("lost", build=build_slow, resume=True)
    assert again.failed == 0 and again.digest == whole.digest
    assert contents(again.folder) == contents(whole.folder)


def test_a_task_is_handed_out_only_so_often() -> None:
    left = TasksLeft([(0, "a"), (1, "b")], "tcp://nowhere:1")
    for _ in range(HANDED_OUT_AT_MOST - 1):
        assert left.hand_out() == (0, "a")
        assert not list(left.taken_back([0]))
    left.hand_out()
    (failed,) = left.taken_back([0])
    assert failed.number == 0 and isinstance(failed.error, RunLost) and not failed.worth_trying
    assert f"{HANDED_OUT_AT_MOST} times" in str(failed.error)
    assert len(left) == 1 and not list(left.gone()) and left.hand_out() == (1, "b")


def test_when_nothing_is_waiting_a_lost_cluster_only_fails_what_it_had(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLACEWISE_RECONNECT_SECONDS", "1")
    begun = tmp_path / "begun"
    thread = once(begun.exists, cluster.end)
    engine = executor_of(None, cluster.address)
    found = {each.number: each for each in attempt(engine, wait_long, [begun] * 3)}
    thread.join()
    assert sorted(found) == [0, 1, 2] and all(isinstance(each.error, RunLost) for each in found.values())
    with pytest.raises(ClusterLost):
        list(attempt(engine, wait_long, [begun]))


def test_a_scheduler_without_workers_is_refused(cluster: DaskCluster) -> None:
    worker = cluster.processes.pop()
    worker.kill()
    worker.wait()
    with (
        pytest.raises(InputError, match="has no workers") as caught,
        connected(cluster.address, staffing_seconds=1.0),
    ):
        pass
    assert "dask worker tcp://" in str(caught.value)


def test_a_cluster_whose_last_worker_dies_is_lost(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLACEWISE_RECONNECT_SECONDS", "1")
    begun = tmp_path / "begun"
    thread = once(begun.exists, lambda: cluster.processes[-1].kill())
    found = list(attempt(executor_of(None, cluster.address), wait_long, [begun] * 2))
    thread.join()
    assert len(found) == 2 and all(isinstance(each.error, RunLost) for each in found)


def wait_long(begun: Path, tick: Any) -> None:
    begun.touch()
    time.sleep(60)
