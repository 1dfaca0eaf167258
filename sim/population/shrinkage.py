"""Shrink local counts towards what a model expects: the fewer events a community has, the less its own count says.

Gamma-Poisson empirical Bayes. With o events observed, e expected and a true ratio to expectation that varies between
communities with mean 1 and variance v (gamma distributed), the posterior mean of the ratio is

    (o + 1/v) / (e + 1/v)  =  w o/e + (1 - w),      w = e / (e + 1/v) (the reliability of the local count).

Sources: D. Clayton and J. Kaldor, Biometrics 43 (1987) 671-681, for the model; R. J. Marshall, Applied Statistics 40
(1991) 283-294, for the variance by moments.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def shrunken_ratio(observed: Array, expected: Array, variance: float) -> Array:
    """Return the posterior mean of the ratio of each community's count to its expectation.

    Parameters
    ----------
    observed, expected : events, one value a community, at or above 0.
    variance : variance v of true ratios between communities; at 0 every ratio is 1, however much is observed.
    """
    observed, expected = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    # Multiplied through by v, so that v = 0 needs no case of its own.
    ratio: Array = (variance * observed + 1.0) / (variance * expected + 1.0)
    return ratio


def reliability(expected: Array, variance: float) -> Array:
    """Return the weight w of each community's own count, between 0 and 1."""
    expected = np.asarray(expected, np.float64)
    weight: Array = variance * expected / (variance * expected + 1.0)
    return weight


def scaled_to(expected: Array, observed: Array) -> Array:
    """Scale expectations to the total observed, so that ratios compare communities and not levels of recording."""
    total = float(np.sum(expected))
    scaled: Array = np.asarray(expected, np.float64) * (float(np.sum(observed)) / total if total > 0.0 else 0.0)
    return scaled


def variance_by_moments(observed: Array, expected: Array) -> float:
    """Return the variance of true ratios between communities, relative to their mean; never below 0.

    v = s2 - m / mean(e), over m squared, with m = sum(o) / sum(e) and s2 = sum(e (o/e - m)^2) / sum(e).
    """
    observed, expected = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    some = expected > 0.0
    observed, expected = observed[some], expected[some]
    if expected.size == 0 or observed.sum() == 0.0:
        return 0.0
    mean = observed.sum() / expected.sum()
    spread = np.sum(expected * (observed / expected - mean) ** 2) / expected.sum()
    return max(float(spread - mean / expected.mean()), 0.0) / float(mean) ** 2
