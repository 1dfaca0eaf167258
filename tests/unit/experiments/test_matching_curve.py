"""Solving for a scale: exact curves, noise, limits, and where to evaluate next."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.matching_curve import Evaluations, achieved, fit, next_scales, scale_error


def evaluated(effect, scales=(-0.5, 1.0, 2.0, 4.0), noise=(0.0,)):
    return Evaluations({s: tuple(effect(s) + n for n in noise) for s in scales})


def settled(target, found, name="central"):
    return next_scales(found, {name: target}, close=0.01, near_nothing=0.05, share=0.1)


@given(st.floats(-0.3, -0.02), st.floats(-0.02, 0.02), st.floats(-0.002, 0.002), st.floats(-0.5, 3.9))
def test_a_cubic_is_solved_exactly(a, b, c, scale):
    curve = fit(evaluated(lambda s: a * s + b * s**2 + c * s**3))
    target = a * scale + b * scale**2 + c * scale**3
    found, reached = curve.solve(target)
    assert reached or abs(curve.at(found) - target) < 1e-3
    assert curve.at(found) == pytest.approx(target, abs=1e-3)


def test_no_effect_needs_no_strength_and_harm_needs_the_other_sign():
    curve = fit(evaluated(lambda s: -0.1 * s))
    assert curve.solve(0.0) == (0.0, True)
    scale, reached = curve.solve(0.03)
    assert reached and scale == pytest.approx(-0.3)


def test_what_no_scale_reaches_is_said_with_the_nearest():
    curve = fit(evaluated(lambda s: -0.2 * math.tanh(s)))
    scale, reached = curve.solve(-0.9)
    assert not reached and 0.0 < scale <= 4.0


def test_noise_becomes_an_error_of_the_scale_and_of_the_effect():
    quiet = evaluated(lambda s: -0.1 * s, noise=(0.0, 0.0, 0.0, 0.0))
    loud = evaluated(lambda s: -0.1 * s, noise=(-0.02, 0.02, -0.01, 0.01))
    assert scale_error(quiet, -0.1) == pytest.approx(0.0, abs=1e-9)
    assert 0.0 < scale_error(loud, -0.1) < 0.5
    value, error = achieved(loud, 1.0)
    spread = np.std([-0.02, 0.02, -0.01, 0.01], ddof=1) / 2
    assert value == pytest.approx(-0.1, abs=1e-9)
    assert error == pytest.approx(spread, rel=0.3)
    assert scale_error(evaluated(lambda s: -0.1 * s), -0.1) == 0.0


def test_the_effect_achieved_shows_where_the_curve_misses():
    kinked = evaluated(lambda s: -0.1 * s if s <= 1 else -0.1, scales=(-1.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0))
    value, _ = achieved(kinked, 1.0)
    assert value == pytest.approx(-0.1)


def test_scales_are_evaluated_until_targets_are_close():
    found = Evaluations({1.0: (-0.1, -0.1)})
    [scale] = settled(-0.3, found)
    assert scale == pytest.approx(3.0)
    assert settled(-0.105, found) == []
    # An outermost target near no effect follows from the curve as far as that reaches; one wanted by itself never does.
    both = {"central": -0.1, "p95": 0.014}
    assert next_scales(found, both, close=0.01, near_nothing=0.05, share=0.1) == []


def test_harm_by_a_programme_expected_to_do_nothing_is_evaluated_on_its_own_side():
    found = Evaluations({1.0: (-0.02, -0.02)})
    targets = {"p05": -0.035, "central": 0.0, "p95": 0.03}
    assert next_scales(found, targets, close=0.01, near_nothing=0.05, share=0.1) == pytest.approx([-1.5, 1.75])
    there = Evaluations({-1.5: (0.03, 0.03), 1.0: (-0.02, -0.02), 1.75: (-0.035, -0.035)})
    assert next_scales(there, targets, close=0.01, near_nothing=0.05, share=0.1) == []
    assert fit(there).solve(0.03) == (pytest.approx(-1.5), True)


def test_a_lever_that_moves_nothing_is_given_up():
    assert settled(-0.3, Evaluations({1.0: (0.0, 0.0)})) == []


def test_beyond_the_last_scale_the_search_goes_on_in_the_right_direction():
    found = evaluated(lambda s: -0.3 * math.tanh(s / 3), scales=(1.0, 2.0))
    [scale] = settled(-0.28, found)
    assert scale > 2.0
