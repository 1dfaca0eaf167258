"""Check friendships: who is a friend of whom, that the gone are cleared, and that luck is keyed."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.arrivals import Arrivals
from sim.relationship.ties import Ties
from tests.unit.relationship.small_world import SmallWorld

SLOTS = np.arange(6)


def ties_of(world: SmallWorld) -> Ties:
    ties = Ties(world.people, world.families, world.communities, world.tools, world.place_data)
    ties.start(0)
    return ties


def turn(world: SmallWorld, ties: Ties, month: int) -> None:
    world.set_ages(month)
    ties.turn(month)


def pairs(world: SmallWorld) -> tuple[np.ndarray, np.ndarray]:
    people = world.people
    rows, slots = np.nonzero((people.friend_count[:, None] > SLOTS) & (people.present[:, None] == 1))
    return rows, people.friends[rows, slots]


def assert_valid(world: SmallWorld) -> None:
    people = world.people
    own = np.arange(people.n)
    here = people.present == 1
    unused = people.friend_count[:, None] <= SLOTS
    assert np.all((people.friends == own[:, None])[here] == unused[here])
    rows, friends = pairs(world)
    assert np.all(people.present[friends] == 1)
    assert np.unique(np.stack([rows, friends]), axis=1).shape[1] == rows.size


@pytest.fixture(scope="module")
def started() -> tuple[SmallWorld, Ties]:
    world = SmallWorld(8000)
    return world, ties_of(world)


def test_everybody_from_eight_has_friends_and_nobody_younger(started) -> None:
    world, _ = started
    assert_valid(world)
    assert np.all(world.people.friend_count[world.age < 8] == 0)
    assert np.mean(world.people.friend_count[(world.age >= 12) & (world.age < 20)] >= 5) > 0.95
    adults, teens = world.age >= 40, (world.age >= 12) & (world.age < 18)
    assert world.people.friend_count[adults].mean() < world.people.friend_count[teens].mean()


def test_friends_are_alike(started) -> None:
    world, _ = started
    people, (rows, friends) = world.people, pairs(world)
    young = (world.age[rows] >= 8) & (world.age[rows] < 20)
    gap = np.abs(world.age[rows] - world.age[friends])[young]
    assert gap.max() <= 2
    shares = np.bincount(gap) / gap.size
    np.testing.assert_allclose(shares, [0.38, 0.42, 0.20], atol=0.06)
    assert np.mean(people.sex[rows] == people.sex[friends]) == pytest.approx(0.78, abs=0.02)
    pupil = (world.age[rows] >= 11) & (world.age[rows] <= 15)
    for who, share in ((pupil, 0.5), (~pupil, 0.75)):
        assert np.mean((people.community[rows] == people.community[friends])[who]) == pytest.approx(share, abs=0.02)
    ring = np.abs(people.community[rows].astype(int) - people.community[friends])
    assert set(np.unique(ring)) <= {0, 1, world.communities.n - 1}
    assert 0.1 < np.corrcoef(people.propensity[rows], people.propensity[friends])[0, 1] < 0.6


def test_turnover_keeps_slots_valid_and_likeness() -> None:
    world = SmallWorld(5000, ties__gone_noticed_within=1)
    ties = ties_of(world)
    before = world.people.friends.copy()
    generator = np.random.default_rng(4)
    for month in range(1, 25):
        world.people.present[generator.random(world.people.n) < 0.005] = 0
        turn(world, ties, month)
        assert_valid(world)
    changed = np.mean(np.any(before != world.people.friends, axis=1)[world.age < 20])
    assert 0.2 < changed < 0.98
    rows, friends = pairs(world)
    assert np.mean(world.people.sex[rows] == world.people.sex[friends]) == pytest.approx(0.78, abs=0.03)


def test_the_gone_are_cleared_within_the_months_given() -> None:
    world = SmallWorld(3000, ties__gone_noticed_within=4)
    ties = ties_of(world)
    world.people.present[::9] = 0
    named = []
    for month in range(1, 5):
        turn(world, ties, month)
        named.append(int(np.sum(world.people.present[pairs(world)[1]] == 0)))
    assert named[0] > named[1] > named[2] > named[3] == 0
    assert_valid(world)


def test_rows_lost_in_compaction_leave_no_trace() -> None:
    world = SmallWorld(3000)
    ties = ties_of(world)
    people = world.people
    kept = np.flatnonzero(np.arange(people.n) % 7 > 0)
    new_row = np.full(people.n, -1, np.int32)
    new_row[kept] = np.arange(kept.size)
    people.take(kept)
    people.friends[:] = new_row[people.friends]
    ties.remap(new_row)
    turn(world, ties, 1)
    assert_valid(world)


def test_in_migrants_find_friends_in_their_first_month() -> None:
    world = SmallWorld(3000)
    ties = ties_of(world)
    people = world.people
    rows = people.append(20)
    migrants = np.arange(rows.start, rows.stop, dtype=np.int32)
    people.key[migrants] = 999_000_000 + migrants.astype(np.uint64)
    people.birth_month[migrants], people.present[migrants] = -15 * 12, 1
    people.friends[migrants] = people.friends[:20]
    ties.welcome(Arrivals(migrants=migrants))
    turn(world, ties, 1)
    assert np.all(people.friend_count[migrants] >= 4)
    assert_valid(world)


def test_one_more_person_changes_few_friendships() -> None:
    friends = []
    for newcomer in (0, 1):
        world = SmallWorld(3000)
        last = world.people.n - 1
        world.people.present[last] = newcomer
        world.people.birth_month[last] = -14 * 12
        ties = ties_of(world)
        for month in range(1, 7):
            turn(world, ties, month)
        friends.append(world.people.friends[:last].copy())
    assert np.mean(np.any(friends[0] != friends[1], axis=1)) < 0.02


def test_the_same_world_twice_is_the_same_bit_for_bit() -> None:
    worlds = [SmallWorld(2000), SmallWorld(2000)]
    for world in worlds:
        ties = ties_of(world)
        for month in range(1, 13):
            turn(world, ties, month)
    assert np.array_equal(worlds[0].people.friends, worlds[1].people.friends)
    assert np.array_equal(worlds[0].people.gang, worlds[1].people.gang)


def test_row_order_does_not_matter() -> None:
    worlds = [SmallWorld(1500), SmallWorld(1500)]
    order = np.random.default_rng(8).permutation(1500)
    worlds[1].people.take(order)
    for world in worlds:
        world.people.partner[:] = -1
        ties = ties_of(world)
        for month in range(1, 7):
            turn(world, ties, month)
    keys = [
        [set(world.people.key[row_friends]) for row_friends in world.people.friends[np.argsort(world.people.key)]]
        for world in worlds
    ]
    assert keys[0] == keys[1]
