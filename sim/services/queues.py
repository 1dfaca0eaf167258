"""Waiting lists and caseloads: sparse tables of cases, served in the order of the month referred, then by lot.

Every referral ends somewhere. At any time, for each service,
``referred = did_not_attend + waiting + seen + turned_away + left`` and
``seen = supported + completed + ended_elsewhere``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet, pair_key
from sim.core.rows import distinct
from sim.core.rows_kernels import among
from sim.services.names import LAST_INCIDENT_SERVICE, SERVICES
from sim.services.shared import SharedWithProgrammes

Array = npt.NDArray[Any]

COUNTED = (
    "referred",
    "did_not_attend",
    "seen",
    "waited_months",
    "turned_away",
    "left",
    "completed",
    "ended_elsewhere",
)
LOT = declare_sheet("services.lot", ("lot",))
NUMBER = len(SERVICES)
SERVICE_SHIFT, MONTH_SHIFT = np.uint64(48), np.uint64(32)
MONTH_MASK = np.uint64(0xFFFF)
LOTS = 4294967296.0
ROUNDING = 1e-9


class Table:
    """Hold columns of equal length, one row a case.

    Attributes
    ----------
    person : row of the person.
    key : the case's own key, by which everything that happens to it by chance is drawn.
    source : the service that referred it; the service itself where it saw the need.
    place : position in the queue: service, month referred and lot in one number, so that sorting it is the queue.
    until : month in which support ends; 0 while waiting.
    """

    COLUMNS = (
        ("person", np.int32),
        ("key", np.uint64),
        ("source", np.uint8),
        ("place", np.uint64),
        ("until", np.int32),
    )
    person: Array
    key: Array
    source: Array
    place: Array
    until: Array

    def __init__(self, **columns: Array) -> None:
        for name, dtype in self.COLUMNS:
            setattr(self, name, np.asarray(columns.get(name, np.zeros(0)), dtype))

    def __len__(self) -> int:
        return int(self.person.size)

    @property
    def service(self) -> Array:
        return (self.place >> SERVICE_SHIFT).astype(np.int64)

    @property
    def referred(self) -> Array:
        """Month referred."""
        return ((self.place >> MONTH_SHIFT) & MONTH_MASK).astype(np.int64)

    def take(self, rows: Array) -> Table:
        """Return the table of some rows (positions or a mask)."""
        rows = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Table(**{name: getattr(self, name)[rows] for name, _ in self.COLUMNS})

    def join(self, other: Table) -> Table:
        """Return this table with another below it."""
        if not len(other):
            return self
        return Table(**{n: np.concatenate([getattr(self, n), getattr(other, n)]) for n, _ in self.COLUMNS})


class Queues:
    """Keep the waiting lists and caseloads of all services.

    Parameters
    ----------
    capacity
        Cases a service can begin in a month, for each 1,000 residents; one value a service.
    longest_wait
        Months after which a case that was not seen is turned away; 0 turns away whoever is not seen in the month.
    support
        Months of support from the month seen; 0 closes a case in the month it is seen.
    shared
        What programmes take of the capacity; nothing if left out.
    """

    def __init__(
        self, capacity: Array, longest_wait: Array, support: Array, shared: SharedWithProgrammes | None = None
    ) -> None:
        self.capacity = np.asarray(capacity, np.float64)
        self.funding = 1.0
        self.shared = shared
        self.longest_wait = np.asarray(longest_wait, np.int64)
        self.support = np.asarray(support, np.int64)
        self.waiting, self.caseload = Table(), Table()
        self.total = {name: np.zeros(NUMBER, np.int64) for name in COUNTED}
        self.this_month = {name: np.zeros(NUMBER, np.int64) for name in COUNTED}
        self.credit = np.zeros(NUMBER)
        self.places = np.zeros(NUMBER, np.int64)

    def open_month(self) -> None:
        """Begin counting a new month."""
        for counts in self.this_month.values():
            counts[:] = 0

    def count(self, what: str, services: Array, values: Array | None = None) -> None:
        """Count cases (or ``values``) of services, this month and in total."""
        if services.size:
            number = np.bincount(services, values, NUMBER).astype(np.int64)
            self.total[what] += number
            self.this_month[what] += number

    def is_open(self, person: Array, service: Array) -> Array:
        """Return which people already wait for, or are supported by, a service."""
        tables = self.waiting, self.caseload
        taken = np.concatenate([table.person.astype(np.int64) * NUMBER + table.service for table in tables])
        return among(person.astype(np.int64) * NUMBER + service, taken)

    def refer(
        self, chance: Chance, person: Array, service: Array, source: Array, key: Array, arrives: Array, attends: Array
    ) -> None:
        """Add referrals to the waiting lists.

        Referrals of people the service already has on its list or in its care are not counted again, nor is the
        second referral of a person to a service in one call.

        Parameters
        ----------
        arrives
            Month in which the service receives each referral.
        attends
            Whether the person comes; those who do not never join the list.
        """
        if person.size == 0:
            return
        new = service <= LAST_INCIDENT_SERVICE
        if not new.all():
            new |= ~self.is_open(person, service)
            new[new] = first_of_each(person[new], service[new], source[new], attends[new])
        self.count("referred", service[new])
        self.count("did_not_attend", service[new & ~attends])
        comes = np.flatnonzero(new & attends)
        service, key, arrives = service[comes], key[comes], arrives[comes]
        place = (service.astype(np.uint64) << SERVICE_SHIFT) | (arrives.astype(np.uint64) << MONTH_SHIFT)
        place |= draw_lots(chance, key, arrives)
        until = np.zeros(comes.size, np.int32)
        added = Table(person=person[comes], key=key, source=source[comes], place=place, until=until)
        self.waiting = self.waiting.join(added)

    def serve(self, month: int, residents: int) -> Table:
        """See as many cases as capacity allows and turn away those that waited too long; return the cases seen."""
        waiting = self.waiting
        waiting = self.waiting = waiting.take(np.lexsort((waiting.key, waiting.place)))
        capacity = self.funding * self.capacity * residents / 1000.0
        self.credit += capacity
        if self.shared is not None:
            self.shared.settle(self.credit, capacity)
        self.places = np.maximum(np.floor(self.credit + ROUNDING), 0.0).astype(np.int64)
        self.credit -= self.places
        service, referred = waiting.service, waiting.referred
        number = np.arange(service.size) - np.searchsorted(service, np.arange(NUMBER))[service]
        there = referred <= month
        called = there & (number < self.places[service])
        expired = there & ~called & (month - referred >= self.longest_wait[service])
        self.count("seen", service[called])
        self.count("waited_months", service[called], (month - referred[called]).astype(np.float64))
        self.count("turned_away", service[expired])
        seen = waiting.take(called)
        seen.until = (month + self.support[service[called]]).astype(np.int32)
        closed = self.support[service[called]] == 0
        self.count("completed", service[called][closed])
        self.caseload = self.caseload.join(seen.take(~closed))
        self.waiting = waiting.take(~called & ~expired)
        return seen

    def end(self, month: int, present: Array, custody: Array) -> None:
        """End support that has run its course, and the cases of people who have gone or are in custody."""
        waiting, caseload = self.waiting, self.caseload
        gone = (present[waiting.person] == 0) | (custody[waiting.person] > 0)
        if gone.any():
            self.count("left", waiting.service[gone])
            self.waiting = waiting.take(~gone)
        gone = (present[caseload.person] == 0) | (custody[caseload.person] > 0)
        done = ~gone & (caseload.until <= month)
        if gone.any() or done.any():
            self.count("ended_elsewhere", caseload.service[gone])
            self.count("completed", caseload.service[done])
            self.caseload = caseload.take(~gone & ~done)

    def remap(self, new_rows: Array) -> None:
        """Follow a compaction of people; the cases of those who are gone end."""
        for name, ended in (("waiting", "left"), ("caseload", "ended_elsewhere")):
            table: Table = getattr(self, name)
            table.person = new_rows[table.person].astype(np.int32)
            gone = table.person < 0
            self.count(ended, table.service[gone])
            setattr(self, name, table.take(~gone))

    def number_waiting(self) -> Array:
        """Return how many wait for each service, referrals on their way included."""
        return np.bincount(self.waiting.service, minlength=NUMBER)

    def number_supported(self) -> Array:
        """Return how many are in the care of each service."""
        return np.bincount(self.caseload.service, minlength=NUMBER)


def case_key(key: Array, service: Array | int) -> Array:
    """Return the key of the case of somebody, or of an incident, at a service."""
    return pair_key(key, np.asarray(service))


def draw_lots(chance: Chance, key: Array, arrives: Array) -> Array:
    """Return each case's lot, which orders those referred in the same month (uint64 below 2**32)."""
    lots, months = np.zeros(key.size, np.uint64), distinct(arrives).tolist()
    if len(months) == 1:
        return np.asarray((chance.uniforms(LOT, 0, key, months[0]) * LOTS).astype(np.uint64))
    for month in months:
        rows = arrives == month
        lots[rows] = (chance.uniforms(LOT, 0, key[rows], month) * LOTS).astype(np.uint64)
    return lots


def first_of_each(person: Array, service: Array, source: Array, attends: Array) -> Array:
    """Return which referrals stand: of one person to one service, one that the person follows, then by source.

    Services whose cases are incidents take them all.
    """
    order = np.lexsort((source, ~attends, service, person))
    repeated = (np.diff(person[order]) == 0) & (np.diff(service[order].astype(np.int64)) == 0)
    stands = np.ones(person.size, bool)
    stands[order[1:][repeated]] = False
    return stands | (service <= LAST_INCIDENT_SERVICE)
