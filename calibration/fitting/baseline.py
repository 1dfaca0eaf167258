"""The simple method beside the emulators: keep the nearest runs and adjust them by regression.

It takes half a second, has no chains and no emulator variance, and should tell the same story more vaguely. Source of
the adjustment: Beaumont, Zhang and Balding 2002.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.linear_model import Ridge

from calibration.fitting.matching import aims, weights
from calibration.targets import Target

Array = npt.NDArray[np.float64]

NEAREST_SHARE, FEWEST = 0.3, 30


def reject_and_adjust(targets: Sequence[Target], units: Array, values: Array) -> Array:
    """Return points of the unit cube in keeping with the targets, from runs over a uniform prior.

    Parameters
    ----------
    units
        Points of the runs.
    values
        Statistics of the runs on the targets' scales; where one is missing it is put at its mean.
    """
    aim, allowed = aims(targets)
    usable = np.isfinite(values).any(axis=0)
    filled = np.where(np.isfinite(values), values, np.nanmean(np.where(usable, values, 0.0), axis=0))
    scaled = (filled - aim) / np.sqrt(allowed) * np.sqrt(weights(targets))
    distance = np.sqrt(np.square(scaled).sum(axis=1))
    count = min(max(int(NEAREST_SHARE * len(units)), FEWEST), len(units))
    near = np.argsort(distance, kind="stable")[:count]
    kernel = np.maximum(1.0 - (distance[near] / distance[near].max()) ** 2, 1e-3)
    place = logit(np.clip(units[near], 1e-3, 1.0 - 1e-3))
    slopes = Ridge(alpha=float(count)).fit(scaled[near], place, sample_weight=kernel).coef_
    adjusted = place - scaled[near] @ slopes.T
    chosen = np.random.default_rng(0).choice(count, size=count, p=kernel / kernel.sum())
    return np.asarray(expit(adjusted[chosen]))
