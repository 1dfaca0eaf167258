"""The people who wait for a place in a programme: a sparse table, one row a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class WaitingList:
    """Hold who waits, in no particular order; the queue is by month referred, then by lot.

    Whoever joins either is called, or leaves, or is turned away, or waits still.

    Attributes
    ----------
    person : rows of people.
    since : month referred.
    lot : each one's lot, from 0 to 1.
    arrived : whether the referral has been handed over.
    """

    COLUMNS = (("person", np.int32), ("since", np.int32), ("lot", np.float64), ("arrived", np.bool_))

    def __init__(self) -> None:
        self.person: Array = np.zeros(0, np.int32)
        self.since: Array = np.zeros(0, np.int32)
        self.lot: Array = np.zeros(0, np.float64)
        self.arrived: Array = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return int(self.person.size)

    def join(self, person: Array, lot: Array, month: int) -> None:
        """Add people who do not wait yet."""
        new = {"person": person, "since": np.full(person.size, month), "lot": lot, "arrived": np.zeros(person.size)}
        for name, dtype in self.COLUMNS:
            setattr(self, name, np.concatenate([getattr(self, name), new[name].astype(dtype)]))

    def keep(self, kept: Array) -> int:
        """Keep the rows in the mask ``kept`` and return how many are gone."""
        gone = int(kept.size - np.count_nonzero(kept))
        if gone:
            for name, _ in self.COLUMNS:
                setattr(self, name, getattr(self, name)[kept])
        return gone

    def queue(self) -> Array:
        """Return the table rows that can be called, in the order of the queue."""
        there = np.flatnonzero(self.arrived)
        return there[np.lexsort((self.lot[there], self.since[there]))]

    def remap(self, new_row_of_old: Array) -> int:
        """Follow a compaction and return how many are gone."""
        self.person = new_row_of_old[self.person].astype(np.int32)
        return self.keep(self.person >= 0)
