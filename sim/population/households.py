"""Who lives with whom: household lists kept in step with the family column, and the moves between households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import pair_key
from sim.core.columns import Columns
from sim.core.rows import distinct
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import ParameterValues
from sim.population.arrivals import join_rows
from sim.population.columns import CHILD, HEAD, NOBODY, RELATIVE, SHARER
from sim.population.demography_kernels import END, UNLISTED, choose_hosts, members_of, relink, settle_heads

Array = npt.NDArray[Any]
FOUNDED = 1 << 32
GROWTH = 1.03


@dataclass(frozen=True, eq=False)
class _Hosts:
    """List families that may take somebody in, by community, and the role the newcomer has there.

    ``most`` people already there are too many.
    """

    families: Array
    roles: Array
    start: Array
    most: int

    @classmethod
    def of(cls, chosen: Array, roles: Array, families: Columns, communities: int, most: int) -> _Hosts:
        home = families.community[chosen]
        order = np.argsort(home, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(home, minlength=communities)))).astype(np.int64)
        return cls(chosen[order].astype(np.int32), roles[order], start, most)


class Households:
    """Keep a linked list of the members of each household, and move people between households.

    The columns ``people.family`` and ``people.community`` are the truth; the lists follow them and are rebuilt after
    a compaction. Everything that empties or splits a household ends with :meth:`settle`.

    Attributes
    ----------
    new_sharing : share of those who move in with others who do so with somebody who lived alone.
    moved_in, moved_out
        int64[communities]: people who moved into and out of each community this month.
    """

    def __init__(self, people: Columns, families: Columns, communities: Columns, p: ParameterValues) -> None:
        self.people, self.families, self.communities = people, families, communities
        self.most_people = int(p["population.household_size_most"])
        self.single_host_until_months = int(p["demography.single_host_until_age"] * MONTHS_PER_YEAR)
        self.new_sharing = float(p["demography.sharing_new"])
        self.begin_month(0)
        self.rebuild()

    def begin_month(self, month: int) -> None:
        self.month = month
        self.moved_in = np.zeros(self.communities.n, np.int64)
        self.moved_out = np.zeros(self.communities.n, np.int64)
        self._alone: list[Array] = []
        self._founded: list[Array] = []
        self._founded_from: list[Array] = []

    def rebuild(self) -> None:
        """Make the lists anew from the columns."""
        self._first = np.full(int(self.families.n * GROWTH) + 16, END, np.int32)
        self._following = np.full(int(self.people.n * GROWTH) + 16, UNLISTED, np.int32)
        family = self.people.family
        listed = np.flatnonzero((self.people.present == 1) & (family >= 0))[::-1].astype(np.int32)
        relink(listed, family[listed], family, self._first, self._following)
        self.list_hosts()

    def list_hosts(self) -> None:
        """Note which households take in sharers for the year to come."""
        people, families = self.people, self.families
        role, housed = people.role, (people.present == 1) & (people.family >= 0)
        shared = np.unique(people.family[((role == SHARER) | (role == RELATIVE)) & housed])
        with_relative = np.zeros(families.n, bool)
        with_relative[people.family[(role == RELATIVE) & housed]] = True
        roles = np.where(with_relative[shared], RELATIVE, SHARER).astype(np.uint8)
        self._shared_homes = _Hosts.of(shared, roles, families, self.communities.n, self.most_people)
        first = self._first[: families.n]
        single = np.flatnonzero((families.present == 1) & (first >= 0))
        single = single[self._following[first[single]] == END]
        young = self.month - people.birth_month[first[single]].astype(np.int32) < self.single_host_until_months
        sharers = np.full(int(young.sum()), SHARER, np.uint8)
        self._single_homes = _Hosts.of(single[young], sharers, families, self.communities.n, 2)

    def _extend(self) -> None:
        if self._first.size < self.families.n:
            spare = np.full(int(self.families.n * GROWTH) + 16 - self._first.size, END, np.int32)
            self._first = np.concatenate((self._first, spare))
        if self._following.size < self.people.n:
            spare = np.full(int(self.people.n * GROWTH) + 16 - self._following.size, UNLISTED, np.int32)
            self._following = np.concatenate((self._following, spare))

    @property
    def lists(self) -> tuple[Array, Array]:
        """The first member of each household, and the next after each person, below 0 at the end; not to be written."""
        return self._first, self._following

    def members(self, families: Array) -> tuple[Array, Array]:
        """Return the members of households and, aligned, the position of their household in ``families``."""
        rows, which = members_of(np.asarray(families, np.int32), self._first, self._following)
        return rows, which

    def dependants(self, movers: Array) -> tuple[Array, Array]:
        """Return who moves along with each mover, and the position of the mover, by the roles before the move.

        A head or partner without a partner takes children and relatives along, anybody else only own children at home.
        """
        people = self.people
        rows, which = self.members(people.family[movers])
        mover = movers[which]
        child = (people.role[rows] == CHILD) & ((people.mother[rows] == mover) | (people.father[rows] == mover))
        heads = (people.role[mover] == HEAD) & ((people.role[rows] == CHILD) | (people.role[rows] == RELATIVE))
        along = (child | heads) & (rows != mover)
        return rows[along], which[along]

    def join(self, rows: Array, families: Array, roles: Array | int | None = None) -> None:
        """Move people into households; their homes follow. ``roles`` None keeps the roles."""
        self._extend()
        people = self.people
        rows = np.asarray(rows, np.int32)
        homes = self.families.community[families]
        self._count_moves(people.community[rows], homes)
        relink(rows, np.asarray(families, np.int32), people.family, self._first, self._following)
        people.community[rows] = homes
        if roles is not None:
            people.role[rows] = roles

    def list_new(self, rows: Array) -> None:
        """Put people just appended on the list of the household their columns name, if any."""
        self._extend()
        family = self.people.family
        rows = rows[family[rows] >= 0]
        relink(np.asarray(rows, np.int32), family[rows], family, self._first, self._following)

    def found(self, heads: Array, homes: Array) -> Array:
        """Found one household for each head in the given communities, move the heads in and return the new rows."""
        origin = self.people.family[heads]
        added = self.families.append(len(heads))
        rows = np.arange(added.start, added.stop, dtype=np.int32)
        families = self.families
        families.key[rows] = pair_key(self.people.key[heads], np.full(len(heads), FOUNDED + self.month, np.uint64))
        families.community[rows] = homes
        families.present[rows] = 1
        families.reference_person[rows] = heads
        self.join(heads, rows, HEAD)
        self._founded.append(rows)
        self._founded_from.append(origin)
        return rows

    def take_in(self, joiners: Array, homes: Array, luck: Array) -> None:
        """Let people share a home in a community, with the household of the highest keyed score.

        It is somebody young who lives alone where ``luck`` (a uniform each) is below :attr:`new_sharing`, else a home
        that is shared already. Where there is none, they live alone.
        """
        hosts, roles = np.full(joiners.size, NOBODY, np.int32), np.full(joiners.size, SHARER)
        starts_one = luck < self.new_sharing
        for group, chosen in ((self._single_homes, starts_one), (self._shared_homes, ~starts_one)):
            position = choose_hosts(
                self.people.key[joiners[chosen]],
                homes[chosen].astype(np.int64),
                group.families,
                self.families.key,
                group.start,
                group.most,
                self._first,
                self._following,
            )
            found = np.flatnonzero(chosen)[position >= 0]
            hosts[found] = group.families[position[position >= 0]]
            roles[found] = group.roles[position[position >= 0]]
        alone = (hosts < 0) | (hosts == self.people.family[joiners])
        self.join(joiners[~alone], hosts[~alone], roles[~alone])
        if alone.any():
            self.found(joiners[alone], homes[alone])

    def relocate(self, families: Array, homes: Array) -> int:
        """Move whole households to other communities and return how many people moved."""
        rows, which = self.members(families)
        self._count_moves(self.people.community[rows], homes[which])
        self.people.community[rows] = homes[which]
        self.families.community[families] = homes
        return len(rows)

    def remove(self, rows: Array) -> None:
        """Take the dead and the departed off the lists and end their partnerships; they keep their rows."""
        people = self.people
        people.present[rows] = 0
        people.age_sex[rows] = 255
        partners = people.partner[rows]
        people.partner[partners[partners >= 0]] = NOBODY
        people.partner[rows] = NOBODY
        relink(
            np.asarray(rows, np.int32),
            np.full(len(rows), END, np.int32),
            people.family,
            self._first,
            self._following,
        )

    def settle(self, families: Array) -> None:
        """Give households that lost members a head, and retire empty ones."""
        if not len(families):
            return
        people = self.people
        alone = settle_heads(
            np.asarray(families, np.int32),
            self.month,
            self._first,
            self._following,
            (people.role, people.birth_month, people.key, people.partner, people.mother, people.father),
            (self.families.present, self.families.reference_person),
        )
        if alone.size:
            self._alone.append(alone)

    def left_alone(self) -> Array:
        """Return the households in which only children are left, and forget them."""
        alone = distinct(join_rows(self._alone))
        self._alone = []
        has_members = self._first[alone] >= 0
        kept: Array = alone[has_members]
        return kept

    def founded(self) -> tuple[Array, Array]:
        """Return the households founded this month and where their heads came from."""
        return join_rows(self._founded), join_rows(self._founded_from)

    def _count_moves(self, old: Array, new: Array) -> None:
        moved = old != new
        if moved.any():
            self.moved_out += np.bincount(old[moved], minlength=self.communities.n)
            self.moved_in += np.bincount(new[moved], minlength=self.communities.n)
