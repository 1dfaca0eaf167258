"""Check that rosters hold exactly the residents, and that one more person moves almost nobody."""

from __future__ import annotations

import copy

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.columns import Columns
from sim.population.columns import COMMUNITIES, PEOPLE
from sim.population.rosters import Rosters

NOBODY = 255


def make_world(keys: npt.NDArray[np.uint64], community: list[int], n_communities: int) -> tuple[Columns, Columns]:
    people, communities = Columns(PEOPLE, keys.size), Columns(COMMUNITIES, n_communities)
    people.append(keys.size)
    communities.append(n_communities)
    people.key[:], people.community[:], people.present[:] = keys, community, 1
    return people, communities


def scattered_keys(count: int, seed: int = 0) -> npt.NDArray[np.uint64]:
    return np.random.default_rng(seed).permutation(
        np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0xA24BAED4963EE407)
    )


def members(slots: npt.NDArray[np.int32], start: npt.NDArray[np.int64], community: int) -> list[int]:
    table = slots[start[community] : start[community + 1]]
    return sorted(int(row) for row in table[table >= 0])


def key_layout(people: Columns, slots: npt.NDArray[np.int32]) -> list[int]:
    return [int(people.key[row]) if row >= 0 else -1 for row in slots]


people_strategy = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 119), st.booleans(), st.booleans()), min_size=1, max_size=120
)


@settings(max_examples=60, deadline=None)
@given(people_strategy, st.integers(0, 2**32))
def test_rosters_list_exactly_the_residents_of_each_age_group(residents: list, seed: int) -> None:
    people, communities = make_world(scattered_keys(len(residents), seed), [r[0] for r in residents], 3)
    age = np.array([r[1] for r in residents])
    age_sex = np.where([r[2] for r in residents], NOBODY, 2 * age).astype(np.uint8)
    people.present[:] = [r[3] for r in residents]
    rosters = Rosters(people, communities)
    rosters.rebuild(people, age_sex)
    listed = (people.present == 1) & (age_sex != NOBODY)
    for community in range(3):
        here = listed & (people.community == community)
        youth, adult = here & (age >= 8) & (age < 25), here & (age >= 16)
        assert members(rosters.youth_slots, rosters.youth_start, community) == list(np.flatnonzero(youth))
        assert members(rosters.adult_slots, rosters.adult_start, community) == list(np.flatnonzero(adult))
        assert rosters.youth_members[community] == youth.sum()
        assert rosters.adult_members[community] == adult.sum()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 200), st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_layout_depends_on_keys_only(count: int, seed: int, shuffler) -> None:
    keys = scattered_keys(count, seed)
    order = list(range(count))
    shuffler.shuffle(order)
    layouts = []
    for arrangement in (keys, keys[order]):
        people, communities = make_world(arrangement, [0] * count, 1)
        rosters = Rosters(people, communities)
        rosters.rebuild(people, np.full(count, 36, np.uint8))
        layouts.append(key_layout(people, rosters.youth_slots))
    assert layouts[0] == layouts[1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_a_history_of_moves_leaves_the_layout_of_a_fresh_build(seed: int) -> None:
    generator = np.random.default_rng(seed)
    count, n_communities = 300, 4
    people, communities = make_world(scattered_keys(count, seed), list(generator.integers(0, 4, count)), n_communities)
    age_sex = generator.integers(10, 80, count).astype(np.uint8)
    rosters = Rosters(people, communities)
    rosters.rebuild(people, age_sex)
    for _ in range(6):
        changed = generator.random(count) < 0.1
        people.community[changed] = generator.integers(0, n_communities, int(changed.sum()))
        people.present[:] = generator.random(count) < 0.95
        age_sex = np.minimum(age_sex + (generator.random(count) < 0.3), 238).astype(np.uint8)
        rosters.rebuild(people, age_sex)
    again = copy.deepcopy(rosters)
    again.remap(np.arange(count, dtype=np.int32))
    again.rebuild(people, age_sex)
    np.testing.assert_array_equal(again.youth_slots, rosters.youth_slots)
    np.testing.assert_array_equal(again.adult_slots, rosters.adult_slots)


def test_one_more_person_changes_few_picks() -> None:
    count = 1700
    keys = scattered_keys(count + 1)
    share_changed = []
    for newcomer in range(200):
        everybody = np.append(keys[:count], np.random.default_rng(newcomer).integers(2**63, 2**64, 1, np.uint64))
        people, communities = make_world(everybody, [0] * (count + 1), 1)
        people.present[-1] = 0
        age_sex = np.full(count + 1, 80, np.uint8)
        rosters = Rosters(people, communities)
        rosters.rebuild(people, age_sex)
        before = rosters.adult_slots.copy()
        people.present[-1] = 1
        rosters.rebuild(people, age_sex)
        share_changed.append(float(np.mean(before != rosters.adult_slots)))
        assert share_changed[-1] < 0.02
    assert np.mean(share_changed) < 0.002


def test_a_community_that_outgrows_its_table_gets_a_larger_one_and_keeps_everybody() -> None:
    people, communities = make_world(scattered_keys(100), [0] * 100, 2)
    people.present[20:] = 0
    age_sex = np.full(100, 80, np.uint8)
    rosters = Rosters(people, communities)
    rosters.rebuild(people, age_sex)
    small = rosters.adult_mask[0]
    people.present[:] = 1
    rosters.rebuild(people, age_sex)
    assert rosters.adult_mask[0] > small
    assert members(rosters.adult_slots, rosters.adult_start, 0) == list(range(100))


def test_newcomers_and_compaction_are_followed() -> None:
    people, communities = make_world(scattered_keys(60), [0] * 60, 1)
    rosters = Rosters(people, communities)
    rosters.rebuild(people, np.full(60, 36, np.uint8))
    people.append(5)
    people.key[60:], people.present[60:] = np.arange(5) + 7_000, 1
    rosters.rebuild(people, np.full(65, 36, np.uint8))
    assert members(rosters.youth_slots, rosters.youth_start, 0) == list(range(65))
    kept = np.flatnonzero(np.arange(65) % 3 > 0)
    new_row_of_old = np.full(65, -1, np.int32)
    new_row_of_old[kept] = np.arange(kept.size)
    people.take(kept)
    with pytest.raises(ValueError, match="remap"):
        rosters.rebuild(people, np.full(kept.size, 36, np.uint8))
    rosters.remap(new_row_of_old)
    rosters.rebuild(people, np.full(kept.size, 36, np.uint8))
    assert members(rosters.youth_slots, rosters.youth_start, 0) == list(range(kept.size))
