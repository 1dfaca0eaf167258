"""Enough runs: the half-width by hand, five more runs that must agree, and how it is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import numpy as np
import pytest

from experiments.comparison import Comparison
from experiments.precision import FEWEST_RUNS, LOOK_AHEAD, settling
from experiments.report.plane_charts import running_mean
from experiments.store import Stored
from experiments.tables import REPLICATED, csv_tables


def test_the_half_width_by_hand() -> None:
    # Differences 1, 2, 3: mean 2, standard deviation 1, t with 2 degrees of freedom 4.302653.
    path = settling(np.zeros(3), np.array([1.0, 2.0, 3.0]))
    assert path.mean.tolist() == [1.0, 1.5, 2.0]
    assert np.isnan(path.half_width[0])
    assert path.half_width[2] == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert path.allowed[2] == pytest.approx(0.5 * 2.0)


def test_where_nothing_changes_a_share_of_the_baseline_is_enough() -> None:
    path = settling(np.full(10, 500.0), np.full(10, 500.0))
    assert path.allowed[-1] == pytest.approx(1.0)
    assert path.reached and path.reached_at == FEWEST_RUNS


def test_five_more_runs_must_agree() -> None:
    change = np.full(30, -10.0)
    steady = settling(np.zeros(30), change)
    assert steady.reached_at == FEWEST_RUNS
    assert not settling(np.zeros(7), change[:7]).reached
    assert settling(np.zeros(8), change[:8]).reached
    change[FEWEST_RUNS + LOOK_AHEAD - 1] = 200.0
    shaken = settling(np.zeros(30), change)
    assert shaken.reached_at is None and not shaken.reached


def test_runs_of_a_known_spread_are_enough_when_theory_says() -> None:
    # (1.96 x 1 / 0.5)^2 is about 15 runs for a spread as large as the mean; waiting for five more that agree adds some.
    chance = np.random.default_rng(4)
    reached = [settling(np.zeros(300), chance.normal(1.0, 1.0, 300)).reached_at for _ in range(40)]
    assert 11 < np.median([each for each in reached if each is not None]) < 30


def test_replicates_are_written_run_by_run(compared: Callable[..., Comparison]) -> None:
    found = compared(runs=6)
    rows = list(csv.DictReader(io.StringIO(csv_tables(found)["replicates.csv"])))
    assert len(rows) == len(found.result.scenarios) * len(REPLICATED) * 6
    last = [row for row in rows if row["scenario"] == "large" and row["outcome"] == "incidents_with_injury"][-1]
    expected = found.result.scenarios["large"].outcomes["incidents_with_injury"].difference.mean
    assert float(last["mean_difference"]) == pytest.approx(expected)
    assert rows[0]["half_width"] == ""


def test_the_chart_says_how_many_differences_are_known(compared: Callable[..., Comparison]) -> None:
    found = compared(runs=4)
    drawn = running_mean(Stored(found.result, {}, {}, None, runs=found.runs))
    assert drawn.title == "4 runs are enough for 0 of 2 differences in violence with injury"
    assert [row[4] for row in drawn.rows] == ["no", "no"]
