"""Bring amounts of different years together: price years by the deflator, later years by discounting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

YEARS_BEFORE_DECLINE = 30
MIDDLE_OF_YEAR = 0.5


def inflator(price_year: float, parameters: Mapping[str, Any]) -> float:
    """Return the factor from the prices of a financial year to those of results.

    Parameters
    ----------
    price_year
        Year in which the financial year begins; years between two published ones are read off by constant
        growth, years outside the series take its nearest end.
    parameters
        The registry.
    """
    years = np.asarray(parameters["economics.deflator_years"], dtype=np.float64)
    log_index = np.log(np.asarray(parameters["economics.deflator_index"], dtype=np.float64))
    base = np.interp(float(parameters["economics.price_year"]), years, log_index)
    return float(np.exp(base - np.interp(price_year, years, log_index)))


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
