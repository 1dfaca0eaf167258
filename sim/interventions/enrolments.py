"""The people one programme has to do with: a sparse table, one row a person."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.rows_kernels import among
from sim.interventions.resolved import Lever, SessionPlan

Array = npt.NDArray[Any]

ENROLLED, COMPLETED, DROPPED_OUT, DECLINED = range(4)
STATUSES = ("enrolled", "completed", "dropped out", "declined")
NOT_ENDED = -1


def response(share: Array, planned: float, half_effect_sessions: float | None) -> Array:
    """Return the part of the full effect that follows from a share of the sessions planned.

    It is the share itself, or saturates: ``half_effect_sessions`` give half of the effect of very many.
    """
    share = np.minimum(share, 1.0)
    if half_effect_sessions is None:
        return np.asarray(share)
    return np.asarray(share * (planned + half_effect_sessions) / (share * planned + half_effect_sessions))


class Doses(NamedTuple):
    """Hold, by table row, what people have had of a programme: the same for all of its levers.

    Attributes
    ----------
    enrolled : whether they take part now.
    dose : part of the full effect that what they attended so far makes.
    present : part of the full effect that attending as they have so far makes while they take part.
    """

    enrolled: Array
    dose: Array
    present: Array | float


class Enrolments:
    """Hold who was offered a programme and what became of it.

    Attributes
    ----------
    person, family : rows of people and of families (-1 when gone).
    adult : whether the person was an adult at the start (a child's family is followed while the child lives in it).
    started, ended : months from month 0; ``ended`` is -1 while enrolled. For an offer declined both are its month.
    status : position in ``STATUSES``.
    route : why the person was offered it, position in ``sim.interventions.running.ROUTES``.
    attended, planned : sessions so far, where the programme has sessions.
    """

    COLUMNS = (
        ("person", np.int32),
        ("family", np.int32),
        ("adult", np.bool_),
        ("started", np.int32),
        ("ended", np.int32),
        ("status", np.uint8),
        ("route", np.uint8),
        ("attended", np.uint16),
        ("planned", np.uint16),
    )

    def __init__(self) -> None:
        self.person: Array = np.zeros(0, np.int32)
        self.family: Array = np.zeros(0, np.int32)
        self.adult: Array = np.zeros(0, np.bool_)
        self.started: Array = np.zeros(0, np.int32)
        self.ended: Array = np.zeros(0, np.int32)
        self.status: Array = np.zeros(0, np.uint8)
        self.route: Array = np.zeros(0, np.uint8)
        self.attended: Array = np.zeros(0, np.uint16)
        self.planned: Array = np.zeros(0, np.uint16)

    def __len__(self) -> int:
        return int(self.person.size)

    def add(
        self, person: Array, family: Array, adult: Array, month: int, status: Array | int, route: Array | int = 0
    ) -> None:
        """Add people who start, or who decline, in ``month``. Earlier rows of the same people are replaced."""
        if person.size == 0:
            return
        self.keep(~among(self.person, person))
        ended = np.where(np.asarray(status) == ENROLLED, NOT_ENDED, month)
        new = {"person": person, "family": family, "adult": adult, "started": month, "ended": ended, "status": status}
        new |= {"route": route, "attended": 0, "planned": 0}
        for name, dtype in self.COLUMNS:
            before = getattr(self, name)
            table = np.empty(before.size + person.size, dtype)
            table[: before.size], table[before.size :] = before, new[name]
            setattr(self, name, table)

    def end(self, rows: Array, month: int, status: int) -> None:
        """End the enrolment of table rows."""
        self.ended[rows] = month
        self.status[rows] = status

    def keep(self, kept: Array) -> None:
        """Forget every table row that is not in the mask ``kept``."""
        rows = np.flatnonzero(kept)
        if rows.size < kept.size:
            for name, _ in self.COLUMNS:
                setattr(self, name, getattr(self, name)[rows])

    def remap(self, new_row_of_old_people: Array, new_row_of_old_families: Array) -> None:
        """Follow a compaction of people and families; those who are gone are forgotten."""
        self.person = new_row_of_old_people[self.person].astype(np.int32)
        there = self.family >= 0
        self.family[there] = new_row_of_old_families[self.family[there]]
        self.keep(self.person >= 0)

    @property
    def enrolled(self) -> Array:
        """Table rows of those taking part now."""
        return np.flatnonzero(self.status == ENROLLED)

    def doses(self, months: int, month: int, sessions: SessionPlan | None = None) -> Doses:
        """Return what each table row has had of a programme of so many ``months``."""
        enrolled = self.status == ENROLLED
        if sessions is None:
            attended = np.where(enrolled, month - self.started + 1, self.ended - self.started)
            return Doses(enrolled, np.minimum(attended / months, 1.0), 1.0)
        planned = max(sessions.per_month * months, 1.0)
        dose = response(self.attended / planned, planned, sessions.half_effect_sessions)
        share = self.attended / np.maximum(self.planned, 1)
        return Doses(enrolled, dose, response(share, planned, sessions.half_effect_sessions))

    def weights(
        self,
        lever: Lever,
        months: int,
        month: int,
        sessions: SessionPlan | None = None,
        doses: Doses | None = None,
    ) -> Array:
        """Return how much of a lever's full strength each table row has this month, from 0 to 1.

        Somebody who drops out keeps, of an effect that lasts, the part of the programme they attended.

        With sessions, what counts is the part of those planned that were attended.

        Parameters
        ----------
        months : length of the programme.
        sessions : what is planned; None where a programme has no sessions.
        doses : what `doses` returns for the same, where it is at hand.
        """
        enrolled, dose, present = self.doses(months, month, sessions) if doses is None else doses
        if lever.shape == "while_enrolled":
            weight = enrolled * present
        else:
            faded_from = np.maximum(self.ended, self.started + lever.lag_months)
            fading = 0.5 ** (np.maximum(month - faded_from, 0) / lever.half_life_months)
            during = dose if lever.shape == "builds" else present
            weight = np.where(enrolled, during, dose * fading)
        weight[(self.status == DECLINED) | (month - self.started < lever.lag_months)] = 0.0
        return weight
