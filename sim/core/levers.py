"""Levers: the named quantities a programme may move.

Rooms offer levers, programmes push them, rooms read the combination. A lever nobody pushes is empty, so it costs
nothing and changes nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.lever_names import COMMUNITY, FAMILY, LEVERS, PERSON, STRONGEST, Lever

Array = npt.NDArray[Any]

__all__ = [
    "COMMUNITY",
    "FAMILY",
    "LEVERS",
    "NOT_PUSHED",
    "PERSON",
    "STRONGEST",
    "Lever",
    "Levers",
    "Push",
    "by_community",
]


class Push(NamedTuple):
    """Hold what a lever pushes rows by: row ``i`` by ``value[seat[i]]``. Both are empty when nothing pushes it.

    Few rows are ever pushed: each of those has a seat from 1, everybody else seat 0, whose value is 0. All levers of
    a level share their seats, so that one more lever costs little memory.
    """

    seat: Array
    value: Array

    def of(self, rows: Array) -> Array:
        """Return the push of some rows (float32)."""
        return self.value[self.seat[rows]] if self.value.size else np.zeros(np.shape(rows), np.float32)

    @property
    def largest(self) -> float:
        """The largest push of any row, at least 0."""
        return max(float(self.value.max()), 0.0) if self.value.size else 0.0


SPARE_SHARE = 16
NOT_USED: Array = np.zeros(0, np.float32)
NOT_PUSHED = Push(np.zeros(0, np.uint32), NOT_USED)


def by_community(lever: Array, communities: Array) -> Array | float:
    """Return what a lever on communities pushes each of ``communities`` (rows) by; 0.0 when nothing pushes it."""
    return lever[communities] if lever.size else 0.0


class _Seats:
    """Give seats to the rows of one column set that any lever pushes."""

    def __init__(self) -> None:
        self.seat: Array = np.zeros(0, np.uint32)
        self.rows: Array = np.zeros(0, np.int64)

    def fit(self, length: int) -> None:
        # With rows to spare: people are appended every month.
        if 0 < self.seat.size < length:
            spare = length + length // SPARE_SHARE - self.seat.size
            self.seat = np.concatenate([self.seat, np.zeros(spare, np.uint32)])

    def take(self, rows: Array, length: int) -> Array:
        """Return the seats of ``rows`` (each row once), giving one to those without."""
        if self.seat.size == 0:
            self.seat = np.zeros(length, np.uint32)
        self.fit(length)
        # Imported when something is pushed: levers are listed where nothing is compiled.
        from sim.core.seats_kernels import take_seats

        seats, new = np.empty(rows.size, np.uint32), np.empty(rows.size, np.int64)
        new = new[: take_seats(rows.astype(np.int64, copy=False), self.rows.size, self.seat, seats, new)]
        if new.size:
            self.rows = np.concatenate([self.rows, new])
        return seats

    def clear(self) -> None:
        self.seat[self.rows] = 0
        self.rows = self.rows[:0]

    def remap(self, order: Array) -> None:
        """Follow a compaction; the seats of rows that are gone stay empty."""
        if self.seat.size:
            self.seat = np.ascontiguousarray(self.seat[order])
            rows = np.flatnonzero(self.seat)
            moved = np.zeros(self.rows.size, np.int64)
            moved[self.seat[rows].astype(np.int64) - 1] = rows
            self.rows = moved


class Levers:
    """Hold the combined pushes of this month.

    Levers on persons and families are sparse (see `Push`); those on communities are one float32 array each.

    Parameters
    ----------
    overlap
        Whether pushes of one lever the same way overlap wholly: of those up only the largest counts, and of those
        down, and the two are added. Otherwise each lever combines as it declares.
    """

    def __init__(self, overlap: bool = False) -> None:
        self._seats = {PERSON: _Seats(), FAMILY: _Seats()}
        self._values: dict[str, Array] = {}
        self._overlap = overlap
        self._largest: dict[tuple[str, int], Array] = {}

    def person(self, name: str) -> Push:
        """Return the lever on persons, empty when nothing pushes it."""
        return self._push_of(name, PERSON)

    def family(self, name: str) -> Push:
        """Return the lever on families, empty when nothing pushes it."""
        return self._push_of(name, FAMILY)

    def community(self, name: str) -> Array:
        """Return the lever by community row, or an array of length 0 when nothing pushes it."""
        self._check(name, COMMUNITY)
        return self._values.get(name, NOT_USED)

    def _push_of(self, name: str, level: str) -> Push:
        self._check(name, level)
        if name not in self._values:
            return NOT_PUSHED
        return Push(self._seats[level].seat, self._seated(name, level))

    def _seated(self, name: str, level: str) -> Array:
        """Return the values of a lever, long enough for every seat given so far."""
        values, wanted = self._values[name], self._seats[level].rows.size + 1
        if values.size < wanted:
            values = self._values[name] = np.concatenate([values, np.zeros(wanted - values.size, np.float32)])
        return values

    @staticmethod
    def _check(name: str, level: str) -> None:
        if LEVERS[name].level != level:
            raise KeyError(f"lever {name} acts on a {LEVERS[name].level}, not on a {level}")

    def pushed_rows(self, name: str) -> Array:
        """Return the rows that a lever on persons or families pushes by something else than 0, in any order."""
        push, level = self._push_of(name, LEVERS[name].level), LEVERS[name].level
        seats = np.flatnonzero(push.value)
        rows = self._seats[level].rows[seats - 1]
        # A seat whose row is gone after a compaction is left empty.
        return rows[push.seat[rows] == seats]

    @property
    def in_use(self) -> list[str]:
        return sorted(self._values)

    def clear(self) -> None:
        """Forget all pushes (programmes push anew each month)."""
        self._values, self._largest = {}, {}
        for seats in self._seats.values():
            seats.clear()

    def push(self, name: str, rows: Array, values: Array, length: int) -> None:
        """Add pushes of one programme on ``rows`` of a column set of ``length`` rows (each row once)."""
        lever = LEVERS[name]
        self._values.setdefault(name, np.zeros(length if lever.level == COMMUNITY else 1, np.float32))
        if lever.level == COMMUNITY:
            array, places = self._values[name], rows
        else:
            places = self._seats[lever.level].take(np.asarray(rows), length)
            array = self._seated(name, lever.level)
        if lever.combine == STRONGEST:
            current = array[places]
            array[places] = np.where(np.abs(values) > np.abs(current), values, current)
        elif self._overlap:
            array[places] = np.maximum(
                self._largest_each_way(name, places, values, array.size), np.float32(lever.floor)
            )
        else:
            array[places] = np.maximum(array[places] + values, np.float32(lever.floor))

    def _largest_each_way(self, name: str, places: Array, values: Array, size: int) -> Array:
        """Return the largest push up of some places, with the new ``values``, plus their largest push down."""
        total = np.zeros(len(places), np.float32)
        for way in (1, -1):
            so_far = self._largest.get((name, way), NOT_USED)
            so_far = np.concatenate([so_far, np.zeros(size - so_far.size, np.float32)])
            so_far[places] = np.maximum(so_far[places], way * np.asarray(values, np.float32))
            self._largest[name, way] = so_far
            total += way * so_far[places]
        return total

    def fit(self, people: int, families: int) -> None:
        """Make room for rows that were appended."""
        self._seats[PERSON].fit(people)
        self._seats[FAMILY].fit(families)

    def remap(self, people_order: Array, families_order: Array) -> None:
        """Follow a compaction: ``order`` lists the old rows that are kept, in their new order."""
        self._seats[PERSON].remap(people_order)
        self._seats[FAMILY].remap(families_order)
