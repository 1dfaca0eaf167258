"""The scorecard: every target beside what the model gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.observation import Observation
from calibration.statistics import STATISTICS
from calibration.targets import Target

NEAR = 2.0
INSIDE, CLOSE, FAR, UNKNOWN = "inside", "near", "far", "not computed"


@dataclass(frozen=True)
class Line:
    """Hold one line of the scorecard.

    Attributes
    ----------
    mean, low, high
        Mean over runs and its 95% range (the values of single runs where there are fewer than three).
    verdict
        ``inside`` the range of the target, ``near`` (within a factor of two of it), or ``far``.
    """

    target: Target
    mean: float
    low: float
    high: float
    verdict: str


def statistics_of(seen: Observation, targets: Sequence[Target]) -> dict[str, float]:
    """Compute the statistic of every target in one run."""
    return {name: STATISTICS[name](seen) for name in sorted({target.statistic for target in targets})}


def scorecard(targets: Sequence[Target], runs: Sequence[Mapping[str, float]]) -> list[Line]:
    """Return a line for every target from the statistics of each run."""
    lines = []
    for target in targets:
        values = np.array([run[target.statistic] for run in runs])
        values = values[np.isfinite(values)]
        if values.size == 0:
            lines.append(Line(target, np.nan, np.nan, np.nan, UNKNOWN))
            continue
        low, high = (values.min(), values.max()) if values.size < 3 else np.quantile(values, (0.025, 0.975))
        mean = float(values.mean())
        lines.append(Line(target, mean, float(low), float(high), verdict(target, mean)))
    return lines


def verdict(target: Target, mean: float) -> str:
    """Say whether a mean is inside the range of a target, within a factor of two of it, or far from it."""
    if target.low <= mean <= target.high:
        return INSIDE
    return CLOSE if target.low / NEAR <= mean <= target.high * NEAR else FAR


def shares_inside(lines: Sequence[Line]) -> dict[str, tuple[int, int]]:
    """Return, for each use, how many targets are inside their range, and how many there are."""
    counts: dict[str, tuple[int, int]] = {}
    for line in lines:
        inside, all_of_them = counts.get(line.target.use, (0, 0))
        counts[line.target.use] = (inside + (line.verdict == INSIDE), all_of_them + 1)
    return counts
