"""Run many independent tasks on the cores of this machine, in any order, with the same results."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
Tick = Callable[[int], None]

POLL_SECONDS = 0.25
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "BLIS_NUM_THREADS"), "1"
)


class Progress(Protocol):
    """Show how far the work has come."""

    def update(self, done: int) -> None:
        """Show that ``done`` steps of all tasks are finished."""


def default_workers() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_many(
    work: Callable[[Task, Tick], Result], tasks: Sequence[Task], workers: int, progress: Progress | None = None
) -> list[Result]:
    """Return the result of every task in the order of the tasks.

    One worker runs in this process. More run in processes of their own with one numeric thread each; when one of
    them dies (usually for want of memory) what is left runs again, one task at a time.

    Parameters
    ----------
    work
        Importable function of a task and of ``tick``, which it calls with the number of steps just finished.
    tasks
        Picklable tasks.
    workers
        Processes at most.
    progress
        Receives the steps finished over all tasks.
    """
    if workers <= 1 or len(tasks) <= 1:
        return _run_here(work, tasks, progress)
    with tempfile.TemporaryDirectory(prefix="placewise-progress-") as folder, _watched(Path(folder), progress):
        return _run_apart(work, tasks, min(workers, len(tasks)), Path(folder))


def _run_here(work: Callable[[Task, Tick], Result], tasks: Sequence[Task], progress: Progress | None) -> list[Result]:
    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        done += steps
        if progress is not None:
            progress.update(done)

    return [work(task, tick) for task in tasks]


def _run_apart(work: Callable[[Any, Tick], Any], tasks: Sequence[Any], workers: int, folder: Path) -> list[Any]:
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    results: dict[int, Any] = {}
    for processes in (workers, 1):
        executor = get_reusable_executor(max_workers=processes, env=ONE_THREAD, kill_workers=True, reuse=False)
        left = [number for number in range(len(tasks)) if number not in results]
        futures = {number: executor.submit(_counted, work, tasks[number], folder / str(number)) for number in left}
        try:
            for number, future in futures.items():
                results[number] = future.result()
            executor.shutdown(wait=True)
            break
        except TerminatedWorkerError:
            _keep_finished(futures, results)
            if processes == 1:
                raise
        except BaseException:
            executor.shutdown(wait=False, kill_workers=True)
            raise
    return [results[number] for number in range(len(tasks))]


def _keep_finished(futures: dict[int, Any], results: dict[int, Any]) -> None:
    for number, future in futures.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            results[number] = future.result()


def _counted(work: Callable[[Any, Tick], Any], task: Any, path: Path) -> Any:
    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        done += steps
        path.write_text(str(done))

    return work(task, tick)


@contextmanager
def _watched(folder: Path, progress: Progress | None) -> Iterator[None]:
    """Show the sum of the counts that workers write into ``folder`` while the body runs."""
    if progress is None:
        yield
        return
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(POLL_SECONDS):
            progress.update(_total(folder))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
        progress.update(_total(folder))


def _total(folder: Path) -> int:
    total = 0
    for path in folder.iterdir():
        text = path.read_text()
        total += int(text) if text.isdigit() else 0
    return total
