"""Rosters of residents from which a keyed uniform picks a person, the same one whoever else comes or goes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM
from sim.core.columns import Columns
from sim.population.rosters_kernels import ADULT, EMPTY, YOUTH, move_listed, move_slots, update_rosters

YOUTH_AGES_YEARS = (8, 25)
ADULT_FROM_YEARS = 16
SLOTS_PER_MEMBER = 1.6
FEWEST_SLOTS_PER_MEMBER = 1.25
SMALLEST_TABLE = 8
HASH_BITS = 64
GROWTH = 1.03
GROUP_BITS = 2


class Rosters:
    """List the residents of every community in two age groups: youth (8 to 24) and adults (16 and over).

    Each community has one ordered hash table in each group (open addressing, linear probing, larger key first).
    Where a member stands depends on keys alone, neither on row order nor on the order of arrival, and one more
    member shifts only a short chain. To pick somebody from community ``c``, turn a keyed uniform ``u`` into a slot
    and draw again, with the next index, when the slot is empty or its member unsuitable::

        slot = rosters.youth_start[c] + int(u * (rosters.youth_mask[c] + 1))
        row = rosters.youth_slots[slot]          # -1: empty

    Every member has one slot, so every member is equally likely. Inside kernels
    ``sim.population.rosters_kernels.pick_slot(u, start, mask)`` gives the slot. People in custody stay listed:
    whoever picks decides who is suitable. Take the arrays afresh each month, after ``rebuild``.

    Attributes
    ----------
    youth_slots, adult_slots
        int32, all communities one after another: row of the member, -1 for an empty slot.
    youth_start, adult_start
        int64[communities + 1]: first slot of each community.
    youth_mask, adult_mask
        int64[communities]: number of slots less one; the number of slots is a power of two.
    youth_members, adult_members
        int32[communities]: people listed.
    slots, start, mask
        The tables of both groups: those of the youth of all communities, then those of the adults.
    """

    slots: npt.NDArray[np.int32]

    def __init__(self, people: Columns, communities: Columns) -> None:
        ages = np.arange(256) // 2
        youth = (ages >= YOUTH_AGES_YEARS[0]) & (ages < YOUTH_AGES_YEARS[1])
        groups = youth * YOUTH + (ages >= ADULT_FROM_YEARS) * ADULT
        groups[NO_STRATUM] = 0
        self._groups_of_age_sex = groups.astype(np.uint8)
        self._rows = people.n
        self._listed = np.zeros(int(people.n * GROWTH), self._listing(communities.n))
        self._communities = communities.n
        self._sized = False
        self._lay_out(np.full(2 * communities.n, SMALLEST_TABLE, dtype=np.int64))

    @property
    def youth_slots(self) -> npt.NDArray[np.int32]:
        return self.slots[: self.start[self._communities]]

    @property
    def youth_start(self) -> npt.NDArray[np.int64]:
        return self.start[: self._communities + 1]

    @property
    def youth_mask(self) -> npt.NDArray[np.int64]:
        return self.mask[: self._communities]

    @property
    def youth_members(self) -> npt.NDArray[np.int32]:
        return self._members[: self._communities]

    @property
    def adult_slots(self) -> npt.NDArray[np.int32]:
        return self.slots[self.start[self._communities] :]

    @property
    def adult_start(self) -> npt.NDArray[np.int64]:
        return self.start[self._communities :] - self.start[self._communities]

    @property
    def adult_mask(self) -> npt.NDArray[np.int64]:
        return self.mask[self._communities :]

    @property
    def adult_members(self) -> npt.NDArray[np.int32]:
        return self._members[self._communities :]

    def rebuild(self, people: Columns, age_sex: npt.NDArray[np.uint8]) -> None:
        """Bring every table in step with the people present.

        Only those whose community or age group has changed are moved; the result is the same as building anew.

        Parameters
        ----------
        age_sex
            uint8[people.n]: 2 x age in years + sex, 255 for those to be left out. Rows not present are left out too.
        """
        if self._rows > people.n:
            raise ValueError("rows were removed: call remap before rebuild")
        self._rows = people.n
        if self._listed.size < people.n:
            spare = np.zeros(int(people.n * GROWTH) - self._listed.size, dtype=self._listed.dtype)
            self._listed = np.concatenate((self._listed, spare))
        updated = self._sized and self._update(people, age_sex)
        if not updated or self._crowded(self._members).any():
            self._build(people, age_sex)

    def remap(self, new_row_of_old: npt.NDArray[np.int32]) -> None:
        """Follow rows to their new numbers after compaction.

        When somebody still listed is gone, everybody is forgotten, and listed anew by the next ``rebuild``: rebuild
        before a compaction.

        Parameters
        ----------
        new_row_of_old
            int32[old rows]: new row, -1 where the row is gone.
        """
        kept = int(new_row_of_old.max(initial=-1)) + 1
        listed = np.zeros(int(kept * GROWTH), self._listed.dtype)
        if move_listed(self._listed[: self._rows], new_row_of_old, listed):
            move_slots(self.slots, new_row_of_old)
        else:
            listed[:] = 0
            self.slots[:], self._members[:] = EMPTY, 0
        self._rows, self._listed = kept, listed

    @staticmethod
    def _listing(communities: int) -> type[np.unsignedinteger[Any]]:
        """Return the smallest type that holds a community and its groups."""
        return np.uint16 if communities <= (np.iinfo(np.uint16).max >> GROUP_BITS) else np.uint32

    def _update(self, people: Columns, age_sex: npt.NDArray[np.uint8]) -> bool:
        return update_rosters(
            self._listed,
            self._groups_of_age_sex,
            people.key,
            people.present,
            age_sex,
            people.community,
            self.slots,
            self.start,
            self.mask,
            self._shift,
            self._members,
        )

    def _crowded(self, members: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        crowded: npt.NDArray[np.bool_] = members * FEWEST_SLOTS_PER_MEMBER > self.mask + 1
        return crowded

    def _build(self, people: Columns, age_sex: npt.NDArray[np.uint8]) -> None:
        groups = self._groups_of_age_sex[age_sex] * people.present
        members = np.concatenate(
            [
                np.bincount(people.community[(groups & group) > 0], minlength=self._communities)
                for group in (YOUTH, ADULT)
            ]
        )
        wanted = np.maximum(members * SLOTS_PER_MEMBER, SMALLEST_TABLE)
        sizes = 1 << np.ceil(np.log2(wanted)).astype(np.int64)
        if self._sized:
            # Tables never shrink, and grow late: a new size moves every member.
            sizes = np.where(self._crowded(members), sizes, self.mask + 1)
        self._lay_out(sizes)
        self._listed[:] = 0
        self._sized = True
        if not self._update(people, age_sex):
            raise RuntimeError("a roster is full although it was sized for its members")

    def _lay_out(self, sizes: npt.NDArray[np.int64]) -> None:
        bits = np.round(np.log2(sizes)).astype(np.int64)
        self.start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self.mask = (sizes - 1).astype(np.int64)
        self._shift = (HASH_BITS - bits).astype(np.uint64)
        self._members = np.zeros(sizes.size, dtype=np.int32)
        self.slots = np.full(int(self.start[-1]), EMPTY, dtype=np.int32)
