"""A cheap stand-in for the model: statistics that are linear in the unit cube, with normal noise."""

from __future__ import annotations

import numpy as np

from calibration.fitting.plan import Plan
from calibration.fitting.space import Free, Space
from calibration.targets import Target

SLOPES = np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [1.0, 1.0, 2.0]])
PLAN = Plan(trajectories=0, wave1=48, wave2=24, recheck=12, again=12)
FEW_STEPS = 300


def space(directions: int = 3) -> Space:
    free = [Free(f"x{i}", (f"violence.x{i}",), (-1.0,), (1.0,)) for i in range(directions)]
    return Space(tuple(free), (0.5,) * directions)


def targets(values, error=0.2, block="") -> list[Target]:
    return [
        Target(f"Y{i}", f"y{i}", v, v - 1, v + 1, "calibrate", "T21", False, "identity", error, 0.0, block)
        for i, v in enumerate(values)
    ]


def linear(slopes=SLOPES, noise=0.05):
    """Return a function that lives the runs of a stage."""

    def evaluate(stage, points):
        runs = []
        for point in points:
            chance = np.random.default_rng(point.seed).standard_normal(len(slopes))
            values = slopes @ (2 * np.array(point.unit) - 1) + noise * chance
            runs.append({f"y{i}": float(v) for i, v in enumerate(values)})
        return runs

    return evaluate


def exact(values, error=0.2, slopes=SLOPES):
    """Return mean and standard deviations of the posterior by algebra, on -1 to 1."""
    covariance = np.linalg.inv(slopes.T @ slopes / error**2)
    return covariance @ slopes.T @ np.asarray(values) / error**2, np.sqrt(np.diag(covariance))
