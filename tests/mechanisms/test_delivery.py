"""What delivery must do whatever the numbers: capacity, strength, lottery, fading, dials."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.interventions.resolved import Dials, Lever
from tests.small_world import DECISION_MONTH, SmallWorld, mentoring


def test_no_places_push_no_lever():
    world = SmallWorld().start(mentoring(places_per_year=0.0))
    for _ in range(36):
        world.live(1)
        assert world.levers.in_use == []
    totals = world.totals()
    assert totals["eligible"] > 0
    assert totals["offered"] == totals["enrolled"] == totals["participants"] == totals["setups"] == 0


def test_no_strength_pushes_no_lever_though_people_take_part():
    still = tuple(replace(lever, strength=0.0, per_sd=0.0) for lever in mentoring().levers)
    world = SmallWorld().start(mentoring(levers=still)).live(24)
    assert world.levers.in_use == []
    assert world.totals()["participants"] > 0


def test_without_a_scenario_nothing_happens():
    world = SmallWorld().live(3)
    assert world.levers.in_use == []
    assert world.programmes.counts(5) == {}


@pytest.mark.parametrize("places", [6.0, 40.0, 120.0, 400.0])
def test_doubling_places_never_reduces_participants(places):
    few = SmallWorld().start(mentoring(places_per_year=places)).live(36).totals()
    many = SmallWorld().start(mentoring(places_per_year=2 * places)).live(36).totals()
    assert many["participants"] >= few["participants"] > 0


def test_places_are_filled_exactly_while_enough_people_are_known():
    world = SmallWorld().start(mentoring(places_per_year=50.0)).live(36)
    assert world.programmes.counts(3)["mentoring"]["participants"].tolist() == [50, 50, 50]


def test_year_counts_are_nested():
    counts = SmallWorld().start(mentoring()).live(36).programmes.counts(3)["mentoring"]
    chain = [counts[name] for name in ("eligible", "known", "offered", "enrolled")]
    for wider, narrower in pairwise(chain):
        assert (wider >= narrower).all()
        assert (narrower > 0).all()


def test_uptake_and_completion_come_out_as_written():
    world = SmallWorld(40_000).start(mentoring(places_per_year=1200.0, start_up_months=0)).live(60)
    totals = world.totals()
    assert totals["participants"] / totals["offered"] == pytest.approx(0.6, abs=0.03)
    ended = totals["completed"] + totals["dropped_out"]
    assert totals["completed"] / ended == pytest.approx(0.55, abs=0.03)


def test_lottery_does_not_depend_on_the_order_of_rows():
    order = np.arange(4000).reshape(-1, 4)[::-1].ravel()
    one, other = SmallWorld(), SmallWorld(order=order)
    one.start(mentoring()).live(9)
    other.start(mentoring()).live(9)
    assert one.ever_enrolled() == other.ever_enrolled()


def test_one_more_applicant_swaps_almost_nobody():
    one, other = SmallWorld(), SmallWorld()
    strangers = np.flatnonzero(
        (other.people.age_sex >= 20) & (other.people.age_sex < 38) & (other.people.known_to == 4)
    )
    other.people.known_to[strangers[0]] = 1
    one.start(mentoring()).live(12)
    other.start(mentoring()).live(12)
    assert len(one.ever_enrolled() ^ other.ever_enrolled()) <= 4


def test_another_programme_moves_nobody_else():
    alone, together = SmallWorld(), SmallWorld()
    alone.start(mentoring()).live(18)
    together.start(mentoring(), mentoring(id="a_second_programme")).live(18)
    second = next(r for r in together.programmes.running if r.programme.id == "mentoring").enrolments
    assert np.array_equal(alone.table.person, second.person)
    assert np.array_equal(alone.table.status, second.status)


def test_effect_halves_with_its_half_life():
    lever = Lever("violence_hazard", "fades", -0.4, 0.0, 12.0, 0, True)
    programme = mentoring(levers=(lever,), completion=1.0, months=3, stop_month=1, again_after_months=None)
    world = SmallWorld().start(programme).live(4)
    person = world.table.person[world.table.status == 1]
    assert person.size > 0
    end = world.levers.person("violence_hazard").of(person)
    world.live(12)
    assert end == pytest.approx(-0.4)
    assert world.levers.person("violence_hazard").of(person) == pytest.approx(-0.2)
    world.live(24)
    assert world.levers.person("violence_hazard").of(person) == pytest.approx(-0.05)


def test_dropping_out_keeps_the_part_attended():
    lever = Lever("violence_hazard", "fades", -0.4, 0.0, 12.0, 0, True)
    world = SmallWorld().start(mentoring(levers=(lever,), stop_month=1)).live(2)
    table = world.table
    row = table.enrolled[:1]
    table.end(row, world.month, 2)
    world.live(1)
    value = world.levers.person("violence_hazard").of(table.person[row])
    assert value == pytest.approx(-0.4 * 2 / 9)


def test_siblings_push_their_family_once():
    parenting = (mentoring().levers[2],)
    world = SmallWorld().start(mentoring(places_per_year=4000.0, levers=parenting)).live(12)
    assert world.levers.family("parenting").value.max() <= np.float32(0.3)


def test_communities_limit_who_is_eligible():
    everywhere = SmallWorld().start(mentoring(communities=None)).live(1).totals()
    poorest = SmallWorld().start(mentoring(communities=0.2))
    poorest.live(12)
    assert poorest.totals()["eligible"] < everywhere["eligible"] / 3
    assert set(poorest.people.community[poorest.table.person]) <= {8, 9}


def test_custody_ends_and_prevents_taking_part():
    world = SmallWorld().start(mentoring()).live(6)
    world.people.custody[:] = 3
    world.live(1)
    assert world.table.enrolled.size == 0
    assert world.totals()["left_place"] > 0


def test_sharing_data_finds_more_people_and_never_fewer():
    known = []
    for dial in (0.0, 0.3, 0.6, 1.0):
        world = SmallWorld().start(mentoring(), dials=Dials(data_sharing=dial)).live(12)
        known.append(world.totals()["known"])
        assert world.totals()["eligible"] == pytest.approx(known[0] * 1.5, rel=0.1)
    assert known == sorted(known)
    assert known[-1] > known[0]


def test_co_production_raises_uptake_and_retention():
    usual = SmallWorld(20_000).start(mentoring(places_per_year=600.0)).live(48).totals()
    shaped = (
        SmallWorld(20_000).start(mentoring(places_per_year=600.0), dials=Dials(co_production=1.0)).live(48).totals()
    )
    assert shaped["participants"] / shaped["offered"] > usual["participants"] / usual["offered"]
    assert shaped["completed"] > usual["completed"]


def test_dials_alone_push_only_what_they_name():
    world = SmallWorld().start(dials=Dials(community_consensus=1.0)).live(1)
    assert world.levers.in_use == ["collective_efficacy", "legitimacy"]
    assert SmallWorld().start(dials=Dials(counter_narrative=1.0)).live(1).levers.in_use == []


def test_dials_cost_money_in_proportion():
    world = SmallWorld(10_000).start(dials=Dials(data_sharing=0.5)).live(24)
    assert world.used == {"partnership_data_sharing_gbp": pytest.approx(2 * 0.5 * 80_000 * 0.1)}
    assert SmallWorld().start(mentoring()).live(12).used == {}


def test_summer_programmes_start_in_summer():
    world = SmallWorld().start(mentoring(calendar_months=(7,), months=2, places_per_year=30.0))
    started = [world.live(1).totals()["participants"] for _ in range(24)]
    assert np.flatnonzero(np.diff([0.0, *started])).tolist() == [3, 15]
    assert started[-1] == 60


def test_start_and_stop_bound_the_starts():
    world = SmallWorld().start(mentoring(start_month=6, stop_month=12)).live(24)
    assert world.table.started[world.table.status != 3].min() >= DECISION_MONTH + 6
    assert world.table.started[world.table.status != 3].max() < DECISION_MONTH + 12


def test_nobody_returns_before_the_interval():
    world = SmallWorld(800).start(mentoring(places_per_year=4000.0, uptake=1.0, completion=1.0, again_after_months=24))
    world.live(30)
    totals = world.totals()
    assert totals["participants"] == totals["first_time"]
    world.live(24)
    assert world.totals()["participants"] > world.totals()["first_time"]
