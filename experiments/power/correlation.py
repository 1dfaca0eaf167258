"""The intra-cluster correlation that emerges in the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.power.virtual import Paired

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Correlation:
    """Hold an intra-cluster correlation with its 95% interval, and what it was estimated from."""

    value: float
    low: float
    high: float
    clusters: int
    mean_size: float
    harmonic_size: float
    size_cv: float


def emergent_icc(populations: Sequence[Paired]) -> Correlation | None:
    """Return the intra-cluster correlation of the untreated outcome; None where clusters hold one person each.

    One-way analysis of variance, mean squares averaged over populations. The interval is Searle's, with the degrees of
    freedom of one population, since the same places are behind all.
    """
    from scipy.special import fdtri

    parts = [_mean_squares(each.seen0, each.unit) for each in populations if each.units >= 2]
    between, within, clusters, people, typical, harmonic, cv = (float(each) for each in np.mean(parts, axis=0))
    if people <= clusters * 1.02 or within <= 0.0:
        return None

    def share(ratio: float) -> float:
        return (ratio - 1.0) / (ratio - 1.0 + typical)

    ratio, degrees = between / within, (clusters - 1.0, people - clusters)
    low, high = (share(ratio / float(fdtri(*degrees, centile))) for centile in (0.975, 0.025))
    return Correlation(
        max(share(ratio), 0.0), max(low, 0.0), max(high, 0.0), round(clusters), people / clusters, harmonic, cv
    )


def _mean_squares(values: Array, unit: Array) -> tuple[float, ...]:
    """Return mean squares between and within, clusters, people, and three summaries of the sizes of clusters."""
    keys, of = np.unique(unit, return_inverse=True)
    size = np.bincount(of).astype(np.float64)
    mean = np.bincount(of, values) / size
    between = float((size * (mean - values.mean()) ** 2).sum()) / (keys.size - 1)
    spare = values.size - keys.size
    within = float(((values - mean[of]) ** 2).sum()) / spare if spare > 0 else 0.0
    typical = (values.size - float((size**2).sum()) / values.size) / (keys.size - 1)
    return between, within, keys.size, values.size, typical, 1.0 / float(np.mean(1.0 / size)), size.std() / size.mean()
