"""Who lives with whom: household lists kept in step with the family column, and the moves between households."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import pair_key
from sim.core.columns import Columns
from sim.population.arrivals import join_rows
from sim.population.columns import CHILD, HEAD, NOBODY, RELATIVE, SHARER
from sim.population.demography_kernels import END, UNLISTED, choose_hosts, members_of, relink, settle_heads

Array = npt.NDArray[Any]
FOUNDED = 1 << 32
GROWTH = 1.1


class Households:
    """Keep a linked list of the members of each household, and move people between households.

    The columns ``people.family`` and ``people.community`` are the truth; the lists follow them and are rebuilt after
    a compaction. Everything that empties or splits a household ends with :meth:`settle`.

    Attributes
    ----------
    moved_in, moved_out
        int64[communities]: people who moved into and out of each community this month.
    """

    def __init__(self, people: Columns, families: Columns, communities: Columns, most_people: int) -> None:
        self.people, self.families, self.communities = people, families, communities
        self.most_people = most_people
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
        """Make the lists anew from the columns, and note which households take in sharers this year."""
        self._first = np.full(int(self.families.n * GROWTH) + 16, END, np.int32)
        self._following = np.full(int(self.people.n * GROWTH) + 16, UNLISTED, np.int32)
        family = self.people.family
        listed = np.flatnonzero((self.people.present == 1) & (family >= 0))[::-1].astype(np.int32)
        relink(listed, family[listed], family, self._first, self._following)
        self._list_hosts()

    def _list_hosts(self) -> None:
        role, present = self.people.role, self.people.present
        extra = np.flatnonzero(((role == SHARER) | (role == RELATIVE)) & (present == 1) & (self.people.family >= 0))
        hosts = np.unique(self.people.family[extra])
        home = self.families.community[hosts]
        order = np.argsort(home, kind="stable")
        self._hosts = hosts[order].astype(np.int32)
        counts = np.bincount(home, minlength=self.communities.n)
        self._hosts_start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

    def _extend(self) -> None:
        if self._first.size < self.families.n:
            spare = np.full(int(self.families.n * GROWTH) + 16 - self._first.size, END, np.int32)
            self._first = np.concatenate((self._first, spare))
        if self._following.size < self.people.n:
            spare = np.full(int(self.people.n * GROWTH) + 16 - self._following.size, UNLISTED, np.int32)
            self._following = np.concatenate((self._following, spare))

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
        families.key[rows] = pair_key(self.people.key[heads], np.uint64(FOUNDED + self.month))
        families.community[rows] = homes
        families.present[rows] = 1
        families.reference_person[rows] = heads
        self.join(heads, rows, HEAD)
        self._founded.append(rows)
        self._founded_from.append(origin)
        return rows

    def take_in(self, joiners: Array, homes: Array) -> None:
        """Let people share with the household of highest keyed score in a community; without one they live alone."""
        people = self.people
        hosts = choose_hosts(
            people.key[joiners],
            np.asarray(homes, np.int64),
            self._hosts,
            self._hosts_start,
            self.most_people,
            self._first,
            self._following,
            self.families.key,
        )
        alone = (hosts < 0) | (hosts == people.family[joiners])
        self.join(joiners[~alone], hosts[~alone], SHARER)
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
        alone = np.unique(join_rows(self._alone))
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

    def twin(self, people: Columns, families: Columns, communities: Columns) -> Households:
        """Copy the lists for copied columns."""
        other = Households.__new__(Households)
        other.__dict__.update(self.__dict__)
        other.people, other.families, other.communities = people, families, communities
        other._first, other._following = self._first.copy(), self._following.copy()
        other.begin_month(self.month)
        return other
