"""From simulated counts to forecasts: luck taken out, spread and weight of records found again."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.benchmarks import coverage, sample_counts
from calibration.predictive import learnt_weight, mean_counts, spread_of, updated
from calibration.recorded import rank_correlation

LUCK = np.random.default_rng(8)
SIZE = 600


def test_the_luck_of_busy_places_is_taken_out_of_the_mean():
    home, usual = LUCK.gamma(3.0, 2.0, SIZE), LUCK.gamma(4.0, 0.25, SIZE)
    pull = usual * np.exp(LUCK.normal(-0.5, 1.0, (4, SIZE)))
    counts = LUCK.poisson(home + 8.0 * pull)
    truth = home + 8.0 * usual
    freed = mean_counts(counts, pull, np.broadcast_to(usual, pull.shape))
    assert rank_correlation(freed, truth) > rank_correlation(counts.mean(axis=0), truth) + 0.1
    # The slope leans on the largest pulls, whose expectation is rarely met, so a little of the luck stays.
    assert freed.mean() == pytest.approx(truth.mean(), rel=0.1)


def test_without_luck_the_mean_is_the_mean():
    counts = LUCK.poisson(9.0, (3, SIZE)) + 1.0
    ones = np.ones((3, SIZE))
    np.testing.assert_allclose(mean_counts(counts, ones, ones), counts.mean(axis=0))


@pytest.mark.parametrize("spread", [0.05, 0.4, 1.5])
def test_the_spread_of_counts_is_found_again(spread):
    mean = LUCK.gamma(2.0, 6.0, 4000)
    counts = sample_counts(mean, spread, seed=5, draws=1)[0]
    assert spread_of(mean, counts) == pytest.approx(spread, rel=0.15)


def test_counts_that_are_poisson_have_next_to_no_spread():
    mean = LUCK.gamma(2.0, 6.0, 4000)
    assert spread_of(mean, LUCK.poisson(mean)) < 0.01


def test_an_update_lies_between_forecast_and_record():
    mean, earlier = np.array([10.0, 10.0]), np.array([4.0, 30.0])
    np.testing.assert_allclose(updated(mean, earlier, 1e-9), earlier)
    np.testing.assert_allclose(updated(mean, earlier, 1e9), mean, rtol=1e-6)
    assert mean[0] > updated(mean, earlier, 5.0)[0] > earlier[0]


def test_the_weight_of_a_forecast_is_what_its_errors_make_it():
    """Rates gamma about the forecast with shape 4 are best foretold when the forecast counts for 4."""
    mean = LUCK.gamma(3.0, 5.0, 6000)
    rate = mean * LUCK.gamma(4.0, 0.25, 6000)
    earlier, later = LUCK.poisson(rate), LUCK.poisson(rate)
    weight, left = learnt_weight(mean, earlier, later)
    assert weight == pytest.approx(4.0, rel=0.35)
    assert left < 0.2
    sample = sample_counts(updated(mean, earlier, weight), left, seed=1)
    assert coverage(sample, later, 0.95) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_coverage_of_an_honest_forecast_of_small_counts_is_its_share(share):
    mean = np.full(4000, 1.5)
    recorded = LUCK.poisson(mean)
    assert coverage(sample_counts(mean, 0.0, seed=3), recorded, share) == pytest.approx(share, abs=0.02)


def test_nothing_is_covered_by_a_forecast_that_never_comes_near():
    assert coverage(np.full((100, 3), 2.0), np.array([9.0, 30.0, 0.0]), 0.95) == 0.0
