"""Who is eligible, by every condition a catalogue entry may set."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.chance import code_key
from sim.interventions.catalogue import Catalogue
from sim.interventions.conditions import CONDITIONS, condition_words
from sim.interventions.eligibility import certain, eligible_rows, known_mask, uncertain
from sim.interventions.resolved import Eligibility, PlacePlan, WherePlan, resolve_eligibility
from sim.interventions.where import served_communities
from sim.population.columns import NEET, WORKLESS
from tests.small_world import DECISION_MONTH, SmallWorld, mentoring


def everybody(*all_of, any_of=(), none_of=()) -> Eligibility:
    return Eligibility(0, 110, None, tuple(all_of), tuple(any_of), tuple(none_of))


def found(world: SmallWorld, who: Eligibility) -> set[int]:
    return set(eligible_rows(world.programmes.registers, who, None).tolist())


def test_ages_are_both_included_and_sex_counts():
    world = SmallWorld()
    people = world.people
    years = (DECISION_MONTH - people.birth_month) // 12
    expected = np.flatnonzero((years >= 10) & (years <= 18) & (people.sex == 0))
    assert found(world, Eligibility(10, 18, "female", (), (), ())) == set(expected.tolist())
    assert found(world, Eligibility(0, 110, None, (), (), ())) == set(range(people.n))


def test_those_who_are_gone_or_in_custody_are_not_eligible():
    world = SmallWorld()
    world.people.present[5] = 0
    world.people.custody[7] = 2
    world.set_ages()
    assert set(range(world.people.n)) - found(world, everybody()) == {5, 7}


CASES = [
    ("known_to", "youth_justice", "known_to", 1 << 3),
    ("recent_victim", 6, "months_since_ed", 6),
    ("excluded", 12, "exclusion", 12),
    ("suspensions_at_least", 2, "suspensions", 2),
    ("sanctioned", 12, "months_since_sanction", 3),
    ("aces_at_least", 4, "ace_count", 4),
    ("work", "neet", "work", NEET),
    ("months_in_work_state_at_least", 6, "months_in_work_state", 6),
    ("looked_after", True, "care", 1),
    ("gang", True, "gang", 1),
    ("heavy_drinking", True, "alcohol", 1),
    ("drug_use", True, "drugs", 1),
    ("self_control_below", -1.0, "self_control", -1.5),
    ("school_engagement_below", -1.0, "school_engagement", -1.5),
    ("hurt_somebody", 12, "months_since_perpetrator", 12),
    ("hurt_by_somebody", 6, "months_since_victim", 3),
    ("carries_weapon", True, "weapon", 1),
    ("trauma_above", 1.0, "trauma", 1.5),
    ("acceptance_above", 1.0, "acceptance_of_violence", 1.5),
]


@pytest.mark.parametrize(("name", "value", "column", "met"), CASES)
def test_condition_on_a_column(name, value, column, met):
    world = SmallWorld(400)
    getattr(world.people, column)[11] = met
    assert found(world, everybody((name, value))) == {11}
    assert found(world, everybody(none_of=((name, value),))) == set(range(400)) - {11}


def test_conditions_on_family_and_community():
    world = SmallWorld(400)
    world.families.states[3] = WORKLESS
    world.families.lone_parent[4] = 1
    world.communities.fifth[:] = 4
    world.communities.fifth[2] = 1
    assert found(world, everybody(("family_state", "workless"))) == {12, 13, 14, 15}
    assert found(world, everybody(("lone_parent_home", True))) == {16, 17, 18, 19}
    assert found(world, everybody(("most_deprived_fifths", 2))) == set(range(2, 400, 10))


def test_no_trusted_adult_means_none():
    world = SmallWorld(40)
    world.people.trusted_adult[:] = 1
    world.people.trusted_adult[4] = 0
    assert found(world, everybody(("no_trusted_adult", True))) == {4}


def test_who_is_meant_is_said_in_one_sentence():
    who = Eligibility(10, 17, "male", (("work", "pupil"),), (("gang", True), ("drug_use", True)), (("excluded", 6),))
    assert who.words() == (
        "boys and men aged 10 to 17, whose state in school or work is pupil; any of: in a gang or exploited by one, "
        "using drugs frequently; none of: permanently excluded from school in the last 6 months"
    )


def test_any_and_all():
    world = SmallWorld(40)
    world.people.gang[[1, 2]] = 1
    world.people.alcohol[[2, 3]] = 1
    conditions = (("gang", True), ("heavy_drinking", True))
    assert found(world, everybody(*conditions)) == {2}
    assert found(world, everybody(any_of=conditions)) == {1, 2, 3}


def test_children_of_young_mothers():
    world = SmallWorld()
    people = world.people
    people.birth_month[:3] = [0, 0, -12 * 19 - 11]
    people.mother[0], people.mother[1] = 2, 3
    people.birth_month[3] = -12 * 20
    world.set_ages()
    assert found(world, everybody(("mother_at_most", 19))) == {0}


def test_services_can_be_wrong_about_some_conditions_only():
    who = everybody(("work", "pupil"), ("gang", True), none_of=(("excluded", 12),))
    assert (certain(who).all_of, certain(who).none_of) == ((("work", "pupil"),), (("excluded", 12),))
    assert (uncertain(who).all_of, uncertain(who).none_of) == ((("gang", True),), ())
    either = everybody(any_of=(("work", "pupil"), ("gang", True)))
    assert (certain(either).any_of, uncertain(either).any_of) == ((), either.any_of)


def test_every_condition_has_words_and_a_case():
    tested = {case[0] for case in CASES} | {
        "family_state",
        "lone_parent_home",
        "most_deprived_fifths",
        "no_trusted_adult",
        "mother_at_most",
    }
    assert tested == set(CONDITIONS)
    assert condition_words("known_to", "youth_justice") == "known to youth justice"


def test_communities_by_code_and_by_need():
    world = SmallWorld()
    world.communities.key[:] = np.array([code_key(f"E0100000{i}") for i in range(10)], np.uint64)
    registers, recorded = world.programmes.registers, np.array([0, 9, 0, 0, 5, 0, 0, 0, 0, 0])

    def chosen(**plan) -> list[int]:
        return np.flatnonzero(served_communities(registers, mentoring(**plan), recorded, 40_000)).tolist()

    assert chosen(communities=("E01000003", "E01000007")) == [3, 7]
    assert chosen(communities=0.25) == [7, 8, 9]
    assert chosen(where=WherePlan("deprivation", 0.2)) == [8, 9]
    assert chosen(where=WherePlan("recorded_violence", 0.2)) == [1, 4]
    assert chosen(where=WherePlan("recorded_violence", 0.2), communities=0.1) == [9]
    assert chosen(place=PlacePlan(communities_per_100000=2.5)) == [1]
    assert served_communities(registers, mentoring(), recorded, 40_000) is None
    assert served_communities(registers, mentoring(where=WherePlan("all", 0.1)), recorded, 40_000) is None


def test_known_are_those_in_the_records_of_identifying_services():
    world = SmallWorld(400)
    world.people.known_to[:] = 0
    world.people.known_to[[3, 4]] = 1
    world.people.known_to[[5]] = 2
    rows = np.arange(400)
    chance = world.programmes.tools.chance
    known = known_mask(world.programmes.registers, mentoring(), rows, chance, 0.0)
    assert np.flatnonzero(known).tolist() == [3, 4]
    shared = known_mask(world.programmes.registers, mentoring(), rows, chance, 1.0)
    assert np.flatnonzero(shared).tolist() == [3, 4, 5]


@pytest.mark.parametrize("identifier", [name for name, entry in Catalogue().entries().items() if entry.who])
def test_whom_every_shipped_programme_is_for_can_be_found(identifier):
    world = SmallWorld(400)
    who = resolve_eligibility(Catalogue().entry(identifier))
    rows = eligible_rows(world.programmes.registers, who, None)
    ages = world.people.age_sex[rows] // 2
    assert np.all((ages >= who.youngest) & (ages <= who.oldest))
    assert who.words().startswith("boys and men" if who.sex == "male" else "people")
