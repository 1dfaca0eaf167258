"""Write the detailed tables of runs to Parquet: month by month to disk, so that memory stays bounded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from sim.outcomes.incident_table import INCIDENTS
from sim.outcomes.people_table import PEOPLE
from sim.outcomes.recorder import TableRecorder
from sim.outcomes.records import BANNER, Field, TableForm

Array = npt.NDArray[Any]

FORMS = (INCIDENTS, PEOPLE)
ROWS_IN_MEMORY = 50_000
MEMORY = "512MB"
PARTS = "parts"
SETTINGS = {"memory_limit": MEMORY, "threads": 1}


@dataclass(frozen=True)
class Detail:
    """Say which detailed tables runs write, and where they keep their parts until all are done."""

    folder: Path
    incidents: bool = False
    people: bool = False

    @property
    def forms(self) -> tuple[TableForm, ...]:
        """Return the tables asked for."""
        return tuple(form for form in FORMS if getattr(self, form.name))


class DuckSink:
    """Keep batches in a database on disk, a few rows at a time in memory."""

    def __init__(self, path: Path, forms: Sequence[TableForm]) -> None:
        self.forms = {form.name: form for form in forms}
        self.database = duckdb.connect(str(path), config=SETTINGS)
        self._waiting: dict[str, list[dict[str, Array]]] = {name: [] for name in self.forms}
        for form in forms:
            columns = ", ".join(f'"{field.name}" {field.type}' for field in form.fields)
            self.database.execute(f"CREATE TABLE {form.name} ({columns})")

    def append(self, table: str, batch: dict[str, Array]) -> None:
        """Add rows to a table."""
        waiting = self._waiting[table]
        waiting.append(batch)
        if sum(_rows(each) for each in waiting) >= ROWS_IN_MEMORY:
            self._flush(table)

    def _flush(self, table: str) -> None:
        waiting, self._waiting[table] = self._waiting[table], []
        if sum(_rows(batch) for batch in waiting) == 0:
            return
        rows = {name: np.concatenate([batch[name] for batch in waiting]) for name in waiting[0]}
        self.database.register("rows_to_add", rows)
        self.database.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows_to_add")
        self.database.unregister("rows_to_add")

    def export(self, folder: Path, run: int) -> None:
        """Write one Parquet file a table into ``folder``, with NULL where nothing is known."""
        for name, form in self.forms.items():
            self._flush(name)
            columns = ", ".join(_selected(field) for field in form.fields)
            _copy(self.database, f"SELECT {columns} FROM {name}", part(folder, form, run))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


@contextmanager
def recording(detail: Detail | None, world: Any, run: int) -> Iterator[None]:
    """Record a world while the body lives it, and write its part of the tables at the end."""
    if detail is None or not detail.forms:
        yield
        return
    path = detail.folder / f"{run}.duckdb"
    sink = DuckSink(path, detail.forms)
    try:
        world.recorder = TableRecorder(sink, run, detail.incidents, detail.people)
        world.recorder.begin(world)
        yield
        sink.export(detail.folder, run)
    finally:
        world.recorder = None
        sink.close()
        path.unlink(missing_ok=True)
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)


def part(folder: Path, form: TableForm, run: int) -> Path:
    """Return the file of one run's part of a table."""
    return folder / f"{form.name}-{run}.parquet"


def join_parts(detail: Detail, runs: Sequence[int], folder: Path) -> list[Path]:
    """Join the parts of all runs, in their order, into one file a table in ``folder``, and remove the parts."""
    written = []
    with duckdb.connect(config=SETTINGS) as database:
        for form in detail.forms:
            files = ", ".join(_quoted(str(part(detail.folder, form, run))) for run in runs)
            _copy(database, f"SELECT * FROM read_parquet([{files}])", folder / form.file)
            written.append(folder / form.file)
    shutil.rmtree(detail.folder)
    return written


def _copy(database: Any, query: str, path: Path) -> None:
    notes = f"banner: {_quoted(BANNER)}, schema: 'placewise.detail/1'"
    options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{notes}}}"
    database.execute(f"COPY ({query}) TO {_quoted(str(path))} ({options})")


def _selected(field: Field) -> str:
    if field.missing is None:
        return f'"{field.name}"'
    missing = _quoted(field.missing) if isinstance(field.missing, str) else str(int(field.missing))
    return f'NULLIF("{field.name}", {missing}) AS "{field.name}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rows(batch: dict[str, Array]) -> int:
    return next(iter(batch.values())).size
