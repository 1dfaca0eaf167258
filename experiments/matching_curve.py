"""Find the scale at which a virtual trial comes out as wanted, from noisy evaluations of paired worlds.

The effect is smooth in the scale and nothing at scale 0, where both worlds are the same. A polynomial through zero is
fitted to the evaluations of all seeds, and solved within the scales evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MOST_SCALE = 30.0
STEPS = 2_001
TOLERANCE = 1e-9
TRUSTED_BEYOND = 0.15
"""Part of the range of scales evaluated by which a curve is trusted beyond them."""


@dataclass(frozen=True)
class Evaluations:
    """Hold the effect of a trial by scale and seed.

    Attributes
    ----------
    effects
        Scale to one effect per seed, the seeds in the same order for every scale.
    """

    effects: Mapping[float, tuple[float, ...]]

    @property
    def scales(self) -> list[float]:
        return sorted(self.effects)

    @property
    def seeds(self) -> int:
        return len(next(iter(self.effects.values()))) if self.effects else 0

    def mean(self, scale: float) -> float:
        """Return the mean effect over seeds."""
        return float(np.mean(self.effects[scale]))

    def without(self, seed: int) -> Evaluations:
        """Return the evaluations of all seeds but one."""
        return Evaluations({s: (*e[:seed], *e[seed + 1 :]) for s, e in self.effects.items()})


@dataclass(frozen=True)
class Curve:
    """Hold a polynomial without constant: the effect at a scale."""

    coefficients: Array
    low: float
    high: float

    def at(self, scale: float) -> float:
        """Return the effect at a scale."""
        powers = np.arange(1, self.coefficients.size + 1)
        return float(self.coefficients @ np.power(float(scale), powers))

    def solve(self, target: float) -> tuple[float, bool]:
        """Return the scale whose effect is nearest to ``target``, and whether it reaches it.

        Of several, the one nearest to zero. Scales far beyond those evaluated are not trusted.
        """
        if target == 0.0:
            return 0.0, True
        scales = np.linspace(self.low, self.high, STEPS)
        effects = np.array([self.at(scale) for scale in scales])
        gap = effects - target
        crossings = np.flatnonzero(gap[:-1] * gap[1:] <= 0.0)
        if not crossings.size:
            nearest = int(np.argmin(np.abs(gap)))
            return float(scales[nearest]), False
        roots = [_between(scales, gap, int(i)) for i in crossings]
        return min(roots, key=abs), True


def _between(scales: Array, gap: Array, i: int) -> float:
    step = gap[i] - gap[i + 1]
    return float(scales[i] + (scales[i + 1] - scales[i]) * (gap[i] / step if abs(step) > TOLERANCE else 0.0))


def fit(evaluations: Evaluations) -> Curve:
    """Fit a polynomial through zero to the means over seeds: of the third degree where there are enough scales."""
    scales = np.array([scale for scale in evaluations.scales if scale != 0.0])
    means = np.array([evaluations.mean(scale) for scale in scales])
    degree = min(3, scales.size)
    powers = np.arange(1, degree + 1)
    design = scales[:, None] ** powers[None, :]
    # Columns in units of the largest scale keep the equations well conditioned.
    largest = float(np.abs(scales).max())
    units = largest**powers
    coefficients, *_ = np.linalg.lstsq(design / units, means, rcond=None)
    low, high = min(0.0, float(scales.min())), max(0.0, float(scales.max()))
    beyond = TRUSTED_BEYOND * (high - low)
    return Curve(coefficients / units, low - beyond, high + beyond)


def scale_error(evaluations: Evaluations, target: float) -> float:
    """Return the Monte Carlo standard error of the scale for a target: a jackknife over seeds."""
    seeds = evaluations.seeds
    if seeds < 2 or target == 0.0:
        return 0.0
    left = np.array([fit(evaluations.without(seed)).solve(target)[0] for seed in range(seeds)])
    return float(np.sqrt((seeds - 1) / seeds * np.sum((left - left.mean()) ** 2)))


def achieved(evaluations: Evaluations, scale: float) -> tuple[float, float]:
    """Return the effect at a scale and its standard error.

    The effect is that of the nearest scale evaluated, moved along the curve, so that it shows where the curve misses.
    The error is a jackknife over seeds.
    """
    if scale == 0.0:
        return 0.0, 0.0
    seeds = evaluations.seeds
    value = _moved(evaluations, scale)
    if seeds < 2:
        return value, 0.0
    left = np.array([_moved(evaluations.without(seed), scale) for seed in range(seeds)])
    return value, float(np.sqrt((seeds - 1) / seeds * np.sum((left - left.mean()) ** 2)))


def _moved(evaluations: Evaluations, scale: float) -> float:
    curve = fit(evaluations)
    nearest = min((0.0, *evaluations.scales), key=lambda known: abs(known - scale))
    there = evaluations.mean(nearest) if nearest in evaluations.effects else 0.0
    return there + curve.at(scale) - curve.at(nearest)


def next_scales(
    evaluations: Evaluations, targets: Mapping[str, float], close: float, near_nothing: float, share: float
) -> list[float]:
    """Return the scales that should be evaluated next; none when the targets that matter lie close to an evaluation.

    The central target and the outermost ones matter; those between them follow from the curve, as do outermost ones
    within ``near_nothing`` of no effect that the curve reaches. A target is settled when some scale was evaluated whose
    mean effect is within ``close`` of it, or, where it is an outermost one, within a ``share`` of it; or when the
    largest scale that is allowed does not reach it.
    """
    curve = fit(evaluations)
    slope = curve.at(1e-3) / 1e-3
    wanted: list[float] = []
    outermost = {min(targets.values()), max(targets.values())}
    matter = {target for name, target in targets.items() if name == "central" or target in outermost}
    for target in sorted(matter, key=abs):
        enough = close if target not in outermost else max(close, share * abs(target))
        if target not in outermost and target == 0.0:
            continue
        if any(abs(evaluations.mean(scale) - target) <= enough for scale in evaluations.scales):
            continue
        scale, reached = curve.solve(target)
        if reached and abs(target) <= (near_nothing if target in outermost and len(targets) > 1 else 0.0):
            continue
        if not reached:
            scale = _further(evaluations, target, slope)
        scale = float(np.round(np.clip(scale, -MOST_SCALE, MOST_SCALE), 3))
        if all(abs(scale - known) > 0.02 * max(abs(known), 0.1) for known in (*evaluations.scales, *wanted, 0.0)):
            wanted.append(scale)
    return sorted(wanted)


def _further(evaluations: Evaluations, target: float, slope: float) -> float:
    """Return a scale beyond those evaluated: straight on from the outermost on the target's side."""
    if abs(slope) < TOLERANCE:
        return 0.0
    side = np.sign(target / slope)
    known = [scale for scale in evaluations.scales if np.sign(scale) == side]
    if not known:
        return target / slope
    outermost = max(known, key=abs)
    reached = evaluations.mean(outermost)
    ratio = target / reached if reached * target > 0.0 else 2.0
    return float(outermost * np.clip(ratio, 1.25, 3.0))
