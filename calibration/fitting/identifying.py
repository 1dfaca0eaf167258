"""What the targets say about each direction, and which directions only together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

BINS = 20
BY_ASSUMPTION = 0.9
TOGETHER = 0.6


@dataclass(frozen=True)
class Identified:
    """Hold what the fit says of one direction.

    Attributes
    ----------
    mean, low, high
        Mean and 90% range of its place in the unit interval.
    overlap
        Share of posterior and prior in common: near one where the targets say nothing.
    verdict
        ``informed by targets``, or ``set by assumption`` where the overlap is above 0.9.
    """

    name: str
    mean: float
    low: float
    high: float
    overlap: float
    verdict: str


def identified(names: Sequence[str], points: Array) -> list[Identified]:
    """Describe each direction from posterior points in the unit cube, whose prior is uniform."""
    found = []
    for name, column in zip(names, points.T, strict=True):
        shares = np.histogram(column, BINS, (0.0, 1.0))[0] / column.size
        overlap = float(np.minimum(shares, 1.0 / BINS).sum())
        low, high = np.quantile(column, (0.05, 0.95))
        verdict = "set by assumption" if overlap > BY_ASSUMPTION else "informed by targets"
        found.append(Identified(name, float(column.mean()), float(low), float(high), overlap, verdict))
    return found


def bound_together(names: Sequence[str], points: Array) -> list[tuple[str, str, float]]:
    """Return pairs of directions with a posterior correlation above 0.6 in size, strongest first."""
    correlation = np.atleast_2d(np.corrcoef(points.T))
    pairs = [
        (names[i], names[j], float(correlation[i, j]))
        for i in range(len(names))
        for j in range(i)
        if abs(correlation[i, j]) > TOGETHER
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))
