"""How many runs go where, and which points they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from calibration.fitting.space import EDGE
from sim.parameters.draws import DRAWS

Array = npt.NDArray[np.float64]

SCREENING_SHARE, RECHECK_SHARE, FIRST_WAVE_SHARE = 0.2, 0.35, 0.6
MOST_TRAJECTORIES, FEWEST_TRAJECTORIES = 6, 2
REPEATED_SHARE = 0.1
FIRST_SEED = {"screening": 10_000, "wave1": 20_000, "wave2": 30_000, "recheck": 40_000, "again": 45_000}
"""Seeds of the stages are far apart: no two runs of a fit share chance, so draws do not fit one seed's luck."""


@dataclass(frozen=True)
class Point:
    """Say where a run is: a point of the unit cube of all directions, a draw of evidence, and a seed."""

    unit: tuple[float, ...]
    draw: int
    seed: int


Evaluate = Callable[[str, Sequence[Point]], list[dict[str, float]]]
"""Lives the runs of a stage and returns their statistics."""


@dataclass(frozen=True)
class Plan:
    """Hold the number of runs of each stage; draws are checked by runs twice, the second time as first corrected."""

    trajectories: int
    wave1: int
    wave2: int
    recheck: int
    again: int

    def runs(self, directions: int) -> int:
        """Return the number of runs in all."""
        return self.trajectories * (directions + 1) + self.wave1 + self.wave2 + self.recheck + self.again


def plan_of(budget: int, directions: int) -> Plan:
    """Divide a budget of runs: a fifth to screening, a third to two checks of the draws, the rest to two waves.

    Screening is left out where it would have fewer than two trajectories: then every direction is fitted.
    """
    trajectories = min(int(SCREENING_SHARE * budget / (directions + 1)), MOST_TRAJECTORIES)
    if trajectories < FEWEST_TRAJECTORIES:
        trajectories = 0
    recheck = min(int(RECHECK_SHARE / 2.0 * budget), DRAWS)
    left = budget - trajectories * (directions + 1) - 2 * recheck
    wave1 = int(FIRST_WAVE_SHARE * left)
    return Plan(trajectories, wave1, left - wave1, recheck, recheck)


def first_wave(count: int, directions: int, seed: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return points spread over the cube, and the draw of evidence of each; the last repeat the first.

    Repeats differ from the points they repeat in chance alone, which tells how large chance is.
    """
    repeated = int(REPEATED_SHARE * count)
    spread = qmc.Sobol(directions, scramble=True, seed=seed).random_base2(int(np.ceil(np.log2(max(count, 2)))))
    units = np.clip(spread[: count - repeated], EDGE, 1.0 - EDGE)
    draws = np.random.default_rng(seed).permutation(max(DRAWS, count))[: count - repeated] % DRAWS
    return np.concatenate([units, units[:repeated]]), np.concatenate([draws, draws[:repeated]])


def chance_variance(values: Array, count: int) -> Array:
    """Return the variance of chance in single runs from the repeats of `first_wave`, one value a target."""
    repeated = int(REPEATED_SHARE * count)
    if repeated == 0:
        return np.full(values.shape[1], np.nan)
    differences = values[count - repeated : count] - values[:repeated]
    known = np.isfinite(differences)
    squares = np.where(known, np.square(differences), 0.0).sum(axis=0)
    return np.asarray(squares / np.maximum(2.0 * known.sum(axis=0), 1.0))


def spread_over(count: int) -> npt.NDArray[np.int64]:
    """Return ``count`` numbers of draws, spread evenly over all of them."""
    return (np.arange(count) * DRAWS // max(count, 1)) % DRAWS
