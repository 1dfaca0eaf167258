"""What a programme did, counted by year after the decision date."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

PERSON_COUNTS = ("eligible", "known", "offered", "enrolled", "reached")
EVENT_COUNTS = (
    *("participants", "completed", "dropped_out", "left_place", "place_months", "setups"),
    *("community_years", "resident_years", "sessions", "wrongly_targeted", "drawn_in", "not_funded"),
    *("waiting_months", "joined_waiting", "called", "left_waiting", "turned_away", "no_service_time"),
)
EVER = 1 << len(PERSON_COUNTS)
SPARE_SHARE = 32


class Counts:
    """Count people and events of one programme.

    Different people within a year: ``eligible``, ``known``, ``offered``, ``enrolled``, and ``reached`` (eligible, and
    offered a place this year or before). Events: ``participants`` counts starts, each of which costs money, and
    ``first_time`` those of people who had never taken part; ``wrongly_targeted`` and ``drawn_in`` are starts of people
    who do not meet the conditions. Whoever joins a waiting list is called, leaves, is turned away or still waits.
    ``not_funded`` are starts (or communities in a month) for want of money, ``no_service_time`` those for want of a
    service's time. From these come ``missed_unknown`` (eligible, never known) and ``missed_not_offered`` (known, never
    offered a place).
    """

    def __init__(self) -> None:
        self.by_year: dict[str, list[float]] = {name: [] for name in (*PERSON_COUNTS, *EVENT_COUNTS, "first_time")}
        self._seen: Array = np.zeros(0, np.uint8)

    def open_year(self, year: int) -> None:
        """Make room for a year and forget who was seen in the one before."""
        for values in self.by_year.values():
            values.extend([0.0] * (year + 1 - len(values)))
        self._seen &= np.uint8(EVER)

    def fit(self, people: int) -> None:
        """Follow an appended population."""
        if self._seen.size < people:
            # With rows to spare: people are appended every month.
            spare = people + people // SPARE_SHARE - self._seen.size
            self._seen = np.concatenate([self._seen, np.zeros(spare, np.uint8)])

    def remap(self, old_row_of_new: Array) -> None:
        """Follow a compaction of people."""
        self.fit(int(old_row_of_new.max(initial=-1)) + 1)
        self._seen = self._seen[old_row_of_new]

    def see(self, name: str, rows: Array, year: int) -> None:
        """Count the people in ``rows`` who were not yet seen as ``name`` this year."""
        bit = np.uint8(1 << PERSON_COUNTS.index(name))
        new = rows[(self._seen[rows] & bit) == 0]
        self._seen[new] |= bit
        self.by_year[name][year] += new.size
        if name == "enrolled":
            first = new[(self._seen[new] & np.uint8(EVER)) == 0]
            self._seen[first] |= np.uint8(EVER)
            self.by_year["first_time"][year] += first.size

    def add(self, name: str, number: float, year: int) -> None:
        """Count events."""
        self.by_year[name][year] += number

    def arrays(self, years: int) -> dict[str, Array]:
        """Return every count by year, shape (years,)."""
        found = {name: np.array((values + [0.0] * years)[:years]) for name, values in self.by_year.items()}
        found["missed_unknown"] = found["eligible"] - found["known"]
        found["missed_not_offered"] = np.maximum(found["known"] - found["reached"], 0.0)
        return found
