"""What a trial finds: the contrast between arms, its 95% interval, and how far it is from the true effect and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

ADDED_TO_NOTHING = 0.5
"""Events added to both arms where one has none, so that a ratio exists."""


@dataclass(frozen=True)
class Estimate:
    """Hold a trial's estimate: a log rate ratio or a difference in standard deviations, with its standard error."""

    value: float
    se: float
    half_width: float
    treated: int
    control: int
    treated_mean: float
    control_mean: float

    @property
    def low(self) -> float:
        return self.value - self.half_width

    @property
    def high(self) -> float:
        return self.value + self.half_width

    def covers(self, truth: float) -> bool:
        """Return whether the interval holds the truth."""
        return self.low <= truth <= self.high

    @property
    def is_significant(self) -> bool:
        return not self.covers(0.0)


def estimate(outcome: Array, arm: Array, unit: Array, rated: bool = False) -> Estimate:
    """Compare arms as a trialist does, by a robust standard error that takes units of randomisation as independent.

    Parameters
    ----------
    outcome : of each person (or place) followed up.
    arm : whether each is in the treated arm.
    unit : key of what each was randomised with.
    rated : compare means in standard deviations of the control arm; rates otherwise.
    """
    parts = [_arm(outcome[arm == treated], unit[arm == treated]) for treated in (True, False)]
    (mean, variance, units, size), (mean0, variance0, units0, size0) = parts
    if rated:
        spread = float(np.std(outcome[~arm], ddof=1)) or 1.0
        value, se = (mean - mean0) / spread, math.sqrt(variance + variance0) / spread
    else:
        if mean <= 0.0 or mean0 <= 0.0:
            mean, mean0 = (mean * size + ADDED_TO_NOTHING) / size, (mean0 * size0 + ADDED_TO_NOTHING) / size0
            variance, variance0 = max(variance, mean / size), max(variance0, mean0 / size0)
        value = math.log(mean / mean0)
        se = math.sqrt(variance / mean**2 + variance0 / mean0**2)
    return Estimate(value, se, _student(units + units0 - 2) * se, size, size0, mean, mean0)


def _arm(outcome: Array, unit: Array) -> tuple[float, float, int, int]:
    """Return the mean of an arm, the variance of that mean, its number of units and its size."""
    if not outcome.size:
        return 0.0, 0.0, 0, 1
    mean = float(outcome.mean())
    each, of = np.unique(unit, return_inverse=True)
    sums = np.bincount(of, outcome - mean, each.size)
    correction = each.size / max(each.size - 1, 1)
    return mean, correction * float(sums @ sums) / outcome.size**2, each.size, outcome.size


def _student(degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(degrees, 1), 0.975))


def contrast(above: float, below: float, rated: bool = False, spread: float = 1.0) -> float:
    """Return the effect between two means: their log ratio, or their difference in standard deviations."""
    if rated:
        return (above - below) / spread
    return math.log(above / below) if above > 0.0 and below > 0.0 else math.nan
