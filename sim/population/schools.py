"""School catchments: which communities send their pupils to the same secondary school."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population import open_data

Array = npt.NDArray[Any]
Graph = tuple[Array, Array]
REACH_METRES = 20_000.0
COMMUNITIES_AT_A_TIME = 1_000


def nearest_school(easting: Array, northing: Array) -> Array:
    """Return the number of the secondary school nearest to each community, -1 where none is within reach."""
    low = (float(easting.min()) - REACH_METRES, float(northing.min()) - REACH_METRES)
    high = (float(easting.max()) + REACH_METRES, float(northing.max()) + REACH_METRES)
    schools = open_data.read_secondary_schools(low, high)
    if schools["urn"].size == 0:
        return np.full(easting.size, -1, np.int64)
    nearest = np.empty(easting.size, np.int64)
    for begin in range(0, easting.size, COMMUNITIES_AT_A_TIME):
        some = slice(begin, begin + COMMUNITIES_AT_A_TIME)
        east = easting[some, None] - schools["easting"][None, :]
        north = northing[some, None] - schools["northing"][None, :]
        nearest[some] = np.argmin(east * east + north * north, axis=1)
    return nearest


def school_neighbours(school: Array, adjacency: Graph) -> Graph:
    """Return, for each community, the others of its catchment and those next door (indptr, indices).

    A community that is both counts once. ``school`` is -1 where no school is known; there only neighbours count.
    """
    n = school.size
    home = np.repeat(np.arange(n), np.diff(adjacency[0]))
    order = np.argsort(school, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(school[order]) != 0])
    pairs = [home * np.int64(n) + adjacency[1]]
    for begin, end in zip(starts, np.r_[starts[1:], n], strict=True):
        together = order[begin:end]
        if school[together[0]] >= 0:
            pairs.append((together[:, None] * np.int64(n) + together[None, :]).ravel())
    here, there = np.divmod(np.unique(np.concatenate(pairs)), n)
    apart = here != there
    indptr = np.r_[0, np.cumsum(np.bincount(here[apart], minlength=n))]
    return np.ascontiguousarray(indptr, np.int32), np.ascontiguousarray(there[apart], np.int32)
