"""Live a sweep file and keep every run: a study that can be broken off and taken up again."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.engine import Executor, attempt, executor_of
from experiments.pickle_cache import PickleCache
from experiments.progress import Mode, progress_of
from experiments.runs import Plan
from experiments.snapshots import model_digest, shared_snapshots
from experiments.study import querying
from experiments.study.folder import Asked, StudyFolder, begun
from experiments.study.parts import as_texts
from experiments.sweeps.designs import design_points
from experiments.sweeps.sweep_file import Sweep, read_sweep
from experiments.sweeps.tasks import Common, SweepTask, live_task, steps_of, sweep_tasks
from sim.core.errors import InputError, Problem, suggest
from sim.parameters.draws import DRAWS

if TYPE_CHECKING:
    import pandas as pd

MOST_RUNS = 500_000


@dataclass(frozen=True)
class Swept:
    """A sweep that has been lived: its folder, and ways to read it."""

    folder: Path
    digest: str
    runs: int
    failed: int
    seconds: float

    def inputs(self) -> pd.DataFrame:
        """Return the design; see `experiments.study.querying.inputs`."""
        return querying.inputs(self.folder)

    def results(self) -> pd.DataFrame:
        """Return everything that runs found; see `experiments.study.querying.results`."""
        return querying.results(self.folder)

    def totals(self, outcome: str, world: str | None = None, paired: bool = False) -> pd.DataFrame:
        """Return totals by point and run; see `experiments.study.querying.totals`."""
        return querying.totals(self.folder, outcome, world, paired)

    def query(self, sql: str) -> pd.DataFrame:
        """Answer a question in SQL; see `experiments.study.querying.query`."""
        return querying.query(self.folder, sql)


@dataclass(frozen=True)
class Prepared:
    """Hold a sweep with all its runs, before anything is simulated."""

    sweep: Sweep
    common: Common
    asked: Asked
    tasks: tuple[SweepTask, ...]
    place_given: str | None = None

    def task(self, name: str) -> SweepTask:
        """Return the run whose digest begins with ``name``."""
        found = [task for task in self.tasks if task.digest.startswith(name)]
        if len(found) != 1:
            near = suggest(name, [task.digest for task in self.tasks[:1000]], 1)
            fix = f"Did you mean {near[0]}?" if near else "The column task of the table runs names them."
            raise InputError(Problem("", 0, 0, "--only", f'{len(found)} runs of this sweep begin with "{name}".', fix))
        return found[0]


def prepare(
    file: str | Path,
    place: Any = None,
    *,
    parameters: Any = None,
    build: Callable[..., Any] | None = None,
    snapshots: PickleCache | None = None,
) -> Prepared:
    """Read a sweep file and list its runs; the arguments are those of `sweep`.

    Raises
    ------
    InputError
        With every problem of the file, its scenario or the place.
    """
    from experiments.finding import find_place, place_file_of
    from sim.parameters import load_registry

    registry = load_registry() if parameters is None else parameters
    read = read_sweep(file, registry)
    where = place if place is not None else read.file.place
    if read.function is not None:
        registry, where, build = read.function.registry(), read.function.place(), read.function.build()
    scenario, where = list(read.worlds.values())[-1].scenario, _beside(where, Path(file))
    plan = Plan(
        place=find_place(where, read.worlds),
        parameters=registry,
        worlds={stem: world.scenario for stem, world in read.worlds.items()},
        decision_date=scenario.decision_date,
        years=read.file.years,
        burn_in_years=read.file.burn_in_years,
        seed=read.file.seed,
        build=build,
        central=read.file.draws == "central",
        snapshots=(snapshots or shared_snapshots()) if read.shares_burn_in else None,
    )
    common = Common(plan, read.factors, read.outcomes, read.shares_burn_in, read.detail)
    points = design_points(read.design, read.factors)
    if len(points) * read.file.runs > MOST_RUNS:
        message = f"This sweep has {len(points) * read.file.runs:,} runs; at most {MOST_RUNS:,} are lived."
        raise InputError(Problem(str(file), 0, 0, "design", message, "Choose fewer levels, points or runs."))
    question = _question(read, plan, points)
    tasks = tuple(sweep_tasks(common, points, read.file.runs, question))
    asked = _asked(read, plan, points, tasks, question, place_file_of(where, read.worlds))
    return Prepared(read, common, asked, tasks, place if place else None)


def sweep(
    file: str | Path,
    out: str | Path,
    place: Any = None,
    workers: int | None = None,
    *,
    cluster: str | None = None,
    resume: bool = False,
    progress: Mode = "none",
    parameters: Any = None,
    build: Callable[..., Any] | None = None,
    snapshots: PickleCache | None = None,
    command: Sequence[str] = (),
) -> Swept:
    """Live every run of a sweep file and keep each in a folder as soon as it is done.

    The results do not depend on the number of workers, on where they are, or on how often the study was broken off.

    Parameters
    ----------
    file
        The sweep file.
    out
        Folder of the study.
    place
        Name, code, LSOA codes, place file or `PlaceData`; None for the place that the file or its scenario names.
    workers, cluster
        Where to work; see `experiments.engine.executor_of`.
    resume
        Go on with a study that was begun in the folder.
    progress
        How to show progress on stderr.
    parameters, build, snapshots
        Registry, builder of places, and where burnt-in places are kept, if not the ones that ship.
    command
        The command line, to be kept with the study.

    Raises
    ------
    InputError
        With every problem of the file; when the folder cannot be written to; when a cluster cannot be reached.
    ClusterLost
        When a cluster is lost and stays away; what it had is recorded as failed, and `resume` goes on.
    """
    prepared = prepare(file, place, parameters=parameters, build=build, snapshots=snapshots)
    return live(prepared, Path(out), executor_of(workers, cluster), resume, progress, command)


def live(
    prepared: Prepared,
    folder: Path,
    executor: Executor,
    resume: bool = False,
    progress: Mode = "none",
    command: Sequence[str] = (),
) -> Swept:
    """Live what is left of a sweep and keep every run; the arguments are those of `sweep`."""
    common = prepared.common
    started = time.monotonic()
    with begun(folder, prepared.asked, resume) as study:
        digests = [task.digest for task in prepared.tasks]
        wanted = set(study.left(digests))
        left = [task for task in prepared.tasks if task.digest in wanted]
        if executor.workers != 1 and left and common.plan.build is None:
            from experiments.warming import compile_kernels

            compile_kernels(common.plan)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        study.note(event="began", at=now, runs_left=len(left), runs=len(digests), command=list(command))
        steps = sum(steps_of(common, task) for task in left)
        with (
            study.noting_loss(executor),
            progress_of(f"{len(left)} runs of {common.plan.place.name}", steps, progress) as shown,
        ):
            for outcome in attempt(executor, functools.partial(live_task, common), left, shown):
                task = left[outcome.number]
                if outcome.error is None:
                    study.keep(task.digest, outcome.result.totals, outcome.result.detail)
                else:
                    study.keep_failure(task.digest, outcome.error, _replay(prepared, study, task))
        digest = study.finish(digests)
        failed = len(study.failures())
        seconds = time.monotonic() - started
        where = asdict(executor.used)
        study.note(event="ended", runs=len(digests), failed=failed, seconds=round(seconds, 1), digest=digest, **where)
    return Swept(folder, digest, len(digests), failed, seconds)


def _beside(where: Any, file: Path) -> Any:
    """Return a place; a place file is looked for beside the sweep file first."""
    if isinstance(where, str) and (file.parent / where).is_file():
        return file.parent / where
    return where


def _question(read: Sweep, plan: Plan, points: Any) -> dict[str, Any]:
    """Return everything that decides the results, so that a study is resumed only with the same."""
    return {
        "model": model_digest(),
        "parameters": plan.parameters.digest(),
        "place": plan.place.digest(),
        "scenarios": {stem: _hash(repr(world.scenario)) for stem, world in read.worlds.items()},
        "decision_date": plan.decision_date,
        "years": plan.years,
        "burn_in_years": plan.burn_in_years,
        "runs": read.file.runs,
        "seed": plan.seed,
        "draws": read.file.draws,
        "factors": [factor.path for factor in read.factors],
        "design": hashlib.sha256(np.ascontiguousarray(points, "<f8").tobytes()).hexdigest(),
        "outcomes": list(read.outcomes),
    }


def _asked(
    read: Sweep,
    plan: Plan,
    points: Any,
    tasks: Sequence[SweepTask],
    question: Mapping[str, Any],
    place_file: Path | None,
) -> Asked:
    from experiments.sweeps.describing import about_sweep, kept_files

    numbers = np.array([task.run for task in tasks], np.int32)
    draw = np.full(len(tasks), -1, np.int32) if plan.central else (numbers % DRAWS).astype(np.int32)
    return Asked(
        # What is kept beside yearly totals decides none of them: it is no part of what names a run.
        question={**question, **({"detail": list(read.detail)} if read.detail else {})},
        about=about_sweep(read, plan, place_file),
        files=kept_files(read),
        inputs={
            "point": np.arange(len(points), dtype=np.int32),
            **{factor.name: points[:, column] for column, factor in enumerate(read.factors)},
        },
        runs={
            "task": as_texts([task.digest for task in tasks]),
            "point": np.array([task.point for task in tasks], np.int32),
            "run": numbers,
            "seed": plan.seed + numbers,
            "draw": draw,
            "worlds": as_texts([" ".join(task.worlds) for task in tasks]),
        },
    )


def _replay(prepared: Prepared, study: StudyFolder, task: SweepTask) -> dict[str, Any]:
    """Return what is needed to live one run again, by itself."""
    from experiments.sweeps.describing import SWEEP_FILE

    place = f" --place {prepared.place_given!r}" if isinstance(prepared.place_given, str) else ""
    plan = prepared.common.plan
    return {
        **{key: value for key, value in asdict(task).items() if key != "digest"},
        "seed": plan.seed + task.run,
        "draw": None if plan.central else task.run % DRAWS,
        "replay": f"placewise sweep {study.folder / 'inputs' / SWEEP_FILE} --only {task.digest}{place}",
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
