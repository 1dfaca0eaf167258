"""Virtual trials on made-up paired outcomes, where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.power.correlation import emergent_icc
from experiments.power.formula import Sizes, power_of
from experiments.power.virtual import Paired, Pool, Rules, many_trials, told_apart
from sim.core.chance import Chance, declare_sheet

MADE = declare_sheet("tests.power", ("one", "other", "third", "fourth"))
ICC = 0.10


def population(number=0, clusters=40, people=20, effect=0.0, icc=ICC, spill=0.0):
    """Normal outcomes with variance 1, part of it between clusters; treated people differ by ``effect``."""
    chance = Chance(100 + number)
    key = told_apart(np.arange(clusters * people, dtype=np.uint64), number)
    unit = told_apart(np.repeat(np.arange(clusters, dtype=np.uint64), people), number)
    level = chance.normals(MADE, 0, np.arange(clusters, dtype=np.uint64), 0) * math.sqrt(icc)
    seen = 5.0 + np.repeat(level, people) + chance.normals(MADE, 2, key, 1) * math.sqrt(1.0 - icc)
    there = np.ones(key.size, bool)
    risk = chance.normals(MADE, 0, key, 2)
    return Paired(key, unit, seen, seen + effect, seen, seen + effect, there, there, there, risk, key.size)


def within_error(share, expected, trials):
    return abs(share - expected) <= 1.96 * math.sqrt(expected * (1 - expected) / trials) + 1e-9


@pytest.mark.parametrize("permutations", [0, 99])
def test_a_programme_that_does_nothing_is_found_to_work_in_one_trial_of_twenty(permutations):
    pool = Pool([population(number, effect=0.5).null() for number in range(12)])
    trials = 1000 if not permutations else 500
    found = many_trials(pool, Rules(16, permutations=permutations), trials, seed=3)
    assert within_error(found.power, 0.05, trials)
    assert abs(found.estimate.mean()) < 3 * found.estimate.std() / math.sqrt(trials) + 0.01


def test_power_by_virtual_trials_agrees_with_the_formula():
    for effect, clusters in ((0.25, 20), (0.4, 30), (0.15, 40)):
        pool = Pool([population(number, effect=effect) for number in range(100)])
        found = many_trials(pool, Rules(clusters), 1000, seed=5)
        expected = power_of(Sizes(clusters, 20, ICC), effect, 0.05)
        assert found.power == pytest.approx(expected, abs=3 * math.sqrt(0.25 / 1000))
        assert found.coverage == pytest.approx(0.95, abs=0.025)
        assert found.truth == pytest.approx(effect)
        assert found.relative == pytest.approx(effect / 5.0, rel=0.1)


def test_people_are_clusters_of_one():
    pool = Pool([population(number, clusters=400, people=1, effect=0.25) for number in range(20)])
    found = many_trials(pool, Rules(400), 800)
    assert found.power == pytest.approx(power_of(Sizes(400), 0.25, 0.05), abs=0.05)
    assert emergent_icc(pool.populations) is None


def test_taking_in_fewer_and_losing_more_costs_power():
    pool = Pool([population(number, effect=0.35) for number in range(20)])
    whole = many_trials(pool, Rules(16), 600)
    few = many_trials(pool, Rules(16, per_cluster=5), 600)
    lossy = many_trials(pool, Rules(16, attrition=0.75), 600)
    assert few.power < whole.power - 0.05 and lossy.power < whole.power - 0.05
    assert (few.people == 16 * 5).all() and (whole.people == 16 * 20).all()
    assert lossy.analysed.mean() == pytest.approx(0.25 * 16 * 20, rel=0.05)
    assert few.power == pytest.approx(power_of(Sizes(16, 5, ICC), 0.35, 0.05), abs=0.07)


def test_records_lose_nobody():
    pool = Pool([population()])
    found = many_trials(pool, Rules(10, attrition=None), 5)
    assert (found.analysed == found.people).all()


def test_a_trial_of_more_clusters_than_a_population_takes_in_several():
    pool = Pool([population(number, clusters=10) for number in range(6)])
    assert pool.drawn_from(10, 4) == [4]
    assert pool.drawn_from(25, 4) == [4, 5, 0]
    found = many_trials(pool, Rules(25), 5)
    assert (found.clusters == 25).all() and (found.people == 500).all()


def test_one_more_trial_changes_no_other():
    pool = Pool([population(number) for number in range(3)])
    few, more = many_trials(pool, Rules(12), 5), many_trials(pool, Rules(12), 9)
    assert np.array_equal(few.estimate, more.estimate[:5])


def test_the_correlation_that_emerges_is_the_one_put_in():
    found = emergent_icc([population(number, clusters=60) for number in range(30)])
    assert found is not None
    assert found.value == pytest.approx(ICC, abs=0.015)
    assert found.low < ICC < found.high
    assert (found.clusters, found.mean_size, found.size_cv) == (60, 20.0, 0.0)
    assert found.harmonic_size == pytest.approx(20.0)
    none = emergent_icc([population(number, icc=0.0) for number in range(10)])
    assert none is not None and none.value < 0.02


def test_the_interval_of_the_correlation_holds_it_nineteen_times_in_twenty():
    held = [(found := emergent_icc([population(number, clusters=20)])) is not None and found.low <= ICC <= found.high
            for number in range(200)]  # fmt: skip
    assert np.mean(held) == pytest.approx(0.95, abs=0.04)


def test_keys_of_two_populations_differ():
    keys = np.arange(50, dtype=np.uint64)
    assert np.unique(np.concatenate([told_apart(keys, 0), told_apart(keys, 1)])).size == 100
