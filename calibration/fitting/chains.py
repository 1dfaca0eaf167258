"""Draws of the fitted parameters by adaptive Metropolis, one chain for each draw of the evidence, all side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import qmc

Array = npt.NDArray[np.float64]
LogLikelihood = Callable[[Array, Array], Array]

STEPS = 1500
TRIES = 64
TRIED_AT_ONCE = 25
SCALE = 2.38
ADAPT_EVERY = 50
AIMED_ACCEPTANCE = 0.25
KEPT_PER_CHAIN = 20


@dataclass(frozen=True)
class Chains:
    """Hold what the chains found.

    Attributes
    ----------
    last
        Last point of each chain, in the unit cube.
    kept
        Points of the second half, float64[kept, chains, directions].
    acceptance
        Share of accepted steps in the second half.
    shift
        Largest change of a mean between the two parts of the second half, in its standard deviations.
    """

    last: Array
    kept: Array
    acceptance: float
    shift: float

    @property
    def points(self) -> Array:
        """All kept points, one row each."""
        return self.kept.reshape(-1, self.kept.shape[-1])


def sample_posterior(
    log_likelihood: LogLikelihood,
    scores: Array,
    directions: int,
    seed: int,
    steps: int = STEPS,
    temper: float = 1.0,
) -> Chains:
    """Sample the posterior over the unit cube with a uniform prior, given each row of scores of evidence.

    Evidence keeps its own ranges: a chain belongs to one draw of it and does not change it, so fitted parameters follow
    the evidence and never the other way about.

    Parameters
    ----------
    log_likelihood
        Function of points and scores, one row each.
    temper
        Power of the likelihood; below one the draws spread more widely.
    """
    generator = np.random.default_rng(seed)
    chains = len(scores)

    def log_density(place: Array) -> Array:
        unit = expit(place)
        prior = np.log(unit).sum(axis=1) + np.log1p(-unit).sum(axis=1)
        return temper * log_likelihood(unit, scores) + prior

    place = logit(_starts(log_likelihood, scores, directions, temper, generator))
    density = log_density(place)
    factor, size = np.eye(directions), SCALE / np.sqrt(directions) * 0.3
    accepted, kept, moves = 0.0, [], []
    half = steps // 2
    every = max((steps - half) // KEPT_PER_CHAIN, 1)
    for step in range(steps):
        proposal = place + size * generator.standard_normal(place.shape) @ factor.T
        found = log_density(proposal)
        better = np.log(generator.random(chains)) < found - density
        place[better], density[better] = proposal[better], found[better]
        moves.append(float(better.mean()))
        if step < half and step % ADAPT_EVERY == ADAPT_EVERY - 1:
            factor = _factor(place)
            size *= float(np.exp(np.mean(moves[-ADAPT_EVERY:]) - AIMED_ACCEPTANCE))
        if step >= half:
            accepted += float(better.mean()) / (steps - half)
            if (step - half) % every == 0:
                kept.append(expit(place))
    points = np.stack(kept)
    return Chains(expit(place), points, accepted, _shift(points))


def _starts(
    log_likelihood: LogLikelihood, scores: Array, directions: int, temper: float, generator: np.random.Generator
) -> Array:
    """Return for each chain one of many points spread over the cube, chosen in proportion to the likelihood."""
    spread = qmc.Sobol(directions, scramble=True, seed=generator).random(TRIES)
    spread = np.clip(spread, 0.02, 0.98)
    chosen = np.empty((len(scores), directions))
    for first in range(0, len(scores), TRIED_AT_ONCE):
        some = scores[first : first + TRIED_AT_ONCE]
        found = log_likelihood(np.tile(spread, (len(some), 1)), np.repeat(some, TRIES, axis=0))
        weight = temper * found.reshape(len(some), TRIES)
        chance = np.exp(weight - weight.max(axis=1, keepdims=True))
        for chain, row in enumerate(chance, first):
            chosen[chain] = spread[generator.choice(TRIES, p=row / row.sum())]
    return chosen


def _factor(place: Array) -> Array:
    """Return a factor of the covariance of the chains' places, which proposals follow."""
    covariance = np.atleast_2d(np.cov(place.T)) + 1e-4 * np.eye(place.shape[1])
    return np.asarray(np.linalg.cholesky(covariance))


def _shift(points: Array) -> float:
    middle = len(points) // 2
    early, late = points[:middle].mean(axis=(0, 1)), points[middle:].mean(axis=(0, 1))
    return float(np.abs((late - early) / points.std(axis=(0, 1))).max())
