"""The sheets of a workbook on structure: each form of the model, and where uncertainty comes from."""

from __future__ import annotations

from experiments.report.sheets import COUNT, Sheet
from experiments.results import CompareResult
from experiments.structures import form_rows, source_rows

NUMBERS = (("Mean", COUNT), ("Low", COUNT), ("High", COUNT), ("Standard error of the mean", COUNT))
PARTS = (
    ("Mean", COUNT),
    ("Number of runs: standard error of the mean", COUNT),
    ("Luck: deviation of one run", COUNT),
    ("Parameters: deviation between draws", COUNT),
    ("Structure: lowest mean", COUNT),
    ("Structure: highest mean", COUNT),
)


def structure_sheets(result: CompareResult) -> list[Sheet]:
    """Return both sheets; nothing where structure was not asked."""
    found = result.structure
    if found is None:
        return []
    forms = Sheet(
        "Structure",
        "If the model were built otherwise",
        f"Change against the baseline in {found.runs} runs; one choice of structure at a time.",
        (("Form", ""), ("In words", ""), ("Scenario", ""), ("Quantity", ""), *NUMBERS),
        form_rows(found),
    )
    sources = Sheet(
        "Uncertainty",
        "Where uncertainty comes from",
        "More runs narrow the error of the mean, evidence the deviation between draws; the range over structure "
        "includes some luck.",
        (("Scenario", ""), ("Quantity", ""), *PARTS),
        source_rows(found),
    )
    return [forms, sources]
