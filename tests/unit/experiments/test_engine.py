"""Engines agree with each other, give a failing task a second chance, and tell whose process died."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.engine import Executor, WorkerDied, attempt, executor_of
from experiments.engine.local import TASKS_PER_WORKER
from experiments.executor import run_many
from sim.core.errors import InputError, PlacewiseError

ENGINES = {"serial": (1, None), "processes": (2, None), "dask": (None, "local:2")}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Executor:
    workers, cluster = ENGINES[request.param]
    if cluster is not None:
        pytest.importorskip("distributed")
    return executor_of(workers, cluster)


def cube(task: int, tick: Callable[[int], None]) -> int:
    tick(1)
    return task**3


def stumble(task: tuple[int, str], tick: Callable[[int], None]) -> int:
    """Raise on the first try of an even task, and on every try of task 5."""
    number, folder = task
    mark = Path(folder) / str(number)
    tries = int(mark.read_text()) if mark.exists() else 0
    mark.write_text(str(tries + 1))
    if number == 5 or (number % 2 == 0 and tries == 0):
        raise ValueError(f"task {number}")
    tick(1)
    return number


def die(task: int, tick: Callable[[int], None]) -> int:
    if task == 3:
        os._exit(9)
    tick(1)
    return task


def threads(task: int, tick: Callable[[int], None]) -> tuple[str | None, int]:
    return os.environ.get("OMP_NUM_THREADS"), os.getpid()


class Steps:
    def __init__(self) -> None:
        self.done = 0

    def update(self, done: int) -> None:
        self.done = done


def test_engines_give_the_same_results_and_count_the_same_steps(engine: Executor) -> None:
    steps = Steps()
    assert run_many(cube, list(range(12)), engine, steps) == [number**3 for number in range(12)]
    assert steps.done == 12


def test_a_task_that_fails_is_tried_once_more_and_the_others_go_on(engine: Executor, tmp_path: Path) -> None:
    tasks = [(number, str(tmp_path)) for number in range(8)]
    found = {outcome.number: outcome for outcome in attempt(engine, stumble, tasks)}
    assert {number for number, outcome in found.items() if outcome.error is not None} == {5}
    assert isinstance(found[5].error, ValueError)
    assert [found[number].result for number in (0, 1, 7)] == [0, 1, 7]
    tries = [int((tmp_path / str(number)).read_text()) for number in range(8)]
    assert tries == [2, 1, 2, 1, 2, 2, 2, 1]


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_the_task_whose_process_dies_is_told_from_its_neighbours(kind: str) -> None:
    if kind == "dask":
        pytest.importorskip("distributed")
    found = {outcome.number: outcome for outcome in attempt(executor_of(*ENGINES[kind]), die, range(7))}
    assert {number for number, outcome in found.items() if outcome.error is not None} == {3}
    assert isinstance(found[3].error, WorkerDied)
    assert sorted(outcome.result for outcome in found.values() if outcome.error is None) == [0, 1, 2, 4, 5, 6]


def test_processes_have_one_numeric_thread_and_are_replaced() -> None:
    found = run_many(threads, range(2 * TASKS_PER_WORKER + 1), 2)
    assert {setting for setting, _ in found} == {"1"}
    assert len({process for _, process in found}) > 2


def test_a_cluster_has_an_address() -> None:
    for address in ("local:0", "somewhere", "local:two"):
        with pytest.raises(InputError, match="not the address of a cluster"):
            executor_of(None, address)


def test_without_the_library_a_cluster_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PlacewiseError, match="placewise\\[cluster\\]") as caught:
        list(attempt(executor_of(None, "local:2"), cube, [1]))
    assert caught.value.exit_code == 8
