"""The value of information against cases with a known answer."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from experiments.decisions.value_of_information import partial_information, perfect_information


def value_of_knowing(mean: float, sd: float) -> float:
    """E[max(0, x)] - max(0, E[x]) for a normal x."""
    unit = NormalDist()
    return sd * unit.pdf(mean / sd) + mean * unit.cdf(mean / sd) - max(0.0, mean)


def test_perfect_information_of_two_states() -> None:
    # Doing nothing, or gaining 10 or losing 10 with equal chance: knowing which is worth 5.
    assert perfect_information(np.array([[0.0, 10.0], [0.0, -10.0]])).mean == pytest.approx(5.0)


def test_perfect_information_of_a_certain_choice_is_worth_nothing() -> None:
    assert perfect_information(np.array([[0.0, 1.0], [0.0, 2.0]])).mean == 0.0


def test_partial_information_matches_the_gaussian_case() -> None:
    # Net benefit = 0.3 + what can be known (sd 1) + luck (sd 1); the value of knowing is 0.2668 by hand.
    chance = np.random.default_rng(1)
    known = chance.normal(size=(4000, 1))
    benefit = 0.3 + known[:, 0] + chance.normal(size=4000)
    found = partial_information(np.column_stack([np.zeros(4000), benefit]), known)
    expected = value_of_knowing(0.3, 1.0)
    assert expected == pytest.approx(0.2668, abs=5e-5)
    assert abs(found.mean - expected) < 3 * found.standard_error
    assert found.standard_error < 0.03
    perfect = perfect_information(np.column_stack([np.zeros(4000), benefit]))
    assert abs(perfect.mean - value_of_knowing(0.3, math.sqrt(2))) < 3 * perfect.standard_error


def test_partial_information_of_a_curved_effect() -> None:
    # Net benefit is x squared less 1 for a standard normal x, and the luck is large: E[max(0, x^2 - 1)] = 2 pdf(1).
    chance = np.random.default_rng(2)
    known = chance.normal(size=(6000, 1))
    benefit = known[:, 0] ** 2 - 1.0 + chance.normal(size=6000)
    found = partial_information(np.column_stack([np.zeros(6000), benefit]), known)
    assert abs(found.mean - 2 * NormalDist().pdf(1.0)) < 3 * found.standard_error + 0.01


def test_two_quantities_are_worth_more_than_one() -> None:
    chance = np.random.default_rng(3)
    known = chance.normal(size=(3000, 2))
    benefits = np.column_stack([np.zeros(3000), known[:, 0] + known[:, 1] + chance.normal(size=3000)])
    one, both = partial_information(benefits, known[:, :1]), partial_information(benefits, known)
    assert abs(one.mean - value_of_knowing(0.0, 1.0)) < 3 * one.standard_error
    assert abs(both.mean - value_of_knowing(0.0, math.sqrt(2))) < 3 * both.standard_error


def test_what_has_nothing_to_do_with_the_choice_is_worth_almost_nothing() -> None:
    chance = np.random.default_rng(4)
    benefits = np.column_stack([np.zeros(2000), chance.normal(0.5, 1.0, 2000)])
    assert partial_information(benefits, chance.normal(size=(2000, 1))).mean < 0.02


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="100 runs"):
        partial_information(np.zeros((50, 2)), np.zeros((50, 1)))
