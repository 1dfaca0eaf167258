"""Empirical-Bayes shrinkage: hand-worked cases, limits, and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.population.shrinkage import reliability, scaled_to, shrunken_ratio, variance_by_moments

counts = st.floats(0, 1e6, allow_nan=False)
variances = st.floats(0, 100, allow_nan=False)


def test_hand_worked_gamma_poisson():
    # Prior gamma with shape and rate 4 (variance 1/4); 6 events where 2 were expected: (6 + 4) / (2 + 4) = 5/3.
    assert shrunken_ratio(np.array([6.0]), np.array([2.0]), 0.25)[0] == pytest.approx(5 / 3)
    # The same as a weighted mean of the raw ratio 3 and of 1, with weight 2 / (2 + 4) = 1/3.
    assert reliability(np.array([2.0]), 0.25)[0] == pytest.approx(1 / 3)


def test_agrees_with_the_posterior_mean_by_numerical_integration():
    ratio = np.linspace(1e-6, 30, 400_001)
    log_density = 3.0 * np.log(ratio) - 4.0 * ratio + 7.0 * np.log(ratio) - 5.0 * ratio
    density = np.exp(log_density - log_density.max())
    expected = (ratio * density).sum() / density.sum()
    assert shrunken_ratio(np.array([7.0]), np.array([5.0]), 0.25)[0] == pytest.approx(expected, rel=1e-6)


def test_limits():
    observed, expected = np.array([30.0, 0.0]), np.array([10.0, 5.0])
    np.testing.assert_allclose(shrunken_ratio(observed * 1e9, expected * 1e9, 0.3), [3.0, 0.0], atol=1e-8)
    np.testing.assert_array_equal(shrunken_ratio(np.zeros(2), np.zeros(2), 0.3), 1.0)
    np.testing.assert_array_equal(shrunken_ratio(observed, expected, 0.0), 1.0)


@given(counts, st.floats(1e-3, 1e6), variances)
def test_lies_between_one_and_the_raw_ratio(observed, expected, variance):
    shrunken = shrunken_ratio(np.array([observed]), np.array([expected]), variance)[0]
    raw = observed / expected
    low, high = min(raw, 1.0), max(raw, 1.0)
    assert low * (1 - 1e-9) - 1e-12 <= shrunken <= high * (1 + 1e-9)
    weight = reliability(np.array([expected]), variance)[0]
    assert 0.0 <= weight <= 1.0
    assert shrunken == pytest.approx(weight * raw + 1.0 - weight, rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0.1, 500)), min_size=1, max_size=30))
def test_variance_is_never_negative_and_scaling_keeps_the_total(pairs):
    observed, expected = (np.array(column, float) for column in zip(*pairs, strict=True))
    assert variance_by_moments(observed, expected) >= 0.0
    assert scaled_to(expected, observed).sum() == pytest.approx(observed.sum())


def test_moments_of_a_hand_worked_case_and_of_drawn_counts():
    # e = 10, 10; o = 20, 10: m = 1.5, s2 = 0.25, less m / 10 = 0.15 leaves 0.10; over 1.5 squared.
    assert variance_by_moments(np.array([20.0, 10.0]), np.array([10.0, 10.0])) == pytest.approx(0.10 / 2.25)
    assert variance_by_moments(np.array([10.0, 10.0]), np.array([10.0, 10.0])) == 0.0
    assert variance_by_moments(np.zeros(3), np.ones(3)) == 0.0
    assert variance_by_moments(np.zeros(0), np.zeros(0)) == 0.0
    generator = np.random.default_rng(1)
    expected = generator.uniform(5, 60, 20_000)
    observed = generator.poisson(expected * generator.gamma(4.0, 0.25, expected.size))
    assert variance_by_moments(observed, expected) == pytest.approx(0.25, abs=0.02)


def test_shrinkage_comes_nearer_to_the_truth_than_raw_ratios():
    generator = np.random.default_rng(2)
    expected = generator.uniform(1, 15, 5000)
    truth = generator.gamma(4.0, 0.25, expected.size)
    observed = generator.poisson(expected * truth)
    shrunken = shrunken_ratio(observed, expected, variance_by_moments(observed, expected))
    assert np.mean((shrunken - truth) ** 2) < 0.6 * np.mean((observed / expected - truth) ** 2)
