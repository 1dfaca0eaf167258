"""Sobol indices of an emulator trained on the runs of a study, with the error of the emulator shown.

The emulator is that of the fit (`calibration.fitting.emulator`). Its error is stated twice: Q2, the share of variance
it explains at points it had not seen, and a band from emulators that are trained again on bootstrap samples of the
points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.fitting.emulator import Emulator, retrain, train
from experiments.sensitivity.direct import sobol_rows
from experiments.sensitivity.reading import SPREAD, StudyData
from experiments.sensitivity.rows import Index
from experiments.sensitivity.swings import Swing
from sim.core.errors import InputError, Problem

Array = npt.NDArray[np.float64]
Tick = Callable[[int], None]

BASE_SAMPLE, REFIT_SAMPLE, REFITS = 8192, 1024, 20
ROWS_AT_A_TIME = 20_000
TRUSTED_Q2 = 0.8
FEWEST_POINTS_A_FACTOR = 3
FEWEST_POINTS = 40
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Emulated:
    """Hold an emulator of one target and how far to trust it.

    Attributes
    ----------
    q2
        Share of the variance between points that it explains where it was not trained, by tenfold cross-validation.
    points
        Number of points it was trained on.
    """

    emulator: Emulator
    refits: tuple[Emulator, ...]
    q2: float
    points: int

    @property
    def trusted(self) -> bool:
        """Whether the emulator explains enough for its indices to be relied upon."""
        return self.q2 >= TRUSTED_Q2


def can_emulate(data: StudyData, means: Array | None = None) -> bool:
    """Say whether a design has points enough, all over the space of factors, to train an emulator.

    Only points whose mean is known count, where means are given.
    """
    usable = data.independent if means is None else data.independent & np.isfinite(means)
    return data.method in SPREAD and int(usable.sum()) >= _fewest(data)


def emulate(
    data: StudyData, means: Array, seed: int, refits: int = REFITS, tick: Tick = lambda steps: None
) -> Emulated:
    """Train an emulator on the mean of every point, and more of them on bootstrap samples of the points.

    Raises
    ------
    InputError
        When the design does not allow it.
    """
    if not can_emulate(data, means):
        message = (
            f"An emulator needs {_fewest(data)} independent points all over the space of {len(data.names)} factors."
        )
        fix = "Sweep a latin_hypercube or sobol design of that size."
        raise InputError(Problem(str(data.folder), 0, 0, "--analyse", message, fix))
    chance = np.random.default_rng(seed)
    # In an order of chance, so that no fold of the cross-validation holds one corner of the design.
    order = chance.permutation(np.flatnonzero(data.independent & np.isfinite(means)))
    units, values = data.units[order], means[order]
    scores = np.zeros((order.size, 0))
    whole = train(units, scores, values)
    tick(1)
    again = []
    for _ in range(refits):
        chosen = chance.integers(order.size, size=order.size)
        again.append(retrain(whole, units[chosen], scores, values[chosen]))
        tick(1)
    return Emulated(whole, tuple(again), whole.check.explained, order.size)


def mean_at(emulator: Emulator, units: Array) -> Array:
    """Return the emulator's mean at points of the unit cube."""
    pieces = np.array_split(units, max(1, -(-len(units) // ROWS_AT_A_TIME)))
    return np.concatenate([emulator.mean(piece, np.zeros((len(piece), 0))) for piece in pieces])


def emulated_rows(
    data: StudyData,
    found: Emulated,
    seed: int,
    base_sample: int = BASE_SAMPLE,
    second_order: bool = True,
    tick: Tick = lambda steps: None,
) -> list[Index]:
    """Return Sobol indices of the emulator; intervals hold the error of the sample and that of the emulator."""
    sample = min(REFIT_SAMPLE, base_sample)
    rows = _indices(data, found.emulator, base_sample, second_order, seed)
    tick(1)
    spread = []
    for each in found.refits:
        spread.append([_value(row) for row in _indices(data, each, sample, second_order, seed)])
        tick(1)
    if not spread:
        return rows
    error = NORMAL_95 * np.std(np.array(spread), axis=0, ddof=1)
    return [_wider(row, float(extra)) for row, extra in zip(rows, error, strict=True)]


def emulated_swings(data: StudyData, found: Emulated, seed: int) -> list[Swing]:
    """Return what the emulator gives at both ends of each factor, averaged over all others; largest swing first."""
    units = sobol_units(len(data.names), REFIT_SAMPLE, False, seed)[: 4 * REFIT_SAMPLE]
    middle = float(mean_at(found.emulator, units).mean())
    result = []
    for column, (name, (low, high)) in enumerate(zip(data.names, data.problem["bounds"], strict=True)):
        at = []
        for end in (0.0, 1.0):
            moved = units.copy()
            moved[:, column] = end
            at.append(float(mean_at(found.emulator, moved).mean()))
        result.append(Swing(name, float(low), float(high), at[0], at[1], middle))
    return sorted(result, key=lambda swing: -swing.size)


def sobol_units(count: int, base_sample: int, second_order: bool, seed: int) -> Array:
    """Return a Sobol design over the unit cube in SALib's order."""
    from SALib.sample import sobol

    return np.asarray(sobol.sample(unit_problem(count), base_sample, calc_second_order=second_order, seed=seed))


def unit_problem(count: int, names: list[str] | None = None) -> dict[str, Any]:
    """Return factors over the unit cube as SALib describes them."""
    return {"num_vars": count, "names": names or [f"x{i}" for i in range(count)], "bounds": [[0.0, 1.0]] * count}


def _indices(data: StudyData, emulator: Emulator, base_sample: int, second_order: bool, seed: int) -> list[Index]:
    count = len(data.names)
    second_order = second_order and count > 1
    values = mean_at(emulator, sobol_units(count, base_sample, second_order, seed))
    return sobol_rows(unit_problem(count, data.names), values, second_order, seed, "emulator")


def _value(row: Index) -> float:
    return np.nan if row.value is None else row.value


def _wider(row: Index, extra: float) -> Index:
    """Widen an interval by the error of the emulator, which has nothing to do with that of the sample."""
    if row.value is None or row.high is None or not np.isfinite(extra):
        return row
    half = float(np.hypot(row.high - row.value, extra))
    return replace(row, low=row.value - half, high=row.value + half)


def _fewest(data: StudyData) -> int:
    return max(FEWEST_POINTS, FEWEST_POINTS_A_FACTOR * len(data.names))
