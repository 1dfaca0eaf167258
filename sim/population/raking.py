"""Weights for the households of a pool that bring in the people and kinds of household wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.demography_kernels import rake_moments

Array = npt.NDArray[Any]
ROUNDS = 6
STEPS = 12
HALVINGS = 8
LARGEST_STEP = 2.0
LEAST_FACTOR = 0.2
CONVERGED = 1e-3


@dataclass(frozen=True, eq=False)
class Pool:
    """Hold the households to weight: first member of each (and the end), cell of each member, kind and home."""

    start: Array
    cells: Array
    kinds: Array
    homes: Array

    @property
    def sizes(self) -> Array:
        sizes: Array = np.diff(self.start)
        return sizes

    def tilt(self, tilts: Array, number_of_cells: int) -> Array:
        """Sum the tilts of each household's members and kind."""
        household = np.repeat(np.arange(self.kinds.size), self.sizes)
        of_members = np.bincount(household, tilts[self.cells], self.kinds.size)
        total: Array = of_members + tilts[number_of_cells + self.kinds]
        return total


@dataclass(frozen=True, eq=False)
class Targets:
    """Hold what a year should bring: people by cell, households by kind, people by home, and how firmly.

    Every unit of tilt may leave an error of ``softness`` in a cell and of ``kind_softness`` x target in a kind, so
    that targets a pool cannot meet together do not force extreme weights.
    """

    cells: Array
    kinds: Array
    homes: Array
    softness: float
    kind_softness: float

    @property
    def ridge(self) -> Array:
        of_kinds = np.maximum(self.kind_softness * self.kinds, self.softness)
        ridge: Array = np.concatenate((np.full(self.cells.size, self.softness), of_kinds))
        return ridge


def rake(base: Array, pool: Pool, targets: Targets) -> Array:
    """Return weights of the pool's households that meet the targets.

    The weights are base x exp(sum of one tilt for each member's cell + the tilt of the kind) x a factor for the
    home: the smallest change of the base weights (in relative entropy) that meets the targets, found by damped Newton
    steps on the dual, which is convex; homes by proportional fitting in between.

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. 1992, Calibration estimators in survey sampling.
    """
    sizes = pool.sizes
    weights = base * (targets.cells.sum() / max(float((base * sizes).sum()), 1e-12))
    tilts = np.zeros(targets.cells.size + targets.kinds.size)
    for _ in range(ROUNDS):
        arriving = np.bincount(pool.homes, weights * sizes, targets.homes.size)
        wanted = targets.homes * (arriving.sum() / max(targets.homes.sum(), 1e-12))
        factor = np.clip(wanted / np.maximum(arriving, 1e-12), LEAST_FACTOR, 1.0 / LEAST_FACTOR)
        weights, tilts = _newton(weights * factor[pool.homes], tilts, pool, targets)
    return weights


def _newton(weights: Array, tilts: Array, pool: Pool, targets: Targets) -> tuple[Array, Array]:
    """Minimise sum of weights - targets x tilts + ridge x tilts squared / 2 over the tilts."""
    wanted, ridge = np.concatenate((targets.cells, targets.kinds)), targets.ridge
    number = targets.cells.size
    for _ in range(STEPS):
        totals, joint = rake_moments(weights, pool.start, pool.cells, pool.kinds, number, targets.kinds.size)
        slope = totals - wanted + ridge * tilts
        joint[np.diag_indices_from(joint)] += ridge
        step = -np.linalg.solve(joint, slope)
        step *= min(1.0, LARGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        change = pool.tilt(step, number)
        now = weights.sum() - wanted @ tilts + 0.5 * (ridge * tilts) @ tilts
        for _ in range(HALVINGS):
            trial = tilts + step
            then = (weights * np.exp(change)).sum() - wanted @ trial + 0.5 * (ridge * trial) @ trial
            if then <= now:
                break
            step, change = step / 2, change / 2
        else:
            break
        weights, tilts = weights * np.exp(change), tilts + step
        if np.abs(step).max() < CONVERGED:
            break
    return weights, tilts
