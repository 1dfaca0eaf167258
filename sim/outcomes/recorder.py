"""Record every incident and, once a year, everybody: read from a world as it lives, and never written back."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.enrolments import DECLINED
from sim.outcomes.incident_table import INCIDENTS, IncidentView
from sim.outcomes.people_table import PEOPLE, PeopleView
from sim.violence.incidents import FATAL

Array = npt.NDArray[Any]
ROWS_AT_A_TIME = 100_000


class Sink(Protocol):
    """Take batches of a table in the order they come."""

    def append(self, table: str, batch: dict[str, Array]) -> None:
        """Add rows to a table, given column by column."""


class InMemory:
    """Keep tables as arrays: for small worlds and for tests."""

    def __init__(self) -> None:
        self._batches: dict[str, list[dict[str, Array]]] = {}

    def append(self, table: str, batch: dict[str, Array]) -> None:
        """Add rows to a table."""
        self._batches.setdefault(table, []).append(batch)

    def table(self, name: str) -> dict[str, Array]:
        """Return a table, column by column."""
        batches = self._batches[name]
        return {column: np.concatenate([batch[column] for batch in batches]) for column in batches[0]}


class Tally:
    """Count by key: keys in order and their counts beside them, however people move about in memory."""

    def __init__(self) -> None:
        self.keys: Array = np.zeros(0, np.uint64)
        self.counts: Array = np.zeros(0, np.uint32)

    def add(self, keys: Array) -> None:
        """Count one for every element of ``keys``."""
        new, number = np.unique(np.asarray(keys, np.uint64), return_counts=True)
        at, known = self._find(new)
        self.counts[at[known]] += number[known].astype(np.uint32)
        self.counts = np.insert(self.counts, at[~known], number[~known].astype(np.uint32))
        self.keys = np.insert(self.keys, at[~known], new[~known])

    def of(self, keys: Array) -> Array:
        """Return the count of each key, 0 for those never counted."""
        at, known = self._find(keys)
        counts = np.zeros(keys.size, np.uint32)
        counts[known] = self.counts[at[known]]
        return counts

    def _find(self, keys: Array) -> tuple[Array, Array]:
        at = np.searchsorted(self.keys, keys)
        known = at < self.keys.size
        known[known] = self.keys[at[known]] == keys[known]
        return at, known


class TableRecorder:
    """Write the incidents of each month and everybody once a year into a sink, from the decision date on.

    Parameters
    ----------
    sink
        Where batches go.
    run
        Number of the run, written into every row.
    incidents, people
        Which of the two tables to write.
    """

    def __init__(self, sink: Sink, run: int = 0, incidents: bool = True, people: bool = True) -> None:
        self.sink, self.run = sink, run
        self.incidents, self.people = incidents, people
        self.perpetrated, self.suffered = Tally(), Tally()
        self.enrolled: dict[str, Array] = {}

    def begin(self, world: Any) -> None:
        """Write everybody as they are at the decision date. Call it once, before the first month after it."""
        if self.people:
            self._write_people(world, 0, np.flatnonzero(world.people.present))

    def record(self, world: Any, month: int, incidents: Any) -> None:
        """Write down a month."""
        since = month - world.clock.decision_month
        if since < 0:
            return
        if self.incidents:
            self.sink.append(INCIDENTS.name, INCIDENTS.batch(IncidentView(world, self.run, month, incidents)))
        if self.people:
            key = world.people.key
            self.perpetrated.add(key[incidents.offender])
            self.suffered.add(key[incidents.victim])
            self._note_enrolments(world, month)
            if (since + 1) % MONTHS_PER_YEAR == 0:
                alive = world.people.present.astype(bool)
                alive[incidents.victim[incidents.severity == FATAL]] = False
                self._write_people(world, (since + 1) // MONTHS_PER_YEAR, np.flatnonzero(alive))

    def _note_enrolments(self, world: Any, month: int) -> None:
        for running in world.programmes.running:
            table = running.enrolments
            new = table.person[(table.started == month) & (table.status != DECLINED)]
            before = self.enrolled.get(running.programme.id, np.zeros(0, np.uint64))
            self.enrolled[running.programme.id] = np.union1d(before, world.people.key[new])

    def _write_people(self, world: Any, year: int, rows: Array) -> None:
        for start in range(0, rows.size, ROWS_AT_A_TIME):
            some = rows[start : start + ROWS_AT_A_TIME]
            view = PeopleView(world, self.run, year, some, self.perpetrated, self.suffered, self.enrolled)
            self.sink.append(PEOPLE.name, PEOPLE.batch(view))
