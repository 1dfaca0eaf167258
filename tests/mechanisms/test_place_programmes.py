"""Programmes for places: where they go, what neighbours get, and that they end when they stop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.interventions.resolved import Amount, Cost, Dials, Lever, PlacePlan, SessionPlan, WherePlan
from sim.interventions.where import spread_to_neighbours
from sim.place import Place
from sim.services.names import POLICE, SERVICES
from tests.mechanisms.paired import differing, differing_before_violence
from tests.small_world import SmallWorld, mentoring, row_of, scenario

MONEY = Amount(12_000.0, 12_000.0, 12_000.0, 2024)
HOT_SPOTS = {
    "id": "hot_spots",
    "mode": "place",
    "identified_by": (),
    "levers": (Lever("opportunity", "while_enrolled", -0.2, 0.0, 0.0, 0, True),),
    "where": WherePlan("recorded_violence", 0.2),
    "neighbours": 0.3,
    "cost": Cost(None, None, {"police": 1.0}, per_community_year=MONEY),
    "place": PlacePlan(full_hours=30.0),
}


def hot_spots(**changed):
    return mentoring(**{**HOT_SPOTS, **changed})


def world_with_record(**changed) -> SmallWorld:
    """Violence is recorded in the second and the fifth of ten communities in a row."""
    world = SmallWorld()
    world.shared.recorded[0, [1, 4]] = (9, 5)
    return world.start(hot_spots(**changed))


@pytest.mark.mechanism("place_programmes")
def test_a_place_programme_goes_where_violence_is_recorded():
    pushed = world_with_record(neighbours=0.0).live(1).levers.community("opportunity")
    assert np.flatnonzero(pushed).tolist() == [1, 4]
    assert pushed[[1, 4]] == pytest.approx(-0.2)


def test_communities_are_ranked_anew_each_year():
    world = world_with_record(neighbours=0.0).live(6)
    world.shared.recorded[:] = 0
    world.shared.recorded[0, [7, 8]] = 3
    assert np.flatnonzero(world.live(6).levers.community("opportunity")).tolist() == [1, 4]
    assert np.flatnonzero(world.live(1).levers.community("opportunity")).tolist() == [7, 8]


@pytest.mark.parametrize("hours", [0.0, 10.0, 30.0, 60.0])
def test_hours_give_their_part_of_the_effect_and_cost(hours):
    world = world_with_record(neighbours=0.0, hours_per_month=hours).live(12)
    totals = world.totals("hot_spots")
    assert totals["community_years"] == pytest.approx(2 * hours / 30)
    if hours == 0:
        assert world.levers.in_use == []
    else:
        assert world.levers.community("opportunity")[1] == pytest.approx(-0.2 * min(hours / 30, 1.0))


def test_the_effect_is_gone_in_the_month_after_the_end():
    world = world_with_record(stop_month=6).live(6)
    assert world.levers.in_use == ["opportunity"]
    world.live(1)
    assert world.levers.in_use == []


def test_an_effect_that_fades_halves_with_its_half_life_and_one_with_a_lag_comes_late():
    lasting = Lever("opportunity", "fades", -0.2, 0.0, 6.0, 0, True)
    world = world_with_record(levers=(lasting,), stop_month=6, neighbours=0.0).live(12)
    assert world.levers.community("opportunity")[1] == pytest.approx(-0.1)
    late = Lever("opportunity", "while_enrolled", -0.2, 0.0, 0.0, 3, True)
    world = world_with_record(levers=(late,), neighbours=0.0).live(3)
    assert world.levers.in_use == []
    assert world.live(1).levers.community("opportunity")[1] == pytest.approx(-0.2)


def patrols_of_a_service(police_cases: float, **changed) -> SmallWorld:
    """Patrols by staff of police, who can begin some cases a month and may give programmes all of them."""
    world = SmallWorld()
    world.shared.recorded[0, [1, 4]] = (9, 5)
    world.shared.capacity[POLICE] = police_cases
    values = {"programmes.service_share": 1.0, "programmes.worker_hours_per_month": 120.0}
    cases = np.full(len(SERVICES), 12.0)
    world.programmes.tools.parameters.update({**values, "services.cases_per_worker": cases})
    return world.start(hot_spots(neighbours=0.0, shares_capacity_of="police", **changed))


@pytest.mark.mechanism("shared_staff")
def test_hours_of_a_service_cost_it_cases_and_are_given_as_far_as_it_can_spare_them():
    # Two communities at 30 hours are half a worker, who begins twelve cases a month.
    plenty, short, none = (patrols_of_a_service(cases).live(1) for cases in (100.0, 1.5, 0.0))
    assert plenty.shared.lent[POLICE] == pytest.approx(6.0)
    assert short.shared.lent[POLICE] == pytest.approx(1.5)
    pushed = [world.levers.community("opportunity") for world in (plenty, short)]
    assert pushed[0][[1, 4]] == pytest.approx(-0.2)
    assert pushed[1][[1, 4]] == pytest.approx(-0.2 * 1.5 / 6.0)
    assert none.levers.in_use == []
    assert none.shared.lent[POLICE] == none.totals("hot_spots")["community_years"] == 0.0
    assert [w.totals("hot_spots")["no_service_time"] for w in (plenty, short, none)] == pytest.approx([0.0, 1.5, 2.0])
    assert short.totals("hot_spots")["community_years"] == pytest.approx(
        plenty.totals("hot_spots")["community_years"] / 4
    )


def test_no_hours_take_no_staff():
    world = patrols_of_a_service(100.0, hours_per_month=0.0).live(3)
    assert world.shared.lent.sum() == 0.0
    assert world.totals("hot_spots")["no_service_time"] == 0.0


@pytest.mark.mechanism("diffusion_and_displacement")
@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.booleans(), min_size=2, max_size=30), st.floats(-0.5, 0.5), st.sampled_from([-0.3, 0.2]), st.booleans()
)
def test_what_neighbours_get_is_the_share_given_and_keeps_its_sign(treated, share, size, alone):
    effect = np.where(treated, size, 0.0)
    graph = (np.zeros(effect.size + 1, int), np.zeros(0, int)) if alone else row_of(effect.size)
    received = spread_to_neighbours(effect, share, graph)
    assert (received[effect != 0] == 0).all()
    assert (np.sign(received[received != 0]) == np.sign(share * size)).all()
    padded = np.r_[size, effect, size]
    gives = (effect != 0) & ((padded[:-2] == 0) | (padded[2:] == 0)) & (not alone)
    assert received.sum() == pytest.approx(share * effect[gives].sum())


def test_displacement_raises_violence_next_door():
    pushed = world_with_record(neighbours=-0.5).live(1).levers.community("opportunity")
    assert pushed[[0, 2, 3, 5]] == pytest.approx(0.05)
    assert pushed[1] == pytest.approx(-0.2)


def test_a_budget_that_cannot_pay_the_month_stops_it():
    from dataclasses import replace

    from tests.mechanisms.test_programme_reach import PRICES

    world = SmallWorld()
    world.programmes.tools.parameters.update(PRICES)
    world.shared.recorded[0, [1, 4]] = (9, 5)
    world.programmes.switch_on(replace(scenario(hot_spots()), budget={"police": 7_000.0}), world.month)
    months = [world.live(1).levers.in_use == ["opportunity"] for _ in range(24)]
    assert months == ([True] * 3 + [False] * 9) * 2
    assert world.totals("hot_spots")["not_funded"] == 2 * 18


@pytest.mark.mechanism("dials_of_programmes")
def test_an_entry_that_shares_data_moves_the_dial_and_is_paid_for_by_itself():
    price = Cost(None, None, {"police": 1.0}, per_year=MONEY)
    entry = mentoring(id="cardiff", mode="place", identified_by=(), levers=(), cost=price, dials={"data_sharing": 0.6})
    world = SmallWorld(10_000).start(entry, mentoring(), dials=Dials(data_sharing=0.2)).live(12)
    plain = SmallWorld(10_000).start(mentoring(), dials=Dials(data_sharing=0.6)).live(12)
    assert world.programmes.dials == Dials(data_sharing=0.6)
    assert world.totals()["known"] == plain.totals()["known"]
    assert world.used["partnership_data_sharing_gbp"] == pytest.approx(plain.used["partnership_data_sharing_gbp"] / 3)
    assert world.totals("cardiff")["resident_years"] == pytest.approx(0.1)
    higher = SmallWorld().start(entry, dials=Dials(data_sharing=0.9)).live(1)
    assert higher.programmes.dials == Dials(data_sharing=0.9)


def test_an_entry_stops_moving_the_dial_when_it_ends():
    entry = mentoring(id="cardiff", mode="place", levers=(), dials={"data_sharing": 0.6}, stop_month=3)
    world = SmallWorld().start(entry).live(3)
    assert world.programmes.dials == Dials(data_sharing=0.6)
    world.live(1)
    assert world.programmes.dials == Dials()


def test_patrols_prevent_public_violence_where_it_is_recorded_and_nothing_else_at_once(poor: Place):
    plan = scenario(hot_spots(levers=(Lever("opportunity", "while_enrolled", -3.0, 0.0, 0.0, 0, True),)))
    idle = poor.fork(scenario(hot_spots(hours_per_month=0.0)))
    busy, still = poor.fork(plan), poor.fork()
    for world in (idle, busy, still):
        world.step()
    assert differing_before_violence(busy, still) == []
    assert busy.incidents_this_month < still.incidents_this_month
    assert idle.incidents_this_month == still.incidents_this_month
    assert np.array_equal(idle.people.trauma, still.people.trauma)


def test_staff_of_a_service_who_run_a_programme_see_fewer_of_its_own_cases(poor: Place):
    service = SERVICES.index("child_mental_health")
    plan = mentoring(places_per_year=2000.0, shares_capacity_of="child_mental_health", uptake=1.0, levers=())
    busy, still = poor.fork(scenario(plan)), poor.fork()
    places = np.zeros(2)
    for _ in range(9):
        for i, world in enumerate((busy, still)):
            world.run(1)
            places[i] += world.services.queues.places[service]
    started = busy.result().programmes["mentoring"]["participants"].sum()
    assert started > 0
    assert places[0] + started == pytest.approx(places[1], abs=1.5)
    seen = [world.services.queues.total["seen"][service] for world in (busy, still)]
    assert seen[0] < seen[1]


def test_programmes_that_do_nothing_leave_a_real_place_as_it_is_for_a_year(poor: Place):
    nothing = (
        hot_spots(hours_per_month=0.0),
        mentoring(id="empty", places_per_year=0.0, waiting=True, group=True, net_widening=0.3, labelling=0.5),
        mentoring(id="lessons", mode="universal", coverage=0.0, group=True),
        mentoring(id="unstaffed", levers=(), sessions=SessionPlan(4.0, 0.0), shares_capacity_of="housing"),
    )
    busy, still = poor.fork(scenario(*nothing)), poor.fork()
    for world in (busy, still):
        world.run(12)
    for name in ("people", "families", "communities"):
        assert differing(getattr(busy, name), getattr(still, name)) == []
    assert busy.result().programmes["empty"]["eligible"].sum() > 0


def test_forks_share_no_delivery(poor: Place):
    plan = scenario(hot_spots(), mentoring(waiting=True, sessions=SessionPlan(4.0, 0.7), group=True))
    parent = poor.fork(plan)
    parent.run(5)
    child = parent.fork()
    child.run(4)
    parent.run(4)
    for name in ("people", "families", "communities"):
        assert differing(getattr(child, name), getattr(parent, name)) == []
    one, other = (world.programmes.counts(1)["mentoring"] for world in (child, parent))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_compaction_loses_nobody_who_waits_or_takes_part(poor: Place):
    world = poor.fork(scenario(mentoring(waiting=True, places_per_year=60.0)))
    world.run(6)
    running = world.programmes.running[0]
    gone = world.people.present == 0

    def keys() -> tuple[set[int], set[int], set[int]]:
        tables = running.waiting.person, running.enrolments.person, running.pool.rows
        return tuple({int(key) for key in world.people.key[rows]} for rows in tables)

    before, dead = keys(), {int(key) for key in world.people.key[gone]}
    world.compact()
    assert [kept - dead for kept in before] == [kept - dead for kept in keys()]
    world.run(2)
    totals = {name: values.sum() for name, values in world.programmes.counts(1)["mentoring"].items()}
    ended = totals["called"] + totals["left_waiting"] + totals["turned_away"]
    assert totals["joined_waiting"] == ended + len(running.waiting)
