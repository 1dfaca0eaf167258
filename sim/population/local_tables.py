"""Read the CSV files of local partners: one row per LSOA, never one row per person."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.errors import Problem, suggest
from sim.population.attributes import ATTRIBUTES

Array = npt.NDArray[Any]
LSOA_CODE = re.compile(r"^E01\d{6}$")
CODE_COLUMN = "lsoa"
NAME_COLUMNS = ("lsoa_name", "ward_name", "notes")
ASSET_COLUMNS = ("lsoa", "asset", "count")
_PERSONAL_WORDS = frozenset(
    [
        *("name", "forename", "surname", "firstname", "lastname", "fullname", "initials", "dob", "birth", "birthday"),
        *("nhs", "nhsno", "nino", "pnc", "crn", "upn", "uprn", "postcode", "postal", "address", "street", "email"),
        *("phone", "telephone", "mobile", "person", "patient", "victim", "suspect", "offender", "pupil", "client"),
    ]
)
PRIVACY_MESSAGE = (
    "This column looks as if it holds details of persons. Placewise reads figures for communities only, and nothing "
    "was kept from this file."
)


@dataclass(frozen=True)
class Row:
    """Hold one line of a CSV file: its line number and its cells by column."""

    line: int
    cells: dict[str, str]


class LocalTable:
    """Read one CSV file keyed by LSOA code and collect everything that is wrong with it in ``problems``."""

    def __init__(self, path: Path, codes: Array) -> None:
        self.file = str(path)
        self.problems: list[Problem] = []
        self.columns: list[str] = []
        self.personal: list[str] = []
        self.index = {str(code): position for position, code in enumerate(codes)}
        self.rows = self._read(path)

    def fault(self, line: int, column: str, message: str, fix: str = "") -> None:
        """Note a problem at a line; the position in the line is that of the named column, counted in cells."""
        cell = self.columns.index(column) + 1 if column in self.columns else 0
        self.problems.append(Problem(self.file, line, cell, column, message, fix))

    def positions(self) -> Iterator[tuple[Row, int]]:
        """Yield each row with the position of its LSOA in the place, noting codes that do not belong."""
        first_line: dict[str, int] = {}
        for row in self.rows:
            code = row.cells.get(CODE_COLUMN, "")
            if code not in self.index:
                self.fault(row.line, CODE_COLUMN, f'"{code}" is not an LSOA (2021) of this place.')
            else:
                first_line.setdefault(code, row.line)
                yield row, self.index[code]

    def _read(self, path: Path) -> list[Row]:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            self.fault(0, "", f"The file cannot be read: {(error.strerror or str(error)).lower()}.")
            return []
        except UnicodeDecodeError:
            self.fault(0, "", "The file is not UTF-8 text.", "Save it again as CSV UTF-8.")
            return []
        reader = csv.reader(text.splitlines())
        header = next(reader, [])
        self.columns = [cell.strip().casefold() for cell in header]
        if not self._header_is_sound(header):
            return []
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(self.columns):
                self.fault(reader.line_num, "", f"The line has {len(cells)} cells; the heading has {len(header)}.")
                continue
            rows.append(Row(reader.line_num, {k: v.strip() for k, v in zip(self.columns, cells, strict=True)}))
        return rows

    def _header_is_sound(self, header: Sequence[str]) -> bool:
        for column, written in zip(self.columns, header, strict=True):
            if column not in NAME_COLUMNS and looks_personal(written):
                self.personal.append(column)
                self.fault(1, column, PRIVACY_MESSAGE, "Remove the column and give totals or rates for each LSOA.")
        for column in sorted({column for column in self.columns if self.columns.count(column) > 1}):
            self.fault(1, column, f'The column "{column}" is there more than once.')
        if CODE_COLUMN not in self.columns:
            self.fault(1, "", f'There is no column called "{CODE_COLUMN}".', "Put the LSOA (2021) code in it.")
        return not self.problems


def looks_personal(column: str) -> bool:
    """Tell whether the name of a column suggests details of persons, such as ``date_of_birth`` or ``NHS number``."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", column)
    return bool(_PERSONAL_WORDS & set(re.split(r"[^a-z0-9]+", words.casefold())))


def read_overrides(path: Path, codes: Array) -> tuple[dict[str, Array], list[Problem]]:
    """Read local figures that replace the national ones.

    Returns
    -------
    float64 arrays by attribute, one value for each of ``codes`` and NaN where the file leaves the cell empty or does
    not list the LSOA; and the problems found.
    """
    table = LocalTable(path, codes)
    attributes = [column for column in table.columns if column not in (CODE_COLUMN, *NAME_COLUMNS)]
    for column in attributes:
        if column not in ATTRIBUTES and column not in table.personal:
            near = suggest(column, ATTRIBUTES)
            hint = f"Did you mean {' or '.join(near)}?" if near else "See the columns in scenarios/england/SOURCES.md."
            table.fault(1, column, f'There is no attribute called "{column}".', hint)
    attributes = [column for column in attributes if column in ATTRIBUTES]
    overrides = {column: np.full(len(codes), np.nan) for column in attributes}
    seen: dict[int, int] = {}
    for row, position in table.positions():
        if position in seen:
            message = f"{row.cells[CODE_COLUMN]} is listed twice (first on line {seen[position]})."
            table.fault(row.line, CODE_COLUMN, message, "Give one line for each LSOA.")
            continue
        seen[position] = row.line
        for column in attributes:
            if row.cells[column]:
                overrides[column][position] = _value(table, row, column)
    return overrides, table.problems


def _value(table: LocalTable, row: Row, column: str) -> float:
    attribute, text = ATTRIBUTES[column], row.cells[column]
    try:
        value = float(text)
    except ValueError:
        table.fault(row.line, column, f'"{text}" is not a number.', "Leave the cell empty to keep the national figure.")
        return np.nan
    low, high = attribute.low, attribute.high
    if not np.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
        allowed = f"between {low:g} and {high:g}" if high is not None else f"{low:g} or more"
        hint = f"If you meant {text}%, write {value / 100:g}." if attribute.kind == "share" and 1 < value <= 100 else ""
        table.fault(row.line, column, f"{attribute.label} must be {allowed}. The file says {text}.", hint)
    return value


def read_assets(path: Path, codes: Array) -> tuple[dict[str, Array], list[Problem]]:
    """Read what a place has: lines of LSOA, kind of asset (such as ``youth club``) and, if wanted, a count.

    Returns
    -------
    float64 counts by kind of asset, one value for each of ``codes``; and the problems found.
    """
    table = LocalTable(path, codes)
    for column in table.columns:
        if column not in (*ASSET_COLUMNS, *NAME_COLUMNS) and column not in table.personal:
            table.fault(1, column, f'The column "{column}" is not used.', f"Use {', '.join(ASSET_COLUMNS)}.")
    if table.rows and "asset" not in table.columns:
        table.fault(1, "", 'There is no column called "asset".', "Put the kind of asset in it, such as youth club.")
        return {}, table.problems
    assets: dict[str, Array] = {}
    for row, position in table.positions():
        kind = row.cells["asset"].casefold()
        count = row.cells.get("count", "") or "1"
        if not kind:
            table.fault(row.line, "asset", "The kind of asset is missing.")
        elif not count.isdigit():
            table.fault(row.line, "count", f'"{count}" is not a whole number.')
        else:
            assets.setdefault(kind, np.zeros(len(codes)))[position] += int(count)
    return assets, table.problems


def read_codes(path: Path) -> tuple[list[str], list[Problem]]:
    """Read LSOA codes from a text file: one or more a line, with ``#`` before a remark; a heading may come first."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return [], [Problem(str(path), 0, 0, "", f"The file cannot be read: {reason.lower()}.")]
    codes: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        words = split_codes(line.partition("#")[0])
        if not codes and not any(LSOA_CODE.match(word) for word in words) and CODE_COLUMN in line.casefold():
            continue
        codes += [word for word in words if LSOA_CODE.match(word)]
        problems += [bad_code(word, str(path), number) for word in words if not LSOA_CODE.match(word)]
    if not codes and not problems:
        problems.append(Problem(str(path), 0, 0, "", "The file lists no LSOA codes."))
    return codes, problems


def split_codes(text: str) -> list[str]:
    """Split a text at commas, semicolons and blanks."""
    return [word.upper() for word in re.split(r"[,;\s]+", text.strip()) if word]


def bad_code(word: str, file: str = "", line: int = 0, column: int = 0, path: str = "") -> Problem:
    """Explain why ``word`` is not an LSOA code."""
    reason = "it is in Wales, and the data are for England" if word.startswith("W01") else "codes look like E01012041"
    return Problem(file, line, column, path, f'"{word}" is not an LSOA (2021) code of England: {reason}.')


def outside_england(codes: Sequence[str], known: Array) -> list[str]:
    """Return the codes that are well formed but not among the ``known`` LSOAs, in the order given."""
    present = set(known.tolist())
    return [code for code in codes if code not in present]
