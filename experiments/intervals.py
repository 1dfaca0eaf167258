"""Means and 95% intervals over runs, and paired differences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

RUNS_FOR_QUANTILES = 40
LEVEL = 0.95
TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a mean over runs and the 95% interval in which one more run would fall.

    Runs differ in parameters and in luck, so the interval states both. ``low`` and ``high`` are None with one run;
    all three are None where the quantity is undefined.
    """

    mean: float | None
    low: float | None
    high: float | None

    def plain(self) -> dict[str, float | None]:
        """Return a dictionary for a result file."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


UNDEFINED = Interval(None, None, None)


def interval(values: Array, floor: bool = False) -> Interval:
    """Return the mean over runs and its 95% interval.

    From 40 runs on the interval is between the 2.5% and 97.5% quantiles of the runs. Below, it is the interval that
    holds the next run with 95% probability under Student's t, mean +- t(n - 1) s sqrt(1 + 1/n), which is what the
    quantiles come to as runs are added.

    Parameters
    ----------
    values
        Shape (runs,), in run order.
    floor
        True for a quantity that cannot be negative, such as a count or a cost: the interval then stops at zero.
    """
    runs = np.asarray(values, dtype=np.float64)
    if runs.size == 0 or not np.isfinite(runs).all():
        return UNDEFINED
    mean = math.fsum(runs) / runs.size
    if runs.size == 1:
        return Interval(mean, None, None)
    if runs.size >= RUNS_FOR_QUANTILES:
        low, high = np.quantile(runs, [TAIL, 1 - TAIL])
        return Interval(mean, float(low), float(high))
    half = student_t(runs.size - 1) * _deviation(runs, mean) * math.sqrt(1 + 1 / runs.size)
    low = mean - half
    return Interval(mean, max(low, 0.0) if floor else low, mean + half)


def monte_carlo_error(values: Array) -> float | None:
    """Return the standard error of the mean over runs; None with one run."""
    runs = np.asarray(values, dtype=np.float64)
    if runs.size < 2:
        return None
    return _deviation(runs, math.fsum(runs) / runs.size) / math.sqrt(runs.size)


def ratio_values(above: Array, below: Array) -> Array:
    """Return one value per run whose mean is the ratio of the two means.

    The ratio R of means is linearised, R + (above - R below) / mean(below), so that its interval exists when single
    runs have nothing below the line, as with homicides in a small place. NaN when the mean below is zero.

    Parameters
    ----------
    above, below
        Shape (runs,).
    """
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    middle = math.fsum(bottom) / bottom.size
    if middle == 0:
        return np.full(top.shape, np.nan)
    ratio = math.fsum(top) / top.size / middle
    return ratio + (top - ratio * bottom) / middle


def paired(baseline: Array, scenario: Array) -> dict[str, Any]:
    """Compare one outcome run by run.

    Parameters
    ----------
    baseline, scenario
        Shape (runs,): the outcome in each run, which has the same draw and the same chance in both.

    Returns
    -------
    dict
        ``baseline``, ``scenario``, ``difference`` (with ``monte_carlo_se``) and ``relative`` as intervals.
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(scenario, dtype=np.float64)
    change = after - before
    difference = interval(change).plain() | {"monte_carlo_se": monte_carlo_error(change)}
    relative = interval(ratio_values(change, before)).plain()
    if relative["mean"] is not None:
        # Linearised values have this mean but for rounding, which would show as a change where there is none.
        relative["mean"] = math.fsum(change) / math.fsum(before)
    return {
        "baseline": interval(before, floor=True).plain(),
        "scenario": interval(after, floor=True).plain(),
        "difference": difference,
        "relative": relative,
    }


def _deviation(runs: Array, mean: float) -> float:
    return math.sqrt(math.fsum((runs - mean) ** 2) / (runs.size - 1))


def student_t(degrees: int) -> float:
    """Return the two-sided 95% quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 1 - TAIL))
