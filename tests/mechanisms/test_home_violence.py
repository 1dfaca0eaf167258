"""Abuse at home is one process, and violence at home and around is seen."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import ACES, EMPLOYED, NEET, VIOLENCE_AT_HOME
from sim.violence.incidents import FAMILY

PHYSICAL_ABUSE = 1 << ACES.index("physical_abuse")
OFTEN = {"families.ace_hazards": np.array([1.6e-3, 2.23e-4, 2.21e-4, 0.17e-4, 0.32e-4])}


def month_at_home(world):
    """Live the part of a month from homes to what violence leaves behind; return its incidents."""
    world.family_room.turn(world.month)
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    incidents = world.violence.unfold(world.month, 3.0, world.family_room.abused)
    world._settle(world.month, incidents)
    return incidents


def adult_to_child(world, incidents):
    adult = world.people.age_sex >= 36
    return (incidents.context == FAMILY) & adult[incidents.offender] & ~adult[incidents.victim]


@pytest.fixture(scope="module")
def often(make_place):
    place = make_place(changes=OFTEN, seed=4, burn_in_years=0)
    yield place
    place.close()


def test_every_child_newly_abused_is_the_victim_of_an_adult_at_home_and_the_other_way_round(often):
    world = often.fork()
    before = world.people.aces & PHYSICAL_ABUSE
    incidents = month_at_home(world)
    abuse = adult_to_child(world, incidents)
    assert abuse.sum() > 5
    people = world.people
    assert (people.family[incidents.offender[abuse]] == people.family[incidents.victim[abuse]]).all()
    new = np.flatnonzero((people.aces & PHYSICAL_ABUSE) > before)
    hurt = np.unique(incidents.victim[abuse])
    assert new.size and np.array_equal(new, hurt[before[hurt] == 0])
    world.close()


def test_without_abuse_at_home_no_adult_hurts_a_child_there_and_the_rest_stays(often):
    usual, none = often.fork(), often.fork()
    none.family_room.child_rates["ace_hazard"][:, 0] = 0.0
    before, after = month_at_home(usual), month_at_home(none)
    abuse = adult_to_child(usual, before)
    assert abuse.any() and not adult_to_child(none, after).any()
    assert np.array_equal(before.key[~abuse], after.key)
    usual.close(), none.close()


def test_less_violent_adults_hurt_fewer_children_at_home(often):
    worlds = [often.fork() for _ in range(3)]
    rows = np.arange(often.people.n)
    for world, push in zip(worlds[1:], (0.0, -3.0), strict=True):
        world.tools.levers.push("violence_hazard", rows, np.full(rows.size, push, np.float32), rows.size)
    usual, zero, calm = (adult_to_child(world, month_at_home(world)).sum() for world in worlds)
    assert usual == zero > 3 * calm
    for world in worlds:
        world.close()


def test_children_see_violence_at_home_and_families_feel_it(burnt_in):
    seen, unseen = burnt_in.fork(), burnt_in.fork()
    people = seen.people
    children = np.flatnonzero((people.age_sex < 36) & (people.present == 1) & (people.family >= 0) & (people.care == 0))
    homes = np.unique(people.family[children])[::2]
    seen.families.states[homes] |= np.uint8(VIOLENCE_AT_HOME)
    unseen.families.states[homes] &= np.uint8(0xFF ^ VIOLENCE_AT_HOME)
    for world in (seen, unseen):
        world.individuals.develop(world.month)
        world.family_room.turn(world.month)
    more = seen.people.trauma - unseen.people.trauma
    there = children[np.isin(people.family[children], homes)]
    witness = burnt_in.parameters["individuals.trauma_witness"]
    np.testing.assert_allclose(more[there], witness, atol=1e-5)
    assert not np.delete(more, there).any()
    stress = seen.families.stress - unseen.families.stress
    expected = burnt_in.parameters["families.stress_reversion"] * burnt_in.parameters["families.stress_violence"]
    np.testing.assert_allclose(stress[homes], expected, atol=1e-5)
    assert not np.delete(stress, homes).any()
    seen.close(), unseen.close()


def test_a_home_remembers_an_incident_for_a_month(burnt_in):
    world = burnt_in.fork()
    incidents = month_at_home(world)
    homes = np.unique(world.people.family[incidents.victim[incidents.at_home]])
    marked = np.flatnonzero(world.families.states & VIOLENCE_AT_HOME)
    assert np.array_equal(marked, homes[homes >= 0])
    world.family_room.note_violence(world.month + 1, *(np.empty(0, np.int32),) * 2, np.empty(0, bool))
    assert not (world.families.states & VIOLENCE_AT_HOME).any()
    world.close()


def test_violence_in_the_community_is_seen_by_the_young_of_that_community_only(burnt_in):
    calm, violent = burnt_in.fork(), burnt_in.fork()
    calm.communities.recent_violence[:] = 0.0
    violent.communities.recent_violence[:] = 0.0
    violent.communities.recent_violence[0] = 50.0
    for world in (calm, violent):
        world.individuals.develop(world.month)
    more, people = violent.people.trauma - calm.people.trauma, calm.people
    age = people.age_sex // 2
    around = (age >= 10) & (age <= 24) & (people.community == 0) & (people.present == 1)
    assert around.any() and (more[around] > 0).all() and not more[~around].any()
    calm.close(), violent.close()


def test_injury_disrupts_school_and_work_and_a_sanction_school(burnt_in):
    hurt, well = burnt_in.fork(), burnt_in.fork()
    people = hurt.people
    rows = np.flatnonzero((people.present == 1) & (people.key % 2 == 0))
    for world in (hurt, well):
        world.people.months_since_ed[:] = 255
        world.people.months_since_sanction[:] = 255
        world.people.recent_suspensions[:] = 0.0
    hurt.people.months_since_ed[rows] = 0
    for world in (hurt, well):
        world.individuals.develop(world.month)
    less = hurt.people.school_engagement - well.people.school_engagement
    pupil = (people.age_sex >= 10) & (people.age_sex < 32) & (people.present == 1)
    treated = np.zeros(people.n, bool)
    treated[rows] = True
    np.testing.assert_allclose(less[pupil & treated], burnt_in.parameters["individuals.injury_engagement"], atol=1e-5)
    assert not less[~(pupil & treated)].any()
    worked = (people.work == EMPLOYED) & treated
    for world in (hurt, well):
        world.individuals.work(world.month)
    lost = (hurt.people.work == NEET) & (well.people.work == EMPLOYED)
    assert 0.02 < lost[worked].mean() < 0.1 and not lost[~treated].any()
    assert not ((well.people.work == NEET) & (hurt.people.work == EMPLOYED)).any()
    hurt.close(), well.close()
