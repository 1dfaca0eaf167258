"""What delivery keeps of a programme while a scenario runs, and what all programmes share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Sheet
from sim.core.rows_kernels import places_among
from sim.core.tools import Tools
from sim.interventions.budget import Budget
from sim.interventions.capacity import Places
from sim.interventions.conditions import Registers
from sim.interventions.counts import Counts
from sim.interventions.enrolments import Enrolments
from sim.interventions.partnership import PartnershipEffects
from sim.interventions.resolved import Programme
from sim.interventions.waiting import WaitingList
from sim.services.shared import SharedWithProgrammes

Array = npt.NDArray[Any]

IN_NEED, MISREAD, DRAWN_IN = range(3)
ROUTES = ("meets the conditions", "wrongly thought to meet them", "drawn in by net widening")


@dataclass
class Pool:
    """Hold the people found for a programme at its last review.

    Attributes
    ----------
    rows : person rows.
    route : why each is here, position in ``ROUTES``.
    uptake : chance that each takes up an offer.
    month : month of the review, -1 before the first.
    """

    rows: Array = field(default_factory=lambda: np.zeros(0, np.int32))
    route: Array = field(default_factory=lambda: np.zeros(0, np.uint8))
    uptake: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    month: int = -1

    def find(self, person: Array) -> Array:
        """Return the position of each of some people, -1 for those who are not here."""
        return places_among(person, self.rows)

    def remap(self, new_row_of_old: Array) -> None:
        """Follow a compaction; -1 stands for rows that are gone."""
        rows = new_row_of_old[self.rows]
        kept = rows >= 0
        self.rows, self.route, self.uptake = rows[kept].astype(np.int32), self.route[kept], self.uptake[kept]


@dataclass
class Running:
    """Hold the state of one programme.

    Attributes
    ----------
    sheet, more : its decisions by chance.
    served : which communities it serves, boolean; None for all. ``served_year`` is the year it was decided for.
    usual_acceptance : mean acceptance of violence of people of its ages at the last review.
    doses : what communities got of a place programme in the last months, as far as its lags reach back.
    effect_there : by lever, what communities have of its effect.
    """

    programme: Programme
    sheet: Sheet
    more: Sheet
    places: Places
    strengths: dict[str, float]
    enrolments: Enrolments = field(default_factory=Enrolments)
    waiting: WaitingList = field(default_factory=WaitingList)
    counts: Counts = field(default_factory=Counts)
    pool: Pool = field(default_factory=Pool)
    served: Array | None = None
    served_year: int = -1
    set_up: bool = False
    usual_acceptance: float = 0.0
    doses: list[Array] = field(default_factory=list)
    effect_there: dict[str, Array] = field(default_factory=dict)


@dataclass
class Circumstances:
    """Hold what every programme meets in a month: the registers, what partners do, services' time and money."""

    registers: Registers
    tools: Tools
    effects: PartnershipEffects
    budget: Budget
    shared: SharedWithProgrammes
    adjacency: tuple[Array, Array]
    month: int = 0
    year: int = 0
    since_decision: int = 0

    def uniforms(self, sheet: Sheet, decision: str, rows: Array, month: int | None = None) -> Array:
        """Return each person's chance of one decision of a programme, of this month if no other is given."""
        of_month = self.month if month is None else month
        return self.tools.chance.uniforms(sheet, sheet.word(decision), self.registers.people.key[rows], of_month)
