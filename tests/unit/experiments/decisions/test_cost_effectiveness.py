"""Hand-worked cases of incremental analysis and acceptability."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.decisions.cost_effectiveness import (
    DOMINATED,
    EXTENDED_DOMINATED,
    ON_FRONTIER,
    acceptability,
    incremental_analysis,
)


def one_run(values: list[float]) -> np.ndarray:
    return np.array([values])


def test_incremental_analysis_of_a_worked_example() -> None:
    # Nothing; A: 10 for 100; B: 15 for 400; C: 20 for 500; D: 12 for 600.
    # D costs more than C for less. B's step from A costs 60, the one from B to C 20: a mix of A and C beats B.
    table = incremental_analysis(one_run([0, 10, 15, 20, 12]), one_run([0, 100, 400, 500, 600]))
    found = {each.option: each for each in table}
    assert [each.option for each in table] == [0, 1, 4, 2, 3]
    assert found[4].standing == DOMINATED
    assert found[2].standing == EXTENDED_DOMINATED
    assert [found[option].standing for option in (0, 1, 3)] == [ON_FRONTIER] * 3
    assert found[0].cost_per_unit is None
    assert found[1].cost_per_unit == pytest.approx(10)
    assert found[3].cost_per_unit == pytest.approx(40)


def test_of_two_equal_options_one_stays() -> None:
    table = incremental_analysis(one_run([5, 5]), one_run([7, 7]))
    assert sorted(each.standing for each in table) == sorted([DOMINATED, ON_FRONTIER])


def test_acceptability_and_loss_of_a_worked_example() -> None:
    # Nothing, against 1 or 3 units for 20 in two equally likely states of the world.
    effects = np.array([[0.0, 1.0], [0.0, 3.0]])
    costs = np.array([[0.0, 20.0], [0.0, 20.0]])
    found = acceptability(effects, costs, [0, 10, 30])
    np.testing.assert_allclose(found.probability_best, [[1, 0], [0.5, 0.5], [0, 1]])
    # At 10 a unit net benefits are -10 and +10: means tie at 0, and either choice loses 5 on average.
    np.testing.assert_allclose(found.expected_loss, [[0, 20], [5, 5], [40, 0]])
    np.testing.assert_array_equal(found.best, [0, 0, 1])
    np.testing.assert_allclose(found.frontier, [1, 0.5, 1])


def test_ties_are_shared() -> None:
    found = acceptability(np.zeros((4, 2)), np.zeros((4, 2)), [1])
    np.testing.assert_allclose(found.probability_best, [[0.5, 0.5]])
