"""Weapons, renewal of risk, records of services and norms in a whole place, each pushed to its extreme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.population.columns import NEVER
from sim.services.sanctions import Sanctions
from sim.violence.aftermath import Aftermath
from sim.violence.incidents import PUBLIC
from sim.violence.severity import draw_circumstances, probabilities
from sim.violence.weapons import Weapons
from tests.mechanisms.paired import a_month_of_violence, aged, every_second, with_violence

MONTH = 600


def reconsidered(world, **changes):
    """Let everybody due reconsider once; return who carries."""
    parameters = world.parameters.replace({f"violence.{name}": value for name, value in changes.items()})
    weapons = Weapons(world.people, world.communities, replace(world.tools, parameters=parameters))
    weapons.turn(MONTH)
    return world.people.weapon.copy()


def carriers(poor, column="", value=0, community=False, rows=slice(None), **changes):
    """Return who carries after everybody has reconsidered, with a state set beforehand."""
    world = poor.fork()
    world.people.gang[:], world.people.year_victim_count[:], world.people.weapon[:] = 0, 0, 0
    world.communities.fear[:] = 0.0
    if column:
        getattr(world.communities if community else world.people, column)[rows] = value
    carried = reconsidered(world, weapon_refresh=[1.0, 1.0], **changes)
    world.close()
    return carried


@pytest.mark.mechanism("weapon_carrying", "weapons_after_harm", "weapons_in_gangs", "weapons_and_fear")
@pytest.mark.parametrize(
    ("column", "value", "community", "switch"),
    [
        ("year_victim_count", 2, False, "weapon_victim"),
        ("gang", 1, False, "weapon_gang"),
        ("fear", 2.0, True, "weapon_fear"),
    ],
)
def test_harm_gangs_and_fear_make_people_carry_and_have_switches(poor, column, value, community, switch):
    usual, armed = carriers(poor), carriers(poor, column, value, community)
    assert (armed >= usual).all() and armed.sum() > usual.sum() > 0
    assert np.array_equal(carriers(poor, column, value, community, **{switch: 0.0}), usual)


@pytest.mark.mechanism("weapons_of_friends")
def test_friends_who_carry_make_people_carry(poor):
    half = every_second(poor)
    old_enough = aged(poor, int(poor.parameters["violence.weapon_from_age"]), 110)
    usual, armed = (carriers(poor, "weapon", value, rows=half)[old_enough] for value in (0, 1))
    assert (armed >= usual).all() and armed.sum() > 1.2 * usual.sum()
    assert np.array_equal(carriers(poor, "weapon", 1, rows=half, weapon_friends=0.0)[old_enough], usual)


@pytest.mark.mechanism("weapon_carrying")
def test_nobody_reconsiders_when_that_is_switched_off(poor):
    world = poor.fork()
    before = world.people.weapon.copy()
    assert np.array_equal(reconsidered(world, weapon_refresh=[0.0, 0.0]), before)
    world.close()


@pytest.mark.mechanism("renewal_of_risk")
def test_transitory_risk_is_renewed_with_its_half_life_and_keeps_its_spread(poor):
    world = poor.fork()
    adults = aged(world, 12, 90)
    start = world.people.transitory_risk.copy()
    months = int(world.parameters["violence.transitory_half_life"])
    for month in range(1, 2 * months + 1):
        world.violence._renew(MONTH + month)
        if month == months:
            kept = (world.people.transitory_risk[adults] == start[adults]).mean()
            assert kept == pytest.approx(0.5, abs=0.05)
    assert world.people.transitory_risk[adults].std() == pytest.approx(1.0, abs=0.05)
    still = with_violence(poor, {"violence.transitory_half_life": 1e12})
    for month in range(1, 13):
        still.violence._renew(MONTH + month)
    assert np.array_equal(still.people.transitory_risk, poor.people.transitory_risk)
    world.close(), still.close()


@pytest.mark.mechanism("renewal_of_risk")
def test_the_newborn_have_a_transitory_risk_of_their_own(poor):
    world = poor.fork()
    world.run(12)
    people = world.people
    born = (people.present == 1) & (people.birth_month >= poor.month) & (people.mother >= 0)
    values = people.transitory_risk[born]
    assert values.size > 80 and np.unique(values).size > 0.95 * values.size
    assert values.std() == pytest.approx(1.0, abs=0.25)
    world.close()


@pytest.mark.mechanism("severity_age", "severity_weapon", "severity_deprivation")
@pytest.mark.parametrize(
    ("off", "cases"),
    [
        ({"severity_ed_age": 0.0, "severity_admission_age": 0.0, "severity_injury_under_18": 0.0}, ("age", 12.0, 30.0)),
        (
            dict.fromkeys(
                ("severity_injury_weapon", "severity_ed_weapon", "severity_admission_weapon", "severity_death_weapon"),
                0.0,
            ),
            ("weapon", False, True),
        ),
        ({"severity_ed_deprivation": 0.0, "severity_admission_deprivation": 0.0}, ("deprivation", -1.5, 1.5)),
    ],
)
def test_age_weapons_and_deprivation_make_harm_worse_unless_switched_off(registry, off, cases):
    what, low, high = cases
    usual = {"age": 30.0, "weapon": False, "deprivation": 0.0}

    def admitted(p, value):
        given = usual | {what: value}
        one = (given["weapon"], False, True, given["age"], given["deprivation"])
        return probabilities(p, *(np.array([each]) for each in one))[:3].prod()

    assert admitted(registry, high) > 1.2 * admitted(registry, low)
    switched = registry.replace({f"violence.{name}": value for name, value in off.items()})
    assert admitted(switched, high) == pytest.approx(admitted(switched, low))


@pytest.mark.mechanism("alcohol_involved")
def test_drinkers_and_public_places_have_more_alcohol_in_their_violence(poor):
    world = poor.fork()
    found = a_month_of_violence(world, 15.0)
    p, size = world.parameters, len(found)
    adult = np.full(size, 30.0)
    drawn = []
    for drinking in (0.0, 1.0):
        draw_circumstances(found, p, world.tools.chance, np.zeros(size), np.full(size, drinking), adult)
        drawn.append(found.alcohol.copy())
    assert (drawn[1] >= drawn[0]).all() and drawn[1].sum() > drawn[0].sum()
    public = found.context == PUBLIC
    assert drawn[1][public].mean() > drawn[1][~public].mean()
    none = p.replace({f"violence.alcohol_involved{of}": 0.0 for of in ("", "_heavier", "_public")})
    draw_circumstances(found, none, world.tools.chance, np.zeros(size), np.ones(size), adult)
    assert not found.alcohol.any()
    world.close()


@pytest.mark.mechanism("survey_counting")
def test_a_survey_counts_everything_when_nothing_is_capped(poor):
    world = poor.fork()
    found = a_month_of_violence(world, 15.0)
    capped = world.aftermath.survey_weight(world.month, found)
    free = world.parameters.replace({"violence.survey_series_cap": 1e9, "violence.survey_minor_under_18": 1.0})
    all_of_it = Aftermath(world.people, replace(world.tools, parameters=free)).survey_weight(world.month, found)
    old_enough = aged(world, 10, 110)[found.victim]
    assert all_of_it[old_enough].min() == 1.0 and (capped <= all_of_it).all() and capped.sum() < all_of_it.sum()
    world.close()


def responded(poor, **changes):
    """Return the incidents of a violent month after services with other parameters have responded, and the world."""
    world = poor.fork()
    found = a_month_of_violence(world, 15.0)
    parameters = world.parameters.replace({f"services.{name}": value for name, value in changes.items()})
    services = world.services
    services.tools = replace(world.tools, parameters=parameters)
    services.sanctions = Sanctions(world.people, services.tools, world.ties.monthly)
    services.respond(world.month, found)
    return world, found


@pytest.mark.mechanism("reporting", "recording", "arrest", "sentence")
@pytest.mark.parametrize(
    ("changes", "reported", "recorded", "sanctioned"),
    [
        ({"report": -50.0}, False, False, False),
        ({"recorded_adult": 0.0, "recorded_child": 0.0}, True, False, False),
        ({"arrest": np.zeros(6)}, True, True, False),
        ({"sanction": np.zeros(2)}, True, True, False),
        ({}, True, True, True),
    ],
)
def test_each_step_to_a_sanction_can_be_switched_off(poor, changes, reported, recorded, sanctioned):
    world, found = responded(poor, other_offending=np.zeros(6), **changes)
    assert bool(found.reported.any()) == reported and bool(found.recorded.any()) == recorded
    assert bool((world.people.months_since_sanction == 0).any()) == sanctioned
    world.close()


@pytest.mark.mechanism("reporting_by_legitimacy")
def test_legitimacy_is_indifferent_when_switched_off(poor):
    reports = []
    for legitimacy in (-2.0, 2.0):
        twin = poor.fork()
        twin.communities.legitimacy[:] = legitimacy
        pair = [responded(twin, report_legitimacy=value) for value in (0.0, 0.3)]
        reports.append([found.reported for _, found in pair])
        for world in (twin, *(world for world, _ in pair)):
            world.close()
    assert np.array_equal(reports[0][0], reports[1][0])
    assert (reports[0][1] <= reports[1][1]).all() and reports[0][1].sum() < reports[1][1].sum()


@pytest.mark.mechanism("other_offending")
def test_other_offending_follows_risk_and_can_be_switched_off(poor):
    numbers = []
    for level, shift in ((np.zeros(6), 0.0), (None, 0.0), (None, 2.0)):
        world = poor.fork()
        world.people.risk_log[:] += shift
        changes = {} if level is None else {"services.other_offending": level}
        tools = replace(world.tools, parameters=world.parameters.replace(changes))
        sanctions = Sanctions(world.people, tools, world.ties.monthly)
        numbers.append(sum(sanctions.other_offending(poor.month + month).size for month in range(12)))
        world.close()
    assert numbers[0] == 0 < numbers[1] < numbers[2]


@pytest.mark.mechanism("norms_after_harm", "norms_in_gangs")
def test_harm_and_gangs_raise_acceptance_only_of_those_in_them_within_a_month(poor):
    for column, value in (("months_since_victim", 0), ("gang", 1)):
        usual, moved = poor.fork(), poor.fork()
        for world in (usual, moved):
            world.people.months_since_victim[:] = NEVER
            world.people.gang[:] = 0
        rows = np.flatnonzero(every_second(poor) & aged(poor, 12, 18))
        getattr(moved.people, column)[rows] = value
        for world in (usual, moved):
            world.norms.spread(world.month, 0.0)
        change = moved.people.acceptance_of_violence - usual.people.acceptance_of_violence
        others = np.setdiff1d(np.arange(poor.people.n), rows)
        assert change[rows].min() >= 0.0 and (change[rows] > 0).any()
        # All means are taken before anybody moves, so that friends hear of it a month later.
        assert not change[others].any()
        usual.close(), moved.close()
