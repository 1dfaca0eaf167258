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


def pairing_sheet(result: CompareResult) -> Sheet:
    """Return what pairing saves, outcome by outcome."""
    columns = (("Scenario", ""), ("Outcome", ""), ("Correlation over runs", "0.0000"), ("Runs saved, times", COUNT))
    rows: list[list[Any]] = [
        [stem, measure(name).label, each.correlation, each.factor]
        for stem, scenario in result.scenarios.items()
        for name, each in scenario.variance_reduction.items()
    ]
    note = "Runs needed for the same precision if scenario and baseline shared neither parameters nor chance."
    return Sheet("Pairing", "What pairing scenario and baseline saves", note, columns, rows)
