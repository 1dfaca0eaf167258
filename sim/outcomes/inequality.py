"""Inequality between deprivation fifths: rates, absolute and relative gap, slope index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

RATE_PER_PEOPLE = 1000.0


@dataclass(frozen=True, slots=True)
class Inequality:
    """Hold how unequally one outcome falls on the fifths of deprivation.

    Attributes
    ----------
    rates
        Events per 1,000 person-years, shape (5,), most deprived fifth first; NaN where nobody lives.
    absolute_gap
        Rate of the most deprived fifth less the rate of the least deprived; NaN when either has no residents.
    relative_gap
        Rate of the most deprived fifth over the rate of the least deprived; NaN when undefined.
    slope_index
        Fall in the rate from the most to the least deprived end of the population, by the weighted regression
        line through the fifths that have residents; positive when the deprived fare worse; NaN below two fifths.
    """

    rates: FloatArray
    absolute_gap: float
    relative_gap: float
    slope_index: float


def rates_by_fifth(events: FloatArray, person_years: FloatArray) -> FloatArray:
    """Return events per 1,000 person-years, NaN where there are no residents.

    Parameters
    ----------
    events, person_years
        Totals by fifth, any shape, most deprived first along the last axis.
    """
    lived = np.asarray(person_years, dtype=np.float64)
    counts = np.asarray(events, dtype=np.float64)
    return np.divide(RATE_PER_PEOPLE * counts, lived, out=np.full(counts.shape, np.nan), where=lived > 0)


def slope_index(rates: FloatArray, person_years: FloatArray) -> float:
    """Return the slope index of inequality in events per 1,000 person-years.

    The rate of each fifth is regressed, weighted by population, on the middle of the share of the population
    that its fifth spans from the most deprived (0) to the least deprived (1); the index is minus the slope
    (Mackenbach and Kunst 1997).

    Parameters
    ----------
    rates, person_years
        Shape (5,), most deprived first.
    """
    lived = np.asarray(person_years, dtype=np.float64)
    peopled = lived > 0
    if int(peopled.sum()) < 2:
        return float("nan")
    weight = lived[peopled] / lived[peopled].sum()
    middle = np.cumsum(weight) - weight / 2
    rate = np.asarray(rates, dtype=np.float64)[peopled]
    centred = middle - np.sum(weight * middle)
    return float(-np.sum(weight * centred * rate) / np.sum(weight * centred**2))


def inequality(events: FloatArray, person_years: FloatArray) -> Inequality:
    """Summarise how one outcome is spread over the deprivation fifths.

    Parameters
    ----------
    events, person_years
        Totals over the period, shape (5,), most deprived first.

    Examples
    --------
    >>> found = inequality(np.array([50.0, 40, 30, 20, 10]), np.full(5, 1000.0))
    >>> found.absolute_gap, found.relative_gap, round(found.slope_index, 6)
    (40.0, 5.0, 50.0)
    """
    rates = rates_by_fifth(events, person_years)
    most, least = float(rates[0]), float(rates[-1])
    ratio = most / least if least > 0 else float("nan")
    return Inequality(rates, most - least, ratio, slope_index(rates, person_years))
