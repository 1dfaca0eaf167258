"""How implausible points are in the light of the targets, by emulators or by runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calibration.fitting.emulator import FEWEST_RUNS, Emulator, train
from calibration.targets import Target, to_scale

Array = npt.NDArray[np.float64]

PLAUSIBLE = 3.0
TAIL = 5.0
FARTHEST = 10.0
FEWEST_FINITE = 0.6


@dataclass(frozen=True)
class Emulators:
    """Hold an emulator for every target that can be emulated.

    Attributes
    ----------
    targets
        The targets, in the order of the emulators.
    dropped
        Why targets have none, by their id.
    """

    targets: tuple[Target, ...]
    emulators: tuple[Emulator, ...]
    dropped: dict[str, str]

    def predict(self, units: Array, scores: Array) -> tuple[Array, Array]:
        """Return means and variances of all statistics, float64[targets, points], on the targets' scales."""
        pairs = [emulator.predict(units, scores) for emulator in self.emulators]
        return np.stack([mean for mean, _ in pairs]), np.stack([variance for _, variance in pairs])

    def implausibility(self, units: Array, scores: Array) -> Array:
        """Return the distance from each target in standard deviations, float64[targets, points]."""
        mean, variance = self.predict(units, scores)
        aim, allowed = aims(self.targets)
        return np.asarray(np.abs(mean - aim[:, None]) / np.sqrt(variance + allowed[:, None]))

    def log_likelihood(self, units: Array, scores: Array, tail: float | None = TAIL) -> Array:
        """Return the log-likelihood of the targets at points.

        With ``tail`` degrees of freedom (Student's t) a target that cannot be met has a bounded pull on the others;
        None is the normal distribution. Targets of one block share the weight of one.
        """
        mean, variance = self.predict(units, scores)
        aim, allowed = aims(self.targets)
        total = variance + allowed[:, None]
        squared = (mean - aim[:, None]) ** 2 / total
        misfit = squared if tail is None else (tail + 1.0) * np.log1p(squared / tail)
        return np.asarray(weights(self.targets) @ (-0.5 * (misfit + np.log(total))))


def aims(targets: Sequence[Target]) -> tuple[Array, Array]:
    """Return the aimed-at values on their scales, and the variance of what misses them blamelessly."""
    return np.array([target.aim for target in targets]), np.array([target.variance for target in targets])


def weights(targets: Sequence[Target]) -> Array:
    """Return the weight of each target: one, shared within a block."""
    blocks = [target.block or target.id for target in targets]
    return np.array([1.0 / blocks.count(block) for block in blocks])


def on_scales(targets: Sequence[Target], runs: Sequence[Mapping[str, float]]) -> Array:
    """Return the statistics of runs on the targets' scales, float64[runs, targets]; NaN where there is none.

    A share that is nothing or all in a small run, or ten times nearer to it than the target, is put at a tenth of the
    target's distance: it counts as far away without outweighing all other runs.
    """
    table = np.full((len(runs), len(targets)), np.nan)
    for column, target in enumerate(targets):
        for row, run in enumerate(runs):
            value = run.get(target.statistic, np.nan)
            if target.scale == "logit" and np.isfinite(value):
                value = float(np.clip(value, target.value / FARTHEST, 1.0 - (1.0 - target.value) / FARTHEST))
            table[row, column] = to_scale(target.scale, value)
    return table


def train_all(targets: Sequence[Target], units: Array, scores: Array, values: Array, checked: bool = True) -> Emulators:
    """Train an emulator for each target that enough runs have a finite value of."""
    kept, found, dropped = [], [], {}
    for column, target in enumerate(targets):
        finite = int(np.isfinite(values[:, column]).sum())
        if finite < max(FEWEST_FINITE * len(values), FEWEST_RUNS):
            dropped[target.id] = f"only {finite} of {len(values)} runs have a value, too few for an emulator"
            continue
        kept.append(target)
        found.append(train(units, scores, values[:, column], checked=checked))
    if not kept:
        raise ValueError("No target can be emulated: hardly any run has a finite value of any of them.")
    return Emulators(tuple(kept), tuple(found), dropped)


def plausible_share(implausibility: Array, order: int = 2) -> float:
    """Return the share of points whose ``order``-th largest implausibility is at most three."""
    ranked = np.sort(implausibility, axis=0)[::-1]
    return float(np.mean(ranked[min(order, len(ranked)) - 1] <= PLAUSIBLE))
