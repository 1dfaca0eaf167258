"""Run tasks in processes of their own on this machine."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from experiments.engine.protocol import ONE_THREAD, Outcome, Used, Work, WorkerDied

POLL_SECONDS = 0.25
TASKS_PER_WORKER = 100
"""After so many tasks the processes are replaced by new ones: what a library leaks goes with them."""
DIED = "The process that ran this ended without a word. It was probably stopped for want of memory."


class Local:
    """Run tasks in ``workers`` processes with one numeric thread each.

    When a process dies, whatever it and its neighbours had begun runs again, each alone, so that it shows which task
    was to blame; the others never notice.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._most = 0

    @property
    def used(self) -> Used:
        """What tasks have really run on."""
        return Used("processes", self._most)

    def run(self, work: Work, tasks: Sequence[tuple[int, Any]], progress: Callable[[int], None]) -> Iterator[Outcome]:
        """Give the outcome of every task as it ends."""
        with (
            tempfile.TemporaryDirectory(prefix="placewise-progress-") as folder,
            _watched(Path(folder), progress) as counts,
        ):
            waiting = list(tasks)
            while waiting:
                wave = waiting[: self.workers * TASKS_PER_WORKER]
                self._most = max(self._most, min(self.workers, len(wave)))
                done = set()
                for outcome in _wave(work, wave, min(self.workers, len(wave)), counts, alone=False):
                    done.add(outcome.number)
                    yield outcome
                begun = [(n, task) for n, task in wave if n not in done and _count_file(counts, n).exists()]
                for number, task in begun:
                    done.add(number)
                    yield from _wave(work, [(number, task)], 1, counts, alone=True)
                waiting = [(number, task) for number, task in waiting if number not in done]


def _wave(work: Work, wave: Sequence[tuple[int, Any]], workers: int, counts: Path, alone: bool) -> Iterator[Outcome]:
    """Run tasks in fresh processes; when one dies, end early, or say so where a task runs alone."""
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    executor = get_reusable_executor(max_workers=workers, env=ONE_THREAD, kill_workers=True, reuse=False)
    futures = {executor.submit(_counted, work, task, _count_file(counts, number)): number for number, task in wave}
    left = set(futures)
    whole = False
    try:
        while left:
            ended, left = wait(left, return_when=FIRST_COMPLETED)
            for future in sorted(ended, key=futures.__getitem__):
                error = future.exception()
                if not isinstance(error, TerminatedWorkerError):
                    yield Outcome(futures[future], None if error else future.result(), error)
                elif alone:
                    yield Outcome(futures[future], error=WorkerDied(DIED), worth_trying=False)
        whole = True
    finally:
        executor.shutdown(wait=whole, kill_workers=not whole)


def _count_file(folder: Path, number: int) -> Path:
    return folder / str(number)


def _counted(work: Work, task: Any, path: Path) -> Any:
    """Do the work of a task and keep the number of its finished steps in a file, which exists from the start."""
    done = 0
    path.write_text("0")

    def tick(steps: int) -> None:
        nonlocal done
        done += steps
        path.write_text(str(done))

    return work(task, tick)


@contextmanager
def _watched(folder: Path, progress: Callable[[int], None]) -> Iterator[Path]:
    """Show the sum of the counts that workers write into ``folder`` while the body runs."""
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(POLL_SECONDS):
            progress(_total(folder))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield folder
    finally:
        finished.set()
        watcher.join()
        progress(_total(folder))


def _total(folder: Path) -> int:
    total = 0
    for path in folder.iterdir():
        text = path.read_text()
        total += int(text) if text.isdigit() else 0
    return total
