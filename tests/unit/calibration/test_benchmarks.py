"""Naive forecasts and scores against known answers, and the records they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.benchmarks import crps, fit_poisson, sample_counts, score, spread_about
from calibration.london import HELD_OUT, read_records

LUCK = np.random.default_rng(4)


def test_a_certain_forecast_scores_its_error():
    assert crps(np.full((7, 2), 3.0), np.array([3.0, 5.0])).tolist() == [0.0, 2.0]


def test_the_score_of_a_normal_forecast_is_the_published_one():
    # At its own mean a standard normal forecast scores (sqrt(2) - 1) / sqrt(pi) (Gneiting and Raftery 2007).
    sample = LUCK.normal(size=(20_000, 1))
    assert crps(sample, np.zeros(1))[0] == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), abs=0.01)


def test_an_honest_forecast_is_covered_and_an_overconfident_one_is_not():
    mean = LUCK.gamma(2.0, 10.0, 3000)
    recorded = LUCK.poisson(mean * LUCK.gamma(2.0, 0.5, 3000))
    honest, narrow = (score(sample_counts(mean, spread, 1), recorded) for spread in (0.5, 0.0))
    assert honest.coverage == pytest.approx(0.95, abs=0.025) and narrow.coverage < 0.6
    assert honest.crps < narrow.crps
    assert honest.level == pytest.approx(1.0, abs=0.05)


def test_counts_are_drawn_with_the_mean_and_spread_asked_for():
    sample = sample_counts(np.array([10.0]), 0.3, seed=2, draws=40_000)
    assert sample.mean() == pytest.approx(10.0, rel=0.02)
    assert sample.var() == pytest.approx(10.0 + 0.3 * 100.0, rel=0.05)
    mean = np.full(40_000, 10.0)
    assert spread_about(mean, sample[:, 0]) == pytest.approx(0.3, abs=0.02)
    assert spread_about(mean, mean) == 0.0


def test_poisson_regression_finds_the_coefficients_behind_counts():
    design = np.column_stack([np.ones(5000), LUCK.normal(size=(5000, 2))])
    beta, exposure = np.array([-4.0, 0.5, -0.3]), LUCK.uniform(800, 2500, 5000)
    counts = LUCK.poisson(exposure * np.exp(design @ beta))
    assert fit_poisson(design, counts, exposure) == pytest.approx(beta, abs=0.03)


def test_held_out_boroughs_are_never_among_those_that_benchmarks_learn_from():
    records = read_records()
    held, learning = records.held_out(), records.for_benchmarks()
    assert set(held.borough) == set(HELD_OUT)
    assert set(held.codes).isdisjoint(learning.codes)
    assert held.codes.size + learning.codes.size == records.codes.size == 2531
    # A draw lives one borough, in each mode.
    assert max(held.population[held.borough == name].sum() for name in HELD_OUT) <= 600_000
    assert 0.15 < held.hidden().mean() < 0.25
    assert records.first.sum() == 30_093 and records.second.sum() == 30_374
    assert ((records.young > 0.02) & (records.young < 0.9)).all()
