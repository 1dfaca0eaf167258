"""Run tasks on a Dask cluster: one that is running somewhere, or one made here for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from experiments.engine.local import DIED
from experiments.engine.protocol import ONE_THREAD, Outcome, Work, WorkerDied
from sim.core.errors import InputError, PlacewiseError, Problem

EXIT_EXTRA_MISSING = 8
LOCAL = "local:"
TASKS_PER_WORKER = 8
CONNECT_SECONDS = 20
ONE_AT_A_TIME = 1.0
"""Tasks handed to each process ahead of time, so that a process that dies takes no other task with it."""
DEATHS_ALLOWED = 1
"""How often the process of a task may die before the cluster gives the task up."""


class ExtraMissing(PlacewiseError):
    """Report that an optional library is not installed."""

    exit_code = EXIT_EXTRA_MISSING


class Cluster:
    """Run tasks on a Dask cluster.

    Parameters
    ----------
    address
        Address of a scheduler such as ``tcp://10.0.0.1:8786``, or ``local:2`` for two processes of this machine.
        The processes of a cluster elsewhere need the same version of this software, and one thread each.
    """

    def __init__(self, address: str) -> None:
        self.address = _checked(address)
        self.workers = int(address.removeprefix(LOCAL)) if address.startswith(LOCAL) else 0

    def run(self, work: Work, tasks: Sequence[tuple[int, Any]], progress: Callable[[int], None]) -> Iterator[Outcome]:
        """Give the outcome of every task as it ends.

        Raises
        ------
        InputError
            When the cluster cannot be reached, or is lost on the way. Nothing that was handed out is lost with it.
        """
        try:
            import distributed
        except ImportError:
            message = "This needs the library distributed. Install it with: pip install 'placewise[cluster]'"
            raise ExtraMissing(message) from None
        try:
            yield from self._run(work, tasks, progress)
        except distributed.comm.CommClosedError:
            raise _lost(self.address) from None

    def _run(self, work: Work, tasks: Sequence[tuple[int, Any]], progress: Callable[[int], None]) -> Iterator[Outcome]:
        from distributed import as_completed

        done = 0
        with _client(self.address) as client:
            at_once = TASKS_PER_WORKER * max(len(client.scheduler_info()["workers"]), 1)
            waiting = list(tasks)[::-1]
            handed_out: dict[str, tuple[int, Any]] = {}

            def submit(number: int, task: Any) -> Any:
                future = client.submit(_counted, work, task, pure=False)
                handed_out[future.key] = number, task
                return future

            ended = as_completed([submit(*waiting.pop()) for _ in range(min(at_once, len(waiting)))])
            for future in ended:
                number, task = handed_out.pop(future.key)
                found = _outcome(future, number)
                if found is None:
                    if client.status != "running":
                        raise _lost(self.address)
                    ended.add(submit(number, task))
                    continue
                if waiting:
                    ended.add(submit(*waiting.pop()))
                outcome, steps = found
                done += steps
                progress(done)
                yield outcome


def _outcome(future: Any, number: int) -> tuple[Outcome, int] | None:
    """Return what became of a task and how many steps it took; None when its result went with a dead process."""
    from asyncio import CancelledError as Cancelled
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    if future.status in ("lost", "cancelled"):
        return None
    try:
        error = future.exception()
        result, steps = future.result() if error is None else (None, 0)
    except (Cancelled, CancelledError):
        return None
    if isinstance(error, KilledWorker):
        return Outcome(number, error=WorkerDied(DIED), worth_trying=False), 0
    return Outcome(number, result, error), steps


def _counted(work: Work, task: Any) -> tuple[Any, int]:
    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        done += steps

    return work(task, tick), done


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """Connect to a cluster, or make one of processes of this machine for as long as the body runs."""
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": DEATHS_ALLOWED,
        "distributed.scheduler.worker-saturation": ONE_AT_A_TIME,
        "distributed.nanny.pre-spawn-environ": ONE_THREAD,
        "distributed.worker.daemon": False,
    }
    if not address.startswith(LOCAL):
        try:
            client = Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError):
            message = f'No cluster answers at "{address}".'
            fix = "Start one with `dask scheduler` and `dask worker`, or write local:2."
            raise InputError(Problem("", 0, 0, "--cluster", message, fix)) from None
        with client:
            yield client
        return
    workers = int(address.removeprefix(LOCAL))
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _checked(address: str) -> str:
    count = address.removeprefix(LOCAL)
    if "://" in address or (address.startswith(LOCAL) and count.isdigit() and int(count) > 0):
        return address
    message = f'"{address}" is not the address of a cluster.'
    raise InputError(Problem("", 0, 0, "--cluster", message, "Write tcp://host:8786, or local:2 for two processes."))


def _lost(address: str) -> InputError:
    message = f'The cluster at "{address}" was lost. What had been finished is kept.'
    return InputError(Problem("", 0, 0, "--cluster", message, "Go on with the same command and --resume."))
