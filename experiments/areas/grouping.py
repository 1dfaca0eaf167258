"""Cut a place into areas: local authorities of one region that lie together, up to a number of people.

Areas are lived one after another or side by side, and nothing passes between them; so authorities that share most of a
border are put together first. The cut depends on the place, the sample and the size alone, never on the number of
workers, and no area reaches over the border of a region, so that regions add up too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

AREA_PEOPLE = 3_000_000
"""People in an area at most, unless one authority has more."""


@dataclass(frozen=True)
class Area:
    """Hold one area.

    Attributes
    ----------
    name
        Its region and largest authority, with the number of others.
    rows
        Rows of its communities in the tables of the place, in order.
    authorities
        Names of its authorities, the largest first.
    people
        Residents of its communities.
    """

    name: str
    region: str
    authorities: tuple[str, ...]
    rows: Array
    people: int


def areas_of(place: Any, taken: Array | None = None, most: int = AREA_PEOPLE) -> list[Area]:
    """Cut the communities that are lived in into areas, by region and the code of their first authority.

    Parameters
    ----------
    place
        Its data.
    taken
        bool: which communities are lived in; all if None. Borders are those of the whole place.
    most
        People in an area.
    """
    lsoa = place.lsoa
    taken = np.ones(place.n, bool) if taken is None else taken
    region, codes = lsoa["region"].astype(str), lsoa["la"].astype(str)
    names, unit = np.unique(np.char.add(np.char.add(region, "|"), codes), return_inverse=True)
    people = np.bincount(unit, lsoa["population"] * taken, names.size)
    border = _shared_borders(place, unit, names.size)
    areas = []
    for group in _grouped([str(name).partition("|")[0] for name in names], people, border, most):
        rows = np.flatnonzero(np.isin(unit, group) & taken)
        if rows.size:
            areas.append(_area(place, rows))
    return areas


def _shared_borders(place: Any, unit: Array, number: int) -> dict[tuple[int, int], int]:
    """Count the pairs of neighbouring communities between each two units, the smaller number first."""
    indptr, indices = place.adjacency
    first, second = unit[np.repeat(np.arange(place.n), np.diff(indptr))], unit[indices]
    across = first < second
    pairs, counts = np.unique(first[across] * np.int64(number) + second[across], return_counts=True)
    return {divmod(int(pair), number): int(count) for pair, count in zip(pairs, counts, strict=True)}


def _grouped(region: list[str], people: Array, border: Mapping[tuple[int, int], int], most: int) -> list[list[int]]:
    """Join, again and again, the two groups that share most border for their size, while they are small enough."""
    members = {unit: [unit] for unit in range(len(region))}
    size = {unit: float(people[unit]) for unit in members}
    shared = {pair: count for pair, count in border.items() if region[pair[0]] == region[pair[1]]}
    while True:
        fitting = [pair for pair in shared if size[pair[0]] + size[pair[1]] <= most]
        if not fitting:
            return [sorted(group) for _, group in sorted(members.items())]
        keep, gone = min(fitting, key=lambda pair: (-_closeness(shared[pair], size, pair), pair))
        members[keep] += members.pop(gone)
        size[keep] += size.pop(gone)
        joined: dict[tuple[int, int], int] = {}
        for (a, b), count in shared.items():
            ends = keep if a == gone else a, keep if b == gone else b
            if ends[0] != ends[1]:
                pair = min(ends), max(ends)
                joined[pair] = joined.get(pair, 0) + count
        shared = joined


def _closeness(count: int, size: Mapping[int, float], pair: tuple[int, int]) -> float:
    return count / math.sqrt(max(size[pair[0]], 1.0) * max(size[pair[1]], 1.0))


def _area(place: Any, rows: Array) -> Area:
    names, where = np.unique(place.lsoa["la_name"][rows].astype(str), return_inverse=True)
    people = np.bincount(where, place.lsoa["population"][rows])
    authorities = tuple(str(names[number]) for number in np.lexsort((names, -people)))
    region = str(place.lsoa["region"][rows[0]])
    others = len(authorities) - 1
    plural = "authority" if others == 1 else "authorities"
    name = f"{region}: {authorities[0]}" + (f" and {others} {plural} near it" if others else "")
    return Area(name, region, authorities, rows, int(people.sum()))
