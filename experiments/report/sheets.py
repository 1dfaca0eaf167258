"""What the sheets of a workbook have in common, and the sheet of what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.results import CompareResult
from sim.outcomes.measures import measure

GBP, COUNT, SHARE = "#,##0.00", "#,##0.0", "0.0%"
ENDS = (("Mean", COUNT), ("Low", COUNT), ("High", COUNT))


@dataclass(frozen=True)
class Sheet:
    """Hold one sheet: its name, title, a note and its table, whose columns have a header and a number format."""

    name: str
    title: str
    note: str
    columns: tuple[tuple[str, str], ...]
    rows: list[list[Any]]


def stress_sheet(result: CompareResult) -> Sheet:
    """Return what is left of each scenario when delivery goes wrong."""
    columns = (
        ("Scenario", ""),
        ("What happens", ""),
        ("Quantity", ""),
        ("Mean", COUNT),
        ("Low", COUNT),
        ("High", COUNT),
    )
    rows = [
        [stem, each.label, label, found.mean, found.low, found.high]
        for stem, variants in result.stress.items()
        for each in variants.values()
        for label, found in (
            *((f"{measure(name).label}: change", change) for name, change in each.outcomes.items()),
            ("Programme cost, GBP", each.programme_cost),
            ("Net present social value, GBP", each.net_present_social_value),
        )
    ]
    return Sheet("Stress", "If delivery goes wrong", "One thing at a time; change against the baseline.", columns, rows)
