"""Run the fit of the shipped model, so that it can be broken off and taken up again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from calibration.fitting.one_run import FitTask, Result, Size, one_fit_run, read_result, write_whole
from calibration.fitting.plan import Plan, Point, plan_of
from calibration.fitting.report import summary_of
from calibration.fitting.shipping import draws_table
from calibration.fitting.space import Space, read_space
from calibration.fitting.workflow import fit
from calibration.targets import Target, read_calibration_targets
from sim.core.errors import InputError, Problem
from sim.parameters.posterior import PATH as DRAWS_PATH
from sim.parameters.registry import Registry, load_registry

RunMany = Callable[[Callable[..., Result], Sequence[FitTask]], list[Result]]
Say = Callable[[str], None]
SETTINGS_FILE, FIT_FILE, DRAWS_FILE = "settings.json", "fit.json", "draws.csv"
SCHEMA = "placewise.fit/1"


@dataclass(frozen=True)
class FitSettings:
    """Say what is fitted: how many runs, of what size, with which seed."""

    budget_runs: int
    size: Size
    seed: int = 0


def directions_to_fit() -> int:
    """Return the number of directions before screening."""
    return len(read_space().free)


def calibrate(run_many: RunMany, folder: Path, settings: FitSettings, say: Say = lambda text: None) -> dict[str, Any]:
    """Fit the model to the targets of ``targets/calibrate.yaml`` and write the result into a folder.

    Parameters
    ----------
    run_many
        Lives tasks and returns their results in order; it is told nothing of what they are for.
    folder
        Results of single runs are kept here as they finish: called again with the same settings, the fit goes on
        where it was broken off.

    Returns
    -------
    The contents of ``fit.json``.

    Raises
    ------
    InputError
        If the folder holds another fit.
    """
    started = time.time()
    registry, space, targets = load_registry(), read_space(), read_calibration_targets()
    plan = plan_of(settings.budget_runs, len(space.free))
    _claim(folder, {**asdict(settings), "model": fingerprint(registry), "targets": targets_fingerprint(targets)})
    lived: list[float] = []

    def evaluate(stage: str, points: Sequence[Point]) -> list[Mapping[str, float]]:
        tasks = [_task(folder, stage, i, point, space, settings, targets) for i, point in enumerate(points)]
        results: dict[int, Result] = {i: found for i, task in enumerate(tasks) if (found := read_result(task))}
        left = [i for i in range(len(tasks)) if i not in results]
        results |= dict(zip(left, run_many(one_fit_run, [tasks[i] for i in left]), strict=True))
        lived.extend(results[i]["seconds"] for i in range(len(tasks)))
        return [results[i]["statistics"] for i in range(len(tasks))]

    found = fit(space, targets, evaluate, plan, settings.seed, say)
    write_whole(folder / DRAWS_FILE, draws_table(found.space, found.draws))
    provenance = {
        "schema": SCHEMA,
        "settings": asdict(settings),
        "plan": asdict(plan),
        "runs": len(lived),
        "model_digest": fingerprint(registry),
        "other_parameters_digest": fingerprint(registry, (name for free in found.space.free for name in free.moves)),
        "targets_digest": targets_fingerprint(targets),
        "seconds_per_run": round(float(np.mean(lived)), 2),
        "minutes": round((time.time() - started) / 60.0, 1),
    }
    whole = provenance | summary_of(found)
    write_whole(folder / FIT_FILE, json.dumps(whole, indent=1) + "\n")
    return whole


def planned_runs(settings: FitSettings) -> tuple[Plan, int]:
    """Return how the runs are divided, and their number."""
    directions = directions_to_fit()
    plan = plan_of(settings.budget_runs, directions)
    return plan, plan.runs(directions)


def shipped_fit_is_current() -> bool:
    """Say whether all parameters that the shipped fit did not move are as they were when it was made.

    True, too, where no fit has been shipped.
    """
    path = DRAWS_PATH.with_name(FIT_FILE)
    if not path.exists():
        return True
    made = json.loads(path.read_text(encoding="utf-8"))
    moved = {name for row in made["directions"] for name in row["moves"]}
    return fingerprint(load_registry(), moved) == made["other_parameters_digest"]


def fingerprint(registry: Registry, without: Iterable[str] = ()) -> str:
    """Return a short digest of the values of all parameters but those named."""
    sha = hashlib.sha256()
    for name in sorted(set(registry) - set(without)):
        sha.update(name.encode() + np.asarray(registry[name], "<f8").tobytes())
    return sha.hexdigest()[:16]


def targets_fingerprint(targets: Sequence[Target]) -> str:
    """Return a short digest of what is fitted to."""
    return hashlib.sha256(repr(list(targets)).encode()).hexdigest()[:16]


def _task(
    folder: Path, stage: str, number: int, point: Point, space: Space, settings: FitSettings, targets: Sequence[Target]
) -> FitTask:
    return FitTask(
        file=str(folder / "runs" / f"{stage}-{number:04d}.json"),
        moved=space.moved(point.unit),
        draw=point.draw,
        seed=point.seed + settings.seed,
        size=settings.size,
        statistics=tuple(sorted({target.statistic for target in targets})),
    )


def _claim(folder: Path, wanted: dict[str, Any]) -> None:
    """Write the settings into an empty folder, or see that they are those of the fit begun in it."""
    path = folder / SETTINGS_FILE
    if path.exists():
        begun = json.loads(path.read_text(encoding="utf-8"))
        if begun != wanted:
            changed = ", ".join(key for key in wanted if begun.get(key) != wanted[key])
            message = f"This folder holds another fit: it differs in {changed}."
            raise InputError(Problem(str(folder), 0, 0, "--out", message, "Choose another folder."))
        return
    if folder.exists() and any(folder.iterdir()):
        message = "This folder holds something else than a fit."
        raise InputError(Problem(str(folder), 0, 0, "--out", message, "Choose an empty folder."))
    write_whole(path, json.dumps(wanted, indent=1) + "\n")
