"""Naive forecasts that a model should beat, and scores of forecasts: rank correlation, interval coverage, CRPS.

A forecast of counts is a sample: an array (draws, communities). Sources: T. Gneiting and A. E. Raftery, Journal of the
American Statistical Association 102 (2007) 359-378, for the continuous ranked probability score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.recorded import rank_correlation

Array = npt.NDArray[Any]

DRAWS, STEPS = 400, 50
CLOSE_ENOUGH = 1e-10
COVERED = (0.95, 0.8, 0.5)


@dataclass(frozen=True)
class Scores:
    """Hold the scores of one forecast.

    Attributes
    ----------
    rank_correlation
        Spearman's correlation of the mean forecast with what was recorded.
    coverage, coverage_80, coverage_50
        Share of communities within their 95, 80 and 50% interval; 0.95, 0.8 and 0.5 when intervals are honest.
    crps
        Mean continuous ranked probability score, in events: 0 is perfect.
    level
        Total forecast over total recorded.
    """

    rank_correlation: float
    coverage: float
    coverage_80: float
    coverage_50: float
    crps: float
    level: float


def score(sample: Array, recorded: Array) -> Scores:
    """Score a forecast, a sample (draws, communities), against what was recorded."""
    return Scores(
        rank_correlation(sample.mean(axis=0), recorded),
        *(coverage(sample, recorded, share) for share in COVERED),
        float(crps(sample, recorded).mean()),
        float(sample.mean(axis=0).sum() / max(recorded.sum(), 1.0)),
    )


def coverage(sample: Array, recorded: Array, share: float) -> float:
    """Return the share of communities within the central interval that should hold ``share`` of them.

    Whole numbers make an interval hold more than its share. A count at the edge of one is therefore counted in part:
    by how much of its probability lies within.
    """
    below, up_to = (sample < recorded).mean(axis=0), (sample <= recorded).mean(axis=0)
    low, high = 0.5 - share / 2.0, 0.5 + share / 2.0
    # A count that no draw reached lies in a tail of its own.
    width = np.maximum(up_to - below, 1.0 / sample.shape[0])
    inside = np.clip(np.minimum(below + width, high) - np.maximum(below, low), 0.0, None)
    return float(np.mean(np.minimum(inside / width, 1.0)))


def crps(sample: Array, recorded: Array) -> Array:
    """Return the continuous ranked probability score of each community: E|X - y| - E|X - X'| / 2."""
    ordered = np.sort(np.asarray(sample, np.float64), axis=0)
    size = ordered.shape[0]
    weight = (2.0 * np.arange(1, size + 1) - size - 1.0)[:, None]
    apart = (weight * ordered).sum(axis=0) / size**2
    return np.asarray(np.abs(ordered - recorded).mean(axis=0) - apart)


def fit_poisson(design: Array, counts: Array, exposure: Array) -> Array:
    """Return the coefficients of a Poisson regression with log link, by iteratively reweighted least squares."""
    offset = np.log(np.maximum(exposure, 1.0))
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(counts.sum() / exposure.sum())
    for _ in range(STEPS):
        mean = np.exp(design @ beta + offset)
        step = np.linalg.solve(design.T @ (mean[:, None] * design), design.T @ (counts - mean))
        beta = beta + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return np.asarray(beta)


def spread_about(mean: Array, counts: Array) -> float:
    """Return v of counts with variance mean + v mean^2, by moments; never below 0."""
    return max(0.0, float(((counts - mean) ** 2 - mean).sum() / (mean**2).sum()))


def sample_counts(mean: Array, spread: float, seed: int, draws: int = DRAWS) -> Array:
    """Draw counts around ``mean``: negative binomial with variance mean + spread mean^2, Poisson at 0 spread."""
    luck = np.random.default_rng(seed)
    means = np.broadcast_to(np.maximum(mean, 1e-9), (draws, mean.shape[-1]))
    if spread > 0.0:
        means = luck.gamma(1.0 / spread, means * spread)
    return np.asarray(luck.poisson(means))
