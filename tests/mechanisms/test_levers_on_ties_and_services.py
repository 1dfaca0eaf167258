"""Levers on gangs, friends, communities, police and courts: each moves what it names and leaves the rest alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.place import Place
from sim.population.columns import EXPLOITED, GANG_MEMBER, NOT_INVOLVED
from sim.relationship.norms_kernels import FRIENDS
from sim.services.sanctions import COMMUNITY, CUSTODY, DIVERTED
from tests.mechanisms.paired import a_month_of_violence, aged, differing, differing_before_violence
from tests.mechanisms.pushing import pushed

LEVEL = 8.0
SURE, NEVER = 30.0, -30.0


@pytest.mark.mechanism("gang_entry", "levers")
@pytest.mark.parametrize(("name", "state"), [("gang_entry", GANG_MEMBER), ("exploitation_entry", EXPLOITED)])
def test_levers_on_entry_move_who_joins_and_who_is_exploited_apart(poor: Place, name: str, state: int):
    other = GANG_MEMBER + EXPLOITED - state
    worlds = poor.fork(), pushed(poor, **{name: -3.0}), pushed(poor, **{name: 2.0})
    ever = [np.zeros(world.people.n, bool) for world in worlds]
    for month in range(24):
        for world, joined in zip(worlds, ever, strict=True):
            world.people.gang[:] = NOT_INVOLVED
            world.ties.gangs.turn(poor.month + month)
            joined |= world.people.gang == state
        in_other_state = [np.flatnonzero(world.people.gang == other) for world in worlds]
        for world_rows in in_other_state[1:]:
            taken = np.flatnonzero(worlds[2].people.gang == state)
            assert np.array_equal(np.setdiff1d(in_other_state[0], taken), np.setdiff1d(world_rows, taken))
    usual, least, most = ever
    assert set(np.flatnonzero(least)) < set(np.flatnonzero(usual)) < set(np.flatnonzero(most))


@pytest.mark.mechanism("gang_exit", "levers")
def test_a_certain_exit_empties_gangs_and_none_keeps_everybody(poor: Place):
    stay, leave = pushed(poor, gang_exit=NEVER), pushed(poor, gang_exit=SURE)
    for world in (stay, leave):
        world.people.gang[aged(world, 12, 17)] = GANG_MEMBER
    inside = (stay.people.gang > 0) & (stay.people.present > 0)
    stay.ties.gangs.turn(stay.month), leave.ties.gangs.turn(leave.month)
    assert (stay.people.gang[inside] > 0).all() and not leave.people.gang[inside].any()


@pytest.mark.mechanism("norm_influence", "levers")
def test_peer_influence_moves_acceptance_away_from_that_of_friends(poor: Place):
    plain, freed = poor.fork(), pushed(poor, peer_influence=-1.0)
    people = poor.people
    apart = (people.acceptance_of_violence[people.friends] - people.acceptance_of_violence[:, None]).sum(axis=1)
    friends = people.acceptance_of_violence + apart / np.maximum(people.friend_count, 1)
    for world in (plain, freed):
        world.norms.spread(world.month)
    assert differing(plain.people, freed.people) == ["acceptance_of_violence"]
    moved = freed.people.acceptance_of_violence - plain.people.acceptance_of_violence
    weight = plain.norms._by_age[people.age_sex, FRIENDS]
    some = (moved != 0.0) & (np.abs(friends * weight) > 0.01)
    assert some.sum() > 100
    assert (np.sign(moved[some]) == -np.sign(friends[some])).all()


@pytest.mark.mechanism("assets", "levers")
def test_youth_provision_comes_with_its_assets_and_reaches_people_later(poor: Place):
    plain, richer = poor.fork(), pushed(poor, youth_provision=1.0)
    community = np.array([2])
    one = pushed(poor, community, youth_provision=1.0)
    for world in (plain, richer, one):
        world.step()
    moved = richer.communities.youth_provision - plain.communities.youth_provision
    assert moved == pytest.approx(1.0)
    assert set(differing_before_violence(plain, richer)) == {"youth_provision", "assets", "collective_efficacy"}
    assert np.flatnonzero(one.communities.youth_provision != plain.communities.youth_provision).tolist() == [2]


@pytest.mark.mechanism("community_effects", "collective_efficacy", "levers")
def test_collective_efficacy_lowers_the_risk_of_residents_and_of_nobody_else_at_first(poor: Place):
    plain, stronger = poor.fork(), pushed(poor, np.array([3]), collective_efficacy=2.0)
    nothing = np.zeros(poor.communities.n)
    for world in (plain, stronger):
        world.community_room.turn(world.month, nothing, nothing, nothing)
        world.violence.risk.refresh(world.month)
    change = stronger.people.risk_log - plain.people.risk_log
    lives_there = (poor.people.community == 3) & (poor.people.present > 0)
    assert (change[lives_there] < 0).all() and not change[poor.people.community != 3].any()


@pytest.mark.mechanism("reporting", "recording", "levers")
def test_levers_on_reporting_and_recording_act_where_the_victim_lives_and_where_it_happened(poor: Place):
    place = np.array([1])
    worlds = {
        "usual": poor.fork(),
        "reporting": pushed(poor, place, reporting=SURE),
        "recording": pushed(poor, place, recording=SURE),
        "nothing": pushed(poor, place, recording=NEVER),
    }
    seen = {}
    for name, world in worlds.items():
        incidents = seen[name] = a_month_of_violence(world, LEVEL)
        incidents.reported, incidents.recorded = (np.zeros(len(incidents), bool) for _ in range(2))
        world.services._record(world.month, incidents)
    usual = seen["usual"]
    at_home, there = poor.people.community[usual.victim] == 1, usual.location == 1
    assert seen["reporting"].reported[at_home].all() and not usual.reported[at_home].all()
    assert np.array_equal(seen["reporting"].reported[~at_home], usual.reported[~at_home])
    for name in ("recording", "nothing"):
        assert np.array_equal(seen[name].reported, usual.reported)
        assert np.array_equal(seen[name].recorded[~there], usual.recorded[~there])
    assert np.array_equal(seen["recording"].recorded[there], usual.reported[there])
    assert not seen["nothing"].recorded[there].any() and usual.recorded[there].any()


@pytest.mark.mechanism("sentence", "levers")
def test_diversion_and_custody_take_from_community_sentences(poor: Place):
    adults = np.flatnonzero(aged(poor, 21, 40) & (poor.people.custody == 0) & (poor.people.present > 0))
    plain = poor.fork()
    usual = plain.services.sanctions.sentence(plain.month, adults).disposal
    more = pushed(poor, diversion=1.0)
    diverted = more.services.sanctions.sentence(more.month, adults).disposal
    assert set(usual[usual != diverted]) == {COMMUNITY} and set(diverted[usual != diverted]) == {DIVERTED}
    assert set(differing(plain.people, more.people)) == set()
    spared, all_sent = pushed(poor, custody=NEVER), pushed(poor, custody=SURE, diversion=SURE)
    disposal = spared.services.sanctions.sentence(spared.month, adults).disposal
    assert np.array_equal(disposal[usual != CUSTODY], usual[usual != CUSTODY]) and (disposal != CUSTODY).all()
    assert (all_sent.services.sanctions.sentence(all_sent.month, adults).disposal == CUSTODY).all()
    odds = usual == DIVERTED, diverted == DIVERTED
    before, after = (share.mean() / (1.0 - share.mean()) for share in odds)
    assert np.log(after / before) == pytest.approx(1.0, abs=0.2)


@pytest.mark.mechanism("other_offending", "levers")
def test_the_lever_on_other_offending_moves_those_sanctioned_for_it(poor: Place):
    found = []
    for value in (-2.0, 0.0, 1.0):
        world = pushed(poor, other_offending=value)
        months = range(world.month, world.month + 6)
        found.append({(m, int(row)) for m in months for row in world.services.sanctions.other_offending(m)})
    assert found[0] < found[1] < found[2]
    assert len(found[0]) < 0.4 * len(found[1])
