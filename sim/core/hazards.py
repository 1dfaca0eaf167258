"""Turn rates, probabilities and tables by age into what a month needs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]
MOST_AGE_YEARS = 120


def monthly(annual_probability: Array | float) -> Any:
    """Return the monthly probability whose twelve months make the annual one."""
    return 1.0 - (1.0 - np.asarray(annual_probability, np.float64)) ** (1.0 / MONTHS_PER_YEAR)


def logistic(x: Array | float) -> Any:
    return 1.0 / (1.0 + np.exp(-np.asarray(x, np.float64)))


def logit(p: Array | float) -> Any:
    p = np.asarray(p, np.float64)
    return np.log(p / (1.0 - p))


def shifted_shares(shares: Array, log_odds: Array | float) -> Array:
    """Return shares moved on the scale of log odds; exactly the shares themselves where they are not moved."""
    ratio = np.exp(np.asarray(log_odds, np.float64))
    moved = shares * ratio / (1.0 - shares + shares * ratio)
    return np.where(ratio == 1.0, shares, moved)


def interpolate_by_age(ages_years: Array, values: Array) -> Array:
    """Interpolate values given at some ages to every year of age from 0, constant beyond the ends."""
    out: Array = np.interp(np.arange(MOST_AGE_YEARS), ages_years, values)
    return out


def half_life_factor(half_life_months: float) -> float:
    """Return the share that is left after a month."""
    return float(0.5 ** (1.0 / half_life_months))
