"""School friends, absence, suspension for violence, care for those who are known, work as a stake in conformity."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import EMPLOYED, KNOWN_TO
from sim.population.schools import nearest_school
from tests.life_world import LifeWorld

SOCIAL_CARE = np.uint16(1 << KNOWN_TO.index("social_care"))


def at_ages(world, low, high):
    age = world.people.age_sex // 2
    return np.flatnonzero((age >= low) & (age < high) & (world.people.present == 1))


def test_friends_of_pupils_go_to_the_same_school_more_often(make_place):
    place = make_place(seed=2, burn_in_years=0)
    table = place.place_data.lsoa
    school = nearest_school(table["easting"], table["northing"])
    people = place.people
    same = {}
    for name, rows in (("pupils", at_ages(place, 11, 16)), ("others", at_ages(place, 18, 23))):
        friends = people.friends[rows]
        named = friends != rows[:, None]
        there = np.repeat(people.community[rows], named.sum(axis=1))
        other = people.community[friends[named]]
        away = other != there
        same[name] = (school[there[away]] == school[other[away]]).mean()
        assert 0.3 < away.mean() < 0.6 if name == "pupils" else away.mean() < 0.35
    assert same["pupils"] > same["others"]
    place.close()


def test_absence_follows_engagement_and_costs_attainment():
    plain = LifeWorld(3000)
    plain.live(6)
    a = plain.individuals.attainment
    assert plain.total("persistent_absences") == pytest.approx(0.18 * (at_school(plain).sum()), rel=0.3)
    harmed, spared = LifeWorld(3000, changes=absence_costs(-1.5)), LifeWorld(3000, changes=absence_costs(0.0))
    engagement = harmed.people.school_engagement
    adult = harmed.age >= 16
    lower = (harmed.people.qualification < spared.people.qualification)[adult]
    higher = (harmed.people.qualification > spared.people.qualification)[adult]
    absent = 1 / (1 + np.exp(-(a.absence_level + a.absence_engagement * engagement[adult])))
    assert absent[lower].mean() > 0.25 > a.absence_mean > absent[higher].mean()


def at_school(world):
    return (world.age >= 5) & (world.age <= 15)


def absence_costs(size):
    return {"individuals.attainment_absence": size}


def test_violent_pupils_are_suspended_more_often():
    # Pupils of average risk, well below the ceiling, above which violence could add nothing.
    calm, violent = (LifeWorld(6000, changes={"individuals.suspension_hazard": 0.03}) for _ in range(2))
    for world in (calm, violent):
        for name in ("propensity", "self_control", "ability", "recent_suspensions", "suspensions", "ace_count", "aces"):
            getattr(world.people, name)[:] = 0
    violent.people.months_since_perpetrator[:] = 0
    calm.live(1), violent.live(1)
    ratio = np.exp(calm.parameters["individuals.suspension_violence"])
    assert violent.total("suspensions") == pytest.approx(ratio * calm.total("suspensions"), rel=0.2)
    assert not (calm.people.suspensions > violent.people.suspensions).any()


def test_care_is_mostly_for_children_whom_social_care_knows():
    entered = {}
    for known in (SOCIAL_CARE, 0):
        world = LifeWorld(8000, changes={"families.care_entry": 4e-3})
        people = world.people
        people.care[:] = 0
        children = np.flatnonzero(world.age < 17)
        people.aces[children] = 0b1111
        people.ace_count[children] = 4
        people.known_to[:] = known
        world.live(12)
        entered[known] = people.care[children].sum()
    ratio = np.exp(world.parameters["families.care_recognised"])
    assert entered[0] > 20 and 0.6 * ratio < entered[SOCIAL_CARE] / entered[0] < 1.2 * ratio


def test_care_ends_at_eighteen_and_by_its_hazard():
    world = LifeWorld(1000, changes={"families.care_exit": 1.0})
    world.people.care[:] = 1
    world.live(1)
    assert not world.people.care[world.age >= 18].any()
    assert world.people.care.mean() < 0.01


def test_carers_warmth_replaces_the_familys_while_looked_after():
    home, care = LifeWorld(1500), LifeWorld(1500)
    for world in (home, care):
        world.families.parenting_trait[:] = world.families.parenting[:] = -2.5
    young = np.flatnonzero(home.age < 4)
    care.people.care[young] = 1
    home.live(3), care.live(3)
    gain = care.people.self_control[young] - home.people.self_control[young]
    assert gain.mean() > 0.05


def test_supervision_of_carers_counts_for_looked_after_children(burnt_in):
    world = burnt_in.fork()
    rows = at_ages(world, 12, 17)
    rows = rows[world.people.family[rows] >= 0]
    world.families.supervision[:] = -2.0
    world.people.care[:] = 0
    world.violence.risk.refresh(world.month)
    before = world.people.risk_log.copy()
    world.people.care[rows] = 1
    world.violence.risk.refresh(world.month)
    change = world.people.risk_log - before
    carers = burnt_in.parameters["families.supervision_in_care"]
    expected = burnt_in.parameters["violence.factor_supervision"] * (carers + 2.0)
    np.testing.assert_allclose(change[rows], expected, atol=1e-5)
    assert not np.delete(change, rows).any()
    world.close()


def test_work_lowers_risk_of_those_in_work_only(burnt_in):
    world = burnt_in.fork()
    world.people.care[:] = 0
    world.violence.risk.refresh(world.month)
    before = world.people.risk_log.copy()
    world.violence.risk.states[1, EMPLOYED] = 0.0
    world.violence.risk.refresh(world.month)
    change = world.people.risk_log - before
    employed = (world.people.work == EMPLOYED) & (world.people.present == 1)
    np.testing.assert_allclose(change[employed], -burnt_in.parameters["violence.factor_employment"], atol=1e-5)
    assert not change[~employed].any()
    world.close()


def test_children_of_the_sanctioned_are_sanctioned_more_often(make_place):
    place = make_place(seed=5, burn_in_years=0)
    people = place.people
    rows = at_ages(place, 18, 40)
    rows = rows[(people.mother[rows] >= 0) | (people.father[rows] >= 0)]
    mother, father = people.mother[rows], people.father[rows]
    of_parent = ((mother >= 0) & (people.sanctions[mother] > 0)) | ((father >= 0) & (people.sanctions[father] > 0))
    own = people.sanctions[rows] > 0
    table = [[(own[of_parent == parent] == child).sum() for child in (False, True)] for parent in (False, True)]
    odds_ratio = table[1][1] * table[0][0] / (table[1][0] * table[0][1])
    assert 1.3 < odds_ratio < 5.0
    place.close()
