"""Whom programmes reach: errors of identification, waiting lists, whole groups, uptake, shared staff, money."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.interventions.resolved import Amount, Cost, Dials, Eligibility, Lever
from sim.parameters import load_registry
from sim.services.names import SERVICES
from tests.small_world import SmallWorld, mentoring, scenario

PUPILS = Eligibility(11, 15, None, (), (), ())
GANG = Eligibility(10, 24, None, (("gang", True),), (), ())
PRICES = {name: load_registry()[name] for name in load_registry() if name.startswith("economics.")}


def universal(**changed):
    plan = {"mode": "universal", "identified_by": (), "coverage": 0.5, "who": PUPILS, "uptake": 1.0, "completion": 1.0}
    return mentoring(**{**plan, "again_after_months": None, "start_up_months": 0, **changed})


def gang_world(**parameters: float) -> SmallWorld:
    """One in five is in a gang; two in three of everybody are known to school."""
    world = SmallWorld(20_000)
    world.people.gang[::5] = 1
    world.programmes.tools.parameters.update({f"programmes.{name}": value for name, value in parameters.items()})
    return world


@pytest.mark.mechanism("misread_records")
def test_part_of_those_put_forward_do_not_meet_the_condition():
    plan = mentoring(who=GANG, places_per_year=100.0)
    right = gang_world(misread_share=0.0).start(plan).live(24).totals()
    wrong = gang_world(misread_share=0.25).start(plan).live(24).totals()
    assert right["wrongly_targeted"] == 0
    assert wrong["wrongly_targeted"] / wrong["participants"] == pytest.approx(0.25, abs=0.06)
    assert wrong["eligible"] == right["eligible"]


def test_services_are_never_wrong_about_age_and_place():
    world = gang_world(misread_share=0.5)
    world.start(mentoring(who=PUPILS, communities=0.3)).live(24)
    assert world.totals()["wrongly_targeted"] == 0
    years = (world.table.started - world.people.birth_month[world.table.person]) // 12
    assert years.min() >= 11
    assert years.max() <= 15


@pytest.mark.mechanism("net_widening")
def test_net_widening_draws_in_the_unknown_and_labels_them():
    plan = mentoring(who=GANG, places_per_year=400.0, net_widening=0.4, labelling=0.3, levers=())
    world = gang_world(misread_share=0.0).start(plan).live(12)
    totals = world.totals()
    assert totals["drawn_in"] / totals["participants"] == pytest.approx(0.4, abs=0.08)
    person = world.table.person[(world.table.route == 2) & (world.table.status == 0)]
    assert (world.people.gang[person] == 0).all()
    assert (world.people.known_to[person] & 1 == 0).all()
    assert world.levers.person("violence_hazard").of(person) == pytest.approx(0.3)
    in_need = world.table.person[world.table.route == 0]
    assert world.levers.person("violence_hazard").of(in_need) == pytest.approx(0.0)


@pytest.mark.mechanism("waiting_list")
@settings(max_examples=12, deadline=None)
@given(places=st.floats(0, 150), misread=st.floats(0, 0.4), months=st.integers(1, 20), leaving=st.booleans())
def test_everybody_on_a_waiting_list_ends_somewhere(places, misread, months, leaving):
    world = SmallWorld(1500)
    world.people.gang[::4] = 1
    world.programmes.tools.parameters.update(
        {"programmes.misread_share": misread, "programmes.longest_wait_months": 5.0}
    )
    world.start(mentoring(who=GANG, places_per_year=places, waiting=True)).live(months)
    if leaving:
        world.people.present[::7] = 0
        world.people.gang[::8] = 0
    world.live(6)
    totals = world.totals()
    ended = totals["called"] + totals["left_waiting"] + totals["turned_away"]
    assert totals["joined_waiting"] == ended + len(world.programmes.running[0].waiting)
    assert totals["called"] >= totals["participants"]


def test_those_who_wait_longest_are_called_first_and_hand_over_takes_time():
    plan = mentoring(places_per_year=60.0, waiting=True, uptake=1.0)
    slow, quick = SmallWorld(), SmallWorld()
    slow.programmes.tools.parameters["programmes.hand_over_each_month"] = 0.0
    quick.programmes.tools.parameters["programmes.hand_over_each_month"] = 1.0
    slow.start(plan).live(6)
    quick.start(plan).live(6)
    assert slow.totals()["participants"] == 0 < quick.totals()["participants"]
    waiting = quick.programmes.running[0].waiting
    assert quick.totals()["waiting_months"] > 0
    before = waiting.since.min()
    quick.live(6)
    assert waiting.since.min() >= before


@pytest.mark.mechanism("universal_reach")
def test_a_universal_programme_reaches_its_coverage_and_more_coverage_only_adds():
    reached = []
    for coverage in (0.0, 0.3, 0.6, 1.0):
        world = SmallWorld().start(universal(coverage=coverage)).live(1)
        reached.append(set(world.people.key[world.table.person].tolist()))
        assert len(reached[-1]) == pytest.approx(coverage * world.totals()["eligible"], rel=0.15)
    assert all(few <= many for few, many in pairwise(reached))
    assert world.totals()["known"] == world.totals()["eligible"]


@pytest.mark.parametrize("lottery", ["school_year", "community"])
def test_groups_are_reached_together(lottery):
    world = SmallWorld(20_000).start(universal(lottery=lottery)).live(1)
    eligible = world.programmes.running[0].pool.rows
    years = (world.people.birth_month[eligible].astype(int) - 8) // 12
    group = world.people.community[eligible] * 1000 + (years if lottery == "school_year" else 0)
    taken = np.isin(eligible, world.table.person)
    shares = [taken[group == each].mean() for each in np.unique(group)]
    assert set(shares) == {0.0, 1.0}


@pytest.mark.mechanism("uptake_by_need_and_trust")
def test_uptake_differs_by_need_and_trust_about_the_same_mean():
    plan = mentoring(places_per_year=4000.0, uptake_by_need=-1.0, uptake_by_trust=0.0, levers=(), completion=1.0)
    world = SmallWorld(40_000)
    world.people.trauma[:] = (world.people.key % np.uint64(1000)).astype(np.float32) / 100.0
    world.start(plan).live(12)
    table, trauma = world.table, world.people.trauma
    totals = world.totals()
    assert totals["participants"] / totals["offered"] == pytest.approx(0.6, abs=0.03)
    assert trauma[table.person[table.status != 3]].mean() < trauma[table.person[table.status == 3]].mean() - 1.0
    trusting = SmallWorld(40_000)
    trusting.communities.legitimacy[:5] = 2.0
    trusting.start(replace(plan, uptake_by_need=0.0, uptake_by_trust=1.0)).live(12)
    table = trusting.table
    accepted = trusting.people.community[table.person[table.status != 3]] < 5
    declined = trusting.people.community[table.person[table.status == 3]] < 5
    assert accepted.mean() > declined.mean() + 0.2


SESSIONS = {"per_month": 4.0, "attendance": 0.5}


def with_sessions(**changed):
    from sim.interventions.resolved import SessionPlan

    lever = Lever("violence_hazard", "builds", -0.4, 0.0, 12.0, 0, True)
    plan = {"levers": (lever,), "completion": 1.0, "months": 6, "again_after_months": None, "stop_month": 1}
    return mentoring(**plan, places_per_year=600.0, sessions=SessionPlan(**{**SESSIONS, **changed}))


@pytest.mark.mechanism("sessions")
def test_dose_is_the_part_of_the_sessions_attended():
    world = SmallWorld(8000).start(with_sessions()).live(7)
    table = world.table
    done = table.status == 1
    assert (table.planned[done] == 24).all()
    assert table.attended[done].mean() == pytest.approx(12.0, abs=1.0)
    pushed = world.levers.person("violence_hazard").of(table.person[done])
    assert pushed == pytest.approx(-0.4 * table.attended[done] / 24)
    assert world.totals()["sessions"] == table.attended.sum()


def test_nobody_attends_no_effect_and_everybody_all_of_it():
    none = SmallWorld(8000).start(with_sessions(attendance=0.0)).live(7)
    assert none.levers.in_use == []
    full = SmallWorld(8000).start(with_sessions(attendance=1.0)).live(7)
    person = full.table.person[full.table.status == 1]
    assert full.levers.person("violence_hazard").of(person) == pytest.approx(-0.4)


def test_first_sessions_do_most_when_the_response_saturates():
    straight = SmallWorld(8000).start(with_sessions()).live(7)
    bent = SmallWorld(8000).start(with_sessions(half_effect_sessions=4.0)).live(7)
    person = straight.table.person[straight.table.status == 1]
    assert np.array_equal(straight.table.attended, bent.table.attended)
    one, other = (world.levers.person("violence_hazard").of(person) for world in (straight, bent))
    assert (other <= one).all()
    assert other.min() >= np.float32(-0.4)


@pytest.mark.mechanism("group_contagion")
def test_groups_push_acceptance_by_how_far_the_others_lie_above_their_ages():
    plan = mentoring(group=True, levers=(), places_per_year=1200.0)

    def pushed(contagion: float, acceptance: float) -> np.ndarray:
        world = SmallWorld()
        world.programmes.tools.parameters["programmes.group_contagion"] = contagion
        world.people.acceptance_of_violence[:] = np.where(world.people.known_to == 1, acceptance, 0.0)
        world.start(plan).live(4)
        person = world.table.person[world.table.status == 0]
        return world.levers.person("acceptance_of_violence").of(person)

    assert (pushed(0.2, 1.0) > 0).all()
    assert pushed(0.2, -1.0).mean() < 0
    assert (pushed(0.0, 1.0) == 0).all()


@pytest.mark.mechanism("shared_staff")
def test_a_programme_of_a_service_takes_its_capacity_and_no_more_than_its_part():
    service = SERVICES.index("youth_services")
    plan = mentoring(places_per_year=2400.0, shares_capacity_of="youth_services", uptake=1.0)
    world = SmallWorld().start(plan)
    credit, capacity = np.zeros(len(SERVICES)), np.zeros(len(SERVICES))
    capacity[service] = 20.0
    taken = 0.0
    for _ in range(12):
        credit += capacity
        world.shared.settle(credit, capacity)
        world.live(1)
        taken += world.shared.lent[service]
        assert world.shared.lent[service] <= 0.3 * 20.0 + 1e-9
    credit += capacity
    world.shared.settle(credit, capacity)
    totals = world.totals()
    assert totals["participants"] == taken > 0
    assert totals["no_service_time"] > 0
    assert credit[service] == pytest.approx(13 * 20.0 - taken)


def test_without_any_capacity_a_programme_of_a_service_waits():
    world = SmallWorld().start(mentoring(shares_capacity_of="youth_services")).live(12)
    assert world.totals()["participants"] == 0
    assert world.totals()["no_service_time"] > 0
    assert world.levers.in_use == []


def paid(each_gbp: float, payers: dict[str, float], **changed):
    price = Amount(each_gbp, each_gbp, each_gbp, 2024)
    return mentoring(cost=Cost(price, None, payers), uptake=1.0, places_per_year=200.0, **changed)


@pytest.mark.mechanism("budget")
@settings(max_examples=15, deadline=None)
@given(gbp=st.floats(0, 300_000), each_gbp=st.floats(100, 4000), share=st.floats(0.05, 1.0), total=st.booleans())
def test_no_payer_spends_more_than_its_budget(gbp, each_gbp, share, total):
    world = SmallWorld(1000)
    world.programmes.tools.parameters.update(PRICES)
    plan = scenario(paid(each_gbp, {"police": share, "nhs": 1.0 - share}))
    world.programmes.switch_on(replace(plan, budget={"all" if total else "police": gbp}), world.month)
    world.live(24)
    counts = world.programmes.counts(2)["mentoring"]
    part = 1.0 if total else share
    assert (counts["participants"] * each_gbp * part <= gbp + 1e-3).all()
    unspent = gbp - counts["participants"] * each_gbp * part
    assert ((counts["not_funded"] == 0) | (unspent < each_gbp * part + 1e-3)).all()


@pytest.mark.mechanism("budget", "shared_staff")
def test_what_is_listed_first_is_paid_and_staffed_first():
    def started(first: str, budget: float, staff: float = 0.0, months: int = 1) -> dict[str, float]:
        world = SmallWorld()
        world.programmes.tools.parameters.update(PRICES)
        world.shared.capacity[SERVICES.index("youth_services")] = staff
        shared = "youth_services" if staff else None
        plans = [paid(1000.0, {"police": 1.0}, id=name, shares_capacity_of=shared) for name in ("apart", "beside")]
        listed = (first, *({"apart", "beside"} - {first}))
        plan = replace(scenario(*plans), budget={"police": budget}, listed=listed)
        world.programmes.switch_on(plan, world.month)
        world.live(months)
        counts = world.programmes.counts(1)
        return {name: float(counts[name]["participants"].sum()) for name in counts}

    # Each opens 16 places in the first month; there is money for 20, or staff for 20.
    for limits in ({"budget": 20_500.0}, {"budget": 1e9, "staff": 20.0 / 0.3}):
        assert started("apart", **limits) == {"apart": 16, "beside": 4}
        assert started("beside", **limits) == {"apart": 4, "beside": 16}
    assert started("beside", 1e9, months=6) == started("apart", 1e9, months=6)


def test_the_order_of_a_list_moves_nothing_where_money_and_staff_suffice():
    plans = [mentoring(id=name) for name in ("one", "three", "two")]
    worlds = [SmallWorld(), SmallWorld()]
    for world, listed in zip(worlds, (("one", "three", "two"), ("two", "one", "three")), strict=True):
        world.programmes.switch_on(replace(scenario(*plans), listed=listed), world.month)
        world.live(9)
    for name in ("violence_hazard", "trusted_adult"):
        one, other = (world.levers.person(name).of(np.arange(world.people.n)) for world in worlds)
        assert np.array_equal(one, other)


def test_more_money_never_reaches_fewer_and_enough_money_changes_nothing():
    started = []
    for gbp in (0.0, 50_000.0, 100_000.0, 10_000_000.0):
        world = SmallWorld()
        world.programmes.tools.parameters.update(PRICES)
        plan = replace(scenario(paid(2000.0, {"police": 1.0})), budget={"police": gbp})
        world.programmes.switch_on(plan, world.month)
        started.append(world.live(24).totals()["participants"])
    assert started[0] == 0
    assert started == sorted(started)
    assert started[-1] == SmallWorld().start(paid(2000.0, {"police": 1.0})).live(24).totals()["participants"]


def test_missed_are_those_never_known_and_those_never_offered():
    counts = SmallWorld().start(mentoring(places_per_year=60.0)).live(12).programmes.counts(1)["mentoring"]
    assert counts["missed_unknown"] == counts["eligible"] - counts["known"]
    assert counts["missed_not_offered"] == counts["known"] - counts["reached"]
    assert counts["reached"] == counts["offered"]


def test_a_universal_programme_of_a_service_takes_its_capacity_too():
    service = SERVICES.index("health_visiting")
    world = SmallWorld()
    world.shared.capacity[service] = 100.0
    world.start(universal(shares_capacity_of="health_visiting", coverage=1.0)).live(1)
    totals = world.totals()
    assert totals["participants"] == world.shared.lent[service] == 30
    assert totals["no_service_time"] > 0


@settings(max_examples=12, deadline=None)
@given(places=st.integers(1, 120), waiting=st.booleans(), share=st.booleans(), misread=st.sampled_from([0.0, 0.2]))
def test_twice_the_places_never_reach_fewer(places, waiting, share, misread):
    reached = []
    for factor in (1, 2):
        world = SmallWorld(3000)
        world.people.gang[::2] = 1
        world.shared.capacity[:] = 10.0
        world.programmes.tools.parameters["programmes.misread_share"] = misread
        staff = "youth_services" if share else None
        plan = mentoring(who=GANG, places_per_year=float(factor * places), waiting=waiting, shares_capacity_of=staff)
        reached.append(world.start(plan).live(12).totals()["participants"])
    assert reached[1] >= reached[0]


def test_collaboration_hands_over_sooner():
    plain, dial = SmallWorld(), SmallWorld()
    plain.start(mentoring())
    dial.start(mentoring(), dials=Dials(collaboration=1.0))
    assert dial.programmes.now.effects.hand_over > plain.programmes.now.effects.hand_over == pytest.approx(0.6)
