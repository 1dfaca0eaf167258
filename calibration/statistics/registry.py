"""The statistics by name."""

from __future__ import annotations

from collections.abc import Callable

from calibration.observation import Observation

Statistic = Callable[[Observation], float]
STATISTICS: dict[str, Statistic] = {}


def statistic(function: Statistic) -> Statistic:
    """Register a statistic under the name of its function. Its docstring is its definition."""
    STATISTICS[function.__name__] = function
    return function
