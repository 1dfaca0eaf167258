"""Read the open data tables of England (Parquet, shipped in ``scenarios/england``) as NumPy arrays by column."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

import sim

Array = npt.NDArray[Any]
Table = dict[str, Array]

ENGLAND = Path(sim.__file__).parents[1] / "scenarios" / "england"
OUTLINE_UNIT_METRES = 10
AREA_COLUMNS = ("lsoa", "la", "csp", "police_force", "region")
ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Source: Office for National "
    "Statistics; MHCLG; Home Office; Department for Education; NHS England. "
    "Contains OS data © Crown copyright and database right."
)


def connect() -> duckdb.DuckDBPyConnection:
    """Open a private in-memory DuckDB that uses one thread and never fetches anything from the network."""
    settings = {"threads": "1", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    return duckdb.connect(config=settings)


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """Open the DuckDB that a process reads tables with: opening one takes longer than reading a table."""
    return connect()


def _fetch(sql: str, parameters: Sequence[Any]) -> Table:
    connection = _database(os.getpid()).cursor()
    try:
        table: Table = connection.execute(sql, list(parameters)).fetchnumpy()
    finally:
        connection.close()
    return {name: _plain(column) for name, column in table.items()}


def _plain(column: Array) -> Array:
    if isinstance(column, np.ma.MaskedArray):
        column = column.filled(np.nan) if column.dtype.kind == "f" else column.data
    return column


def _file(name: str) -> str:
    return str(ENGLAND / f"{name}.parquet")


def read_areas() -> Table:
    """List every combination of authority, partnership, force and region: codes, names, communities and people."""
    return _fetch(
        "SELECT la, la_name, csp, csp_name, police_force, region, count(*) AS communities, "
        "sum(population)::BIGINT AS population FROM read_parquet(?) "
        "GROUP BY ALL ORDER BY la, csp, police_force, region",
        [_file("lsoa")],
    )


def read_lsoas(column: str | None = None, values: Sequence[str] = ()) -> Table:
    """Read the LSOAs whose ``column`` (one of AREA_COLUMNS) is among ``values``; without a column, all of England.

    Returns
    -------
    Every column of ``lsoa.parquet``, and ``row``, the national row number. In LSOA-code order; no value is NaN.
    """
    source = "SELECT file_row_number AS row, * EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number = true)"
    if column is None:
        return _fetch(f"{source} ORDER BY lsoa", [_file("lsoa")])
    if column not in AREA_COLUMNS:
        raise ValueError(f"LSOAs cannot be chosen by {column!r}, only by {', '.join(AREA_COLUMNS)}")
    return _fetch(f"{source} WHERE {column} IN (SELECT unnest(?)) ORDER BY lsoa", [_file("lsoa"), list(values)])


def read_lsoa_columns(columns: Sequence[str]) -> Table:
    """Read some columns of every LSOA of England, in LSOA-code order, for national comparisons."""
    known = _fetch("SELECT * FROM read_parquet(?) LIMIT 0", [_file("lsoa")])
    unknown = [column for column in columns if column not in known]
    if unknown:
        raise ValueError(f"no such column of lsoa.parquet: {', '.join(unknown)}")
    return _fetch(f"SELECT {', '.join(columns)} FROM read_parquet(?) ORDER BY lsoa", [_file("lsoa")])


def read_authorities() -> Table:
    """Read all local authorities in code order. Missing figures are NaN."""
    return _fetch("SELECT * FROM read_parquet(?) ORDER BY la", [_file("la")])


def read_adjacency(rows: Array) -> tuple[Array, Array]:
    """Return the pairs of neighbours that both lie in ``rows`` (national row numbers), each pair once, in order."""
    table = _fetch(
        "WITH inside AS (SELECT unnest(?) AS row) "
        "SELECT a, b FROM read_parquet(?) SEMI JOIN inside AS i ON a = i.row SEMI JOIN inside AS j ON b = j.row "
        "ORDER BY a, b",
        [rows.tolist(), _file("adjacency")],
    )
    return table["a"], table["b"]


def read_outlines(rows: Array) -> list[list[Array]]:
    """Return the outline of each LSOA in ``rows`` as a list of rings.

    A ring is a float64 array of shape (points, 2) of eastings and northings in metres (British National Grid).
    """
    table = _fetch(
        "SELECT b.row, b.ring, b.e, b.n FROM "
        "(SELECT file_row_number, * FROM read_parquet(?, file_row_number = true)) AS b "
        "SEMI JOIN (SELECT unnest(?) AS row) AS inside ON b.row = inside.row ORDER BY b.file_row_number",
        [_file("boundaries"), rows.tolist()],
    )
    outlines: dict[int, list[Array]] = {int(row): [] for row in rows}
    starts = np.flatnonzero(np.diff(table["ring"], prepend=-1) | np.diff(table["row"], prepend=-1))
    steps = np.column_stack([table["e"], table["n"]]).astype(np.int64)
    for begin, end in zip(starts, np.append(starts[1:], table["row"].size), strict=True):
        ring = np.cumsum(steps[begin:end], axis=0) * float(OUTLINE_UNIT_METRES)
        outlines[int(table["row"][begin])].append(ring)
    return [outlines[int(row)] for row in rows]


def read_secondary_schools(low: tuple[float, float], high: tuple[float, float]) -> Table:
    """Read the secondary schools in a box of eastings and northings (metres), in order of reference number."""
    return _fetch(
        "SELECT * FROM read_parquet(?) WHERE easting BETWEEN ? AND ? AND northing BETWEEN ? AND ? ORDER BY urn",
        [_file("secondary_schools"), low[0], high[0], low[1], high[1]],
    )
