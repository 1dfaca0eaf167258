"""Cases of services in a living place: nothing is lost, capacity binds, and being served changes what it should."""

from __future__ import annotations

import numpy as np
import pytest

from sim.interventions.resolved import Dials, Scenario
from sim.population.columns import EMPLOYED, HEAD, NEET
from sim.services.names import (
    CHILD_MENTAL_HEALTH,
    EDGES,
    EMERGENCY_DEPARTMENT,
    EMPLOYMENT_SUPPORT,
    HEALTH_VISITING,
    POLICE,
    PROBATION,
    SCHOOLS,
    SERVICES,
    SUBSTANCE_SERVICES,
    VIOLENCE_REDUCTION_UNIT,
    YOUTH_SERVICES,
)
from sim.services.partnership import ServicePartnership
from sim.services.queues import SERVICE_SHIFT, Table
from tests.unit.services.test_queues import balanced

NUMBER = len(SERVICES)


def nobody_twice(world) -> bool:
    people = world.people
    absent, inside = people.present == 0, people.custody > 0
    cases = np.concatenate([world.services.queues.waiting.person, world.services.queues.caseload.person])
    in_care = people.care > 0
    return not ((absent & inside).any() or (inside & in_care & ~absent).any() or (cases < 0).any())


def test_nothing_is_lost_in_two_years(make_place):
    world = make_place(seed=3)
    queues = world.services.queues
    for _ in range(25):
        world.run(1)
        assert balanced(queues)
        assert nobody_twice(world)
        assert (queues.this_month["seen"] <= queues.places).all()
        open_cases = np.concatenate([queues.waiting.person, queues.caseload.person]).astype(np.int64) * NUMBER
        open_cases += np.concatenate([queues.waiting.service, queues.caseload.service])
        assert np.unique(open_cases).size == open_cases.size
        assert len(world.people.present) == world.people.n and (open_cases // NUMBER < world.people.n).all()
    assert (queues.total["seen"] > 0).sum() >= 12
    used = world.result().resources
    assert used["police_seen"].sum() > 0 and "schools_referred" in used
    world.close()


def test_the_agents_read_what_the_queues_hold(burnt_in):
    world = burnt_in.fork()
    world.run(3)
    queues = world.services.queues
    for number, name in enumerate(SERVICES):
        agent = world.services.organisations[name]
        assert agent.queues is queues and agent.model is world
        assert agent.contacts == queues.total["seen"][number] >= agent.contacts_this_month >= 0
        assert agent.waiting == (queues.waiting.service == number).sum()
        assert agent.supported == (queues.caseload.service == number).sum()
        assert agent.cost_gbp_this_month == agent.contacts_this_month * agent.unit_cost_gbp
        assert agent.staff >= 0 and agent.mean_wait_months >= 0 and agent.capacity >= agent.contacts_this_month
    world.close()


def test_without_capacity_nobody_is_served_and_the_violence_of_the_month_is_untouched(make_place, registry):
    usual, idle = make_place(seed=4), make_place({"services.capacity": np.zeros(NUMBER)}, seed=4)
    for world in (usual, idle):
        world.run(1)
    assert usual.incidents_this_month == idle.incidents_this_month
    assert np.array_equal(usual.people.trauma, idle.people.trauma)
    for world in (usual, idle):
        world.run(5)
    queues = idle.services.queues
    assert queues.total["seen"].sum() == 0 and len(queues.caseload) == 0 and balanced(queues)
    given = idle.services.support
    assert not any(np.size(rows) for rows in vars(given).values() if np.ndim(rows) and rows is not given.inside)
    assert (idle.people.months_since_ed[idle.people.present == 1] > 1).all()
    assert usual.services.queues.total["seen"].sum() > 100
    assert usual.services.support.recovering.size
    usual.close(), idle.close()


def test_without_police_capacity_nobody_is_arrested(make_place, registry):
    capacity = registry["services.capacity"].copy()
    capacity[POLICE] = 0.0
    world = make_place({"services.capacity": capacity}, seed=4, burn_in_years=0)
    world.run(6)
    counted = {name: tables.by_community.sum() for name, tables in world.tools.ledger.tables.items()}
    assert counted["recorded"] > 0 and counted["arrests"] == 0 and counted["sanctions"] > 0
    world.close()


def place_in_care_of(world, service: int, rows, begun_now: bool = False):
    """Put people on the caseload of a service, for long; return what services do for them this month."""
    people, services = world.people, world.services
    place = np.full(rows.size, service, np.uint64) << SERVICE_SHIFT
    cases = Table(
        person=rows, key=people.key[rows], source=np.full(rows.size, service), place=place, until=rows * 0 + 999
    )
    services.queues.caseload = cases
    nobody = Table()
    services.support = services.supporting.of(world.month, cases, cases if begun_now else nobody, nobody.person)
    world._support()


def people_with(world, service: int):
    people, age = world.people, world.people.age_sex // 2
    here = (people.present == 1) & (people.custody == 0) & (people.family >= 0)
    chosen = {
        SCHOOLS: (age >= 5) & (age < 16),
        CHILD_MENTAL_HEALTH: (age < 18) & (people.trauma > 0.1),
        SUBSTANCE_SERVICES: (people.alcohol > 0) & (people.drugs == 0),
        EMPLOYMENT_SUPPORT: (age < 25) & (people.work == NEET),
        YOUTH_SERVICES: (age >= 10) & (age < 19) & (people.trusted_adult == 0),
        PROBATION: (age >= 18) & (people.sanctions > 0),
        HEALTH_VISITING: age < 5,
        VIOLENCE_REDUCTION_UNIT: people.retaliation[:] > 0.01,
    }[service]
    return np.flatnonzero(here & chosen).astype(np.int32)[:200]


EFFECTS = {
    SCHOOLS: ("help_engagement", 3.0, "school_engagement", 1),
    CHILD_MENTAL_HEALTH: ("help_trauma_recovery", 2.0, "trauma", -1),
    SUBSTANCE_SERVICES: ("help_quit", 1.0, "alcohol", -1),
    EMPLOYMENT_SUPPORT: ("help_job_entry", 1.0, "work", -1),
    YOUTH_SERVICES: ("help_trusted_adult", 1.0, "trusted_adult", 1),
    PROBATION: ("help_acceptance", -0.5, "acceptance_of_violence", -1),
    VIOLENCE_REDUCTION_UNIT: ("help_retaliation", 1.0, "retaliation", -1),
}


@pytest.mark.parametrize("service", EFFECTS, ids=[SERVICES[number] for number in EFFECTS])
def test_being_served_moves_its_column_of_those_served_and_of_nobody_else(make_place, service):
    parameter, strength, column, direction = EFFECTS[service]
    world = make_place({f"services.{parameter}": strength}, seed=5, burn_in_years=0)
    world.run(2)
    rows = people_with(world, service)
    before = {name: getattr(world.people, name)[:].copy() for name in world.people.names}
    place_in_care_of(world, service, rows, begun_now=True)
    after = getattr(world.people, column)[:]
    moved = (after.astype(float) - before[column].astype(float)) * direction
    others = np.delete(np.arange(world.people.n), rows)
    assert rows.size > 5 and (moved[rows] > 0).all()
    assert np.array_equal(after[others], before[column][others])
    if service == EMPLOYMENT_SUPPORT:
        assert (after[rows] == EMPLOYED).all()
    world.close()


def test_health_visiting_lowers_stress_of_each_home_once_as_the_lever_would(make_place):
    world = make_place({"services.help_stress_health_visiting": -1.0}, seed=5, burn_in_years=0)
    rows, before = people_with(world, HEALTH_VISITING), world.families.stress.copy()
    place_in_care_of(world, HEALTH_VISITING, rows)
    homes = np.unique(world.people.family[rows])
    change = world.families.stress - before
    assert homes.size < rows.size
    assert np.allclose(change[homes], -world.parameters["families.stress_reversion"], atol=1e-5)
    assert not np.delete(change, homes).any()
    world.close()


def test_those_in_custody_leave_care_and_every_list(burnt_in):
    world = burnt_in.fork()
    world.run(2)
    people, queues = world.people, world.services.queues
    listed = np.unique(queues.caseload.person)[:50]
    people.custody[listed] = 9
    people.care[listed] = 1
    world.run(1)
    held = listed[people.custody[listed] > 0]
    assert held.size > 40 and (people.care[held] == 0).all()
    assert not np.isin(held, np.concatenate([queues.caseload.person, queues.waiting.person])).any()
    assert balanced(queues)
    world.close()


def test_released_adults_are_referred_to_probation(burnt_in):
    world, other = burnt_in.fork(), burnt_in.fork()
    people = world.people
    adults = np.flatnonzero((people.age_sex // 2 >= 21) & (people.present == 1) & (people.custody == 0))[:200]
    for each in (world, other):
        each.people.sanctions[adults] += 1
    people.custody[adults] = 1
    world.run(1), other.run(1)
    more = [each.services.queues.total["referred"][PROBATION] for each in (world, other)]
    assert 150 < more[0] - more[1] <= 200
    world.close(), other.close()


def test_routes_lead_from_the_emergency_department_only_where_violence_is_recognised(make_place):
    blind, keen = (make_place({"services.seen_by_emergency_department": sight}, seed=6) for sight in (0.0, 1.0))
    referred = []
    for world in (blind, keen):
        world.run(5)
        cases = world.services.queues
        tables = cases.waiting, cases.caseload
        referred.append(sum(int((table.source == EMERGENCY_DEPARTMENT).sum()) for table in tables))
    assert referred[0] == 0 < referred[1]
    blind.close(), keen.close()


def test_collaboration_completes_more_referrals_and_hands_over_sooner(burnt_in):
    world, together = burnt_in.fork(), burnt_in.fork()
    together.services.partnership = ServicePartnership(referral_completion_log_odds=3.0, hand_over_log_odds=3.0)
    rows = np.arange(world.people.n, dtype=np.int32)
    edge = EDGES.index((SCHOOLS, YOUTH_SERVICES))
    arrived = []
    for each in (world, together):
        each.services.routes.refer(each.month, rows, np.full(rows.size, edge), each.services.partnership)
        waiting = each.services.queues.waiting
        new = waiting.service == YOUTH_SERVICES
        arrived.append((new.sum(), (waiting.referred[new] == each.month + 1).mean()))
    assert arrived[0][0] * 1.3 < arrived[1][0]
    assert arrived[0][1] + 0.2 < arrived[1][1]
    world.close(), together.close()


def test_a_scenario_that_changes_nothing_is_the_baseline_to_the_last_bit(burnt_in):
    baseline = burnt_in.fork()
    scenario = burnt_in.fork(Scenario("none", "None", "2026-04", 10, (), Dials()))
    baseline.run(4), scenario.run(4)
    for name in baseline.people.names:
        assert np.array_equal(getattr(baseline.people, name), getattr(scenario.people, name)), name
    baseline.close(), scenario.close()


def test_the_dials_reach_services_when_a_scenario_begins(burnt_in):
    world = burnt_in.fork(Scenario("dials", "Dials", "2026-04", 10, (), Dials(collaboration=1.0, data_sharing=0.5)))
    partnership = world.services.partnership
    assert partnership.referral_completion_log_odds == world.parameters["programmes.collaboration_referral"]
    assert partnership.shared_share == pytest.approx(0.5 * world.parameters["programmes.data_sharing_reach"])
    world.close()


def test_housing_is_offered_where_a_couple_parted_and_abuse_goes_on(burnt_in):
    world = burnt_in.fork()
    families, people = world.families, world.people
    homes = np.flatnonzero((families.lone_parent > 0) & (families.present > 0))[:30]
    families.states[homes] |= 1
    parted = world.services.needs.separated_from_abuse()
    assert np.isin(families.reference_person[homes], parted).all()
    assert (people.role[parted] == HEAD).all()
    world.close()
