"""What stirs, aims and places violence: each mechanism pushed to its extreme in paired worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.expected_rates import STREAM_NAMES, expected_rates
from sim.population.columns import DOMESTIC_ABUSE, NEVER
from sim.violence.incidents import ACQUISITIVE, CONTEXTS, FAMILY, ORDINARY, PARTNER, PEER, PUBLIC, RETALIATION, SERIES
from tests.mechanisms.paired import (
    a_month_of_violence,
    aged,
    differing_before_violence,
    every_second,
    rates,
    with_violence,
)

STREAM = {name: number for number, name in enumerate(STREAM_NAMES)}
LEVEL = 15.0


def quiet(world):
    """Forget all recent violence."""
    world.people.retaliation[:], world.people.series[:] = 0.0, 0.0
    return world


@pytest.fixture
def pair(poor):
    worlds = quiet(poor.fork()), quiet(poor.fork())
    yield worlds
    for world in worlds:
        world.close()


def changed_streams(before, after):
    return {name for name, stream in STREAM.items() if not np.array_equal(before[stream], after[stream])}


def test_expected_rates_are_what_happens_on_average(poor):
    world = poor.fork()
    expected = rates(world)
    happened = np.zeros(len(STREAM_NAMES))
    repeats = 12
    for month in range(repeats):
        _, streams, counts = world.violence._offenders(1000 + month, np.ones(len(CONTEXTS), np.float32))
        happened += np.bincount(streams, counts, len(STREAM_NAMES))
    total = repeats * expected.sum(axis=1)
    # A Poisson count with much of its rate in few people.
    assert np.abs(happened - total).max() < 5 * np.sqrt(total.max())
    assert happened.sum() == pytest.approx(total.sum(), rel=0.1)
    world.close()


@pytest.mark.mechanism("context_peer", "context_public", "context_partner", "context_family", "context_acquisitive")
@pytest.mark.parametrize("context", ["peer", "public", "partner", "family", "acquisitive"])
def test_a_context_without_a_level_has_no_violence_and_leaves_the_others_alone(poor, context):
    usual, off = quiet(poor.fork()), quiet(with_violence(poor, {f"violence.base_{context}": 0.0}))
    before, after = rates(usual), rates(off)
    assert before[STREAM[context]].sum() > 0 and not after[STREAM[context]].any()
    assert changed_streams(before, after) == {context}
    usual.close(), off.close()


@pytest.mark.mechanism("season")
def test_the_season_moves_every_context_alike(poor):
    world = quiet(poor.fork())
    rates(world)
    usual, summer = expected_rates(world), expected_rates(world, 1.1)
    for stream in range(5):
        happens = usual[stream] > 1e-9
        ratio = summer[stream, happens] / usual[stream, happens]
        # Saturation holds back the few whose hazard is large.
        assert np.median(ratio) == pytest.approx(1.1, abs=0.005) and ratio.max() < 1.1001
    world.close()


@pytest.mark.mechanism("saturation")
def test_no_hazard_is_above_the_most_that_is_possible(poor):
    world, free = poor.fork(), with_violence(poor, {"violence.most_incidents_per_month": 1e9})
    for each in (world, free):
        each.people.transitory_risk[:] = 6.0
    held, unbounded = rates(world), rates(free)
    most = poor.parameters["violence.most_incidents_per_month"]
    assert held[:5].max() <= most < unbounded[:5].max()
    assert (held <= unbounded + 1e-12).all()
    world.close(), free.close()


@pytest.mark.mechanism("retaliation")
def test_harm_stirs_those_hurt_and_nobody_else(pair):
    calm, stirred = pair
    half = every_second(stirred)
    stirred.people.retaliation[half] = 1.0
    before, after = rates(calm), rates(stirred)
    assert changed_streams(before, after) == {"peer_retaliation", "public_retaliation"}
    assert not after[:, ~half][[6, 7]].any()
    young = half & aged(stirred, 12, 16)
    ratio = after[STREAM["peer_retaliation"], young] / before[STREAM["peer"], young]
    assert np.median(ratio) == pytest.approx(stirred.parameters["violence.retaliation_peer"], rel=0.05)
    old = half & aged(stirred, 35, 110)
    assert not after[STREAM["public_retaliation"], old].any()


@pytest.mark.mechanism("retaliation")
def test_without_retaliation_harm_stirs_nobody(poor):
    off = {"violence.retaliation_peer": 0.0, "violence.retaliation_public": 0.0}
    world = with_violence(poor, off)
    world.people.retaliation[:] = 3.0
    assert not rates(world)[[6, 7]].any()
    found = a_month_of_violence(world, LEVEL)
    assert len(found) and not (found.cause == RETALIATION).any()
    usual = poor.fork()
    off_world = with_violence(poor, off)
    usual.step(), off_world.step()
    assert differing_before_violence(usual, off_world) == []
    for each in (world, usual, off_world):
        each.close()


@pytest.mark.mechanism("series")
def test_an_incident_is_followed_by_as_many_more_as_series_says(pair):
    _, world = pair
    person = np.flatnonzero(aged(world, 14, 14))[0]
    world.people.series[person] = 1.0
    followed = 0.0
    for _ in range(60):
        world.people.series[:] *= world.violence.left
        followed += rates(world)[STREAM["series"], person]
    assert followed == pytest.approx(world.parameters["violence.series_per_incident"], rel=1e-3)


@pytest.mark.mechanism("series")
def test_series_hurt_the_previous_target_and_can_be_switched_off(poor):
    worlds = quiet(poor.fork()), quiet(with_violence(poor, {"violence.series_per_incident": 0.0}))
    found = []
    for world in worlds:
        young = np.flatnonzero(aged(world, 12, 16))
        world.people.series[young] = 6.0
        world.people.last_target[young] = np.roll(young, 1)
        found.append(a_month_of_violence(world))
    on, off = found
    repeated = on.cause == SERIES
    assert repeated.sum() > 50 and not (off.cause == SERIES).any()
    assert np.array_equal(on.victim[repeated], worlds[0].people.last_target[on.offender[repeated]])
    assert np.array_equal(np.sort(on.key[~repeated]), np.sort(off.key))
    for world in worlds:
        world.close()


@pytest.mark.mechanism("abuse_state_and_violence", "domestic_abuse")
def test_a_state_of_abuse_raises_violence_at_home_and_nowhere_else(pair):
    without, abusive = pair
    without.families.states[:] &= np.uint8(0xFF ^ DOMESTIC_ABUSE)
    abusive.families.states[:] |= np.uint8(DOMESTIC_ABUSE)
    before, after = rates(without), rates(abusive)
    assert changed_streams(before, after) == {"partner", "family"}
    p = without.parameters
    for name in ("partner", "family"):
        ratio = after[STREAM[name]].sum() / before[STREAM[name]].sum()
        assert ratio == pytest.approx(p[f"violence.{name}_abuse_state"] / p[f"violence.{name}_no_abuse_state"], rel=0.1)


@pytest.mark.mechanism("partnership_protects")
def test_a_partner_lowers_public_violence_and_nothing_else(poor):
    usual, off = quiet(poor.fork()), quiet(with_violence(poor, {"violence.partnered_public": 0.0}))
    before, after = rates(usual), rates(off)
    assert changed_streams(before, after) == {"public"}
    moved = before[1] != after[1]
    assert moved.any() and (poor.people.partner[moved] >= 0).all()
    assert np.median(np.log(before[1][moved] / after[1][moved])) == pytest.approx(-0.3, abs=0.01)
    usual.close(), off.close()


@pytest.mark.mechanism("custody_incapacitates")
def test_custody_keeps_people_from_violence_and_harm(pair):
    _, inside = pair
    half = every_second(inside)
    inside.people.custody[half] = 6
    assert not rates(inside)[:, half].any()
    found = a_month_of_violence(inside, LEVEL)
    assert len(found) and not half[found.offender].any() and not half[found.victim].any()


@pytest.mark.mechanism("vulnerability")
def test_the_vulnerable_are_hurt_more_by_the_same_offenders(pair):
    even, uneven = pair
    half = every_second(even)
    even.people.vulnerability[:] = 0.0
    uneven.people.vulnerability[:] = np.where(half, 1.0, -1.0)
    one, other = a_month_of_violence(even, LEVEL), a_month_of_violence(uneven, LEVEL)
    assert np.array_equal(one.key, other.key) and np.array_equal(one.offender, other.offender)
    outside = np.isin(one.context, (PEER, PUBLIC, ACQUISITIVE)) & (one.cause == ORDINARY)
    assert half[other.victim[outside]].mean() > 0.7 > 0.6 > half[one.victim[outside]].mean()
    at_home = np.isin(one.context, (PARTNER, FAMILY))
    assert np.array_equal(one.victim[at_home], other.victim[at_home])


@pytest.mark.mechanism("lifestyle")
def test_people_of_high_risk_are_hurt_more_unless_lifestyle_is_switched_off(poor):
    off = {"violence.victim_risk_peer": 0.0, "violence.victim_risk_public": 0.0}
    means = []
    for world in (quiet(poor.fork()), quiet(with_violence(poor, off))):
        world.people.vulnerability[:] = 0.0
        found = a_month_of_violence(world, LEVEL)
        public = (found.context == PUBLIC) & (found.cause == ORDINARY)
        means.append(world.people.risk_log[found.victim[public]].mean())
        world.close()
    assert means[0] > means[1] + 0.5


@pytest.mark.mechanism("aim_at_aggressor", "memory_of_harm")
def test_retaliation_turns_on_whoever_did_the_harm(poor):
    struck = []
    for share in (0.0, 1.0):
        world = quiet(with_violence(poor, {"violence.target_aggressor": share}))
        young = np.flatnonzero(aged(world, 12, 16))
        world.people.retaliation[young] = 3.0
        world.people.last_aggressor[young] = np.roll(young, 1)
        world.people.months_since_victim[young] = 1
        found = a_month_of_violence(world, LEVEL)
        answer = (found.cause == RETALIATION) & (found.context == PEER)
        struck.append((world.people.last_aggressor[found.offender[answer]] == found.victim[answer]).mean())
        world.close()
    assert struck[1] == 1.0 and struck[0] < 0.05


@pytest.mark.mechanism("memory_of_harm")
def test_old_harm_is_not_answered(poor):
    world = quiet(with_violence(poor, {"violence.target_aggressor": 1.0}))
    young = np.flatnonzero(aged(world, 12, 16))
    world.people.retaliation[young] = 3.0
    world.people.last_aggressor[young] = np.roll(young, 1)
    world.people.months_since_victim[young] = NEVER - 1
    found = a_month_of_violence(world, LEVEL)
    answer = (found.cause == RETALIATION) & (found.context == PEER)
    assert (world.people.last_aggressor[found.offender[answer]] == found.victim[answer]).mean() < 0.05
    world.close()


@pytest.mark.mechanism("repeat_target")
def test_offenders_return_to_their_previous_target(poor):
    again = []
    for share in (0.0, 1.0):
        world = quiet(with_violence(poor, {"violence.target_previous": share}))
        young = np.flatnonzero(aged(world, 12, 16))
        world.people.last_target[young] = np.roll(young, 1)
        found = a_month_of_violence(world, LEVEL)
        known = (found.context == PEER) & (found.cause == ORDINARY) & np.isin(found.offender, young)
        again.append((world.people.last_target[found.offender[known]] == found.victim[known]).mean())
        world.close()
    assert again[1] == 1.0 and again[0] < 0.05


@pytest.mark.mechanism("friends_as_victims")
def test_friends_are_hurt_in_the_share_given(poor):
    shares = []
    for share in (0.0, 1.0):
        world = quiet(with_violence(poor, {"violence.target_friend": share, "violence.target_previous": 0.0}))
        found = a_month_of_violence(world, LEVEL)
        peers = (found.context == PEER) & (found.cause == ORDINARY)
        friends = world.people.friends[found.offender[peers]]
        shares.append((friends == found.victim[peers][:, None]).any(axis=1).mean())
        world.close()
    assert shares[1] > 0.95 and shares[0] < 0.3


@pytest.mark.mechanism("near_victims")
def test_peers_live_at_home_or_next_door(poor):
    same = []
    for share in (0.0, 1.0):
        world = quiet(with_violence(poor, {"violence.target_own_community": share, "violence.target_friend": 0.0}))
        world.people.last_target[:] = -1
        found = a_month_of_violence(world, LEVEL)
        peers = (found.context == PEER) & (found.cause == ORDINARY)
        home = world.people.community
        same.append((home[found.victim[peers]] == home[found.offender[peers]]).mean())
        world.close()
    assert same[1] == 1.0 and same[0] < 0.5


@pytest.mark.mechanism("night_time_economy")
def test_public_violence_goes_to_the_night_time_economy_and_peer_violence_stays(pair):
    usual, moved = pair
    moved.communities.night_time_economy[:] = 0.0
    moved.communities.night_time_economy[3] = 1.0
    one, other = a_month_of_violence(usual, LEVEL), a_month_of_violence(moved, LEVEL)
    outside, elsewhere = (np.isin(found.context, (PUBLIC, ACQUISITIVE)) for found in (one, other))
    share = usual.parameters["violence.public_location_night_time"]
    assert (other.location[elsewhere] == 3).mean() >= share - 0.05
    assert (one.location[outside] == 3).mean() < 0.5
    # What fear of a place prevents depends on the place, so that public incidents themselves may differ.
    assert np.array_equal(one.key[~outside], other.key[~elsewhere])
    assert np.array_equal(one.location[~outside], other.location[~elsewhere])


@pytest.mark.mechanism("contagion_to_friends")
def test_friends_of_victims_are_stirred_unless_nothing_is_passed_on(poor):
    stirred = []
    for share in (0.0, 1.0):
        world = quiet(poor.fork())
        found = a_month_of_violence(world, LEVEL)
        parameters = world.parameters.replace({"violence.share_to_friends": share})
        world.aftermath.tools = replace(world.tools, parameters=parameters)
        world.aftermath.settle(world.month, found)
        unhurt = np.setdiff1d(np.arange(world.people.n), found.victim)
        stirred.append(world.people.retaliation[unhurt].sum())
        world.close()
    assert stirred[0] == 0.0 and stirred[1] > 50.0
