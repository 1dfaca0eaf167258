"""Tasks run on several processes, survive a worker that dies, and report progress."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.engine import Used
from experiments.executor import noting_where, run_many, working_on
from experiments.progress import clock, progress_of
from sim.core.errors import InputError


def square(task: int, tick: Callable[[int], None]) -> int:
    tick(1)
    tick(1)
    return task * task


def die_once(task: tuple[int, str], tick: Callable[[int], None]) -> int:
    number, folder = task
    mark = Path(folder) / f"tried-{number}"
    if number == 1 and not mark.exists():
        mark.touch()
        os._exit(1)
    return number


def fail(task: int, tick: Callable[[int], None]) -> int:
    raise ValueError(f"task {task}")


def process(task: int, tick: Callable[[int], None]) -> int:
    return os.getpid()


class Steps:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def update(self, done: int) -> None:
        self.seen.append(done)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    steps = Steps()
    assert run_many(square, [3, 1, 2], workers, steps) == [9, 1, 4]
    assert steps.seen[-1] == 6 and steps.seen == sorted(steps.seen)


def test_what_a_dead_worker_left_is_run_again(tmp_path: Path) -> None:
    tasks = [(number, str(tmp_path)) for number in range(3)]
    assert run_many(die_once, tasks, 2) == [0, 1, 2]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_task_is_raised_as_it_is(workers: int) -> None:
    with pytest.raises(ValueError, match="task 0"):
        run_many(fail, [0, 0], workers)


def test_all_work_can_be_sent_to_a_cluster() -> None:
    with pytest.raises(InputError, match="not the address"), working_on("nowhere"):
        raise AssertionError
    pytest.importorskip("distributed")
    with working_on("local:1"):
        assert run_many(process, [1, 2], 1) != [os.getpid()] * 2
    assert run_many(process, [1, 2], 1) == [os.getpid()] * 2


def test_it_is_noted_what_the_work_was_done_on() -> None:
    with noting_where() as where:
        assert where() == Used("this process", 1)
        run_many(square, [1], 4)
        run_many(square, [1, 2, 3], 2)
        run_many(square, [1], 1)
    assert where() == Used("processes", 2)
    pytest.importorskip("distributed")
    with working_on("local:1"), noting_where() as where:
        run_many(square, [1, 2, 3], 2)
    assert where() == Used("dask", 1, "local:1")


def test_progress_as_json_lines() -> None:
    out = io.StringIO()
    with progress_of("runs", 10, "json", out) as shown:
        shown.update(5)
        shown.update(10)
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["done"] for event in events] == [0, 10]
    assert events[0] == {"event": "progress", "what": "runs", "done": 0, "total": 10, "eta_s": None}


def test_progress_as_plain_lines_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    with progress_of("runs", 4, "auto", out) as shown:
        shown.update(4)
    assert out.getvalue().splitlines() == ["runs: 0% done", "runs: 100% done"]


def test_times_are_written_for_people() -> None:
    assert (clock(34.4), clock(125)) == ("34 s", "2 min 05 s")
