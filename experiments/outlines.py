"""Find the outer edges of groups of communities from the outlines of the communities."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

STEP_METRES = 12.0
MOST_CHECKED = 12_000


def outer_edges(outlines: list[list[Array]], group: Array) -> Array:
    """Return the edges with another group, or nothing, on one side.

    Two neighbours share the points of their common edge, so an edge that a group has once is an outer edge, except
    where the outlines were simplified differently or one community encloses another. Those are recognised by having
    the same group on both sides, and dropped.

    Parameters
    ----------
    outlines : rings of points (metres) of each community.
    group : number of the group of each community.

    Returns
    -------
    float64, shape (edges, 2, 2).
    """
    owned = np.concatenate([_edges(rings, number) for rings, number in zip(outlines, group, strict=True)])
    unique, seen = np.unique(owned, axis=0, return_counts=True)
    single = unique[seen == 1]
    if len(outlines) <= MOST_CHECKED:
        single = single[~_same_on_both_sides(single, outlines, group)]
    return np.unique(single[:, 1:], axis=0).reshape(-1, 2, 2)


def _edges(rings: list[Array], number: int) -> Array:
    """List the edges of a community as (group, x1, y1, x2, y2), each written from its lesser end."""
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])
    backwards = (edges[:, 0] > edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] > edges[:, 3]))
    edges[backwards] = edges[backwards][:, [2, 3, 0, 1]]
    return np.column_stack([np.full(len(edges), float(number)), edges])


def _same_on_both_sides(edges: Array, outlines: list[list[Array]], group: Array) -> Array:
    low = np.array([np.min([ring.min(axis=0) for ring in rings], axis=0) for rings in outlines])
    high = np.array([np.max([ring.max(axis=0) for ring in rings], axis=0) for rings in outlines])
    middle = (edges[:, 1:3] + edges[:, 3:5]) / 2.0
    along = edges[:, 3:5] - edges[:, 1:3]
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    same = np.zeros(len(edges), dtype=bool)
    for position, (number, point, normal) in enumerate(zip(edges[:, 0], middle, across, strict=True)):
        near = ((low <= point + STEP_METRES) & (high >= point - STEP_METRES)).all(axis=1) & (group == number)
        rings = [ring for row in np.flatnonzero(near) for ring in outlines[row]]
        same[position] = all(
            any(contains(ring, point + side * normal) for ring in rings) for side in (STEP_METRES, -STEP_METRES)
        )
    return same


def contains(ring: Array, point: Array) -> bool:
    """Tell whether a point lies inside a closed ring (even-odd rule)."""
    x, y = ring[:, 0], ring[:, 1]
    crosses = (y[:-1] > point[1]) != (y[1:] > point[1])
    if not crosses.any():
        return False
    first = np.flatnonzero(crosses)
    at = x[first] + (point[1] - y[first]) / (y[first + 1] - y[first]) * (x[first + 1] - x[first])
    return bool(np.count_nonzero(at > point[0]) % 2)
