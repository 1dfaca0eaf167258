"""Friendships, and who is in a gang or exploited by one."""

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
from sim.population.columns import MALE, NEVER
from sim.population.monthly_sweep import MonthlySweep
from sim.population.places import PlaceData
from sim.population.rosters import Rosters
from sim.relationship.ties_kernels import MOST_FRIENDS, clear_gone, make_friends

Array = npt.NDArray[Any]
OLDEST_YEARS = 119

GANG = declare_sheet("ties.gang", ("leave", "start_inside"))
FRIEND_PLACE = declare_sheet("ties.friend_place", ("own_or_neighbour", "which_neighbour"))
FRIEND_SEARCH = declare_sheet("ties.friend_search", ("first", "second", "third", "fourth"))


class Ties:
    """Keep up to six friends a person, and gang membership.

    A friend is drawn from the rosters of the own or an adjacent community, and taken with a chance that falls with
    the gap in age, sex and propensity. Friends are directed: being named does not oblige to name back. Friends who died
    or left stay named for up to ``ties.gone_noticed_within`` months: who reads ``friends`` looks at ``present``.

    Parameters
    ----------
    place_data
        Gives the adjacency of communities.
    rosters
        Rosters to keep and use; made here when not given. Other rooms read them as ``ties.rosters``.
    """

    def __init__(
        self, people: Columns, communities: Columns, tools: Tools, place_data: PlaceData, rosters: Rosters | None = None
    ) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        self.rosters = rosters if rosters is not None else Rosters(people, communities)
        start, neighbours = place_data.adjacency
        self._adjacency = np.ascontiguousarray(start, np.int32), np.ascontiguousarray(neighbours, np.int32)
        self._newcomers: Array = np.empty(0, np.int32)
        p = tools.parameters
        ages = p["ties.ages"]
        wanted = np.where(np.arange(120) < ages[0], 0, interpolate_by_age(ages, p["ties.friends_wanted"]))
        self._taste = (
            np.minimum(np.round(wanted), MOST_FRIENDS).astype(np.uint8),
            interpolate_by_age(ages, p["ties.age_gap_step"]),
            np.cumsum(p["ties.age_gap_limits"]),
            np.array(
                [
                    p["ties.own_community_share"],
                    p["ties.same_sex_share"],
                    p["ties.propensity_spread"],
                    p["ties.adult_search_age"],
                ]
            ),
        )
        youngest = np.arange(120) >= ages[0]
        self._renewal = np.minimum(interpolate_by_age(ages, p["ties.renewal"]), 1.0) * youngest
        self._entry = interpolate_by_age(ages, p["ties.gang_entry"]) * youngest
        self._exit = np.minimum(interpolate_by_age(ages, p["ties.gang_exit"]), 1.0)
        most_renewal = np.minimum(self._renewal * p["ties.renewal_when_lacking"], 1.0)
        most_entry = np.where(self._entry > 0, p["ties.gang_entry_ceiling"], 0.0)
        self.monthly = MonthlySweep(people, tools)
        for decision, ceilings in zip(
            ("renew_friends", "join_gang"), age_sex_ceilings(most_renewal, most_entry), strict=True
        ):
            self.monthly.screen(decision, ceilings)

    def start(self, month: int) -> None:
        """Give everybody their first friends, and gangs their first members. Traits must have been set."""
        people = self.people
        people.age_sex[:] = self._ages(month)
        people.friends[:] = np.arange(people.n, dtype=np.int32)[:, None]
        people.friend_count[:] = 0
        self.rosters.rebuild(people, people.age_sex)
        self._befriend(np.flatnonzero(people.present).astype(np.int32), month)
        self._start_gangs(month)

    def welcome(self, arrivals: Arrivals) -> None:
        """Clear the friends of newborns and in-migrants; in-migrants find friends in the same month's turn."""
        people = self.people
        for rows in (arrivals.newborns, arrivals.migrants):
            people.friends[rows] = rows[:, None]
            people.friend_count[rows] = 0
        people.gang[arrivals.newborns] = 0
        self._newcomers = arrivals.migrants

    def turn(self, month: int, drug_market: float = 0.0) -> None:
        """Clear friends who are gone, exchange some, and let people join and leave gangs.

        ``drug_market`` is the log ratio of recruitment into gangs and exploitation to the usual one.
        """
        people = self.people
        if self._newcomers.size:
            people.age_sex[self._newcomers] = self._ages(month, self._newcomers)
        self.rosters.rebuild(people, people.age_sex)
        self._clear_gone(month, int(self.tools.parameters["ties.gone_noticed_within"]))
        self._renew(*self.monthly.of("renew_friends", month), month)
        self._befriend(self._newcomers[people.present[self._newcomers] == 1], month)
        self._newcomers = np.empty(0, np.int32)
        self._change_gangs(*self.monthly.of("join_gang", month), month, drug_market)

    def remap(self, new_row_of_old: Array) -> None:
        """Follow rows to their new numbers after compaction."""
        self.rosters.remap(new_row_of_old)
        self.monthly.forget()
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
        people, rosters, chance = self.people, self.rosters, self.tools.chance
        make_friends(
            rows,
            replace,
            people.friends,
            people.friend_count,
            (people.key, people.age_sex, people.community, people.propensity),
            self._taste,
            self._adjacency,
            (rosters.slots, rosters.start, rosters.mask),
            (FRIEND_PLACE.number, FRIEND_SEARCH.number, month, chance.k0, chance.k1),
        )

    def _change_gangs(self, rows: Array, uniforms: Array, month: int, drug_market: float) -> None:
        people, p, chance = self.people, self.tools.parameters, self.tools.chance
        members = np.flatnonzero(people.gang.view(np.bool_))
        members = members[people.present[members] == 1]
        rows, uniforms = self._still_here(rows, uniforms)
        outside = people.gang[rows] == 0
        rows, uniforms = rows[outside], uniforms[outside]
        entry = self._entry[people.age_sex[rows] // 2] * self._entry_ratio(rows) * np.exp(drug_market)
        ceiling = p["ties.gang_entry_ceiling"]
        stay = np.exp(p["ties.gang_exit_friends"] * self._friends_in_gang(members))
        leaving = chance.uniforms(GANG, GANG.word("leave"), people.key[members], month)
        leaves = leaving < self._exit[people.age_sex[members] // 2] * stay
        self.tools.ledger.clip("ties.join_gang", int(np.count_nonzero(entry > ceiling)))
        people.gang[rows[uniforms < np.minimum(entry, ceiling)]] = 1
        people.gang[members[leaves]] = 0

    def _entry_ratio(self, rows: Array) -> Array:
        people, p = self.people, self.tools.parameters
        log_ratio = (
            p["ties.gang_entry_male"] * (people.sex[rows] == MALE)
            + p["ties.gang_entry_propensity"] * people.propensity[rows]
            + p["ties.gang_entry_deprivation"] * self.communities.deprivation[people.community[rows]]
            + p["ties.gang_entry_friends"] * self._friends_in_gang(rows)
            + p["ties.gang_entry_exclusion"] * (people.exclusion[rows] < min(p["ties.gang_exclusion_months"], NEVER))
        )
        ratio: Array = np.exp(log_ratio.astype(np.float64))
        return ratio

    def _friends_in_gang(self, rows: Array) -> Array:
        people = self.people
        in_gang = people.gang[people.friends[rows]].sum(axis=1) - (
            (MOST_FRIENDS - people.friend_count[rows].astype(np.int64)) * people.gang[rows]
        )
        share: Array = in_gang / np.maximum(people.friend_count[rows], 1)
        return share

    def _start_gangs(self, month: int) -> None:
        # The share inside at each age is what entry and exit up to that age lead to; the friends' part needs a
        # second round.
        people = self.people
        rows = np.flatnonzero(people.present)
        age = people.age_sex[rows] // 2
        share = np.zeros(self._entry.size)
        for year in range(1, share.size):
            entry, leave = self._entry[year - 1], self._exit[year - 1]
            steady = entry / (entry + leave)
            share[year] = steady + (share[year - 1] - steady) * (1.0 - entry - leave) ** MONTHS_PER_YEAR
        luck = self.tools.chance.uniforms(GANG, GANG.word("start_inside"), people.key[rows], month)
        people.gang[:] = 0
        for _ in range(2):
            people.gang[rows] = luck < share[age] * self._entry_ratio(rows)

    def _still_here(self, rows: Array, uniforms: Array) -> tuple[Array, Array]:
        present = self.people.present[rows] == 1
        return rows[present], uniforms[present]
