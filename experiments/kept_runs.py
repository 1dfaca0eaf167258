"""Keep the finished runs of a comparison until it is stored, so that one that was broken off goes on from there.

A comparison of many scenarios over decades takes hours. Whatever ends it before its time, the same command given again
lives only the runs that are missing. A run is found by a digest of all that decides it, so that an edit of a scenario,
of a parameter or of the model lives every run anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from experiments.executor import run_many
from experiments.pickle_cache import PickleCache
from experiments.progress import Mode, progress_of
from experiments.runs import RunRecord, RunTask, one_run
from experiments.snapshots import snapshot_key
from experiments.version import placewise_version

COMPARING = "compare"


@dataclass(frozen=True)
class KeptRuns:
    """Find and keep finished runs.

    Attributes
    ----------
    cache
        Where they are.
    purpose
        What they are for: the runs of a comparison are never taken for those of its reproduction.
    touched
        Keys of what was found or kept here.
    """

    cache: PickleCache
    purpose: str = COMPARING
    touched: set[str] = field(default_factory=set)

    def find(self, task: RunTask) -> RunRecord | None:
        """Return a run that was finished before; None where it was not."""
        key = run_key(task, self.purpose)
        found: RunRecord | None = self.cache.find(key)
        if found is not None:
            self.touched.add(key)
        return found

    def keep(self, task: RunTask, record: RunRecord) -> None:
        """Keep a run that is finished."""
        key = run_key(task, self.purpose)
        self.cache.keep(key, record)
        self.touched.add(key)

    def forget(self) -> None:
        """Remove the runs that were found or kept: what they were kept for is done."""
        for key in self.touched:
            self.cache.forget(key)
        self.touched.clear()


def live_tasks(
    tasks: Sequence[RunTask], title: str, workers: int, progress: Mode, kept: KeptRuns | None = None
) -> list[RunRecord]:
    """Return the record of every task in the order of the tasks; those kept from an earlier attempt are not lived."""
    found = {at: record for at, task in enumerate(tasks) if kept and (record := kept.find(task)) is not None}
    left = [task for at, task in enumerate(tasks) if at not in found]
    if found:
        print(f"{len(found)} of {len(tasks)} runs were finished by a command that was broken off.", file=sys.stderr)
    lived: list[RunRecord] = []
    if left:
        steps = sum(task.plan.steps_per_run for task in left)
        with progress_of(title, steps, progress) as shown:
            lived = run_many(one_run, left, min(workers, len(left)), shown, keep=kept.keep if kept else None)
    others = iter(lived)
    return [found[at] if at in found else next(others) for at in range(len(tasks))]


def shared_kept_runs(purpose: str = COMPARING) -> KeptRuns:
    """Return the finished runs that this user has yet to need, beside compiled kernels; at most 4 GB."""
    from sim.core.compiling import CACHE_FOLDER

    return KeptRuns(PickleCache(CACHE_FOLDER.parent / "runs"), purpose)


def run_key(task: RunTask, purpose: str) -> str:
    """Return the digest of all that decides the results of a run, and of what they are for."""
    plan = task.plan
    worlds = {stem: repr(scenario) for stem, scenario in plan.worlds.items()}
    parts = (purpose, placewise_version(), task.number, snapshot_key(plan, task.number), worlds, plan.years)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]
