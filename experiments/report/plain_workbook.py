"""A workbook of plain tables, one on each sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from experiments.report.sheets import Sheet
from experiments.report.workbook import write_sheet

LONGEST_SHEET_NAME = 31


def write_tables(
    path: Path, title: str, tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]], created: datetime
) -> None:
    """Write tables, header and rows by name, as a workbook. Equal tables and times give equal bytes."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "created": created, "comments": "Placewise"})
        for name, (header, rows) in tables.items():
            label = name.replace("_", " ").capitalize()
            columns = tuple((each.replace("_", " "), "") for each in header)
            write_sheet(book, Sheet(label[:LONGEST_SHEET_NAME], label, title, columns, [list(row) for row in rows]))
