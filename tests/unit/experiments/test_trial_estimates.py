"""A trialist's arithmetic: known answers, clusters, arms without an event."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.trial_estimates import contrast, estimate

ARM = np.repeat([True, False], 100)
UNIT = np.arange(200)


def test_the_ratio_of_two_rates_and_its_error():
    outcome = np.r_[np.repeat([1.0, 0.0], [20, 80]), np.repeat([1.0, 0.0], [40, 60])]
    found = estimate(outcome, ARM, UNIT)
    assert found.value == pytest.approx(math.log(0.5))
    # Variance of a log proportion: (1 - p) / (n p), with the usual correction for one mean.
    assert found.se == pytest.approx(math.sqrt(0.8 / 20 + 0.6 / 40), rel=0.01)
    assert found.low < found.value < found.high
    assert found.is_significant and found.covers(-0.7) and not found.covers(0.5)
    assert (found.treated, found.control, found.treated_mean) == (100, 100, 0.2)


def test_people_who_are_alike_within_units_count_for_less():
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(20), 10)
    outcome = np.repeat(rng.poisson(2.0, 20).astype(float), 10)
    assert estimate(outcome, ARM, unit).se > 2.5 * estimate(outcome, ARM, UNIT).se


def test_a_difference_in_standard_deviations():
    rng = np.random.default_rng(2)
    outcome = rng.normal(0.0, 2.0, 200) - 1.0 * ARM
    found = estimate(outcome, ARM, UNIT, rated=True)
    assert found.value == pytest.approx(-0.5, abs=0.35)
    assert found.se == pytest.approx(math.sqrt(2 / 100), rel=0.2)


def test_an_arm_without_an_event_has_an_estimate_with_a_wide_interval():
    found = estimate(np.r_[np.zeros(100), np.repeat([1.0, 0.0], [5, 95])], ARM, UNIT)
    assert found.value < 0 and found.high > 0
    both = estimate(np.zeros(200), ARM, UNIT)
    assert both.value == 0.0 and math.isfinite(both.half_width)


def test_contrasts():
    assert contrast(1.0, 2.0) == pytest.approx(-math.log(2))
    assert contrast(1.0, 2.0, rated=True, spread=2.0) == -0.5
    assert math.isnan(contrast(0.0, 2.0))
