"""The people who wait for a place in a programme: a sparse table, one row a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class WaitingList:
    """Hold who waits, in the order of the queue: by month referred, then by lot.

    Whoever joins either is called, or leaves, or is turned away, or waits still.

    Attributes
    ----------
    person : rows of people.
    since : month referred.
    lot : each one's lot, from 0 to 1.
    arrived : whether the referral has been handed over.
    at : position among the people found for the programme, -1 for those not found again.
    """

    COLUMNS = (("person", np.int32), ("since", np.int32), ("lot", np.float64), ("arrived", np.bool_), ("at", np.int32))

    def __init__(self) -> None:
        self.person: Array = np.zeros(0, np.int32)
        self.since: Array = np.zeros(0, np.int32)
        self.lot: Array = np.zeros(0, np.float64)
        self.arrived: Array = np.zeros(0, np.bool_)
        self.at: Array = np.zeros(0, np.int32)

    def __len__(self) -> int:
        return int(self.person.size)

    def join(self, person: Array, lot: Array, at: Array, month: int) -> None:
        """Add people who do not wait yet and are referred in ``month``, at least as late as all before them."""
        by_lot = np.argsort(lot, kind="stable")
        new = {"person": person[by_lot], "since": np.full(person.size, month), "lot": lot[by_lot]}
        new |= {"arrived": np.zeros(person.size), "at": at[by_lot]}
        for name, dtype in self.COLUMNS:
            setattr(self, name, np.concatenate([getattr(self, name), new[name].astype(dtype)]))

    def keep(self, kept: Array) -> int:
        """Keep the rows in the mask ``kept`` and return how many are gone."""
        gone = int(kept.size - np.count_nonzero(kept))
        if gone:
            rows = np.flatnonzero(kept)
            for name, _ in self.COLUMNS:
                setattr(self, name, getattr(self, name)[rows])
        return gone

    def queue(self) -> Array:
        """Return the table rows that can be called, in the order of the queue."""
        return np.flatnonzero(self.arrived)

    def remap(self, new_row_of_old: Array) -> int:
        """Follow a compaction and return how many are gone."""
        self.person = new_row_of_old[self.person].astype(np.int32)
        return self.keep(self.person >= 0)
