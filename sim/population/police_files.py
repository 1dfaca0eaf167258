"""Read a place's own police street-level files (the layout published nationally) and keep counts alone.

Rows are added up while they are read, to LSOA x month x type of crime. No row is kept: identifiers, coordinates and
street names are neither stored nor shown, and error messages never quote a line.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from sim.core.errors import Problem, suggest
from sim.population import open_data
from sim.population.local_tables import PRIVACY_MESSAGE, looks_personal

Array = npt.NDArray[Any]

LAYOUT = (
    *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code"),
    *("LSOA name", "Crime type", "Last outcome category", "Context"),
)
VIOLENCE_TYPES = ("Violence and sexual offences", "Robbery")
DISORDER_TYPES = ("Public order", "Possession of weapons")
TYPES = (*VIOLENCE_TYPES, *DISORDER_TYPES)
STREET_FILES, ANY_FILES = "*-street.csv", "*.csv"
PARTS = {
    "duplicates": "with a Crime ID seen before",
    "bad_month": "without a month written as year-month",
    "other_crimes": "of other crime types",
    "no_community": "without an LSOA",
    "other_area": "in other areas of England",
    "unknown_community": "with an LSOA that is not one of 2021 in England (such as a code of 2011 that was redrawn)",
}
_COUNT = """
WITH lines AS (
  SELECT coalesce(trim("Crime ID"), '') AS id, coalesce(trim("Month"), '') AS month,
         coalesce(trim("LSOA code"), '') AS lsoa, coalesce(trim("Crime type"), '') AS type
  FROM read_csv($files, header = true, all_varchar = true, union_by_name = true, delim = ',', quote = '"')
), numbered AS (
  SELECT month, lsoa, type, row_number() OVER (PARTITION BY id ORDER BY month, lsoa, type) AS place_in_line
  FROM lines WHERE id <> ''
  UNION ALL SELECT month, lsoa, type, 1 FROM lines WHERE id = ''
), judged AS (
  SELECT month, lsoa, type, CASE
    WHEN place_in_line > 1 THEN 'duplicates'
    WHEN NOT regexp_full_match(month, '[12][0-9]{3}-(0[1-9]|1[0-2])') THEN 'bad_month'
    WHEN type NOT IN (SELECT unnest($types)) THEN 'other_crimes'
    WHEN lsoa = '' THEN 'no_community'
    WHEN lsoa IN (SELECT unnest($codes)) THEN 'kept'
    WHEN lsoa IN (SELECT lsoa FROM read_parquet($england)) THEN 'other_area'
    ELSE 'unknown_community' END AS fate
  FROM numbered
)
SELECT fate, CASE WHEN fate = 'kept' THEN lsoa END AS lsoa, CASE WHEN fate = 'kept' THEN month END AS month,
       CASE WHEN fate = 'kept' THEN type END AS type, count(*) AS crimes
FROM judged GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Dropped:
    """Count the rows of police files that were left out, each under the first reason that holds."""

    duplicates: int = 0
    bad_month: int = 0
    other_crimes: int = 0
    no_community: int = 0
    other_area: int = 0
    unknown_community: int = 0

    @property
    def total(self) -> int:
        """Number of rows left out."""
        return sum(getattr(self, part) for part in PARTS)

    def describe(self) -> str:
        """Say in one sentence what was left out."""
        parts = [f"{getattr(self, part):,} {words}" for part, words in PARTS.items() if getattr(self, part)]
        return f"Left out: {'; '.join(parts)}." if parts else "Nothing was left out."


@dataclass(frozen=True, eq=False)
class PoliceCounts:
    """Hold what police files say of a place: counts by community, month and type of crime, and what was left out.

    Attributes
    ----------
    months : the months in which anything was counted, as year-month, in order.
    counts : int64, shape (communities, months, TYPES).
    files, rows : how many files and rows were read.
    """

    months: tuple[str, ...]
    counts: Array
    files: int
    rows: int
    dropped: Dropped

    def total(self, types: Sequence[str]) -> Array:
        """Return crimes of some types by community, over all months."""
        total: Array = self.counts[:, :, [TYPES.index(name) for name in types]].sum(axis=(1, 2)).astype(np.float64)
        return total

    def describe(self) -> str:
        """Say in two sentences what was counted and what was left out."""
        first, last = self.months[0], self.months[-1]
        kept = f"{int(self.counts.sum()):,} of {self.rows:,} rows of {self.files:,} files counted"
        return f"{kept}, {len(self.months):,} months from {first} to {last}. {self.dropped.describe()}"


def read_police_files(paths: Sequence[Path], codes: Array) -> tuple[PoliceCounts | None, list[Problem]]:
    """Read police files.

    Parameters
    ----------
    paths : files, and folders to be searched for files (street files only, where there are any).
    codes : LSOA codes of the place.

    Returns
    -------
    The counts, and the problems found; None in place of counts if there are any.
    """
    files: list[Path] = []
    for path in paths:
        found = _files_in(path) if path.is_dir() else [path]
        if not found:
            return None, [Problem(str(path), 0, 0, "", "The folder holds no CSV files.", "Give the downloaded folder.")]
        files += [file for file in found if file not in files]
    problems = [problem for file in files for problem in _wrong_heading(file)]
    if problems:
        return None, problems
    connection = open_data.connect()
    try:
        table = _count(connection, files, codes)
    except duckdb.Error:
        return None, [_unreadable(connection, files)]
    finally:
        connection.close()
    counted = _gather(table, codes, len(files))
    if not counted.months:
        message = f"No row counts violence or disorder in this place. {counted.dropped.describe()}"
        fix = "Take the files of the force that polices this place."
        return None, [Problem(str(paths[0]), 0, 0, "", message, fix)]
    return counted, []


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob(STREET_FILES)) or sorted(folder.rglob(ANY_FILES))


def _wrong_heading(file: Path) -> list[Problem]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            heading = [cell.strip() for cell in next(csv.reader(lines), [])]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return [Problem(str(file), 0, 0, "", f"The file cannot be read: {reason}.", "Check the path.")]
    except (UnicodeDecodeError, csv.Error):
        return [Problem(str(file), 0, 0, "", "The file is not UTF-8 text.", "Use the files as they were downloaded.")]
    problems = []
    for position, column in enumerate(heading, start=1):
        if column in LAYOUT:
            continue
        where = (str(file), 1, position, column)
        if looks_personal(column):
            problems.append(Problem(*where, PRIVACY_MESSAGE, "Use the files as they are published, without additions."))
        else:
            near = suggest(column, LAYOUT, 1)
            fix = f'Did you mean "{near[0]}"?' if near else f"The columns are {', '.join(LAYOUT)}."
            problems.append(Problem(*where, "This column is not in the published layout of street files.", fix))
    missing = [column for column in LAYOUT if column not in heading]
    if missing:
        message = f"Columns of the published layout are missing: {', '.join(missing)}."
        problems.append(Problem(str(file), 1, 0, "", message, "Use the street files as they were downloaded."))
    return problems


def _count(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], codes: Array) -> list[tuple[Any, ...]]:
    # Without a folder for temporary files nothing of the rows can reach the disk.
    connection.execute("SET temp_directory = ''")
    values = {
        "files": [str(file) for file in files],
        "types": list(TYPES),
        "codes": [str(code) for code in codes],
        "england": str(open_data.ENGLAND / "lsoa.parquet"),
    }
    return connection.execute(_COUNT, values).fetchall()


def _unreadable(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> Problem:
    """Find the file that cannot be read. What the database says is not passed on: it may quote a line."""
    for file in files:
        try:
            connection.execute(
                "SELECT count(\"Crime ID\") FROM read_csv(?, header = true, all_varchar = true, delim = ',', "
                "quote = '\"')",
                [str(file)],
            ).fetchall()
        except duckdb.Error:
            return Problem(
                str(file),
                0,
                0,
                "",
                "The file cannot be read as CSV: a line has too many or too few cells, or is not UTF-8 text.",
                "Download the file again.",
            )
    return Problem(str(files[0]), 0, 0, "", "The files cannot be read as CSV.", "Download the files again.")


def _gather(table: Sequence[tuple[Any, ...]], codes: Array, files: int) -> PoliceCounts:
    kept = [line for line in table if line[0] == "kept"]
    months = tuple(sorted({month for _, _, month, _, _ in kept}))
    row_of = {str(code): row for row, code in enumerate(codes)}
    counts = np.zeros((len(codes), len(months), len(TYPES)), np.int64)
    for _, lsoa, month, kind, crimes in kept:
        counts[row_of[lsoa], months.index(month), TYPES.index(kind)] += crimes
    left_out = {fate: int(crimes) for fate, _, _, _, crimes in table if fate != "kept"}
    return PoliceCounts(months, counts, files, int(sum(line[4] for line in table)), Dropped(**left_out))
