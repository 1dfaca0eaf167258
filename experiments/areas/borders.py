"""What cutting a place into areas leaves out: neighbours on the other side of a border, and the ties with them.

Friends, bonds, strangers met outside and what programmes spread to next door reach from one community to adjacent ones.
Across a border of areas, or to a community that a sample left out, they do not. Nobody has fewer friends for it: they
are found on this side. Households and partners live together and are never cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.areas.grouping import Area

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Borders:
    """Say how much of the neighbourhood of those who are lived with is left out.

    Attributes
    ----------
    neighbours_left_out
        Share of the neighbours of communities, weighted by residents, that are in another area or in no sample.
    people_at_borders
        Share of residents whose community has such a neighbour.
    """

    neighbours_left_out: float
    people_at_borders: float


def borders_of(place: Any, areas: Sequence[Area]) -> Borders:
    """Count the neighbours that areas leave out, among those that communities have in the whole place."""
    area = np.full(place.n, -1)
    for number, each in enumerate(areas):
        area[each.rows] = number
    indptr, indices = place.adjacency
    home = np.repeat(np.arange(place.n), np.diff(indptr))
    left_out = np.bincount(home, area[home] != area[indices], place.n)
    neighbours = np.diff(indptr)
    people = np.where(area >= 0, place.lsoa["population"], 0.0).astype(np.float64)
    share = np.divide(left_out, neighbours, out=np.zeros(place.n), where=neighbours > 0)
    everybody = people.sum()
    return Borders(float((people * share).sum() / everybody), float(people[left_out > 0].sum() / everybody))


def friendships(world: Any) -> tuple[Array, Array]:
    """Count the friends that residents name, and those of another community, by the resident's fifth: float64[5]."""
    people, fifth = world.people, world.place_data.fifth
    named, elsewhere = np.zeros(5), np.zeros(5)
    here = np.flatnonzero(people.present).astype(np.int32)
    home = people.community[here]
    for slot in range(people.friends.shape[1]):
        friend = people.friends[here, slot]
        known = friend != here
        known &= people.present[friend] == 1
        named += np.bincount(fifth[home[known]], minlength=5)
        abroad = known & (people.community[friend] != home)
        elsewhere += np.bincount(fifth[home[abroad]], minlength=5)
    return named, elsewhere
