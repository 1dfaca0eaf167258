"""How much of what runs show is chance of the single run, and how much of it reaches a comparison of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Noise:
    """Hold shares of variance.

    Attributes
    ----------
    share
        Mean variance within points over the variance of single runs.
    shared_luck
        Part of that share that is the same at all points of a run, and so cancels when points are compared.
    left_in_mean
        Share of the variance between means of points that is still noise: indices cannot explain it.
    runs
        Runs at each point.
    """

    share: float | None
    shared_luck: float | None
    left_in_mean: float | None
    runs: int


def noise_of(values: Array) -> Noise:
    """Return the shares of noise of a table of points by runs, of the points where every run is known.

    With points and runs crossed, the variance is that of points, of runs (seed and joint draw: the same luck
    everywhere), and of both together: the part of luck that depends on the point. Only the last disturbs a comparison.
    """
    known = values[np.isfinite(values).all(axis=1)]
    points, runs = known.shape
    if runs < 2 or points < 2:
        return Noise(None, None, None, runs)
    by_point, by_run, centre = known.mean(axis=1), known.mean(axis=0), known.mean()
    rest = known - by_point[:, None] - by_run[None, :] + centre
    both = float(np.square(rest).sum() / ((points - 1) * (runs - 1)))
    of_means = float(by_point.var(ddof=1))
    of_points = max(of_means - both / runs, 0.0)
    of_runs = max(float(by_run.var(ddof=1)) - both / points, 0.0)
    total = of_points + of_runs + both
    if total == 0.0:
        return Noise(0.0, 0.0, 0.0, runs)
    left = min(both / runs / of_means, 1.0) if of_means > 0 else 1.0
    return Noise((of_runs + both) / total, of_runs / total, left, runs)
