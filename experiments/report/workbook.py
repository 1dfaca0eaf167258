"""The finance workbook of a comparison: one table on each sheet, sums as live formulas, checked against the headline.

Layout follows the Analysis Function's guidance on accessible spreadsheets: title in A1, a note in A2, one table marked
as a table, no merged or empty header cells, units in headers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.report.assumed import register_sheet
from experiments.report.sheets import COUNT, GBP, SHARE, Sheet, pairing_sheet, stress_sheet
from experiments.report.structure_sheets import structure_sheets
from experiments.results import CompareResult
from experiments.store import Stored
from sim.economics.unit_costs import payer_label
from sim.outcomes.measures import measure

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FIRST_ROW = 3
PENNY = 0.005
WIDEST = 60


def write_workbook(stored: Stored, path: Path) -> None:
    """Write the workbook of a stored comparison. Equal comparisons give equal bytes.

    Parameters
    ----------
    stored
        The comparison.
    path
        File to write.
    """
    import xlsxwriter

    when = datetime.fromisoformat(stored.manifest["created_utc"].removesuffix("Z"))
    stress = stress_sheet(stored.result)
    sheets = [
        _summary(stored.result),
        _options(stored.result),
        _ledger(stored.result),
        _equity(stored.result),
        *([stress] if stored.result.stress else []),
        *structure_sheets(stored.result),
        _reached(stored.result),
        *([pairing_sheet(stored.result)] if _paired(stored.result) else []),
        _assumptions(),
        *([register_sheet(stored.result)] if stored.result.register_of_assumptions.items else []),
        _provenance(stored.manifest),
    ]
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": _title(stored.result), "created": when, "comments": "Placewise"})
        _write_cover(book, stored, sheets)
        for sheet in sheets:
            write_sheet(book, sheet)
        _write_checks(book, stored.result, sheets)


def _paired(result: CompareResult) -> bool:
    return any(scenario.variance_reduction for scenario in result.scenarios.values())


def _title(result: CompareResult) -> str:
    return f"Programmes against serious violence in {result.place.name}: effect, cost and who pays"


def _write_cover(book: Workbook, stored: Stored, sheets: Sequence[Sheet]) -> None:
    result = stored.result
    page = book.add_worksheet("Cover")
    bold = book.add_format({"bold": True, "font_size": 14})
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 100)
    page.write_string(0, 0, _title(result), bold)
    lines = [
        ("Place", f"{result.place.name}, {result.place.population:,} residents"),
        ("Period", f"{result.years} years from {result.decision_date}"),
        ("Runs", f"{result.runs}; ranges are 95% intervals over parameters and luck"),
        ("Amounts", "Present values in pounds unless a header says otherwise; modelled estimates"),
        *[("Limits of use", text) for text in stored.manifest["limits_of_use"]],
        *[("Sheet", f"{sheet.name}: {sheet.title}") for sheet in sheets],
        ("Sheet", "Checks: sums of the ledger against the headline"),
    ]
    for row, (label, text) in enumerate(lines, start=2):
        page.write_string(row, 0, label)
        page.write_string(row, 1, text)


def write_sheet(book: Workbook, sheet: Sheet) -> None:
    """Write one sheet: its title, its note and its table."""
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 13}))
    page.write_string(1, 0, sheet.note)
    formats = [book.add_format({"num_format": form}) if form else None for _, form in sheet.columns]
    for column, (header, _) in enumerate(sheet.columns):
        longest = max([len(header), *(len(str(row[column])) for row in sheet.rows if isinstance(row[column], str))])
        page.set_column(column, column, min(longest + 4, WIDEST))
    last = FIRST_ROW + max(len(sheet.rows), 1)
    page.add_table(
        FIRST_ROW,
        0,
        last,
        len(sheet.columns) - 1,
        {
            "name": f"table_{sheet.name.lower().replace(' ', '_')}",
            "columns": [
                {"header": header, **({"format": form} if form is not None else {})}
                for (header, _), form in zip(sheet.columns, formats, strict=True)
            ],
        },
    )
    for number, cells in enumerate(sheet.rows, start=FIRST_ROW + 1):
        _write_cells(page, number, cells, formats)
    page.freeze_panes(FIRST_ROW + 1, 0)


def _write_cells(page: Worksheet, row: int, cells: Sequence[Any], formats: Sequence[Any]) -> None:
    for column, (cell, form) in enumerate(zip(cells, formats, strict=True)):
        if cell is None:
            page.write_string(row, column, "not defined")
        elif isinstance(cell, str):
            page.write_string(row, column, cell)
        else:
            page.write_number(row, column, cell, form)


def _write_checks(book: Workbook, result: CompareResult, sheets: Sequence[Sheet]) -> None:
    """Add live sums of the ledger beside the headline of each scenario; they must agree to the penny."""
    ledger = next(sheet for sheet in sheets if sheet.name == "Ledger")
    page = book.add_worksheet("Checks")
    page.write_string(0, 0, "Sums of the ledger against the headline", book.add_format({"bold": True, "font_size": 13}))
    page.write_string(1, 0, "Sums are live formulas over the sheet Ledger. The last column says whether they agree.")
    money = book.add_format({"num_format": GBP})
    headers = ("Scenario", "Headline, GBP", "Sum of ledger, GBP", "Agrees to the penny")
    page.set_column(0, 3, 34)
    first, last = FIRST_ROW + 2, FIRST_ROW + 1 + len(ledger.rows)
    page.add_table(
        FIRST_ROW,
        0,
        FIRST_ROW + len(result.scenarios),
        3,
        {"name": "table_checks", "columns": [{"header": header} for header in headers]},
    )
    for row, (stem, scenario) in enumerate(result.scenarios.items(), start=FIRST_ROW + 1):
        headline = scenario.economics.net_present_social_value.mean or 0.0
        total = sum(cells[5] for cells in ledger.rows if cells[0] == stem)
        page.write_string(row, 0, stem)
        page.write_number(row, 1, headline, money)
        amounts = f"SUMIF(Ledger!$A${first}:$A${last},A{row + 1},Ledger!$F${first}:$F${last})"
        page.write_formula(row, 2, f"={amounts}", money, total)
        agrees = "yes" if abs(total - headline) < PENNY else "no"
        page.write_formula(row, 3, f'=IF(ABS(B{row + 1}-C{row + 1})<{PENNY},"yes","no")', None, agrees)


def _summary(result: CompareResult) -> Sheet:
    columns = [("Scenario", ""), ("Quantity", ""), ("Mean", COUNT), ("Low, 95%", COUNT), ("High, 95%", COUNT)]
    rows = []
    for stem, scenario in result.scenarios.items():
        money = scenario.economics
        named = [
            *((f"{measure(name).label}: change", each.difference) for name, each in scenario.outcomes.items()),
            ("Programme cost, GBP", money.programme_cost),
            ("Benefit, GBP", money.benefit),
            ("Net present social value, GBP", money.net_present_social_value),
            ("Net value to public budgets, GBP", money.net_public_value),
            ("QALYs gained", money.qalys_gained),
        ]
        rows += [[stem, label, each.mean, each.low, each.high] for label, each in named]
    note = f"Change over {result.years} years against the baseline of the same run; {_prices(result)} prices."
    return Sheet("Summary", "What each scenario changes, and what it costs", note, tuple(columns), rows)


def _options(result: CompareResult) -> Sheet:
    decision = result.decision
    columns = (
        ("Effect", ""),
        ("Option", ""),
        ("Mean effect", COUNT),
        ("Mean programme cost, GBP", GBP),
        ("Standing", ""),
        ("GBP for one more unit", GBP),
    )
    rows = [
        [effect.replace("_", " "), each.option, each.effect, each.cost_gbp, each.standing, each.gbp_per_unit]
        for effect, table in decision.incremental.items()
        for each in table
    ]
    note = "Options in the order of rising effect. A dominated option does less for more; see the report for ranges."
    return Sheet("Options", "All options side by side", note, columns, rows)


def _ledger(result: CompareResult) -> Sheet:
    columns = (
        ("Scenario", ""),
        ("Payer", ""),
        ("Account", ""),
        ("Kind", ""),
        ("Year", "0"),
        ("Present value, GBP", GBP),
        ("Cashable share", SHARE),
        ("Source", ""),
    )
    rows = [
        [stem, payer_label(line.payer), line.account, line.kind, year, gbp, line.cashable_share, line.source]
        for stem, scenario in result.scenarios.items()
        for line in scenario.economics.ledger
        for year, gbp in enumerate(line.gbp_by_year, start=1)
    ]
    note = "Means over runs; positive is a gain to the payer, negative a cost. Transfers name the giver as account."
    return Sheet("Ledger", "Who gains and who pays, by account and year", note, columns, rows)


def _equity(result: CompareResult) -> Sheet:
    columns = (
        ("Scenario", ""),
        ("Fifth of income deprivation", ""),
        ("Outcome", ""),
        ("Baseline", COUNT),
        ("Change", COUNT),
        ("Change, low", COUNT),
        ("Change, high", COUNT),
    )
    rows = [
        [stem, fifth.label, measure(name).label, each.baseline.mean, *_ends(each.difference)]
        for stem, scenario in result.scenarios.items()
        for fifth in scenario.by_quintile.values()
        for name, each in fifth.outcomes.items()
    ]
    return Sheet("Equity", "Change by national fifth of income deprivation", "Over the whole period.", columns, rows)


def _reached(result: CompareResult) -> Sheet:
    columns = (("Scenario", ""), ("Programme", ""), ("Stage", ""), ("Mean", COUNT), ("Low", COUNT), ("High", COUNT))
    rows = [
        [stem, programme, stage.replace("_", " "), *_ends(getattr(stages, stage))]
        for stem, scenario in result.scenarios.items()
        for programme, stages in scenario.participants.items()
        for stage in type(stages).model_fields
    ]
    return Sheet(
        "Reached", "Whom each programme reaches", "People or events; see the report for meanings.", columns, rows
    )


def _assumptions() -> Sheet:
    from sim.parameters import load_registry

    columns = (("Parameter", ""), ("Value", ""), ("Unit", ""), ("Source", ""), ("Verified", ""), ("Meaning", ""))
    rows = [
        [row.id, _value(row.value), row.unit, "; ".join(row.sources), _yes(row.verified), row.meaning]
        for row in load_registry().parameters()
        if row.id.startswith("economics.")
    ]
    note = "Central values of every parameter of money. Verified means that the figure was read in its source."
    return Sheet("Assumptions", "What the money rests on", note, columns, rows)


def _provenance(manifest: dict[str, Any]) -> Sheet:
    names = ("run_id", "created_utc", "placewise", "git_commit", "python", "platform", "parameters_sha256", "chance")
    rows: list[list[Any]] = [[name, str(manifest[name])] for name in names]
    rows += [[f"input {name}", each["sha256"]] for name, each in manifest["inputs"].items()]
    return Sheet(
        "Provenance", "Where these numbers come from", "As in manifest.json.", (("Item", ""), ("Value", "")), rows
    )


def _ends(interval: Any) -> list[float | None]:
    return [interval.mean, interval.low, interval.high]


def _prices(result: CompareResult) -> str:
    return next(iter(result.scenarios.values())).economics.price_year


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else ", ".join(f"{each:g}" for each in value.ravel())


def _yes(verified: bool) -> str:
    return "yes" if verified else "no"
