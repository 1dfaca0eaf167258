"""What one run hands on: plain arrays that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass
class RunResult:
    """Hold the totals of one run by measure.

    Attributes
    ----------
    measures
        Names, in the order of the first axis of the tables.
    by_year_fifth
        float64[measures, years, 5]: by year after the decision date and deprivation fifth, 0 most deprived.
    by_year_band_sex
        float64[measures, years, 7, 2]: by year, age band and sex (0 female, 1 male).
    by_community
        float64[measures, communities]: whole period by home community.
    by_month
        float64[measures, months since the decision date].
    programmes
        By programme: counts by year such as eligible, enrolled, completed.
    resources
        By resource: amount by year.
    clips
        By decision: hazards that were above their ceiling.
    """

    measures: list[str]
    by_year_fifth: Array
    by_year_band_sex: Array
    by_community: Array
    by_month: Array
    years: int
    programmes: dict[str, dict[str, Array]] = field(default_factory=dict)
    resources: dict[str, Array] = field(default_factory=dict)
    clips: dict[str, int] = field(default_factory=dict)

    def total(self, measure: str) -> float:
        """Return the total of a measure over the whole period."""
        return float(np.sum(self.by_year_fifth[self.measures.index(measure)]))
