"""Months, years and the decision date."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS_PER_YEAR = 12
YEAR_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


def parse_year_month(text: str) -> tuple[int, int]:
    """Read ``YYYY-MM``. Raises ``ValueError`` for anything else."""
    match = YEAR_MONTH.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a month: write it as year-month, for example 2026-04")
    return int(match.group(1)), int(match.group(2))


@dataclass(frozen=True)
class Clock:
    """Count months from the first simulated month (month 0), and years from the decision date."""

    start_year: int
    start_month: int
    decision_month: int

    @classmethod
    def for_decision(cls, decision_date: str, burn_in_years: int) -> Clock:
        """Start ``burn_in_years`` before the decision date (``YYYY-MM``)."""
        year, month = parse_year_month(decision_date)
        return cls(year - burn_in_years, month, burn_in_years * MONTHS_PER_YEAR)

    def calendar_month(self, month: int) -> int:
        """Return 1 to 12 for simulated month ``month``."""
        return (self.start_month - 1 + month) % MONTHS_PER_YEAR + 1

    def calendar_year(self, month: int) -> int:
        return self.start_year + (self.start_month - 1 + month) // MONTHS_PER_YEAR

    def year_index(self, month: int) -> int:
        """Return full years since the decision date: 0 is the first year after it, -1 the last of burn-in."""
        return (month - self.decision_month) // MONTHS_PER_YEAR

    def month_of(self, text: str) -> int:
        """Return the simulated month of ``YYYY-MM``."""
        year, month = parse_year_month(text)
        return (year - self.start_year) * MONTHS_PER_YEAR + month - self.start_month

    def label(self, month: int) -> str:
        return f"{self.calendar_year(month):04d}-{self.calendar_month(month):02d}"
