"""Strengths of levers in a joint draw, and small sums of delivery."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.interventions.resolved import Lever, Programme
from sim.parameters.draws import uniform_of

Array = npt.NDArray[Any]


def drop_out_hazard(programme: Programme, log_hazard: float) -> float:
    """Return the monthly probability of dropping out: it leaves the share that completes after all months.

    With completion c over n months the hazard is 1 - c^(1/n), moved by ``log_hazard`` on the log scale.
    """
    if programme.completion <= 0.0:
        return 1.0
    hazard = 1.0 - programme.completion ** (1.0 / programme.months)
    return float(min(hazard * np.exp(log_hazard), 1.0))


def drawn_strengths(programme: Programme, draw: int | None, fidelity: float) -> dict[str, float]:
    """Return the strength of each lever in a joint draw; central values when ``draw`` is None.

    One standard normal moves all levers of a programme together, as the evidence is about their joint effect.
    """
    z = 0.0 if draw is None else NormalDist().inv_cdf(uniform_of(f"intervention.{programme.entry}", draw))
    return {lever.name: _strength(lever, z) * fidelity for lever in programme.levers}


def _strength(lever: Lever, z: float) -> float:
    return lever.strength + z * lever.per_sd if lever.per_sd else lever.strength


def strongest_by_row(rows: Array, weights: Array) -> tuple[Array, Array]:
    """Return each row once, with its largest weight; rows of -1 are left out."""
    there = rows >= 0
    unique, inverse = np.unique(rows[there], return_inverse=True)
    largest = np.zeros(unique.size)
    np.maximum.at(largest, inverse, weights[there])
    return unique, largest
