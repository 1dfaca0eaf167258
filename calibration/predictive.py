"""From simulated counts of communities to forecasts with honest intervals.

Three things stand between a simulated mean and what will be recorded, and each is given its own place here:

* *luck of the place*: where nothing is recorded the model draws at random which communities are busy at night. Over few
  runs that luck does not average out, so the mean is freed of it (`mean_counts`).
* *what the model leaves out of a place*: a station, a hospital, one licensed venue. It shows as spread of records
  about forecasts, wider than Poisson. Counts are negative binomial, with a spread that is estimated in other boroughs
  and never in the one that is forecast (`spread_of`).
* *what a community's own record says*: a rate that is gamma about the forecast is updated by last year's count
  (`updated`), as in empirical Bayes (Marshall, Applied Statistics 40 (1991) 283-294). What the record adds belongs to
  the location; nobody's propensity follows from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LOWEST_LOG_SPREAD, HIGHEST_LOG_SPREAD = -7.0, 2.5
WEIGHTS_TRIED = np.geomspace(0.2, 200.0, 24)
LEAST_SHARE = 0.25
LEAST = 0.1


def mean_counts(counts: Array, pull: Array, usual_pull: Array) -> Array:
    """Return the mean yearly count of each community over runs, freed of the luck of where the busy places are.

    A control variate: counts of a run follow how far its pull of each community lies from the pull that is to be
    expected, by a slope that all communities share.

    Parameters
    ----------
    counts
        Yearly counts (runs, communities).
    pull, usual_pull
        Pull of each community in each run, and its expectation over the luck.
    """
    counts, off = np.asarray(counts, np.float64), np.asarray(pull - usual_pull, np.float64)
    raw = counts.mean(axis=0)
    # Within communities where runs allow it, so that the slope holds nothing of what sets communities apart.
    within = counts.shape[0] > 1
    apart, apart_off = (each - each.mean(axis=0) if within else each - each.mean() for each in (counts, off))
    slope = float((apart * apart_off).sum() / max((apart_off**2).sum(), 1e-12))
    freed = raw - max(slope, 0.0) * off.mean(axis=0)
    return np.asarray(np.maximum(freed, np.maximum(LEAST_SHARE * raw, LEAST)))


def log_likelihood(spread: float, mean: Array, counts: Array) -> float:
    """Return the log-likelihood of counts with variance mean + spread mean^2."""
    from scipy.special import gammaln

    shape = 1.0 / spread
    chances = gammaln(counts + shape) - gammaln(shape) - gammaln(counts + 1.0)
    return float((chances - shape * np.log1p(spread * mean) + counts * np.log(mean / (mean + shape))).sum())


def spread_of(mean: Array, counts: Array) -> float:
    """Return the spread v, of counts with variance mean + v mean^2, that makes them most likely."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda log_spread: -log_likelihood(float(np.exp(log_spread)), mean, counts),
        bounds=(LOWEST_LOG_SPREAD, HIGHEST_LOG_SPREAD),
        method="bounded",
    )
    return float(np.exp(found.x))


def updated(mean: Array, earlier: Array, weight: float) -> Array:
    """Return a forecast updated by an earlier count; ``weight`` is the count that the forecast itself is worth.

    0 gives the earlier count, infinity the forecast.
    """
    return np.asarray(mean * (weight + earlier) / (weight + mean))


def learnt_weight(mean: Array, earlier: Array, later: Array) -> tuple[float, float]:
    """Return the weight of the forecast against earlier counts that foretells later ones best, and the spread left."""
    tried = []
    for weight in WEIGHTS_TRIED:
        forecast = updated(mean, earlier, float(weight))
        spread = spread_of(forecast, later)
        tried.append((log_likelihood(spread, forecast, later), float(weight), spread))
    _, weight, spread = max(tried)
    return weight, spread
