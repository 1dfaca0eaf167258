"""Statistical process control: u- and p-charts that allow for overdispersion, and rules for runs.

Limits are widened by what earlier points vary beyond chance, from the moving range of standardised points (D. B. Laney,
Quality Engineering 14 (2002) 531-537).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

MEAN_RANGE_OF_TWO = 1.128
FEWEST_POINTS = 12
LONG_RUN, TREND = 8, 6
WARNING, ACTION = 2.0, 3.0
BEYOND = "a point beyond three standard deviations"
TWO_OF_THREE = "two of three points beyond two standard deviations on one side"
RUN_OF_EIGHT = f"{LONG_RUN} points in a row on one side of the centre"
TREND_OF_SIX = f"{TREND} points in a row rising or falling"


@dataclass(frozen=True, eq=False)
class Chart:
    """Hold a control chart: one value, centre and pair of limits for each period.

    Attributes
    ----------
    standardised
        Distance of each point from its centre in standard deviations, overdispersion included.
    """

    values: Array
    centre: Array
    low: Array
    high: Array
    standardised: Array


@dataclass(frozen=True)
class Signal:
    """Name a rule that a point completes, and on which side of the centre."""

    position: int
    rule: str
    side: str


def u_chart(counts: Array, expected: Array, exposure: Array, overdispersion: Array | float = 1.0) -> Chart:
    """Return a u-chart: counts for each unit of exposure about an expected number of counts."""
    counts, expected = np.asarray(counts, np.float64), np.maximum(expected, 1e-9)
    exposure = np.asarray(exposure, np.float64)
    return _chart(counts / exposure, expected / exposure, np.sqrt(expected) / exposure * overdispersion, np.inf)


def p_chart(counts: Array, of: Array, share: Array | float, overdispersion: Array | float = 1.0) -> Chart:
    """Return a p-chart: counts as a share of ``of`` about an expected share."""
    of = np.maximum(of, 1.0)
    centre = np.broadcast_to(np.asarray(share, np.float64), of.shape)
    deviation = np.sqrt(np.maximum(centre * (1 - centre), 1e-9) / of) * overdispersion
    return _chart(np.asarray(counts, np.float64) / of, centre, deviation, 1.0)


def _chart(values: Array, centre: Array, deviation: Array, most: float) -> Chart:
    return Chart(
        values,
        centre,
        np.maximum(centre - ACTION * deviation, 0.0),
        np.minimum(centre + ACTION * deviation, most),
        (values - centre) / deviation,
    )


def overdispersion_of(standardised: Sequence[float]) -> float | None:
    """Return by how much standardised points vary beyond chance, 1 at least; None of too few points."""
    points = np.asarray(standardised, np.float64)
    if points.size < FEWEST_POINTS:
        return None
    return max(1.0, float(np.abs(np.diff(points)).mean() / MEAN_RANGE_OF_TWO))


def signals(standardised: Sequence[float]) -> list[Signal]:
    """Return every rule that a point completes, in order of the points."""
    z = np.asarray(standardised, np.float64)
    found: list[Signal] = []
    for last in range(z.size):
        side = "above" if z[last] > 0 else "below"
        sign = 1.0 if z[last] > 0 else -1.0
        if abs(z[last]) > ACTION:
            found.append(Signal(last, BEYOND, side))
        window = sign * z[max(last - 2, 0) : last + 1]
        if window[-1] > WARNING and (window > WARNING).sum() >= 2:
            found.append(Signal(last, TWO_OF_THREE, side))
        if last + 1 >= LONG_RUN and (sign * z[last + 1 - LONG_RUN : last + 1] > 0).all():
            found.append(Signal(last, RUN_OF_EIGHT, side))
        steps = np.diff(z[last + 1 - TREND : last + 1]) if last + 1 >= TREND else np.zeros(1)
        if (steps > 0).all() or (steps < 0).all():
            found.append(Signal(last, TREND_OF_SIX, "rising" if steps[0] > 0 else "falling"))
    return found
