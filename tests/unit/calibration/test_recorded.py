"""Statistics of recorded violence, each against an answer worked by hand or known from theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.recorded import (
    month_to_month,
    overdispersion,
    rank_correlation,
    ranks,
    residuals,
    seasonal_swing,
    top_share,
)

LUCK = np.random.default_rng(8)


def test_the_share_of_the_communities_with_most():
    assert top_share(np.array([6, 1, 1, 1, 1]), 0.2) == pytest.approx(0.6)
    assert top_share(np.ones(20), 0.2) == pytest.approx(0.2)
    assert top_share(np.zeros(10), 0.5) == 0.0


def test_ties_share_their_mean_rank():
    assert ranks(np.array([5, 1, 5, 9])).tolist() == [1.5, 0.0, 1.5, 3.0]


@given(st.lists(st.integers(0, 50), min_size=3, max_size=30, unique=True))
def test_ranks_do_not_care_how_far_apart_values_are(values):
    values = np.array(values)
    assert rank_correlation(values, np.exp(values / 10.0)) == pytest.approx(1.0)
    assert rank_correlation(values, -values) == pytest.approx(-1.0)


def test_rank_correlation_with_what_does_not_vary_is_not_a_number():
    assert np.isnan(rank_correlation(np.arange(5), np.ones(5)))


def test_counts_of_chance_are_not_overdispersed_and_gamma_rates_are():
    assert overdispersion(LUCK.poisson(12.0, 40_000)) == pytest.approx(0.0, abs=0.01)
    rates = 12.0 * LUCK.gamma(2.0, 0.5, 40_000)
    assert overdispersion(LUCK.poisson(rates)) == pytest.approx(0.5, abs=0.04)


def test_residuals_take_out_communities_and_months():
    monthly = np.outer([1.0, 4.0, 10.0], [2.0, 3.0, 5.0, 1.0])
    assert np.abs(residuals(monthly)).max() < 1e-12


def test_months_of_chance_do_not_follow_each_other_and_spells_do():
    rate = LUCK.gamma(1.0, 2.0, 3000)[:, None]
    assert month_to_month(LUCK.poisson(rate, (3000, 24))) == pytest.approx(0.0, abs=0.02)
    spells = np.repeat(LUCK.gamma(4.0, 0.25, (3000, 8)), 3, axis=1)
    assert month_to_month(LUCK.poisson(5.0 * rate * spells)) > 0.2


def test_a_flat_year_has_no_swing_whatever_the_length_of_its_months():
    days = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    months = np.arange(1, 13)
    assert seasonal_swing(7.0 * days, months) == pytest.approx(1.0)
    summer = np.where(np.isin(months, (5, 6, 7, 8)), 1.2, 1.0)
    assert seasonal_swing(7.0 * days * summer, months) == pytest.approx(1.2)
