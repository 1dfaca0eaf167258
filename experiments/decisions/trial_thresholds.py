"""At which results of a trial to scale a programme up, to adapt it or to stop, from the worth of another trial."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from experiments.decisions.trial_value import TrialValue, expected_best, weight_of_trial


@dataclass(frozen=True)
class Thresholds:
    """Say what to do by the estimate of the trial, log rate ratio; None where no estimate leads there.

    Attributes
    ----------
    adopt_from
        Adopting is worth more than not from this estimate on (at or below it).
    scale_from, stop_from
        At least as good: scale up. No better than ``stop_from``: stop. Between them another trial of this kind would
        still be worth its cost: adapt and try again.
    """

    adopt_from: float | None
    scale_from: float | None
    stop_from: float | None


def thresholds_of(value: TrialValue) -> Thresholds:
    """Return the estimates at which one should scale up, adapt or stop, from what another trial would then be worth."""
    uncertain, line, error = value.uncertain, value.line, value.trial.standard_error
    weight = weight_of_trial(uncertain.sd, error)
    if line.slope >= 0.0 or weight <= 0.0:
        return Thresholds(None, None, None)

    def estimate_for(believed: float) -> float:
        return uncertain.mean + (believed - uncertain.mean) / weight

    adopt = estimate_for(-line.at_nothing / line.slope)
    after = uncertain.sd * math.sqrt(1.0 - weight)
    told = abs(line.slope) * after * math.sqrt(weight_of_trial(after, error))
    scale = value.stakes.scale * value.stakes.left(2 * value.trial.years)

    def again(mean: float) -> float:
        return (expected_best(mean, told) - max(mean, 0.0)) * scale - value.trial.cost_gbp

    if again(0.0) <= 0.0:
        return Thresholds(adopt, adopt, adopt)
    reach = _root(again, 0.0, 12.0 * told)
    scale_up = estimate_for((reach - line.at_nothing) / line.slope)
    return Thresholds(adopt, scale_up, estimate_for((-reach - line.at_nothing) / line.slope))


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (middle, high) if falling(middle) > 0.0 else (low, middle)
    return low
