"""Read tables of proposals: a header of key paths such as ``cohort.n``, then one proposal a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.screening.form import Proposal
from experiments.screening.recognising import CSV
from sim.core.errors import InputError, PlacewiseError, Problem, suggest
from sim.interventions.wording import PRIVACY, known_keys, unknown_key

EXTRA_MISSING = 8
PARTS = ("cohort", "dose", "claimed_effect", "cost", "trial", "safeguarding", "trial.icc")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
RANGE = re.compile(r"\[?\s*(\d+)\s*(?:-|–|to|,)\s*(\d+)\s*\]?")
NEEDED = ("id", "organisation", "programme")
TEXTS = ("id", "organisation", "title", "programme", "place", "note", "schema")
"""Columns whose cells are text even where they look like a number."""


class NoExcel(PlacewiseError):
    """Report that what reads Excel files is not installed."""

    exit_code = EXTRA_MISSING


@dataclass(frozen=True)
class Row:
    """Hold one row of a table as a proposal's data; positions are its row and column, counted from 1."""

    file: str
    data: dict[Any, Any]
    line: int
    columns: Mapping[str, int] = field(default_factory=dict)

    def where(self, *keys: str | int) -> tuple[int, int]:
        """Return (row, column) of a key; column 1 where the table has no such column."""
        names = [str(key) for key in keys if not isinstance(key, int)]
        while names:
            if ".".join(names) in self.columns:
                return self.line, self.columns[".".join(names)]
            names.pop()
        return self.line, 1


def read_rows(path: Path) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a table, and mistakes in its header.

    Raises
    ------
    InputError : when the table cannot be read or has no header.
    """
    cells = _csv_cells(path) if path.suffix.lower() == CSV else _excel_cells(path)
    if not cells or not any(cells[0]):
        message = "The table is empty: its first row must name the columns."
        raise InputError(Problem(str(path), 1, 1, "", message, f"Begin with: {', '.join(NEEDED)}, cohort.n"))
    header = [str(cell).strip() if cell is not None else "" for cell in cells[0]]
    problems = _header_problems(header, str(path))
    known = {name: column for column, name in enumerate(header) if name in columns()}
    rows = []
    for line, row in enumerate(cells[1:], start=2):
        values = {name: row[column] if column < len(row) else None for name, column in known.items()}
        data = _nested({name: _value(name, cell) for name, cell in values.items() if not _is_empty(cell)})
        if data:
            rows.append(Row(str(path), data, line, {name: column + 1 for name, column in known.items()}))
    if not rows and not problems:
        message = "The table has a header and no proposal below it."
        problems.append(Problem(str(path), 1, 1, "", message, "Write one proposal a row."))
    return rows, problems


def columns() -> list[str]:
    """Return the columns that a table of proposals may have."""
    names = [name for name in known_keys(Proposal, ()) if name not in PARTS]
    for part in PARTS:
        path = tuple(part.split("."))
        names += [f"{part}.{name}" for name in known_keys(Proposal, path) if f"{part}.{name}" not in PARTS]
    return [name for name in names if name != "cost.paid_by"]


def _header_problems(header: Sequence[str], file: str) -> list[Problem]:
    problems, seen, known = [], set(), columns()
    for column, name in enumerate(header, start=1):
        if not name:
            continue
        if name in seen:
            problems.append(Problem(file, 1, column, name, f'The column "{name}" is there twice.', "Keep one."))
        elif name not in known:
            message, fix = unknown_key(name, ())
            if message != PRIVACY:
                message = f'There is no column called "{name}".'
                near = suggest(name, known, 1)
                fix = f'Did you mean "{near[0]}"?' if near else f"Columns: {', '.join(known)}."
            problems.append(Problem(file, 1, column, name, message, fix, code="extra_forbidden"))
        seen.add(name)
    for name in NEEDED:
        if name not in header:
            message = f'The column "{name}" is missing.'
            problems.append(Problem(file, 1, 1, name, message, f"Add a column called {name}.", code="missing_part"))
    return problems


def _csv_cells(path: Path) -> list[list[Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(Problem(str(path), 0, 0, "", f"The file cannot be read: {reason}.")) from None
    except UnicodeDecodeError:
        fix = "Save it again as CSV UTF-8."
        raise InputError(Problem(str(path), 0, 0, "", "The file is not UTF-8 text.", fix)) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _excel_cells(path: Path) -> list[list[Any]]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise NoExcel("Reading .xlsx needs openpyxl: pip install openpyxl. Or save the table as CSV.") from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception:
        message = "This is not an Excel workbook (.xlsx) that can be read."
        raise InputError(Problem(str(path), 0, 0, "", message, "Save it again as .xlsx or CSV.")) from None
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _value(name: str, cell: Any) -> Any:
    """Read a cell as the value that a YAML file would hold."""
    if name in TEXTS:
        return str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell).strip()
    if isinstance(cell, float) and cell == int(cell):
        return int(cell)
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if name == "cohort.ages" and (ends := RANGE.fullmatch(text)):
        return [int(ends[1]), int(ends[2])]
    bare = text.replace(",", "").removeprefix("£") if name.startswith("cost.") or name == "cohort.n" else text
    if NUMBER.fullmatch(bare):
        return float(bare) if "." in bare else int(bare)
    return text


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in values.items():
        *parts, last = name.split(".")
        part = data
        for step in parts:
            part = part.setdefault(step, {})
        part[last] = value
    return data
