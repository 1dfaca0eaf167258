"""Records: whom each service knows of. Programmes can only target what their identifying services know."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.tools import Tools
from sim.population.views import view
from sim.services.names import BIT_OF_SERVICE, NOTICED_BY_CONTACT
from sim.services.queues import Table
from sim.services.record_kernels import Known, add_bits, list_needs, note_needs, rows_in_turn

Array = npt.NDArray[Any]

SIGHT = declare_sheet("services.sight", ("school", "social_care", "child_health", "youth_justice"))
MORE_SIGHT = declare_sheet("services.sight_more", ("police", "emergency_department", "jobcentre", "substance_services"))
MOST_SIGHT = declare_sheet("services.sight_most", ("ambulance",))


class Records:
    """Work out each service's records from what has happened, from what it can see, and from its caseload.

    Whether a service sees a person is a lasting property of that pair, keyed by person and year, so a need stays
    known or unknown while it lasts. Communities take turns, by their keys: a new need is noticed at the next turn,
    a contact with police, court or emergency department at once.
    """

    def __init__(self, people: Columns, families: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        p = tools.parameters
        self.turns = int(p["services.record_turns"])
        self.sight = np.array(
            [
                p["services.seen_by_school"],
                p["services.seen_by_social_care"],
                p["services.seen_by_health_visiting"],
                p["services.seen_by_youth_justice"],
                p["services.seen_by_police"],
                p["services.seen_by_emergency_department"],
                p["services.seen_by_jobcentre"],
                p["services.seen_by_ambulance"],
                p["services.seen_by_child_mental_health"],
                p["services.seen_by_substance_services"],
            ]
        )
        self.limits = np.array(
            [
                p["services.conduct_problems"],
                p["services.disengaged_pupil"],
                p["services.high_parental_stress"],
                p["services.serious_harm_aces"],
                p["services.record_months"],
                p["services.child_trauma"],
            ]
        )

    def update(self, month: int) -> None:
        """Rewrite who is known to whom, for everybody."""
        self._note(month, np.arange(self.people.n, dtype=np.int32))

    def refresh(self, month: int) -> tuple[Array, Array]:
        """Rewrite the records of the communities whose turn it is.

        Returns
        -------
        The people of whom a service has come to know, and the bits of these services.
        """
        turns = np.uint64(self.turns)
        due = self.communities.key % turns == np.uint64(month) % turns
        rows = np.empty(self.people.n + 1, np.int32)
        rows = rows[: rows_in_turn(due, self.people.community, rows)]
        fresh = self._note(month, rows)
        new = np.flatnonzero(fresh)
        return rows[new], fresh[new]

    def notice_contact(self, month: int, rows: Array) -> None:
        """Let police, youth justice, ambulance and emergency department know at once the people they dealt with.

        What other services would come to know of these people waits for its turn.
        """
        by_contact = np.bitwise_or.reduce(BIT_OF_SERVICE[list(NOTICED_BY_CONTACT)])
        fresh = self._note(month, rows)
        self.people.known_to[rows] &= ~(fresh & ~by_contact)

    def add_cases(self, *tables: Table) -> None:
        """Let services know the people on their lists and in their care."""
        for table in tables:
            add_bits(table.person, BIT_OF_SERVICE[table.service], self.people.known_to)

    def needs(self) -> Array:
        """Return the bits of the services that would know of each person if they saw everything (uint16)."""
        needs, rows = np.empty(self.people.n, np.uint16), np.arange(self.people.n, dtype=np.int32)
        list_needs(rows, view(Known, self.people), self.families.stress, self.limits, needs)
        return needs

    def _note(self, month: int, rows: Array) -> Array:
        """Rewrite who knows each of ``rows``; return which bits are new."""
        chance = self.tools.chance
        sheets = np.array([SIGHT.number, MORE_SIGHT.number, MOST_SIGHT.number], np.uint64)
        fresh = np.empty(rows.size, np.uint16)
        needs, luck = np.empty(rows.size, np.uint16), (month, chance.k0, chance.k1)
        list_needs(rows, view(Known, self.people), self.families.stress, self.limits, needs)
        note_needs(rows, needs, self.people.key, self.sight, sheets, *luck, self.people.known_to, fresh)
        return fresh
