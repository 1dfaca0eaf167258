"""Inequality measures against hand-worked answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.inequality import inequality, rates_by_fifth, slope_index


def test_equal_fifths_on_a_straight_line() -> None:
    found = inequality(np.array([50.0, 40, 30, 20, 10]), np.full(5, 1000.0))
    assert found.rates == pytest.approx([50, 40, 30, 20, 10])
    assert found.absolute_gap == pytest.approx(40)
    assert found.relative_gap == pytest.approx(5)
    # The fifths' middles are 0.1 ... 0.9, so 10 per 0.2 of the population is 50 from end to end.
    assert found.slope_index == pytest.approx(50)


def test_two_unequal_groups() -> None:
    # 3,000 at 20 and 1,000 at 10 per 1,000: middles 0.375 and 0.875, slope -10 / 0.5.
    lived = np.array([3000.0, 0, 0, 0, 1000.0])
    found = inequality(np.array([60.0, 0, 0, 0, 10.0]), lived)
    assert found.slope_index == pytest.approx(20)
    assert np.isnan(found.rates[1:4]).all()


def test_places_without_a_fifth_have_no_gap() -> None:
    lived = np.array([0.0, 500, 500, 500, 500])
    found = inequality(np.array([0.0, 5, 4, 3, 2]), lived)
    assert np.isnan(found.absolute_gap) and np.isnan(found.relative_gap)
    assert found.slope_index > 0
    assert np.isnan(slope_index(np.array([1.0, np.nan, np.nan, np.nan, np.nan]), np.array([10.0, 0, 0, 0, 0])))


@given(
    st.lists(st.floats(1, 1e5), min_size=5, max_size=5),
    st.floats(0, 100),
    st.floats(-50, 50),
)
def test_slope_index_recovers_any_line(lived: list[float], level: float, slope: float) -> None:
    people = np.array(lived)
    share = people / people.sum()
    middle = np.cumsum(share) - share / 2
    assert slope_index(level - slope * middle, people) == pytest.approx(slope, abs=1e-6)


def test_rates_keep_the_shape() -> None:
    assert rates_by_fifth(np.ones((3, 5)), np.full((3, 5), 2.0)).shape == (3, 5)
