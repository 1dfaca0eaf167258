"""Enough runs: how precisely the difference of every scenario is known, and whether that is precise enough.

The rule is the confidence-interval method of Hoad, Robinson and Davies (2010, Journal of the Operational Research
Society 61:1632), applied to the paired difference: runs are enough once the half-width of its 95% confidence interval
is small enough and stays so for the next five runs. Small enough is half of the difference itself, so that its sign is
beyond doubt and its size roughly known, or, where there is little or none, 0.2% of the baseline. How far the difference
itself varies between plausible worlds is another matter, which no number of runs makes smaller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.intervals import student_t
from experiments.runs import BASELINE, RunRecord
from experiments.stress import is_variant
from experiments.summaries import Stack

Array = npt.NDArray[np.float64]

MEASURE = "incidents_with_injury"
SHARE_OF_DIFFERENCE, SHARE_OF_BASELINE = 0.5, 0.002
LOOK_AHEAD = 5
FEWEST_RUNS = 3
WHAT_IS_ENOUGH = (
    f"Enough means a half-width of the 95% confidence interval of at most {SHARE_OF_DIFFERENCE:.0%} of the "
    f"difference, or {SHARE_OF_BASELINE:.1%} of the baseline, and so for {LOOK_AHEAD} more runs."
)


@dataclass(frozen=True)
class Path:
    """Hold how the mean difference of one scenario settles as runs are added; all arrays of shape (runs,).

    Attributes
    ----------
    mean
        Mean difference over the first runs.
    half_width
        Half of the 95% confidence interval of that mean; NaN for one run.
    allowed
        Half-width that is small enough.
    """

    mean: Array
    half_width: Array
    allowed: Array

    @property
    def enough(self) -> npt.NDArray[np.bool_]:
        """Whether the half-width is small enough, by number of runs; never below three runs."""
        small = self.half_width <= self.allowed
        small[: FEWEST_RUNS - 1] = False
        return small

    @property
    def reached_at(self) -> int | None:
        """Smallest number of runs that is enough and stays so for the next five; None where there is none."""
        small = self.enough
        for runs in range(FEWEST_RUNS, small.size - LOOK_AHEAD + 1):
            if small[runs - 1 : runs + LOOK_AHEAD].all():
                return runs
        return None

    @property
    def reached(self) -> bool:
        """Whether the last runs are all enough: the last of them and the five before it."""
        small = self.enough
        return small.size > LOOK_AHEAD and bool(small[-LOOK_AHEAD - 1 :].all())


def settling(baseline: Array, scenario: Array) -> Path:
    """Return how the mean paired difference of one outcome settles as runs are added.

    Parameters
    ----------
    baseline, scenario
        Shape (runs,), in the order of the runs.
    """
    before = np.asarray(baseline, dtype=np.float64)
    change = np.asarray(scenario, dtype=np.float64) - before
    count = np.arange(1, change.size + 1)
    mean = np.cumsum(change) / count
    half = np.full(change.size, np.nan)
    for runs in count[1:]:
        deviation = float(change[:runs].std(ddof=1))
        half[runs - 1] = student_t(int(runs) - 1) * deviation / np.sqrt(runs)
    level = np.cumsum(before) / count
    allowed = np.maximum(SHARE_OF_DIFFERENCE * np.abs(mean), SHARE_OF_BASELINE * level)
    return Path(mean, half, allowed)


def precise_enough(records: Sequence[RunRecord]) -> bool:
    """Say whether the mean difference in violence with injury is known well enough in every scenario."""
    before = Stack(records, BASELINE).total(MEASURE)
    worlds = [world for world in records[0].worlds if world != BASELINE and not is_variant(world)]
    return all(settling(before, Stack(records, world).total(MEASURE)).reached for world in worlds)


def settling_of(runs: Mapping[str, Mapping[str, Array]], measure: str = MEASURE) -> dict[str, Path]:
    """Return how the difference of each scenario settles.

    Parameters
    ----------
    runs
        World to measure to one value per run over the horizon, the baseline among them.
    measure
        Which outcome.
    """
    return {
        world: settling(runs[BASELINE][measure], found[measure]) for world, found in runs.items() if world != BASELINE
    }
