"""Values over the runs of a survey as published: means with intervals, counts under the small-number rule, shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.intervals import interval, ratio_values
from experiments.results import Interval
from experiments.small_numbers import protected
from experiments.survey_form import Count

Array = npt.NDArray[np.float64]

NOT_SHOWN = Interval(mean=None, low=None, high=None)


def interval_of(values: Array) -> Interval:
    """Return the mean and interval of a quantity that cannot be negative, given one value a run."""
    return Interval(**interval(values, floor=True).plain())


def count_of(values: Array) -> Count:
    """Return the mean and interval of a count under the small-number rule."""
    return Count(**protected(interval(values, floor=True).plain()))


def ratio_of(above: Any, below: Any) -> Interval:
    """Return the ratio of sums over runs with its interval, which stops at zero."""
    found = interval(ratio_values(np.asarray(above, np.float64), np.asarray(below, np.float64)), floor=True)
    return Interval(**found.plain())


def share_of(part: Any, whole: Any) -> Interval:
    """Return a share of a whole with its interval, which stays between 0 and 1."""
    found = ratio_of(part, whole)
    high = found.high
    return found if high is None else found.model_copy(update={"high": min(high, 1.0)})
