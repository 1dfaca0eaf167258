"""Months written as year-month, and arithmetic with them."""

from __future__ import annotations

from sim.core.time import MONTHS_PER_YEAR, parse_year_month


def index_of(month: str) -> int:
    """Return months since year 0. Raises ``ValueError`` for anything but ``YYYY-MM``."""
    year, number = parse_year_month(month)
    return year * MONTHS_PER_YEAR + number - 1


def name_of(index: int) -> str:
    """Return the month of an index, ``YYYY-MM``.

    Examples
    --------
    >>> name_of(index_of("2026-12") + 1)
    '2027-01'
    """
    return f"{index // MONTHS_PER_YEAR:04d}-{index % MONTHS_PER_YEAR + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Return every month from the first to the last, both included."""
    return [name_of(index) for index in range(index_of(first), index_of(last) + 1)]


def after(month: str, months: int) -> str:
    """Return the month so many months later, or earlier if negative."""
    return name_of(index_of(month) + months)


def calendar_position(month: str) -> int:
    """Return 0 for January to 11 for December."""
    return index_of(month) % MONTHS_PER_YEAR
