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
from calibration.fitting.plan import Point, plan_of, spread_over
from calibration.fitting.report import lived_lives, summary_of
from calibration.fitting.shipping import draws_table
from calibration.fitting.space import read_space
from calibration.fitting.workflow import fit
from calibration.targets import Target, read_calibration_targets
from sim.core.errors import InputError, Problem
from sim.interventions.model_hash import code_hash
from sim.parameters.posterior import PATH as DRAWS_PATH
from sim.parameters.registry import Registry, load_registry
from sim.parameters.structure import ONLY_IN_OTHER_FORMS

RunMany = Callable[[Callable[..., Result], Sequence[FitTask]], list[Result]]
Say = Callable[[str], None]
SETTINGS_FILE, FIT_FILE, DRAWS_FILE, RUNS = "settings.json", "fit.json", "draws.csv", "runs"
RUNS_PER_COHORT, MOST_COHORTS, COHORT_YEARS, COHORT_SEED = 25, 12, 25, 50_000
SCHEMA = "placewise.fit/1"


@dataclass(frozen=True)
class FitSettings:
    """Say what is fitted: how many runs, of what size, with which seed."""

    budget_runs: int
    size: Size
    seed: int = 0


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
    digests = {
        "model_digest": fingerprint(registry),
        "targets_digest": hashed(repr(targets)),
        "free_digest": hashed(repr(space)),
    }
    _claim(folder, asdict(settings) | digests)
    lives = _Lives(run_many, folder, settings, targets)

    def evaluate(stage: str, points: Sequence[Point]) -> list[Mapping[str, float]]:
        runs = [(space.moved(point.unit), point.draw, point.seed) for point in points]
        return lives.live(stage, runs, settings.size)

    found = fit(space, targets, evaluate, plan, settings.seed, say)
    write_whole(folder / DRAWS_FILE, draws_table(found.space, found.draws))
    chosen = spread_over(cohorts(settings))
    long_lives = [(found.space.moved(found.draws[n]), int(n), COHORT_SEED + i) for i, n in enumerate(chosen)]
    grown = lives.live("cohort", long_lives, cohort_size(settings))
    moved = {name for free in found.space.free for name in free.moves}
    whole = {
        "schema": SCHEMA,
        "settings": asdict(settings),
        "plan": asdict(plan),
        "runs": len(lives.seconds),
        **digests,
        "code_digest": code_hash(),
        "other_parameters_digest": digest_of_the_rest(registry, moved),
        "seconds_per_run": round(float(np.mean(lives.seconds)), 2),
        "minutes": round((time.time() - started) / 60.0, 1),
        **summary_of(found),
        "lived_lives": lived_lives(targets, grown, cohort_size(settings).burn_in_years),
    }
    write_whole(folder / FIT_FILE, json.dumps(whole, indent=1) + "\n")
    return whole


class _Lives:
    """Live the runs of a fit, but for those that were lived before."""

    def __init__(self, run_many: RunMany, folder: Path, settings: FitSettings, targets: Sequence[Target]) -> None:
        self.run_many, self.folder, self.seed = run_many, folder, settings.seed
        self.statistics = tuple(sorted({target.statistic for target in targets}))
        self.seconds: list[float] = []

    def live(
        self, stage: str, runs: Sequence[tuple[dict[str, float], int, int]], size: Size
    ) -> list[Mapping[str, float]]:
        """Return the statistics of runs given by parameters moved, draw of evidence and seed."""
        tasks = [
            FitTask(
                str(self.folder / RUNS / f"{stage}-{i:04d}.json"), moved, draw, seed + self.seed, size, self.statistics
            )
            for i, (moved, draw, seed) in enumerate(runs)
        ]
        results: dict[int, Result] = {i: found for i, task in enumerate(tasks) if (found := read_result(task))}
        left = [i for i in range(len(tasks)) if i not in results]
        results |= dict(zip(left, self.run_many(one_fit_run, [tasks[i] for i in left]), strict=True))
        self.seconds.extend(results[i]["seconds"] for i in range(len(tasks)))
        return [results[i]["statistics"] for i in range(len(tasks))]


def cohorts(settings: FitSettings) -> int:
    """Return the number of long runs at the end, in which most careers have been lived rather than begun with."""
    return min(settings.budget_runs // RUNS_PER_COHORT, MOST_COHORTS)


def cohort_size(settings: FitSettings) -> Size:
    """Return the size of those runs: half the communities, and long enough for those born in them to grow up."""
    return Size(max(settings.size.communities // 2, 1), settings.size.years, COHORT_YEARS)


def steps_left(folder: Path, settings: FitSettings) -> tuple[int, int]:
    """Return the number of runs that a fit still has to live, and of months in them."""
    directions = len(read_space().free)
    short, long = plan_of(settings.budget_runs, directions).runs(directions), cohorts(settings)
    done = [path.name for path in (folder / RUNS).glob("*.json")]
    done_long = sum(name.startswith("cohort") for name in done)
    short, long = max(short - (len(done) - done_long), 0), max(long - done_long, 0)
    return short + long, short * settings.size.months + long * cohort_size(settings).months


def shipped_fit_is_current() -> bool:
    """Say whether all parameters that the shipped fit did not move are as they were when it was made.

    True, too, where no fit has been shipped.
    """
    path = DRAWS_PATH.with_name(FIT_FILE)
    if not path.exists():
        return True
    made = json.loads(path.read_text(encoding="utf-8"))
    moved = {name for row in made["directions"] for name in row["moves"]}
    return digest_of_the_rest(load_registry(), moved) == made["other_parameters_digest"]


def digest_of_the_rest(registry: Registry, moved: Iterable[str]) -> str:
    """Return a short digest of the parameters that a fit rests on and did not move.

    Runs of a fit have no programmes and the model as it is, so parameters of programmes and of other forms of the
    model are not among them.
    """
    unread = {
        name
        for name in registry
        if name in ONLY_IN_OTHER_FORMS
        or registry.parameter(name).room == "programmes"
        or registry.parameter(name).kind == "structure"
    }
    return fingerprint(registry, unread | set(moved))


def fingerprint(registry: Registry, without: Iterable[str] = ()) -> str:
    """Return a short digest of the values of all parameters but those named."""
    sha = hashlib.sha256()
    for name in sorted(set(registry) - set(without)):
        sha.update(name.encode() + np.asarray(registry[name], "<f8").tobytes())
    return sha.hexdigest()[:16]


def hashed(text: str) -> str:
    """Return a short digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
