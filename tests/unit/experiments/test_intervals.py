"""Intervals over runs against hand-worked answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.intervals import UNDEFINED, interval, monte_carlo_error, paired, ratio_values


def test_four_runs_by_hand() -> None:
    # Mean 5, s = sqrt(20/3), t(3) = 3.182446; half = t s sqrt(1.25).
    found = interval(np.array([2.0, 4, 6, 8]))
    half = 3.182446 * np.sqrt(20 / 3) * np.sqrt(1.25)
    assert (found.mean, found.low, found.high) == pytest.approx((5, 5 - half, 5 + half), rel=1e-6)
    assert monte_carlo_error(np.array([2.0, 4, 6, 8])) == pytest.approx(np.sqrt(20 / 3) / 2)


def test_quantiles_from_forty_runs() -> None:
    found = interval(np.arange(41.0))
    assert (found.mean, found.low, found.high) == pytest.approx((20, 1, 39))


def test_counts_do_not_go_below_zero() -> None:
    found = interval(np.array([1.0, 9.0]), floor=True)
    assert found.low == 0.0 and found.high is not None and found.high > 9
    assert paired(np.array([1.0, 9.0]), np.array([0.0, 1.0]))["baseline"]["low"] == 0.0


def test_one_run_has_no_interval() -> None:
    found = interval(np.array([3.0]))
    assert (found.mean, found.low, found.high) == (3.0, None, None)
    assert monte_carlo_error(np.array([3.0])) is None


def test_undefined_values_stay_undefined() -> None:
    assert interval(np.array([1.0, np.nan])) == UNDEFINED
    assert paired(np.zeros(3), np.zeros(3))["relative"]["mean"] is None


def test_no_change_is_exactly_zero() -> None:
    found = paired(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3]))
    assert found["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "monte_carlo_se": 0.0}
    assert found["relative"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_the_ratio_is_that_of_the_means() -> None:
    values = ratio_values(np.array([1.0, 0.0, 5.0]), np.array([2.0, 0.0, 4.0]))
    assert values.mean() == pytest.approx(1.0)
    same = ratio_values(np.array([3.0, 6.0]), np.array([1.0, 2.0]))
    assert same == pytest.approx([3.0, 3.0])


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60))
def test_the_interval_holds_most_of_the_runs(values: list[float]) -> None:
    found = interval(np.array(values))
    assert found.low is not None and found.high is not None and found.mean is not None
    assert found.low <= found.high
    inside = np.mean((np.array(values) >= found.low - 1e-6) & (np.array(values) <= found.high + 1e-6))
    assert inside >= 0.85
