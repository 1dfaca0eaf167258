"""Screening: which directions move some target enough to be worth fitting (Morris)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.fitting.space import EDGE
from calibration.targets import Target

Array = npt.NDArray[np.float64]

LEVELS = 4
WORTH, SURE = 1.0, 2.5


@dataclass(frozen=True)
class Screened:
    """Hold the effect of moving one direction across its range.

    Attributes
    ----------
    effect
        Largest mean absolute effect on a target, in standard deviations of what may miss it, among effects whose
        mean is 2.5 standard errors from zero: chance in the runs would pass for an effect otherwise.
    target
        The target it moves most.
    curved
        Standard deviation of that effect over the cube, in the same unit: large where it curves or interacts.
    kept
        Whether it is fitted.
    """

    name: str
    effect: float
    target: str
    curved: float
    kept: bool


def design(directions: int, trajectories: int, seed: int) -> Array:
    """Return the points of Morris's trajectories in the unit cube, ``directions`` + 1 rows each.

    Source: Morris 1991.
    """
    from SALib.sample import morris

    problem = _problem(directions)
    points = morris.sample(problem, N=trajectories, num_levels=LEVELS, seed=seed)
    return np.clip(np.asarray(points), EDGE, 1.0 - EDGE)


def screen(
    names: Sequence[str], targets: Sequence[Target], points: Array, values: Array, needed: Sequence[str] = ()
) -> list[Screened]:
    """Return the effect of every direction, strongest first.

    Parameters
    ----------
    values
        Statistics of the runs on the targets' scales, float64[runs, targets].
    needed
        Directions that are kept whatever comes out.
    """
    from SALib.analyze import morris

    effects, curved = np.zeros((len(targets), len(names))), np.zeros((len(targets), len(names)))
    for row, target in enumerate(targets):
        column = values[:, row]
        if not np.isfinite(column).all() or np.ptp(column) == 0.0:
            continue
        found: dict[str, Any] = morris.analyze(_problem(len(names)), points, column, num_levels=LEVELS, seed=0)
        allowed = np.sqrt(target.variance)
        trajectories = len(points) / (len(names) + 1)
        sure = np.abs(found["mu"]) >= SURE * np.asarray(found["sigma"]) / np.sqrt(trajectories)
        effects[row] = np.where(sure, found["mu_star"], 0.0) / allowed
        curved[row] = np.asarray(found["sigma"]) / allowed
    most = effects.argmax(axis=0)
    screened = [
        Screened(
            name,
            float(effects[most[i], i]),
            targets[most[i]].id,
            float(curved[most[i], i]),
            bool(effects[most[i], i] >= WORTH or name in needed),
        )
        for i, name in enumerate(names)
    ]
    return sorted(screened, key=lambda one: -one.effect)


def _problem(directions: int) -> dict[str, Any]:
    return {
        "num_vars": directions,
        "names": [f"x{i}" for i in range(directions)],
        "bounds": [[0.0, 1.0]] * directions,
    }
