"""Strengths of levers in a joint draw, and small sums of delivery."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.levers import LEVERS, STRONGEST
from sim.core.rows import last_of_equals
from sim.interventions.resolved import Lever, Programme
from sim.interventions.strength_store import PUBLISHED
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


def drawn_strengths(
    programme: Programme, draw: int | None, fidelity: float, correlation: float = 0.0
) -> dict[str, float]:
    """Return the strength of each lever in a joint draw; central values when ``draw`` is None.

    One standard normal moves all levers of a programme together, as the evidence is about their joint effect.

    Parameters
    ----------
    correlation : of that normal between programmes. Trials of different programmes share what makes them travel
        badly or well: the same country, the same kind of enthusiast.
    """
    z = transport_deviate(programme.entry, draw, correlation)
    if programme.matched is None:
        return {lever.name: _strength(lever, z) * fidelity for lever in programme.levers}
    scale = matched_scale(programme, z)
    return {lever.name: bounded(lever.name, lever.strength * scale) * fidelity for lever in programme.levers}


def transport_deviate(identifier: str, draw: int | None, correlation: float) -> float:
    """Return how many standard deviations a programme's effect is from the one expected, in a joint draw."""
    if draw is None:
        return 0.0
    common = NormalDist().inv_cdf(uniform_of("interventions.transport", draw))
    own = NormalDist().inv_cdf(uniform_of(f"intervention.{identifier}", draw))
    return math.sqrt(correlation) * common + math.sqrt(1.0 - correlation) * own


def matched_scale(programme: Programme, z: float) -> float:
    """Return by what the pushes of a matched programme are multiplied, ``z`` standard deviations from the expected.

    The published effect keeps the width of the effect expected in England.
    """
    matched = programme.matched
    assert matched is not None
    scale = matched.scale_at(programme.expected_log_rr + z * programme.uncertainty_sd)
    published = matched.by_name.get(PUBLISHED)
    if programme.effect != PUBLISHED or published is None:
        return scale
    return published.scale + scale - matched.scale_at(programme.expected_log_rr)


def bounded(name: str, strength: float) -> float:
    """Keep the strength of a lever that is a share between 0 and 1, whatever the scale."""
    return min(max(strength, 0.0), 1.0) if LEVERS[name].combine == STRONGEST else strength


def at_scale(programme: Programme, scale: float) -> Programme:
    """Return a programme whose levers have the strengths of ``scale``, in every draw."""
    levers = tuple(
        replace(lever, strength=bounded(lever.name, lever.strength * scale), per_sd=0.0) for lever in programme.levers
    )
    return replace(programme, levers=levers, matched=None)


def _strength(lever: Lever, z: float) -> float:
    return lever.strength + z * lever.per_sd if lever.per_sd else lever.strength


def strongest_by_row(rows: Array, weights: Array) -> tuple[Array, Array]:
    """Return each row once, with its largest weight; rows of -1 are left out."""
    there = np.flatnonzero(rows >= 0)
    order = there[np.lexsort((weights[there], rows[there]))]
    last = order[last_of_equals(rows[order])]
    return rows[last], np.maximum(weights[last], 0.0)
