"""Known answers for what demography solves: arrivals of a stationary place, raked weights, fertility, moves."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.population.cross_section import AGES, SEXES, smooth
from sim.population.demography_kernels import choose_hosts, match_couples, relink, write_age_sex
from sim.population.demography_rates import events_a_year
from sim.population.destinations import Destinations
from sim.population.local_fertility import BANDS, local_shape
from sim.population.raking import Pool, Targets, rake
from sim.population.stationarity import required_arrivals


def test_arrivals_make_up_exactly_for_those_who_leave():
    flat = np.full((AGES, SEXES), 100.0)
    leaving = np.full((AGES, SEXES), 0.08)
    arrivals = required_arrivals(flat, leaving, np.zeros((AGES, SEXES)))
    np.testing.assert_allclose(arrivals[1:-2], 8.0)
    # Everybody over 100 stays in the last group, so nobody needs to arrive there but to replace leavers less entrants.
    assert arrivals[0] == pytest.approx([8.0, 8.0])


def test_a_cohort_that_grows_with_age_needs_arrivals_and_a_shrinking_one_too_many_leavers():
    ages = np.arange(AGES)
    growing = np.repeat((100.0 + ages)[:, None], SEXES, axis=1)
    none = np.zeros((AGES, SEXES))
    np.testing.assert_allclose(required_arrivals(growing, none, none)[1:-2], 1.0)
    np.testing.assert_allclose(required_arrivals(growing[::-1], none, none)[1:-2], -1.0)


def test_events_a_year_of_a_group_kept_up_exceed_the_annual_probability():
    assert events_a_year(0.14) == pytest.approx(12 * (1 - 0.86 ** (1 / 12)))
    assert 0.14 < events_a_year(0.14) < -np.log(0.86)


def test_smoothing_keeps_the_level_and_the_ends():
    np.testing.assert_allclose(smooth(np.full((AGES, SEXES), 5.0), 2.0), 5.0)
    line = np.repeat(np.arange(AGES, dtype=float)[:, None], SEXES, axis=1)
    np.testing.assert_allclose(smooth(line, 2.0)[10:-10], line[10:-10])


def pool_of(households: list[tuple[list[int], int, int]]) -> Pool:
    sizes = [len(members) for members, _, _ in households]
    start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    cells = np.array([cell for members, _, _ in households for cell in members], np.int64)
    kinds = np.array([kind for _, kind, _ in households], np.int64)
    homes = np.array([home for _, _, home in households], np.int64)
    return Pool(start, cells, kinds, homes)


def test_raking_meets_targets_that_can_be_met():
    pool = pool_of([([0], 0, 0), ([1], 0, 0), ([0, 1], 1, 0), ([0, 1, 2], 1, 1), ([2], 0, 1)] * 3)
    truth = np.array([4.0, 2.0, 5.0, 3.0, 1.0] * 3)
    cells = np.bincount(pool.cells, np.repeat(truth, pool.sizes), 3)
    kinds, homes = np.bincount(pool.kinds, truth, 2), np.bincount(pool.homes, truth * pool.sizes, 2)
    weights = rake(np.ones(15), pool, Targets(cells, kinds, homes, 1e-6, 1e-9))
    np.testing.assert_allclose(np.bincount(pool.cells, np.repeat(weights, pool.sizes), 3), cells, rtol=1e-3)
    np.testing.assert_allclose(np.bincount(pool.kinds, weights, 2), kinds, rtol=1e-3)
    np.testing.assert_allclose(np.bincount(pool.homes, weights * pool.sizes, 2), homes, rtol=1e-2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.1, 500.0), min_size=7, max_size=7))
def test_raking_stays_finite_when_targets_contradict_each_other(targets):
    pool = pool_of([([0, 1], 1, 0), ([0, 0, 2], 2, 1), ([1], 0, 0), ([2], 0, 1)] * 5)
    cells, kinds = np.array(targets[:3]), np.array(targets[3:6])
    weights = rake(np.ones(20), pool, Targets(cells, kinds, np.array([targets[6], 50.0]), 0.3, 0.03))
    assert np.isfinite(weights).all() and (weights >= 0).all()


def test_local_fertility_follows_local_births_and_leaves_the_level_out():
    national, residents = np.ones(AGES) * 0.05, np.full((AGES, SEXES), 10_000.0)
    expected = [10_000.0 * 0.05 * (min(stop, AGES) - first) for _, first, stop in BANDS]
    authority = {name: np.array([births]) for (name, _, _), births in zip(BANDS, expected, strict=True)}
    place = SimpleNamespace(authority=authority, authority_index=np.zeros(1, np.int32))
    np.testing.assert_allclose(local_shape(place, national, residents), 1.0)
    authority["births_under_20"] = authority["births_under_20"] * 2
    shape = local_shape(place, national, residents)
    assert shape[16] / shape[30] == pytest.approx(2.0, rel=1e-3)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 10.0), st.floats(0.0, 0.5)), min_size=2, max_size=6))
def test_moves_between_two_communities_balance(communities):
    weights, deprivation = (np.array(column) for column in zip(*communities, strict=True))
    destinations = Destinations(weights, deprivation, 0.12)
    grid = (np.arange(400) + 0.5) / 400
    proposals, acceptances = (each.ravel() for each in np.meshgrid(grid, grid))
    flows = np.zeros((weights.size, weights.size))
    for home, weight in enumerate(weights / weights.sum()):
        chosen = destinations.choose(np.full(proposals.size, home), proposals, acceptances)
        flows[home] = weight * np.bincount(chosen, minlength=weights.size) / proposals.size
    np.testing.assert_allclose(flows, flows.T, atol=0.006)


def test_ages_and_those_gone():
    out = np.zeros(4, np.uint8)
    births, sexes = np.array([0, -11, -12, -2400], np.int16), np.array([0, 1, 1, 0], np.uint8)
    write_age_sex(births, sexes, np.array([1, 1, 1, 1], np.uint8), 0, out)
    assert out.tolist() == [0, 1, 3, 238]
    write_age_sex(births, sexes, np.array([1, 0, 1, 0], np.uint8), 12, out)
    assert out.tolist() == [2, 255, 5, 255]


def match(women, men, ages, wanted, key, family, mother, father, deprivation=None, likeness=0.0, propensity=None):
    order = np.argsort(ages, kind="stable")
    start = np.searchsorted(np.asarray(ages)[order], np.arange(AGES + 1)).astype(np.int64)
    community = np.zeros(len(key), np.uint16) if deprivation is None else np.arange(len(key), dtype=np.uint16)
    home = np.zeros(1) if deprivation is None else np.asarray(deprivation, float)
    columns = [np.asarray(column, np.int32) for column in (family, mother, father)]
    trait = np.zeros(len(key), np.float32) if propensity is None else np.asarray(propensity, np.float32)
    people = (np.asarray(key, np.uint64), *columns, community, trait)
    men = np.asarray(men, np.int32)[order]
    women, wanted = np.asarray(women, np.int32), np.asarray(wanted, np.int32)
    return match_couples(women, wanted, men, start, 10, 0.12, likeness, home, people)


def test_a_woman_takes_the_nearest_age_and_no_close_kin():
    key, alone = np.arange(1, 6), [-1] * 5
    args = {"key": key, "family": np.arange(5), "mother": alone, "father": alone}
    assert match([0], [1, 2, 3], [30, 33, 50], [32], **args).tolist() == [2]
    assert match([0], [3], [50], [32], **args).tolist() == [-1]
    assert match([0], [1, 2], [30, 33], [32], **{**args, "family": [0, 1, 0, 3, 4]}).tolist() == [1]
    assert match([0], [1, 2], [30, 33], [32], **{**args, "mother": [4, -1, 4, -1, -1]}).tolist() == [1]
    assert match([0], [2], [33], [32], **{**args, "father": [2, -1, -1, -1, -1]}).tolist() == [-1]


def test_nobody_is_taken_twice_and_likeness_in_deprivation_counts():
    pairs = match([0, 1], [2], [30], [30, 30], np.arange(1, 4), np.arange(3), [-1] * 3, [-1] * 3)
    assert pairs.tolist() == [2, -1]
    like = 0
    for trial in range(300):
        key = np.arange(1, 4) + 10 * trial
        chosen = match([0], [1, 2], [30, 30], [30], key, np.arange(3), [-1] * 3, [-1] * 3, [0.1, 0.1, 0.1 + 0.12])
        like += chosen[0] == 1
    assert like / 300 == pytest.approx(1 / (1 + np.exp(-1)), abs=0.08)


@pytest.mark.mechanism("partner_likeness")
@pytest.mark.parametrize("correlation", [0.0, 0.25, 0.5])
def test_partners_are_as_alike_in_propensity_as_their_correlation_says(correlation):
    # Many women of one age choose among as many men of another; without a correlation propensity does not count.
    size = 3000
    trait = np.random.default_rng(5).normal(size=2 * size)
    alone = [-1] * (2 * size)
    men, ages = np.arange(size, 2 * size), np.full(size, 30)
    likeness = correlation / (1.0 - correlation)
    chosen = match(
        np.arange(60), men, ages, [30] * 60, np.arange(1, 2 * size + 1), np.arange(2 * size), alone, alone,
        likeness=likeness, propensity=np.r_[np.linspace(-2, 2, 60), np.zeros(size - 60), trait[size:]],
    )  # fmt: skip
    mean = np.polyfit(np.linspace(-2, 2, 60), trait[chosen], 1)[0]
    assert mean == pytest.approx(correlation, abs=0.3)
    usual = match(np.arange(60), men, ages, [30] * 60, np.arange(1, 2 * size + 1), np.arange(2 * size), alone, alone)
    assert np.array_equal(chosen, usual) == (correlation == 0.0)


def test_hosts_are_in_the_community_and_not_full():
    first, following = np.full(4, -1, np.int32), np.full(10, -2, np.int32)
    family = np.zeros(10, np.int32)
    relink(np.arange(6, dtype=np.int32), np.array([0, 0, 0, 1, 2, 3], np.int32), family, first, following)
    hosts, keys = np.array([0, 1, 2, 3], np.int32), np.array([11, 12, 13, 14], np.uint64)
    start = np.array([0, 2, 4, 4], np.int64)
    joiners = np.arange(1, 41, dtype=np.uint64)
    near = choose_hosts(joiners, np.zeros(40, np.int64), hosts, keys, start, 3, first, following)
    assert set(near.tolist()) == {1}
    far = choose_hosts(joiners, np.ones(40, np.int64), hosts, keys, start, 3, first, following)
    assert set(far.tolist()) == {2, 3}
    assert (choose_hosts(joiners, np.full(40, 2), hosts, keys, start, 3, first, following) == -1).all()


def test_household_lists_follow_moves():
    first, following = np.full(3, -1, np.int32), np.full(5, -2, np.int32)
    family = np.zeros(5, np.int32)
    relink(np.arange(5, dtype=np.int32), np.array([0, 0, 0, 1, 1], np.int32), family, first, following)
    relink(np.array([1, 3], np.int32), np.array([2, -1], np.int32), family, first, following)
    assert family.tolist() == [0, 2, 0, 1, 1]
    assert following[3] == -2
    lists = []
    for row in first:
        members = []
        while row >= 0:
            members.append(int(row))
            row = following[row]
        lists.append(sorted(members))
    assert lists == [[0, 2], [4], [1]]
