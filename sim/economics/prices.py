"""Bring amounts of different years together: price years by the deflator, later years by discounting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.prices import inflator as inflator

FloatArray = npt.NDArray[np.float64]

YEARS_BEFORE_DECLINE = 30
MIDDLE_OF_YEAR = 0.5


def discount_factors(years: int, rate: float, rate_after_decline: float) -> FloatArray:
    """Return present values of one pound in the middle of each year after the decision.

    The rate falls after thirty years (HM Treasury, The Green Book, annex A6).

    Parameters
    ----------
    years
        How many years.
    rate, rate_after_decline
        Yearly rates for years 1 to 30 and after.

    Returns
    -------
    ndarray of shape (years,)
    """
    middle = np.arange(years, dtype=np.float64) + MIDDLE_OF_YEAR
    early = np.minimum(middle, YEARS_BEFORE_DECLINE)
    late = np.maximum(middle - YEARS_BEFORE_DECLINE, 0.0)
    return (1.0 + rate) ** -early * (1.0 + rate_after_decline) ** -late


def money_factors(years: int, parameters: Mapping[str, Any]) -> FloatArray:
    """Return discount factors for money, shape (years,)."""
    rate = float(parameters["economics.discount_rate"])
    return discount_factors(years, rate, float(parameters["economics.discount_rate_after_30_years"]))


def health_factors(years: int, parameters: Mapping[str, Any]) -> FloatArray:
    """Return discount factors for effects on health and life, shape (years,)."""
    rate = float(parameters["economics.discount_rate_health"])
    return discount_factors(years, rate, float(parameters["economics.discount_rate_health_after_30_years"]))
