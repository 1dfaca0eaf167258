"""One measurement of the benchmark, and its table."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Row:
    """Hold one measurement; ``budget`` is None where there is none, ``value`` where nothing was measured.

    ``least`` says that the budget is the least wanted, not the most; ``note`` how the value came about, or why it is
    missing.
    """

    what: str
    value: float | None
    unit: str
    budget: float | None = None
    least: bool = False
    note: str = ""

    @property
    def over(self) -> bool:
        if self.budget is None or self.value is None:
            return False
        return self.value < self.budget if self.least else self.value > self.budget


def seconds_of(work: Callable[[], Any]) -> float:
    """Return the seconds on the clock that some work takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def bench_table(rows: list[Row]) -> Table:
    """Build the rich table of measurements."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("what", overflow="fold")
    for heading in ("measured", "budget"):
        table.add_column(heading, justify="right")
    table.add_column("unit")
    table.add_column("", overflow="fold")
    for row in rows:
        verdict = "" if row.budget is None or row.value is None else "over budget" if row.over else "within"
        table.add_row(
            row.what, _number(row.value), _budget(row), row.unit, "; ".join(filter(None, (verdict, row.note)))
        )
    return table


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _budget(row: Row) -> str:
    if row.budget is None:
        return ""
    return f"at least {row.budget:g}" if row.least else f"{row.budget:g}"
