"""Weights for the households of a pool that bring in the people and kinds of household wanted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.demography_kernels import rake_moments

Array = npt.NDArray[Any]
ROUNDS = 8
STEPS = 6
LARGEST_STEP = 1.0
LARGEST_TILT = 8.0


def rake(
    base: Array,
    start: Array,
    cells: Array,
    kinds: Array,
    homes: Array,
    cell_targets: Array,
    kind_targets: Array,
    home_targets: Array,
    softness: float,
) -> Array:
    """Return weights that meet targets by cell of person, kind of household and home community.

    The weights are base x exp(sum of one tilt for each member's cell + the tilt of the kind) x a factor for the
    home: the smallest change of the base weights (in relative entropy) that meets the targets, found by Newton steps
    on the dual, homes by proportional fitting in between. Every unit of tilt may leave an error of ``softness``, so
    that targets the pool cannot meet do not force extreme weights.

    Parameters
    ----------
    base
        float64[households].
    start, cells
        First member of each household (and the end), cell of each member.
    kinds, homes
        Kind and community of each household.
    cell_targets, kind_targets, home_targets
        People wanted by cell, households by kind, people by community.

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. 1992, Calibration estimators in survey sampling.
    """
    number_of_cells, number_of_kinds = cell_targets.size, kind_targets.size
    targets = np.concatenate((cell_targets, kind_targets))
    sizes = np.diff(start)
    weights = base * (cell_targets.sum() / max(float((base * sizes).sum()), 1e-12))
    tilts = np.zeros(targets.size)
    household_of_member = np.repeat(np.arange(sizes.size), sizes)
    ridge = max(softness, 1e-6)
    for _ in range(ROUNDS):
        for _ in range(STEPS):
            totals, joint = rake_moments(weights, start, cells, kinds, number_of_cells, number_of_kinds)
            error = targets - totals - ridge * tilts
            joint[np.diag_indices_from(joint)] += ridge
            step = np.clip(np.linalg.solve(joint, error), -LARGEST_STEP, LARGEST_STEP)
            step = np.clip(tilts + step, -LARGEST_TILT, LARGEST_TILT) - tilts
            tilts += step
            tilt = np.bincount(household_of_member, step[cells], sizes.size) + step[number_of_cells + kinds]
            weights = weights * np.exp(np.clip(tilt, -LARGEST_TILT, LARGEST_TILT))
            if np.abs(step).max() < 1e-3:
                break
        arriving = np.bincount(homes, weights * sizes, home_targets.size)
        factor = home_targets * (arriving.sum() / max(home_targets.sum(), 1e-12)) / np.maximum(arriving, 1e-12)
        weights = weights * np.clip(factor, 0.2, 5.0)[homes]
    return weights
