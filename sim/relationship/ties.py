"""Friendships: who makes friends with whom, where and at which school."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM, age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import interpolate_by_age
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.arrivals import Arrivals
from sim.population.columns import NOT_INVOLVED
from sim.population.monthly_sweep import MonthlySweep
from sim.population.places import PlaceData
from sim.population.rosters import Rosters
from sim.population.schools import nearest_school, school_neighbours
from sim.relationship.ties_bonds import Bonds
from sim.relationship.ties_gangs import Gangs
from sim.relationship.ties_kernels import MOST_FRIENDS, clear_gone, make_friends

Array = npt.NDArray[Any]
OLDEST_YEARS = 119

FRIEND_PLACE = declare_sheet("ties.friend_place", ("own_or_neighbour", "which_neighbour"))
FRIEND_SEARCH = declare_sheet("ties.friend_search", ("first", "second", "third", "fourth"))


class Ties:
    """Keep up to six friends a person, bonds of co-offending, and who is in a gang or exploited by one.

    A friend is drawn from the rosters of the own or an adjacent community, and taken with a chance that falls with
    the gap in age, sex and propensity. Pupils of secondary age look in the own community less, and beyond it in the
    others of their school's catchment, that of the nearest school. Friends are directed: being named does not oblige
    to name back. Friends who died or left stay named for up to ``ties.gone_noticed_within`` months: who reads
    ``friends`` looks at ``present``.

    Parameters
    ----------
    place_data
        Gives the adjacency of communities and, where it has ``lsoa``, their position.
    rosters
        Rosters to keep and use; made here when not given. Other rooms read them as ``ties.rosters``.
    monthly
        The sweep that screens everybody once a month for all rooms; made here when not given.

    Attributes
    ----------
    gangs : see :class:`sim.relationship.ties_gangs.Gangs`.
    bonds : see :class:`sim.relationship.ties_bonds.Bonds`.
    """

    def __init__(
        self,
        people: Columns,
        families: Columns,
        communities: Columns,
        tools: Tools,
        place_data: PlaceData,
        rosters: Rosters | None = None,
        monthly: MonthlySweep | None = None,
    ) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        self.rosters = rosters if rosters is not None else Rosters(people, communities)
        start, neighbours = place_data.adjacency
        self._adjacency = np.ascontiguousarray(start, np.int32), np.ascontiguousarray(neighbours, np.int32)
        self._of_school = school_neighbours(_schools(place_data), self._adjacency)
        self._newcomers: Array = np.empty(0, np.int32)
        p = tools.parameters
        ages = p["ties.ages"]
        wanted = np.where(np.arange(120) < ages[0], 0, interpolate_by_age(ages, p["ties.friends_wanted"]))
        own_shares = (p["ties.own_community_share"], p["ties.own_community_share_pupils"])
        others = [p["ties.same_sex_share"], p["ties.propensity_spread"], p["ties.adult_search_age"]]
        numbers, self._numbers_of_pupils = (np.array([share, *others]) for share in own_shares)
        self._taste = (
            np.minimum(np.round(wanted), MOST_FRIENDS).astype(np.uint8),
            interpolate_by_age(ages, p["ties.age_gap_step"]),
            np.cumsum(p["ties.age_gap_limits"]),
            numbers,
        )
        youngest = np.arange(120) >= ages[0]
        self._renewal = np.minimum(interpolate_by_age(ages, p["ties.renewal"]), 1.0) * youngest
        most_renewal = np.minimum(self._renewal * p["ties.renewal_when_lacking"], 1.0)
        self.monthly = monthly if monthly is not None else MonthlySweep(people, tools)
        self.monthly.screen("renew_friends", age_sex_ceilings(most_renewal)[0])
        self.gangs = Gangs(people, families, communities, tools, self.monthly)
        self.bonds = Bonds(people)

    def start(self, month: int) -> None:
        """Give everybody their first friends, and gangs their first members. Traits must have been set."""
        people = self.people
        people.age_sex[:] = self._ages(month)
        people.friends[:] = np.arange(people.n, dtype=np.int32)[:, None]
        people.friend_count[:] = 0
        self.rosters.rebuild(people, people.age_sex)
        everybody = np.flatnonzero(people.present).astype(np.int32)
        self._befriend(everybody, month)
        self.gangs.start(everybody, month)

    def welcome(self, arrivals: Arrivals) -> None:
        """Clear the friends of newborns and in-migrants; in-migrants find friends in the same month's turn."""
        people = self.people
        for rows in (arrivals.newborns, arrivals.migrants):
            people.friends[rows] = rows[:, None]
            people.friend_count[rows] = 0
        people.gang[arrivals.newborns] = NOT_INVOLVED
        self._newcomers = arrivals.migrants

    def turn(self, month: int) -> None:
        """Clear friends who are gone, exchange some, and let people join and leave gangs."""
        people = self.people
        if self._newcomers.size:
            people.age_sex[self._newcomers] = self._ages(month, self._newcomers)
        self.rosters.rebuild(people, people.age_sex)
        self._clear_gone(month, int(self.tools.parameters["ties.gone_noticed_within"]))
        self._renew(*self.monthly.of("renew_friends", month), month)
        self._befriend(self._newcomers[people.present[self._newcomers] == 1], month)
        self._newcomers = np.empty(0, np.int32)
        self.bonds.keep(month, int(self.tools.parameters["ties.bond_months"]))
        self.gangs.turn(month)

    def offend_together(self, month: int, first: Array, second: Array) -> None:
        """Tie each of ``first`` (rows) to the one of ``second`` they offended with."""
        self.bonds.add(month, first, second)

    def remap(self, new_row_of_old: Array) -> None:
        """Follow rows to their new numbers after compaction."""
        self.rosters.remap(new_row_of_old)
        self.bonds.remap(new_row_of_old)
        self._clear_gone(0, 1)
        moved = new_row_of_old[self._newcomers]
        self._newcomers = moved[moved >= 0]

    def _clear_gone(self, month: int, months: int) -> None:
        """Clear friends who are gone in one of ``months`` groups of communities; after a compaction, in all."""
        people = self.people
        bits = np.packbits(people.present, bitorder="little")
        clear_gone(people.friends, people.friend_count, people.community, people.present, bits, month % months, months)

    def _ages(self, month: int, rows: Array | slice = slice(None)) -> Array:
        people = self.people
        years = (month - people.birth_month[rows].astype(np.int64)) // MONTHS_PER_YEAR
        age_sex = 2 * np.clip(years, 0, OLDEST_YEARS) + people.sex[rows]
        ages: Array = np.where(people.present[rows] == 1, age_sex, NO_STRATUM).astype(np.uint8)
        return ages

    def _renew(self, rows: Array, uniforms: Array, month: int) -> None:
        people, p = self.people, self.tools.parameters
        rows, uniforms = self._still_here(rows, uniforms)
        age = people.age_sex[rows] // 2
        lacking = people.friend_count[rows] < self._taste[0][age]
        hazard = self._renewal[age] * np.where(lacking, p["ties.renewal_when_lacking"], 1.0)
        self._befriend(rows[uniforms < hazard], month, replace=True)

    def _befriend(self, rows: Array, month: int, replace: bool = False) -> None:
        first, last = self.tools.parameters["ties.secondary_school_ages"]
        age_sex = self.people.age_sex[rows]
        pupils = (age_sex >= 2 * first) & (age_sex < 2 * (last + 1))
        self._search(rows[~pupils], self._taste, self._adjacency, month, replace)
        self._search(rows[pupils], (*self._taste[:3], self._numbers_of_pupils), self._of_school, month, replace)

    def _search(self, rows: Array, taste: Any, around: tuple[Array, Array], month: int, replace: bool) -> None:
        people, rosters, chance = self.people, self.rosters, self.tools.chance
        make_friends(
            rows,
            replace,
            people.friends,
            people.friend_count,
            (people.key, people.age_sex, people.community, people.propensity),
            taste,
            around,
            (rosters.slots, rosters.start, rosters.mask),
            (FRIEND_PLACE.number, FRIEND_SEARCH.number, month, chance.k0, chance.k1),
        )

    def _still_here(self, rows: Array, uniforms: Array) -> tuple[Array, Array]:
        present = self.people.present[rows] == 1
        return rows[present], uniforms[present]


def _schools(place: PlaceData) -> Array:
    """Return the number of the secondary school of each community, -1 where the place has no positions."""
    table = getattr(place, "lsoa", None)
    if table is None:
        return np.full(place.n, -1, np.int64)
    return nearest_school(np.asarray(table["easting"], np.float64), np.asarray(table["northing"], np.float64))
