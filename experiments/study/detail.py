"""Detail that a study keeps where it is asked for: every month, every community.

Kept as parts of their own under ``detail/<name>/``, so that the default parts and their digest stay as they are. The
files hold exact counts; what `experiments.study.querying` shows of them follows the small-number rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.runs import BASELINE
from experiments.small_numbers import SMALLEST, STEP

if TYPE_CHECKING:
    from experiments.study.folder import StudyFolder

MONTHS, COMMUNITIES = "months", "communities"
DETAILS = (MONTHS, COMMUNITIES)
DETAIL_FOLDER = "detail"
NOT_A_COUNT = "person_years"
_EVERY = "point INTEGER, run INTEGER, world VARCHAR, outcome VARCHAR, value DOUBLE"
_COLUMNS = {MONTHS: f"month SMALLINT, {_EVERY}", COMMUNITIES: f"lsoa VARCHAR, {_EVERY}"}
_IS_SMALL = f"outcome <> '{NOT_A_COUNT}' AND amount > 0 AND amount < {SMALLEST}"
_SHOWN = {
    MONTHS: """
        SELECT point, run, world, month, outcome, CASE WHEN small THEN NULL ELSE value END AS value,
            CASE WHEN NOT small AND NOT small_before THEN value - before END AS difference, small AS withheld
        FROM (SELECT *, is_small(outcome, value) AS small, is_small(outcome, before) AS small_before FROM paired)
        ORDER BY point, run, world, month, outcome""",
    COMMUNITIES: f"""
        WITH means AS (
            SELECT point, world, lsoa, outcome, count(*) AS runs, avg(value) / {{years}} AS mean,
                avg(before) / {{years}} AS before
            FROM paired GROUP BY ALL),
        marked AS (SELECT *, is_small(outcome, mean) AS small, is_small(outcome, before) AS small_before FROM means)
        SELECT point, world, lsoa, outcome, runs, CASE WHEN small THEN NULL WHEN outcome = '{NOT_A_COUNT}' THEN mean
                ELSE {STEP} * round(mean / {STEP}) END AS value,
            CASE WHEN NOT small AND NOT small_before THEN mean - before END AS difference, small AS withheld
        FROM marked ORDER BY point, world, lsoa, outcome""",
}
"""What is shown of the exact counts, with the baseline of the same run beside them as ``before``."""


def add_detail(database: Any, study: StudyFolder, every_point: int) -> None:
    """Add the tables of the detail that a study keeps, as far as its runs are done.

    Parameters
    ----------
    every_point
        The point of baselines that all points share.
    """
    done = study.parts()
    database.execute(f"CREATE TEMP MACRO is_small(outcome, amount) AS ({_IS_SMALL})")
    for name in study.details:
        database.execute(f"CREATE TEMP TABLE found ({_COLUMNS[name]})")
        files = [str(path) for task, path in study.detail_parts(name).items() if task in done]
        if files:
            database.execute("INSERT INTO found BY NAME SELECT * FROM read_parquet(?)", [files])
        along = "month" if name == MONTHS else "lsoa"
        database.execute(
            f"""CREATE TEMP TABLE paired AS SELECT f.*, b.value AS before FROM found f LEFT JOIN found b
            ON f.world <> '{BASELINE}' AND b.world = '{BASELINE}' AND b.point IN (f.point, {every_point})
            AND f.run = b.run AND f.outcome = b.outcome AND f.{along} = b.{along}"""
        )
        database.execute(f"CREATE TABLE {name} AS {_SHOWN[name].format(years=int(study.about['years']))}")
        database.execute("DROP TABLE paired")
        database.execute("DROP TABLE found")
