"""Police, emergency department, courts and records: each sees part of what happened."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import KNOWN_TO, NEVER
from sim.services.sanctions import by_age_band


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


@pytest.mark.mechanism("sentence")
def test_sentences_are_counted_and_custody_runs_out(burnt_in):
    world = burnt_in.fork()
    people, sanctions = world.people, world.services.sanctions
    adults = np.flatnonzero((people.age_sex // 2 >= 20) & (people.age_sex != NEVER))[:2000]
    before = people.sanctions[adults].copy()
    sanctions.sentence(world.month, np.concatenate([adults, adults[:10]]))
    assert np.array_equal(people.sanctions[adults], before + 1)
    assert (people.months_since_sanction[adults] == 0).all()
    held = people.custody[adults] > 0
    assert 0.08 < held.mean() < 0.16
    longest = int(people.custody.max())
    for _ in range(longest):
        sanctions.pass_month()
    assert not people.custody.any()
    assert (people.months_since_sanction[adults] == min(longest, 254)).all()
    world.close()


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
    }


@pytest.mark.mechanism("records")
def test_a_service_knows_only_people_with_a_need_and_never_all_of_them(lived):
    world, _ = lived
    records = world.services.records
    records.update(world.month)
    needs = records.needs(world.month)
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
    records = world.services.records
    records.update(24)
    first = world.people.known_to.copy()
    records.update(29)
    assert np.array_equal(first, world.people.known_to)
    world.close()


def test_tables_by_age_band_and_sex():
    table = np.arange(6.0)
    ages = np.array([12, 18, 20, 21, 70]) * 12
    assert by_age_band(table, ages, np.array([0, 1, 0, 0, 1])).tolist() == [0, 3, 2, 4, 5]
