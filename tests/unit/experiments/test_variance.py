"""What pairing saves: known answers, and where it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from experiments.comparison import Comparison
from experiments.report.precision import precision_section
from experiments.report.sheets import pairing_sheet
from experiments.store import Stored
from experiments.tables import csv_tables
from experiments.terminal import print_comparison
from experiments.variance import FEWEST_RUNS, pairing
from sim.outcomes.measures import OUTCOMES


def test_worlds_that_share_nothing_save_nothing() -> None:
    chance = np.random.default_rng(1)
    before, after = chance.normal(size=(2, 40_000))
    found = pairing(before, after)
    assert found["factor"] == pytest.approx(1.0, abs=0.03)
    assert found["correlation"] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("correlation", [0.5, 0.9, 0.99])
def test_equal_spreads_save_one_over_one_less_the_correlation(correlation: float) -> None:
    chance = np.random.default_rng(2)
    shared, own = chance.normal(size=(2, 40_000))
    found = pairing(shared, correlation * shared + np.sqrt(1 - correlation**2) * own)
    assert found["factor"] == pytest.approx(1 / (1 - correlation), rel=0.04)
    assert found["correlation"] == pytest.approx(correlation, abs=0.01)


def test_a_difference_that_never_varies_has_no_factor() -> None:
    assert pairing(np.array([1.0, 4.0]), np.array([2.0, 5.0])) == {"correlation": 1.0, "factor": None}
    assert pairing(np.array([3.0, 3.0]), np.array([3.0, 3.0])) == {"correlation": None, "factor": None}


def stored(found: Comparison) -> Stored:
    return Stored(found.result, {}, {}, None, runs=found.runs)


def test_few_runs_say_nothing(compared: Callable[..., Comparison]) -> None:
    found = compared(runs=FEWEST_RUNS - 1)
    result = found.result
    assert all(scenario.variance_reduction == {} for scenario in result.scenarios.values())
    assert "too few" in " ".join(precision_section(stored(found)).words)


def test_ten_runs_tell_it_everywhere(compared: Callable[..., Comparison], capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(runs=FEWEST_RUNS)
    result = found.result
    for scenario in result.scenarios.values():
        assert set(scenario.variance_reduction) == set(OUTCOMES)
        factor = scenario.variance_reduction["incidents"].factor
        assert factor is not None and factor > 1
    published: dict[str, Any] = json.loads(result.to_json())
    assert set(published["scenarios"]["small"]["variance_reduction"]["incidents"]) == {"correlation", "factor"}
    print_comparison(result)
    assert capsys.readouterr().out.count("Runs saved by pairing") == len(result.scenarios)
    captions = [table.caption for table in precision_section(stored(found)).tables]
    assert sum(caption.startswith("What pairing saves") for caption in captions) == len(result.scenarios)
    assert len(pairing_sheet(result).rows) == len(result.scenarios) * len(OUTCOMES)
    assert csv_tables(found)["variance_reduction.csv"].count("\n") == 1 + len(result.scenarios) * len(OUTCOMES)
