"""Bring amounts of different price years together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


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
