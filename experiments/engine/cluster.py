"""Run tasks on a Dask cluster: one that is running somewhere, or one made here for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from experiments.engine.connecting import LOCAL, answers, connected, found_again, reconnect_seconds, staffed
from experiments.engine.handing_out import TasksLeft
from experiments.engine.local import DIED
from experiments.engine.protocol import ClusterLost, Outcome, Used, Work, WorkerDied
from sim.core.errors import InputError, PlacewiseError, Problem

EXIT_EXTRA_MISSING = 8
TASKS_PER_WORKER = 8
LISTEN_SECONDS, RESULT_SECONDS = 5.0, 60.0


class ExtraMissing(PlacewiseError):
    """Report that an optional library is not installed."""

    exit_code = EXIT_EXTRA_MISSING


class Cluster:
    """Run tasks on a Dask cluster.

    A cluster that is lost on the way is looked for again for a while. What it had not given back by then is handed out
    once more, and has failed when that was in vain too often.

    Parameters
    ----------
    address
        Address of a scheduler such as ``tcp://10.0.0.1:8786``, or ``local:2`` for two processes of this machine.
        The processes of a cluster elsewhere need the same version of this software, and one thread each.
    """

    def __init__(self, address: str) -> None:
        self.address = _checked(address)
        self.workers = int(address.removeprefix(LOCAL)) if address.startswith(LOCAL) else 0
        self._seen: set[str] = set()
        self._gone = False

    @property
    def used(self) -> Used:
        """What tasks have really run on."""
        return Used("dask", len(self._seen), self.address)

    def run(self, work: Work, tasks: Sequence[tuple[int, Any]], progress: Callable[[int], None]) -> Iterator[Outcome]:
        """Give the outcome of every task as it ends.

        Raises
        ------
        InputError
            When the cluster cannot be reached at all.
        ClusterLost
            When it is lost and stays away. Every task that it ever had then has an outcome, which says so; those that
            were still waiting have none.
        """
        try:
            import distributed  # noqa: F401
        except ImportError:
            message = "This needs the library distributed. Install it with: pip install 'placewise[cluster]'"
            raise ExtraMissing(message) from None
        if self._gone:
            raise self._lost()
        left = TasksLeft(tasks, self.address)
        with connected(self.address) as client:
            yield from self._run(client, work, left, progress)
        yield from left.taken_back(list(left.out))
        while left:
            with found_again(self.address) as client:
                if client is None:
                    self._gone = True
                    yield from left.gone()
                    if left:
                        raise self._lost()
                    return
                yield from self._run(client, work, left, progress)
            yield from left.taken_back(list(left.out))

    def _lost(self) -> ClusterLost:
        return ClusterLost(f'The cluster at "{self.address}" was lost and did not come back.')

    def _run(self, client: Any, work: Work, left: TasksLeft, progress: Callable[[int], None]) -> Iterator[Outcome]:
        """Give outcomes until nothing is left, or until the cluster is lost."""
        at_once = TASKS_PER_WORKER * max(len(client.scheduler_info()["workers"]), 1)
        ended: SimpleQueue[Any] = SimpleQueue()
        futures: dict[str, tuple[int, Any]] = {}
        try:
            while left:
                while left.waiting and len(left.out) < at_once:
                    number, task = left.hand_out()
                    future = client.submit(_counted, work, task, pure=False)
                    futures[future.key] = number, future
                    future.add_done_callback(ended.put)
                try:
                    number, future = futures.pop(ended.get(timeout=LISTEN_SECONDS).key)
                except Empty:
                    if not answers(client) or not staffed(client, reconnect_seconds()):
                        return
                    continue
                found = _outcome(future, number)
                if found is None:
                    if not answers(client) or future.status == "cancelled":
                        return
                    yield from left.taken_back([number])
                    continue
                outcome, steps, worker = found
                left.done(number, steps)
                self._seen.update(filter(None, [worker]))
                progress(left.steps)
                yield outcome
        except OSError:
            # What Dask raises where a scheduler is gone; errors of tasks are in their outcomes.
            if answers(client):
                raise


def _outcome(future: Any, number: int) -> tuple[Outcome, int, str] | None:
    """Return what became of a task, how many steps it took and where; None when its result was lost."""
    from asyncio import CancelledError as Cancelled
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    if future.status in ("lost", "cancelled"):
        return None
    try:
        error = future.exception(timeout=RESULT_SECONDS)
        result, steps, worker = future.result(timeout=RESULT_SECONDS) if error is None else (None, 0, "")
    except (Cancelled, CancelledError, OSError):
        return None
    if isinstance(error, KilledWorker):
        return Outcome(number, error=WorkerDied(DIED), worth_trying=False), 0, ""
    return Outcome(number, result, error), steps, worker


def _counted(work: Work, task: Any) -> tuple[Any, int, str]:
    """Do the work of a task; return its result, the number of its steps and the name of the process."""
    from distributed import get_worker

    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        done += steps

    return work(task, tick), done, str(get_worker().address)


def _checked(address: str) -> str:
    count = address.removeprefix(LOCAL)
    if "://" in address or (address.startswith(LOCAL) and count.isdigit() and int(count) > 0):
        return address
    message = f'"{address}" is not the address of a cluster.'
    raise InputError(Problem("", 0, 0, "--cluster", message, "Write tcp://host:8786, or local:2 for two processes."))
