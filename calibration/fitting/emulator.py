"""An emulator of one statistic: what the model gives on average, and how unsure that is.

The mean is a polynomial of degree two in the directions that matter most and linear in all others and in the evidence,
by ridge regression; a Gaussian process with one length scale takes what the polynomial leaves, where there is anything.
Runs are noisy: the residual variance is mostly chance, which the average over England does not have. So the variance of
the emulator is that of its mean, and this is what stays in the denominator of every comparison with a target.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import PolynomialFeatures

Array = npt.NDArray[np.float64]

PENALTIES = np.logspace(-2, 4, 19)
RUNS_PER_TERM = 3.0
FEWEST_RUNS = 20
GAUSSIAN_RUNS = 300
GAUSSIAN_GAIN = 3.0
LENGTH_START, LENGTH_SCALES, NOISE_SHARES = 0.5, (0.1, 3.0), (1e-3, 1e3)
"""Of length scales: for one direction; distances grow with the square root of their number."""
FOLDS = 10


@dataclass(frozen=True)
class Check:
    """Hold how an emulator did on runs it had not seen, fold by fold.

    Attributes
    ----------
    explained
        Share of the variance between runs that it explains (Q2); chance in the runs keeps it below one.
    largest
        Largest standardised error, chance of the run included.
    spread
        Standard deviation of the standardised errors: near one if it knows how unsure it is.
    """

    explained: float
    largest: float
    spread: float


UNCHECKED = Check(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Residual:
    """Hold a Gaussian process with one length scale for what a polynomial leaves."""

    points: Array
    length: float
    amplitude: float
    noise: float
    weights: Array
    root: Array

    def predict(self, signed: Array) -> tuple[Array, Array]:
        """Return the mean and the variance of the process, without the noise of runs."""
        near = self._near(signed)
        variance = self.amplitude - np.square(near @ self.root).sum(axis=1)
        return near @ self.weights, np.maximum(variance, 0.0)

    def mean(self, signed: Array) -> Array:
        """Return the mean of the process alone."""
        return self._near(signed) @ self.weights

    def _near(self, signed: Array) -> Array:
        squared = cdist(signed, self.points, "sqeuclidean")
        return self.amplitude * np.exp(-0.5 * squared / self.length**2)


@dataclass(frozen=True)
class Emulator:
    """Emulate one statistic, on the scale of its target.

    Attributes
    ----------
    active
        Directions with squares and products.
    noise
        Variance of single runs around the mean.
    """

    active: tuple[int, ...]
    noise: float
    constant: float
    slopes: Array
    centre: Array
    width: Array
    root: Array
    residual: Residual | None = None
    check: Check = UNCHECKED

    def predict(self, units: Array, scores: Array) -> tuple[Array, Array]:
        """Return the mean of the statistic and the variance of that mean, at points and scores of evidence."""
        terms = self._standard_terms(units, scores)
        mean = self.constant + terms @ self.slopes
        variance = np.square(self.root[0] + terms @ self.root[1:]).sum(axis=1)
        if self.residual is None:
            return mean, variance
        extra, unsure = self.residual.predict(2.0 * units - 1.0)
        return mean + extra, variance + unsure

    def mean(self, units: Array, scores: Array) -> Array:
        """Return the mean alone, which takes a small part of the time of `predict`."""
        mean = self.constant + self._standard_terms(units, scores) @ self.slopes
        return mean if self.residual is None else mean + self.residual.mean(2.0 * units - 1.0)

    def _standard_terms(self, units: Array, scores: Array) -> Array:
        return (_terms(units, scores, self.active) - self.centre) / self.width


def _terms(units: Array, scores: Array, active: tuple[int, ...]) -> Array:
    """Return linear terms of all directions and the evidence, then squares and products of the active ones."""
    signed = 2.0 * units - 1.0
    first, second = _pairs(active)
    return np.column_stack([signed, scores, signed[:, first] * signed[:, second]])


@cache
def _pairs(active: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return the pairs of active directions in the order of scikit-learn's polynomial of degree two."""
    if not active:
        return [], []
    powers = PolynomialFeatures(2, include_bias=False).fit(np.zeros((1, len(active)))).powers_[len(active) :]
    chosen = [np.repeat(active, row) for row in powers]
    return [int(pair[0]) for pair in chosen], [int(pair[1]) for pair in chosen]


def train(units: Array, scores: Array, values: Array, most_active: int | None = None, checked: bool = True) -> Emulator:
    """Train an emulator on runs.

    Parameters
    ----------
    units, scores
        Points of the unit cube and scores of evidence, one row a run.
    values
        The statistic of each run on the scale of its target; runs where it is not finite are left out.
    most_active
        Most directions with squares and products; as many as the number of runs bears if not given.
    """
    known = np.isfinite(values)
    if known.sum() < FEWEST_RUNS:
        raise ValueError(f"An emulator needs {FEWEST_RUNS} runs with a finite value, not {known.sum()}.")
    units, scores, values = units[known], scores[known], values[known]
    found = _train(units, scores, values, _how_many(values.size, units.shape[1], scores.shape[1], most_active))
    if checked:
        found = replace(found, check=_cross_check(units, scores, values, found))
    return found


def retrain(like: Emulator, units: Array, scores: Array, values: Array) -> Emulator:
    """Train an emulator on other runs, with as many active directions and the length and noise scales of ``like``."""
    return _train(units, scores, values, len(like.active), like.residual)


def _how_many(runs: int, directions: int, evidence: int, most: int | None) -> int:
    """Return how many directions may have squares and products, for some runs a term."""
    room = runs / RUNS_PER_TERM - directions - evidence
    count = 0
    while count < directions and (count + 1) * (count + 2) / 2 <= room:
        count += 1
    return count if most is None else min(count, most)


def _train(units: Array, scores: Array, values: Array, count: int, like: Residual | str | None = "any") -> Emulator:
    active = _most_active(units, scores, values, count)
    raw = _terms(units, scores, active)
    centre, width = raw.mean(axis=0), np.maximum(raw.std(axis=0), 1e-9)
    terms = (raw - centre) / width
    ridge = RidgeCV(alphas=PENALTIES).fit(terms, values)
    left = values - ridge.predict(terms)
    noise, spread = _ridge_variance(terms, left, float(ridge.alpha_))
    residual = _residual(units, left, like)
    if residual is not None:
        noise = min(noise, residual.noise)
    root = _root(spread)
    return Emulator(active, noise, float(ridge.intercept_), np.asarray(ridge.coef_), centre, width, root, residual)


def _most_active(units: Array, scores: Array, values: Array, count: int) -> tuple[int, ...]:
    terms = np.column_stack([2.0 * units - 1.0, scores])
    size = np.abs(RidgeCV(alphas=PENALTIES).fit(terms, values).coef_[: units.shape[1]])
    return tuple(sorted(int(i) for i in np.argsort(-size, kind="stable")[:count]))


def _ridge_variance(terms: Array, residual: Array, penalty: float) -> tuple[float, Array]:
    """Return the residual variance and the covariance of constant and coefficients.

    The covariance is that of the posterior under the prior the penalty stands for, so shrinkage is not certainty.
    """
    with_constant = np.column_stack([np.ones(len(terms)), terms])
    gram = with_constant.T @ with_constant
    inverse = np.linalg.inv(gram + np.diag(np.r_[1e-9, np.full(terms.shape[1], penalty)]))
    used = float(np.trace(gram @ inverse))
    noise = float(residual @ residual / max(len(terms) - used, 1.0))
    return noise, noise * inverse


def _root(matrix: Array) -> Array:
    """Return a square root of a covariance, of which rounding may have made the smallest eigenvalues negative."""
    size, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(size, 0.0)))


def _residual(units: Array, left: Array, like: Residual | str | None) -> Residual | None:
    """Return a Gaussian process for what the polynomial leaves, None where that looks like chance alone.

    ``like`` gives the scales of another one instead of finding them.
    """
    if like is None:
        return None
    points, left = 2.0 * units[-GAUSSIAN_RUNS:] - 1.0, left[-GAUSSIAN_RUNS:]
    if isinstance(like, Residual):
        return _process(points, left, like.length, like.amplitude, like.noise)
    wide = float(np.sqrt(units.shape[1]))
    length = RBF(LENGTH_START * wide, (LENGTH_SCALES[0] * wide, LENGTH_SCALES[1] * wide))
    kernel = ConstantKernel(0.5, (1e-3, 10.0)) * length + WhiteKernel(0.5, NOISE_SHARES)
    search = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(points, left)
    chance_alone = -0.5 * left.size * (1.0 + np.log(2.0 * np.pi))
    if search.log_marginal_likelihood_value_ <= chance_alone + GAUSSIAN_GAIN:
        return None
    found, scale = search.kernel_, float(np.var(left))
    amplitude, noise = found.k1.k1.constant_value * scale, found.k2.noise_level * scale
    return _process(points, left, float(found.k1.k2.length_scale), float(amplitude), float(noise))


def _process(points: Array, left: Array, length: float, amplitude: float, noise: float) -> Residual:
    covariance = amplitude * np.exp(-0.5 * cdist(points, points, "sqeuclidean") / length**2)
    inverse = np.linalg.inv(covariance + (noise + 1e-12) * np.eye(left.size))
    return Residual(points, length, amplitude, noise, inverse @ left, _root(inverse))


def _cross_check(units: Array, scores: Array, values: Array, whole: Emulator) -> Check:
    fold = np.arange(values.size) % FOLDS
    mean, variance = np.zeros(values.size), np.ones(values.size)
    for number in range(FOLDS):
        out = fold == number
        part = _train(units[~out], scores[~out], values[~out], len(whole.active), whole.residual)
        mean[out], variance[out] = part.predict(units[out], scores[out])
        variance[out] += part.noise
    errors = (values - mean) / np.sqrt(variance)
    total = float(np.var(values))
    explained = 1.0 - float(np.mean((values - mean) ** 2)) / total if total > 0 else 0.0
    return Check(explained, float(np.abs(errors).max()), float(errors.std()))
