"""Police, emergency department, courts and records: each sees part of what happened, and sentences follow."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import ACES, KNOWN_TO, NEVER
from sim.services.sanctions import CUSTODY, DIVERTED, by_age_band


def violent_month(world):
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    return world.violence.unfold(world.month, 8.0)


@pytest.fixture
def lived(burnt_in):
    """A world in which a violent month has been settled and responded to."""
    world = burnt_in.fork()
    incidents = violent_month(world)
    world.aftermath.settle(world.month, incidents)
    world.services.respond(world.month, incidents)
    yield world, incidents
    world.close()


@pytest.mark.mechanism("reporting", "recording")
def test_what_is_recorded_was_reported_and_both_are_a_part(lived):
    _, incidents = lived
    assert not (incidents.recorded & ~incidents.reported).any()
    assert 0 < incidents.recorded.sum() < incidents.reported.sum() < len(incidents)


@pytest.mark.mechanism("reporting")
def test_adults_report_more_often_than_children(lived):
    world, incidents = lived
    adult = world.people.age_sex[incidents.victim] // 2 >= 21
    child = world.people.age_sex[incidents.victim] // 2 < 15
    assert incidents.reported[adult].mean() > 1.5 * incidents.reported[child].mean()


@pytest.mark.mechanism("treatment")
def test_only_treated_people_are_known_to_have_been_treated(lived):
    world, incidents = lived
    treated = np.unique(incidents.victim[incidents.treated])
    assert treated.size
    assert np.array_equal(np.flatnonzero(world.people.months_since_ed == 0), treated)


@pytest.mark.mechanism("reporting_by_legitimacy")
def test_legitimacy_raises_reporting(burnt_in):
    reported = []
    for legitimacy in (-3.0, 3.0):
        world = burnt_in.fork()
        incidents = violent_month(world)
        world.communities.legitimacy[:] = legitimacy
        world.services.respond(world.month, incidents)
        reported.append(incidents.reported.copy())
        world.close()
    assert (reported[0] <= reported[1]).all() and reported[0].sum() < reported[1].sum()


def adults_of(world, number=2000):
    people = world.people
    return np.flatnonzero((people.age_sex // 2 >= 21) & (people.age_sex != NEVER) & (people.custody == 0))[:number]


@pytest.mark.mechanism("sentence")
def test_sentences_are_counted_and_custody_runs_out(burnt_in):
    world = burnt_in.fork()
    people, sanctions = world.people, world.services.sanctions
    adults = adults_of(world)
    before = people.sanctions[adults].copy()
    outcome = sanctions.sentence(world.month, np.concatenate([adults, adults[:10]]))
    assert np.array_equal(outcome.rows, adults)
    assert np.array_equal(people.sanctions[adults], before + 1)
    assert (people.months_since_sanction[adults] == 0).all()
    assert np.array_equal(people.custody[adults] > 0, outcome.disposal == CUSTODY)
    first, later = (outcome.disposal[before == 0], outcome.disposal[before > 0])
    assert (first == CUSTODY).mean() < (later == CUSTODY).mean() < 0.3
    assert (first == DIVERTED).mean() > (later == DIVERTED).mean()
    inside = np.flatnonzero(people.custody > 0)
    released, longest = [], int(people.custody.max())
    for _ in range(longest):
        released.append(sanctions.pass_month())
    assert not people.custody.any()
    assert np.array_equal(np.sort(np.concatenate(released)), inside)
    assert (people.months_since_sanction[adults] == min(longest, 254)).all()
    world.close()


def test_children_without_a_record_are_mostly_diverted_and_everybody_is_dealt_with_once(burnt_in):
    world = burnt_in.fork()
    people, age = world.people, world.people.age_sex // 2
    children = np.flatnonzero((age >= 10) & (age < 18) & (people.sanctions == 0))
    world.tools.ledger.make_room(1)
    outcome = world.services.sanctions.sentence(world.month, children)
    counted = {name: tables.by_community.sum() for name, tables in world.tools.ledger.tables.items()}
    assert (outcome.disposal == DIVERTED).mean() == pytest.approx(0.8, abs=0.06)
    assert counted["charged"] == counted["sanctions"] == children.size
    assert counted["charged"] == counted["diverted"] + counted["community_sentences"] + counted["custody_starts"]
    world.close()


def test_nobody_goes_to_custody_when_courts_send_nobody(make_place):
    world = make_place({"services.custody": np.zeros(6)}, seed=2)
    world.people.custody[:] = 0
    world.run(12)
    assert not world.people.custody.any()
    world.close()


def test_a_parent_in_custody_is_an_adverse_experience_of_the_child(burnt_in):
    world, other = burnt_in.fork(), burnt_in.fork()
    people, bit = world.people, 1 << ACES.index("custody")
    child = np.flatnonzero((people.age_sex // 2 < 16) & (people.mother >= 0) & ((people.aces & bit) == 0))
    child = child[people.family[child] == people.family[people.mother[child]]][:50]
    people.custody[people.mother[child]] = 6
    world.step(), other.step()
    there = (people.present[child] == 1) & (people.care[child] == 0)
    assert there.sum() > 30
    assert ((people.aces[child[there]] & bit) > 0).all()
    assert ((other.people.aces[child] & bit) > 0).mean() < 0.1
    world.close(), other.close()


def needs_in_numpy(world):
    """Who could be known to which service, column by column."""
    people, p = world.people, world.parameters
    stratum, months = people.age_sex, p["services.record_months"]
    pupil, minor, here = (stratum >= 10) & (stratum < 32), stratum < 36, stratum != NEVER
    conduct = (stratum >= 6) & (stratum < 22) & (people.self_control < p["services.conduct_problems"])
    trouble = (people.recent_suspensions > 0) | (people.exclusion != NEVER)
    trouble |= people.school_engagement < p["services.disengaged_pupil"]
    stress = np.where(people.family >= 0, world.families.stress[people.family], -9)
    sanctioned = people.months_since_sanction < months
    return {
        "school": (pupil & trouble) | conduct,
        "social_care": minor & ((people.care > 0) | (people.ace_count >= p["services.serious_harm_aces"])),
        "health_visiting": (stratum < 10) & (stress > p["services.high_parental_stress"]),
        "youth_justice": minor & sanctioned,
        "police": here & sanctioned,
        "emergency_department": here & (people.months_since_ed < months),
        "jobcentre": here & (people.work == 3),
        "ambulance": here & (people.months_since_ed < months),
        "child_mental_health": (stratum >= 10) & minor & (people.trauma > p["services.child_trauma"]),
        "substance_services": here & (stratum >= 32) & ((people.alcohol > 0) | (people.drugs > 0)),
    }


@pytest.mark.mechanism("records")
def test_a_service_knows_only_people_with_a_need_and_never_all_of_them(lived):
    world, _ = lived
    records = world.services.records
    records.update(world.month)
    needs = records.needs()
    for service, expected in needs_in_numpy(world).items():
        bit = 1 << KNOWN_TO.index(service)
        needed, known = (needs & bit) > 0, (world.people.known_to & bit) > 0
        assert np.array_equal(needed, expected), service
        assert not (known & ~needed).any()
        if needed.sum() > 200:
            share = known.sum() / needed.sum()
            assert share == pytest.approx(records.sight[KNOWN_TO.index(service)], abs=0.12)


def test_what_a_service_knows_lasts_while_the_need_does(burnt_in):
    world = burnt_in.fork()
    records, own_month = world.services.records, world.people.key % np.uint64(12)
    records.update(24)
    first = world.people.known_to.copy()
    records.update(29)
    same_year = (24 + own_month) // 12 == (29 + own_month) // 12
    assert 0.4 < same_year.mean() < 0.8
    assert np.array_equal(first[same_year], world.people.known_to[same_year])
    assert not np.array_equal(first, world.people.known_to)
    world.close()


def test_records_taken_in_turns_agree_with_all_at_once(burnt_in):
    world = burnt_in.fork()
    records, people = world.services.records, world.people
    people.known_to[:] = 0
    seen = np.zeros(people.n, np.uint16)
    for month in range(24, 24 + records.turns):
        records.update(month)
        at_once = people.known_to.copy()
        people.known_to[:] = 0
        rows, fresh = records.refresh(month)
        assert np.array_equal(fresh, at_once[rows])
        seen[rows] += 1
    assert np.array_equal(seen > 0, seen == 1)
    needy = records.needs() > 0
    assert seen[needy].mean() > 0.3
    world.close()


def test_a_contact_is_noted_at_once_and_other_needs_wait_for_their_turn(burnt_in):
    world = burnt_in.fork()
    people, records = world.people, world.services.records
    records.sight[:] = 1.0
    people.known_to[:] = 0
    age = people.age_sex // 2
    rows = np.flatnonzero((age >= 20) & (age < 25) & (people.work == 3) & (people.present == 1)).astype(np.int32)
    people.months_since_sanction[rows], people.months_since_ed[rows] = 0, 0
    records.notice_contact(world.month, rows)
    bits = {name: 1 << KNOWN_TO.index(name) for name in KNOWN_TO}
    assert np.all(people.known_to[rows] == bits["police"] | bits["emergency_department"] | bits["ambulance"])
    newly = np.zeros(people.n, np.uint16)
    for month in range(world.month, world.month + records.turns):
        found, fresh = records.refresh(month)
        newly[found] |= fresh
    assert ((newly[rows] & bits["jobcentre"]) > 0).all() and not (newly[rows] & bits["police"]).any()
    world.close()


def test_tables_by_age_band_and_sex():
    table = np.arange(6.0)
    ages = np.array([12, 18, 20, 21, 70]) * 12
    assert by_age_band(table, ages, np.array([0, 1, 0, 0, 1])).tolist() == [0, 3, 2, 4, 5]
