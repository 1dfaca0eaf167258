"""Ask questions of a study in SQL.

Three tables: ``inputs`` (one row a point of the design, one column a factor), ``runs`` (one row a run, with its state)
and ``results`` (one row a run, world, year, deprivation fifth and outcome, with the value and its difference from the
baseline of the same run). Studies that keep detail have two more, by the small-number rule: ``months`` (one row a
run, world, month and outcome) and ``communities`` (one row a point, world, community and outcome, the mean over runs
a year).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from experiments.runs import BASELINE
from experiments.study.detail import DETAILS, add_detail
from experiments.study.folder import INPUTS_TABLE, RUNS_TABLE, StudyFolder, opened
from experiments.study.parts import SETTINGS, as_texts
from sim.core.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("inputs", "runs", "results")
EVERY_POINT = -1
"""The point of a baseline that all points of a study share."""
PART_COLUMNS = """
    point INTEGER, run INTEGER, world VARCHAR, year SMALLINT, fifth TINYINT, outcome VARCHAR, value DOUBLE
"""


def query(study: str | Path, sql: str) -> pd.DataFrame:
    """Answer a question about a study, finished or not, and return the answer as a table.

    The question reads a copy of the tables in memory: it cannot change the study, or reach any other file.

    Parameters
    ----------
    study
        Folder of the study.
    sql
        One ``select`` over ``inputs``, ``runs`` and ``results``.

    Raises
    ------
    InputError
        When the folder is no study, or the question cannot be answered.

    Examples
    --------
    >>> query("my_study", "select outcome, sum(difference) from results where world <> 'baseline' group by outcome")
    """
    folder = opened(study)
    tables = (*TABLES, *folder.details)
    with tables_of(folder) as database:
        try:
            statements = database.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _reading():
                raise _refused("A question is one select.", "For example: select * from runs")
            return database.execute(statements[0]).df()
        except duckdb.Error as error:
            raise _refused(
                str(error).strip(), f"The tables are {', '.join(tables)}.{_kept_only(sql, folder)}"
            ) from None


@contextmanager
def tables_of(study: StudyFolder) -> Iterator[Any]:
    """Give a database in memory that holds the tables of a study and can reach nothing else."""
    with duckdb.connect(config=SETTINGS) as database:
        for table, file in (("inputs", INPUTS_TABLE), ("asked", RUNS_TABLE)):
            database.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet(?)", [str(study.folder / file)])
        _add_runs(database, study)
        _add_results(database, study)
        add_detail(database, study, EVERY_POINT)
        database.execute("SET python_enable_replacements = false")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        yield database


def _add_runs(database: Any, study: StudyFolder) -> None:
    done, failed = study.parts(), study.failures()
    tasks = [task for (task,) in database.execute("SELECT task FROM asked").fetchall()]
    state = ["done" if task in done else "failed" if task in failed else "waiting" for task in tasks]
    errors = [str(failed[task]["message"]) if at == "failed" else "" for task, at in zip(tasks, state, strict=True)]
    known = {"task": as_texts(tasks), "state": as_texts(state), "error": as_texts(errors)}
    database.register("known", known)
    database.execute(
        "CREATE TABLE runs AS SELECT asked.*, state, error FROM asked JOIN known USING (task) ORDER BY point, run"
    )
    database.unregister("known")
    database.execute("DROP TABLE asked")


def _add_results(database: Any, study: StudyFolder) -> None:
    """Read all parts, and set the baseline of the same run beside every value."""
    database.execute(f"CREATE TEMP TABLE found ({PART_COLUMNS})")
    files = [str(path) for path in study.parts().values()]
    if files:
        database.execute("INSERT INTO found BY NAME SELECT * FROM read_parquet(?)", [files])
    same = "f.run = b.run AND f.year = b.year AND f.fifth = b.fifth AND f.outcome = b.outcome"
    database.execute(
        f"""CREATE TABLE results AS
        SELECT f.*, CASE WHEN f.world <> '{BASELINE}' THEN f.value - b.value END AS difference
        FROM found f LEFT JOIN found b
        ON b.world = '{BASELINE}' AND b.point IN (f.point, {EVERY_POINT}) AND {same}
        ORDER BY f.point, f.run, f.world, f.year, f.fifth, f.outcome"""
    )
    database.execute("DROP TABLE found")


def inputs(study: str | Path) -> pd.DataFrame:
    """Return the design of a study: one row a point, indexed by point, one column a factor."""
    return query(study, "select * from inputs order by point").set_index("point")


def results(study: str | Path) -> pd.DataFrame:
    """Return everything runs found: one row a point, run, world, year, fifth and outcome."""
    return query(study, "select * from results")


def totals(study: str | Path, outcome: str, world: str | None = None, paired: bool = False) -> pd.DataFrame:
    """Return the total of an outcome over all years and fifths: one row a point, one column a run number.

    Rows come in the order of `inputs`; a run that failed or has not been done yet is undefined (NaN).

    Parameters
    ----------
    world
        The scenario by default, where the study has one, and the baseline otherwise.
    paired
        Return differences from the baseline of the same run, not levels.
    """
    folder = opened(study)
    known = folder.about
    if outcome not in known["outcomes"]:
        raise _refused(f'The study has no outcome "{outcome}".', f"It has {', '.join(known['outcomes'])}.")
    chosen = world or known["worlds"][-1]
    with tables_of(folder) as database:
        column = "difference" if paired else "value"
        rows = database.execute(
            f"SELECT point, run, year, fifth, {column} AS amount FROM results WHERE outcome = ? AND world = ? "
            "ORDER BY point, run, year, fifth",
            [outcome, chosen],
        ).df()
        points = [point for (point,) in database.execute("SELECT point FROM inputs ORDER BY point").fetchall()]
    # Summed by pandas in a fixed order: a sum of floats in SQL may vary with the number of threads.
    summed = rows.groupby(["point", "run"], sort=True)["amount"].sum(min_count=1).unstack("run")
    return summed.reindex(index=points, columns=range(int(known["runs_per_point"]))).astype(np.float64)


def _kept_only(sql: str, study: StudyFolder) -> str:
    """Say that a table which is asked for is kept only by studies that say so."""
    missing = [name for name in DETAILS if name in sql and name not in study.details]
    return f" A study keeps {missing[0]} where its file says: detail: [{missing[0]}]." if missing else ""


def _reading() -> tuple[Any, ...]:
    return duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN


def _refused(message: str, fix: str) -> InputError:
    return InputError(Problem("", 0, 0, "sql", message, fix))
