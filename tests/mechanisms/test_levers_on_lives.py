"""Levers on homes, school, habits and work: each moves what it names, and in its first month that alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.population.columns import DOMESTIC_ABUSE, EMPLOYED, SUBSTANCE_USE
from tests.life_world import LifeWorld
from tests.mechanisms.paired import differing

HOMES = 3000


def homes_with(state: int) -> Callable[[LifeWorld], int]:
    return lambda world: int(np.count_nonzero(world.families.states & np.uint8(state)))


def people_with(column: str) -> Callable[[LifeWorld], int]:
    return lambda world: int(np.count_nonzero(getattr(world.people, column)))


FOLLOWS_ABUSE = {"states", "trauma", "aces", "ace_count", "vulnerability"}
CASES = {
    # lever: (push that raises, what rises, may differ after a month)
    "domestic_abuse_onset": (2.0, homes_with(DOMESTIC_ABUSE), FOLLOWS_ABUSE),
    "domestic_abuse_persistence": (2.0, homes_with(DOMESTIC_ABUSE), FOLLOWS_ABUSE),
    "parental_substance_use": (2.0, homes_with(SUBSTANCE_USE), {"states", "aces", "ace_count"}),
    "parental_substance_recovery": (-2.0, homes_with(SUBSTANCE_USE), {"states", "aces", "ace_count"}),
    "care_entry": (2.0, people_with("care"), {"care", "self_control", "school_engagement"}),
    "drug_start": (1.0, people_with("drugs"), {"drugs"}),
    "drug_stop": (-2.0, people_with("drugs"), {"drugs"}),
    "alcohol_stop": (-2.0, people_with("alcohol"), {"alcohol"}),
}
FOLLOWS_ADVERSITY = {"self_control", "school_engagement", "recent_suspensions", "suspensions", "exclusion", "care"}
"""What adversity of the same month moves by way of its number."""


@pytest.mark.mechanism("levers", "domestic_abuse", "home_states", "care", "drinking", "drug_use")
@pytest.mark.parametrize("lever", CASES)
def test_a_lever_moves_its_state_both_ways_and_in_the_first_month_nothing_else(lever):
    value, count, moved = CASES[lever]
    plain, more, fewer = LifeWorld(HOMES), LifeWorld(HOMES), LifeWorld(HOMES)
    more.push(lever, value), fewer.push(lever, -value)
    for world in (plain, more, fewer):
        world.live(1)
    allowed = moved | (FOLLOWS_ADVERSITY if "ace_count" in moved else set())
    for world in (more, fewer):
        found = set(differing(world.people, plain.people)) | set(differing(world.families, plain.families))
        assert found <= allowed
    for world in (plain, more, fewer):
        world.live(5)
    assert count(fewer) < count(plain) < count(more)


@pytest.mark.mechanism("domestic_abuse", "home_states")
def test_a_state_that_nothing_starts_is_started_by_no_lever():
    changes = {"families.domestic_abuse_onset": 0.0, "families.substance_use_onset": 0.0}
    world = LifeWorld(500, changes=changes)
    world.families.states[:] = 0
    world.push("domestic_abuse_onset", 3.0), world.push("parental_substance_use", 3.0)
    world.live(3)
    assert not homes_with(DOMESTIC_ABUSE | SUBSTANCE_USE)(world)


@pytest.mark.mechanism("suspension", "levers")
def test_the_lever_on_suspensions_moves_them_and_exclusions_after_them():
    worlds = [LifeWorld(HOMES, changes={"individuals.exclusion_probability": 0.2}) for _ in range(3)]
    for world, push in zip(worlds, (-3.0, 0.0, 1.0), strict=True):
        world.push("suspension_hazard", push)
        world.live(1)
    school = {"school_engagement", "recent_suspensions", "suspensions", "exclusion"}
    assert set(differing(worlds[0].people, worlds[2].people)) <= school
    for world in worlds:
        world.live(5)
    for measure in ("suspensions", "exclusions"):
        fewest, usual, most = (world.total(measure) for world in worlds)
        assert fewest < usual < most


@pytest.mark.mechanism("attainment", "levers")
def test_the_lever_on_qualifications_raises_those_settled_and_no_others():
    worlds = [LifeWorld(HOMES) for _ in range(2)]
    worlds[1].push("qualification", 0.5)
    before = worlds[0].people.qualification.copy()
    for world in worlds:
        world.live(1)
    assert differing(worlds[0].people, worlds[1].people) == []
    for world in worlds:
        world.live(6)
    usual, higher = (world.people.qualification for world in worlds)
    settled = (before == 0) & (usual > 0)
    assert settled.sum() > 50 and np.array_equal(usual[~settled], higher[~settled])
    assert (higher[settled] >= usual[settled]).all() and (higher[settled] > usual[settled]).mean() > 0.05


@pytest.mark.mechanism("disadvantage_at_work", "levers")
def test_less_labelling_keeps_the_sanctioned_in_work_and_leaves_others_alone():
    worlds = [LifeWorld(HOMES) for _ in range(2)]
    for world in worlds:
        world.people.sanctions[::2] = 1
    worlds[1].push("labelling", -3.0)
    for world in worlds:
        world.live(1)
    assert set(differing(worlds[0].people, worlds[1].people)) <= {"work", "months_in_work_state"}
    differs = worlds[0].people.work != worlds[1].people.work
    assert (np.flatnonzero(differs) % 2 == 0).all()
    for world in worlds:
        world.live(11)
    sanctioned = (worlds[0].people.sanctions > 0) & (worlds[0].age >= 18)
    labelled, spared = (np.count_nonzero(world.people.work[sanctioned] == EMPLOYED) for world in worlds)
    assert spared > labelled


@pytest.mark.mechanism("labelling")
def test_less_labelling_keeps_the_sanctioned_engaged_with_school():
    worlds = [LifeWorld(300) for _ in range(2)]
    worlds[1].push("labelling", -1.0)
    before = worlds[0].people.school_engagement.copy()
    for world in worlds:
        world.people.months_since_sanction[:] = 0
        world.individuals._disruption.of_school()
    lost, kept = (before - world.people.school_engagement for world in worlds)
    pupils = lost != 0
    assert pupils.sum() > 50
    np.testing.assert_allclose(kept[pupils], np.exp(-1.0) * lost[pupils], rtol=1e-3)
