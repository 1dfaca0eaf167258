"""How many people may start a programme in each month."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.core.time import MONTHS_PER_YEAR

ROUNDING = 1e-9


@dataclass
class Places:
    """Spread a number of places a year over months, exactly, with a start-up and a calendar.

    Part of a place is carried until it makes a whole one, so any twelve months after the start-up hold the places of
    a year. Places nobody takes stay open for ``carried_months``. ``staff`` is the share of staff in the current month;
    places that staff who are missing would have offered are not made up for.
    """

    per_year: float
    start_up_months: int
    carried_months: int
    calendar_months: tuple[int, ...] = ()
    months_run: int = 0
    staff: float = 1.0
    planned: float = 0.0
    open: int = 0
    recent: list[int] = field(default_factory=list)

    def next_month(self, calendar_month: int, staff: float = 1.0) -> int:
        """Move to the next month of the programme, with a share of its staff, and return the places open in it."""
        self.staff = staff
        ramp = min(1.0, (self.months_run + 1) / (self.start_up_months + 1))
        in_season = self.in_season(calendar_month)
        season = MONTHS_PER_YEAR / len(self.calendar_months) if self.calendar_months else 1.0
        before = math.floor(self.planned + ROUNDING)
        self.planned += self.per_year / MONTHS_PER_YEAR * ramp * staff * season if in_season else 0.0
        self.months_run += 1
        new = math.floor(self.planned + ROUNDING) - before
        self.recent = [*self.recent[-self.carried_months :], new] if self.carried_months else [new]
        self.open = min(self.open + new, sum(self.recent))
        return self.open if in_season else 0

    @property
    def ramp(self) -> float:
        """Part of full capacity there is in the current month."""
        return min(1.0, self.months_run / (self.start_up_months + 1)) * self.staff

    def in_season(self, calendar_month: int) -> bool:
        """Say whether people may start in a month of the calendar."""
        return not self.calendar_months or calendar_month in self.calendar_months

    def take(self, number: int) -> None:
        """Fill ``number`` of the open places."""
        self.open -= number
