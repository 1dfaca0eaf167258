"""What moving one factor from the low to the high end of its range does: one-at-a-time, factorial and grid designs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.intervals import monte_carlo_error, student_t
from experiments.sensitivity.reading import StudyData
from experiments.sensitivity.rows import Index, index

Array = npt.NDArray[np.float64]

DESIGNS = ("one_at_a_time", "factorial", "grid")


@dataclass(frozen=True)
class Swing:
    """Hold the outcome at both ends of a factor's range, the others at their base or averaged.

    Attributes
    ----------
    at_low, at_high
        The outcome there.
    middle
        The outcome in the middle of the chart: at the base, or on average.
    """

    factor: str
    low: float
    high: float
    at_low: float
    at_high: float
    middle: float

    @property
    def size(self) -> float:
        """The difference between the ends."""
        return abs(self.at_high - self.at_low)


def ends(data: StudyData, column: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which points have a factor at the lowest and at the highest of its levels, the others comparable."""
    points = data.points
    comparable = np.ones(len(points), dtype=bool)
    if data.method == "one_at_a_time":
        comparable = np.delete(points == points[0], column, axis=1).all(axis=1)
    levels = points[comparable, column]
    return comparable & (points[:, column] == levels.min()), comparable & (points[:, column] == levels.max())


def swings(data: StudyData, means: Array) -> list[Swing]:
    """Return the swing of every factor, largest first."""
    found = []
    for column, name in enumerate(data.names):
        low, high = ends(data, column)
        middle = means[0] if data.method == "one_at_a_time" else np.nanmean(means)
        found.append(
            Swing(
                name,
                float(data.points[low, column][0]),
                float(data.points[high, column][0]),
                float(np.nanmean(means[low])),
                float(np.nanmean(means[high])),
                float(middle),
            )
        )
    return sorted(found, key=lambda swing: -swing.size)


def swing_rows(data: StudyData, values: Array) -> list[Index]:
    """Return the change from the low to the high end of each factor, and of pairs in a factorial design.

    The interval comes from the runs, each of which gives a change of its own, free of the luck that points share.
    The interaction of a pair is half of how much more one factor changes the outcome when the other is high.
    """
    rows = []
    for column, name in enumerate(data.names):
        low, high = ends(data, column)
        rows.append(_row(np.nanmean(values[high], axis=0) - np.nanmean(values[low], axis=0), "change", name))
    if data.method != "factorial":
        return rows
    signs = np.where(data.units > 0.5, 1.0, -1.0)
    for a, b in itertools.combinations(range(len(data.names)), 2):
        product = signs[:, a] * signs[:, b]
        change = np.nanmean(values[product > 0], axis=0) - np.nanmean(values[product < 0], axis=0)
        rows.append(_row(change, "interaction", data.names[a], data.names[b]))
    return rows


def _row(changes: Array, measure: str, factor: str, partner: str = "") -> Index:
    """Return the mean change over runs with the 95% interval of that mean."""
    known = changes[np.isfinite(changes)]
    error = monte_carlo_error(known)
    half = None if error is None else student_t(known.size - 1) * error
    return index("swings", measure, factor, float(known.mean()) if known.size else np.nan, half, partner)
