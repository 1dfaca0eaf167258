"""Evaluate virtual trials for matching: one seed, several entries, several scales, and one untreated world for all."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.executor import Tick
from experiments.files import write_text
from experiments.trial_design import Design
from experiments.trial_estimates import contrast
from experiments.trial_measures import is_rated
from sim.core.time import MONTHS_PER_YEAR

BURN_IN_YEARS = 5
FEWEST_RECRUITS = 2


@dataclass(frozen=True)
class Job:
    """Name a trial to be evaluated at some scales; ``key`` tells evaluations of one design from those of another."""

    key: str
    design: Design
    scales: tuple[float, ...]


@dataclass(frozen=True)
class Batch:
    """Name the work of one process: a seed, the trials it evaluates, and the folder that keeps what was found."""

    place: Any
    parameters: Any
    seed: int
    jobs: tuple[Job, ...]
    folder: Path
    burn_in_years: int = BURN_IN_YEARS

    @property
    def steps(self) -> int:
        """Simulated months."""
        if not self.jobs:
            return 0
        treated = sum(job.design.months * len(job.scales) for job in self.jobs)
        return self.burn_in_years * MONTHS_PER_YEAR + max(job.design.months for job in self.jobs) + treated


def path_of(folder: Path, key: str, seed: int, scale: float) -> Path:
    """Return the file that keeps one evaluation."""
    return folder / f"{key}_{seed}_{scale:+.4f}.json"


def read_evaluation(folder: Path, key: str, seed: int, scale: float) -> dict[str, float] | None:
    """Return an evaluation that was kept, if it was."""
    path = path_of(folder, key, seed, scale)
    if not path.is_file():
        return None
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


def one_batch(task: Batch, tick: Tick) -> None:
    """Live the worlds of a batch and keep every evaluation as soon as it is known."""
    from experiments.trial_worlds import live_treated, live_untreated
    from sim.run import RunSpec, build

    if not task.jobs:
        return
    base = build(RunSpec(task.place, seed=task.seed, burn_in_years=task.burn_in_years), task.parameters)
    base.burn_in()
    tick(task.burn_in_years * MONTHS_PER_YEAR)
    untreated = live_untreated(base, [job.design for job in task.jobs], tick)
    for job, without in zip(task.jobs, untreated, strict=True):
        for scale in job.scales:
            if len(without.recruits) < FEWEST_RECRUITS:
                found = {"effect": math.nan, "control": math.nan, "recruits": float(len(without.recruits))}
            else:
                treated = live_treated(base, job.design.at_scale(scale), without, tick)
                found = randomised_contrast(job.design, without, treated)
            write_text(path_of(task.folder, job.key, task.seed, scale), json.dumps(found))
    base.close()


def randomised_contrast(design: Design, untreated: Any, treated: Any) -> dict[str, float]:
    """Return the contrast between arms that a trial expects, with the chance that the arms differ taken off.

    Each arm is compared with itself in the untreated world: the treated arm's change less the control arm's. Of a
    trial whose estimand is the effect on the treated, only those count who stay to the end.
    """
    recruits, without, rated = untreated.recruits, untreated.outcomes, is_rated(design.measure)
    arm = recruits.treated
    who = arm & treated.completed if design.estimand == "treated" else arm
    spread = float(np.std(without.expected)) or 1.0

    def change(which: Any) -> float:
        if not which.any():
            return math.nan
        return contrast(float(treated.expected[which].mean()), float(without.expected[which].mean()), rated, spread)

    control = change(~arm)
    return {"effect": change(who) - control, "control": control, "recruits": float(arm.size)}
