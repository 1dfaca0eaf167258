"""Bonds of co-offending: whoever offends together names each other a friend, and keeps the tie for a while."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.relationship.ties_bond_kernels import name_friends
from sim.relationship.ties_kernels import MOST_FRIENDS

Array = npt.NDArray[Any]


class Bonds:
    """List the pairs who offended together, in both directions, with the month in which they did."""

    def __init__(self, people: Columns) -> None:
        self.people = people
        self.first = self.second = np.empty(0, np.int32)
        self.month = np.empty(0, np.int32)

    def add(self, month: int, first: Array, second: Array) -> None:
        """Bond each of ``first`` (rows) with the one of ``second``, and name them friends."""
        both = np.concatenate([first, second]).astype(np.int32), np.concatenate([second, first]).astype(np.int32)
        self.first, self.second = np.r_[self.first, both[0]], np.r_[self.second, both[1]]
        self.month = np.r_[self.month, np.full(both[0].size, month, np.int32)]
        self._name(*both)

    def keep(self, month: int, months: int) -> None:
        """Forget bonds older than ``months``, and let those who dropped a friend they are bonded to name them again."""
        present = self.people.present
        self._choose((self.month > month - months) & (present[self.first] == 1) & (present[self.second] == 1))
        self._name(self.first, self.second)

    def remap(self, new_row_of_old: Array) -> None:
        """Follow rows to their new numbers after compaction."""
        self.first, self.second = new_row_of_old[self.first], new_row_of_old[self.second]
        self._choose((self.first >= 0) & (self.second >= 0))

    def _choose(self, kept: Array) -> None:
        self.first, self.second, self.month = self.first[kept], self.second[kept], self.month[kept]

    def _name(self, first: Array, second: Array) -> None:
        people = self.people
        known = (people.friends[first] == second[:, None]).any(axis=1)
        new = np.flatnonzero(~known & (people.present[first] == 1) & (people.present[second] == 1))
        first, second = first[new], second[new]
        # In an order of keys, so that who takes whose place does not depend on the order of rows.
        order = np.lexsort((people.key[second], people.key[first]))
        name_friends(first[order], second[order], people.friends, people.friend_count, people.key, MOST_FRIENDS)
