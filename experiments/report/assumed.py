"""The register of assumptions as a section of the report and as a sheet of the workbook."""

from __future__ import annotations

from collections import Counter

from experiments.choice_results import Assumption
from experiments.report.parts import Section, Table
from experiments.report.sheets import GBP, Sheet
from experiments.results import CompareResult
from experiments.wording import money

SHOWN = 20
TOLD_FROM_CHANCE = 3.0
"""Standard errors of a correlation beyond which one among hundreds is hardly chance."""


def register_section(result: CompareResult) -> Section:
    """Return how much is assumed, and on which assumptions the answer hangs most."""
    register, heading = result.register_of_assumptions, "Register of assumptions"
    if not register.items:
        return Section("register", heading, ["This comparison keeps no register of assumptions."])
    kinds = Counter(each.kind for each in register.items)
    fixed = sum(not each.varies for each in register.items)
    words = [
        f"{kinds['parameter']} parameters that these runs read have no source and rest on a stated reason; {fixed} of "
        f"them are held at one value, so that no range in this report allows for them. {kinds['strength']} programmes "
        "have a strength that is provisional or a bound. All of them, with reasons: assumptions.csv and the sheet "
        "Register of the workbook.",
    ]
    tables = [_strengths(result)] if kinds["strength"] else []
    if register.runs_needed is not None:
        words.append(
            f"How far the answer hangs on each is not estimated from {result.runs} runs: it takes "
            f"{register.runs_needed}."
        )
        return Section("register", heading, words, tables=tables)
    return Section("register", heading, words, tables=[*tables, _leading(result)])


def _strengths(result: CompareResult) -> Table:
    rows = [
        [each.meaning, each.reason or "see its card: placewise explain"]
        for each in result.register_of_assumptions.items
        if each.kind == "strength"
    ]
    return Table("Strengths not matched to a trial", "", ["Programme", "Why"], rows)


def _leading(result: CompareResult) -> Table:
    rows = [
        [each.meaning, correlations(each), _worth(each)]
        for each in result.register_of_assumptions.items
        if each.rank_correlation
    ][:SHOWN]
    limit = TOLD_FROM_CHANCE / (result.runs - 1) ** 0.5
    return Table(
        "Assumptions on which net social value hangs most",
        f"Rank correlation over {result.runs} runs of the value drawn with net present social value. Below {limit:.2f} "
        "either way it is not told from chance.",
        ["Assumption", "Rank correlation by scenario", "Worth of knowing it first"],
        rows,
    )


def register_sheet(result: CompareResult) -> Sheet:
    """Return the whole register."""
    columns = (
        ("Identifier", ""),
        ("Kind", ""),
        ("Meaning", ""),
        ("Value", ""),
        ("Unit", ""),
        ("Range", ""),
        ("Varies between runs", ""),
        ("Reason", ""),
        ("Rank correlation with net social value", ""),
        ("Worth of knowing it first, GBP", GBP),
        ("Standard error, GBP", GBP),
    )
    register = result.register_of_assumptions
    none = f"not estimated from {result.runs} runs" if register.runs_needed is not None else "does not vary"
    rows = [
        [
            each.id,
            each.kind,
            each.meaning,
            each.value or "in the catalogue",
            each.unit or "none",
            each.range or "in the catalogue",
            "yes" if each.varies else "no",
            each.reason or "see the catalogue",
            correlations(each) or none,
            each.gbp,
            each.standard_error,
        ]
        for each in register.items
    ]
    note = "Parameters that the runs read and that rest on a reason, no source; strengths not matched to a trial."
    return Sheet("Register", "What is assumed", note, columns, rows)


def correlations(assumption: Assumption) -> str:
    """Write the correlations of one assumption, scenario by scenario."""
    return "; ".join(
        f"{stem} {'does not vary' if each is None else f'{each:+.2f}'}"
        for stem, each in assumption.rank_correlation.items()
    )


def _worth(assumption: Assumption) -> str:
    if assumption.gbp is None:
        return "not among the leading ten"
    return f"{money(assumption.gbp)} (standard error {money(assumption.standard_error)})"
