"""Which communities a programme serves, and what adjacent communities get of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.tools import ParameterValues
from sim.interventions.conditions import Registers
from sim.interventions.resolved import Programme
from sim.parameters.structure import BENEFITS_SPREAD, DISPLACEMENT, NO_SPREAD, form_of
from sim.population.serving import chosen_rows

Array = npt.NDArray[Any]

RESIDENTS_PER_UNIT = 100_000
RECORDED_VIOLENCE, ALL = "recorded_violence", "all"


def served_communities(registers: Registers, programme: Programme, recorded: Array, residents: int) -> Array | None:
    """Return which communities a programme serves, boolean by community; None for all.

    The scenario's own choice comes first, then the programme's: the communities with most need as far as it is known.
    Equal ones are told apart by their key.

    Parameters
    ----------
    recorded : violence recorded in each community in the last twelve months.
    residents : people in the place.
    """
    communities, where = registers.communities, programme.where
    if programme.communities is not None:
        return chosen_rows(communities.key, communities.deprivation, programme.communities)
    wanted = programme.place.communities_per_100000
    if (where is None or where.need == ALL) and wanted is None:
        return None
    by_record = where is None or where.need == RECORDED_VIOLENCE
    need = recorded if by_record else communities.deprivation
    number = math.ceil(where.share * communities.n) if where is not None else 0
    if wanted is not None:
        number = round(wanted * residents / RESIDENTS_PER_UNIT)
    chosen = np.zeros(communities.n, bool)
    chosen[np.lexsort((communities.key, -need))[: min(number, communities.n)]] = True
    return chosen


def neighbour_share(programme: Programme, parameters: ParameterValues) -> float:
    """Return the share of its effect that a programme in a place has next door, negative where violence moves there."""
    own = programme.neighbours
    share: float = parameters["programmes.neighbour_share"] if own is None else own
    form = form_of(parameters, DISPLACEMENT)
    if form == BENEFITS_SPREAD:
        return share
    return 0.0 if form == NO_SPREAD else -abs(share)


def spread_to_neighbours(effect: Array, share: float, adjacency: tuple[Array, Array]) -> Array:
    """Return what communities without an effect of their own get from adjacent ones that have one.

    Each community with an effect gives ``share`` of it, in equal parts, to its adjacent communities without one; a
    negative share moves violence there.
    """
    indptr, indices = adjacency
    received = np.zeros(effect.size, np.float64)
    if share == 0.0:
        return received
    giver = np.repeat(np.arange(effect.size), np.diff(indptr))
    gives = (effect[giver] != 0.0) & (effect[indices] == 0.0)
    giver, receiver = giver[gives], indices[gives]
    parts = np.bincount(giver, minlength=effect.size)
    np.add.at(received, receiver, share * effect[giver] / parts[giver])
    return received
