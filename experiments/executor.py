"""Run many independent tasks and return every result in the order of the tasks, or the first error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from experiments.engine.choosing import default_workers, executor_of
from experiments.engine.protocol import SERIAL, Executor, Progress, Tick, Used, attempt

Task = TypeVar("Task")
Result = TypeVar("Result")

__all__ = ["Progress", "Tick", "default_workers", "noting_where", "run_many", "working_on"]

_CLUSTER: ContextVar[str | None] = ContextVar("cluster", default=None)
_USED: ContextVar[list[Used] | None] = ContextVar("used", default=None)


@contextmanager
def working_on(cluster: str | None) -> Iterator[None]:
    """Let everything that `run_many` runs in the body run on a Dask cluster, where one is given.

    Raises
    ------
    InputError
        For what is not the address of a cluster.
    """
    if cluster is not None:
        executor_of(cluster=cluster)
    before = _CLUSTER.set(cluster)
    try:
        yield
    finally:
        _CLUSTER.reset(before)


@contextmanager
def noting_where() -> Iterator[Callable[[], Used]]:
    """Note what the tasks of `run_many` run on in the body; what is given says it: that with the most processes."""
    noted = [SERIAL]
    before = _USED.set(noted)
    try:
        yield lambda: max(noted[1:] or noted, key=lambda used: used.workers)
    finally:
        _USED.reset(before)


def run_many(
    work: Callable[[Task, Tick], Result],
    tasks: Sequence[Task],
    workers: int | Executor,
    progress: Progress | None = None,
    keep: Callable[[Task, Result], None] | None = None,
) -> list[Result]:
    """Return the result of every task in the order of the tasks.

    Parameters
    ----------
    work
        Importable function of a task and of ``tick``, which it calls with the number of steps just finished.
    tasks
        Picklable tasks.
    workers
        Processes at most, or an engine; see `experiments.engine`. One task, or one worker, runs in this process.
    progress
        Receives the steps finished over all tasks.
    keep
        Receives every task that is done and its result, as it ends.

    Raises
    ------
    Exception
        What the first task that failed raised; `WorkerDied` when its process died, twice.
    """
    executor = executor_of(min(workers, len(tasks)) or 1, _CLUSTER.get()) if isinstance(workers, int) else workers
    found: dict[int, Result] = {}
    for outcome in attempt(executor, work, tasks, progress, tries=1):
        if outcome.error is not None:
            raise outcome.error
        found[outcome.number] = outcome.result
        if keep is not None:
            keep(tasks[outcome.number], outcome.result)
    if (noted := _USED.get()) is not None:
        noted.append(executor.used)
    return [found[number] for number in range(len(tasks))]
