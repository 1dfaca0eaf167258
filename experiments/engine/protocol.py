"""What every engine does: take tasks, and hand back what became of each as it ends, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sim.core.errors import PlacewiseError

Task = TypeVar("Task")
Tick = Callable[[int], None]
Work = Callable[[Any, Tick], Any]

TRIES = 2
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "BLIS_NUM_THREADS"), "1"
)
"""Set in every worker: workers share the cores among them, so each computes on one."""


class WorkerDied(PlacewiseError):
    """Report that the process of a task ended without a word, usually for want of memory."""


EXIT_INTERRUPTED = 130


class ClusterLost(PlacewiseError):
    """Report that a cluster was lost and stayed away while tasks were still waiting for it."""

    exit_code = EXIT_INTERRUPTED


@dataclass(frozen=True)
class Used:
    """Say what tasks really ran on.

    Attributes
    ----------
    engine
        ``this process``, ``processes`` of this machine or ``dask``.
    workers
        How many processes.
    cluster
        Address of the Dask cluster; None where there was none.
    """

    engine: str
    workers: int
    cluster: str | None = None


SERIAL = Used("this process", 1)


class Progress(Protocol):
    """Show how far the work has come."""

    def update(self, done: int) -> None:
        """Show that ``done`` steps of all tasks are finished."""


@dataclass(frozen=True)
class Outcome:
    """Say what became of one task.

    Attributes
    ----------
    number
        Which task it was: its position in what was asked for.
    result
        What the work returned; None when it failed.
    error
        Why it failed; None when it did not.
    worth_trying
        False when the engine has already given the task a second chance.
    """

    number: int
    result: Any = None
    error: BaseException | None = None
    worth_trying: bool = True


class Executor(Protocol):
    """Run tasks. Every engine gives the same results; they differ in where the work is done."""

    workers: int

    @property
    def used(self) -> Used:
        """What tasks have really run on, so far."""

    def run(self, work: Work, tasks: Sequence[tuple[int, Any]], progress: Callable[[int], None]) -> Iterator[Outcome]:
        """Give the outcome of every numbered task as it ends.

        Parameters
        ----------
        work
            Importable function of a task and of ``tick``, which it calls with the number of steps just finished.
        tasks
            Numbers and picklable tasks.
        progress
            Receives the steps finished so far over all tasks of this call.
        """


def attempt(
    executor: Executor, work: Work, tasks: Iterable[Any], progress: Progress | None = None, tries: int = TRIES
) -> Iterator[Outcome]:
    """Run tasks and give the outcome of each, as it ends; a task that fails gets another try after all the others.

    Parameters
    ----------
    tries
        How often a task is tried before its failure is handed on.
    """
    left = list(enumerate(tasks))
    before = 0
    for number in range(tries):
        last = number == tries - 1
        failed: dict[int, BaseException] = {}
        shown = 0

        def show(steps: int) -> None:
            nonlocal shown
            shown = steps
            if progress is not None:
                progress.update(before + steps)  # noqa: B023

        for outcome in executor.run(work, left, show):
            if outcome.error is None or last or not outcome.worth_trying:
                yield outcome
            else:
                failed[outcome.number] = outcome.error
        left = [(number, task) for number, task in left if number in failed]
        if not left:
            return
        before += shown
