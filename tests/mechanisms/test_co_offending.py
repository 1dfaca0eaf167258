"""Co-offending: friends take part, are held to account, and the tie lasts. Gangs make exploited children violent."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import EXPLOITED, GANG_MEMBER, NOBODY
from sim.violence.incidents import ACQUISITIVE, FAMILY, PARTNER, PEER, SERIES


def month_of_violence(world, season=10.0):
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    return world.violence.unfold(world.month, season)


@pytest.fixture(scope="module")
def together(burnt_in):
    world = burnt_in.fork()
    incidents = month_of_violence(world)
    yield world, incidents
    world.close()


def test_accomplices_are_friends_who_are_there_and_not_the_victim(together):
    world, incidents = together
    where = incidents.together
    offender, accomplice = incidents.offender[where], incidents.accomplice[where]
    assert where.size > 30
    people = world.people
    assert (people.friends[offender] == accomplice[:, None]).any(axis=1).all()
    assert (accomplice != incidents.victim[where]).all() and (accomplice != offender).all()
    assert (people.present[accomplice] == 1).all() and (people.custody[accomplice] == 0).all()
    assert (people.age_sex[accomplice] >= 20).all() and (people.age_sex[offender] < 50).all()
    assert not np.isin(incidents.context[where], (PARTNER, FAMILY)).any()
    assert not (incidents.cause[where] == SERIES).any()


def test_the_share_with_an_accomplice_follows_its_parameter_and_changes_no_incident(burnt_in):
    alone, always = burnt_in.fork(), burnt_in.fork()
    alone.violence.accomplices.share[:] = 0.0
    always.violence.accomplices.share[10:25] = 1.0
    nobody, everybody = month_of_violence(alone), month_of_violence(always)
    assert nobody.together.size == 0
    young = (always.people.age_sex[everybody.offender] < 50) & everybody.visible & (everybody.cause != SERIES)
    friends = always.people.friend_count[everybody.offender] > 2
    assert (everybody.accomplice[young & friends] != NOBODY).mean() > 0.9
    for name in ("key", "offender", "victim", "location", "severity", "weapon"):
        assert np.array_equal(getattr(nobody, name), getattr(everybody, name)), name
    alone.close(), always.close()


def test_an_accomplice_remembers_and_shares_the_series(burnt_in):
    world = burnt_in.fork()
    incidents = month_of_violence(world)
    series = world.people.series[:]
    world.aftermath.settle(world.month, incidents)
    accomplice = incidents.accomplice[incidents.together]
    assert (world.people.months_since_perpetrator[accomplice] == 0).all()
    peers = incidents.together[incidents.context[incidents.together] == PEER]
    assert (world.people.series[incidents.accomplice[peers]] > series[incidents.accomplice[peers]]).all()
    assert (world.people.series[:] - series).sum() == pytest.approx((incidents.context == PEER).sum(), rel=1e-3)
    world.close()


def test_police_may_arrest_both(burnt_in):
    world = burnt_in.fork()
    world.violence.accomplices.share[10:25] = 1.0
    incidents = month_of_violence(world, 30.0)
    certain = {"services.report": 50.0, "services.arrest": np.ones(6), "services.sanction": np.ones(2)}
    certain |= {"services.recorded_adult": 1.0, "services.recorded_child": 1.0, "services.custody": np.zeros(6)}
    world.services.queues.capacity[:] = 1e6
    world.tools.parameters = world.services.sanctions.tools.parameters = world.parameters.replace(certain)
    world.services.respond(world.month, incidents)
    since = world.people.months_since_sanction
    assert (since[incidents.accomplice[incidents.together]] == 0).all()
    assert (since[incidents.offender] == 0).all()
    world.close()


def test_offending_together_makes_the_tie_mutual_and_keeps_it_for_a_while(burnt_in):
    world = burnt_in.fork()
    ties, people = world.ties, world.people
    months = int(world.parameters["ties.bond_months"])
    free = (people.present == 1) & (people.age_sex < 40) & (people.age_sex >= 24) & (people.friend_count > 0)
    first = np.flatnonzero(free)[:60:2].astype(np.int32)
    second = np.flatnonzero(free)[1:60:2].astype(np.int32)
    ties.offend_together(world.month, first, second)

    def tied(one, other):
        return (people.friends[one] == other[:, None]).any(axis=1)

    assert tied(first, second).all() and tied(second, first).all()
    assert (people.friend_count <= 6).all()
    people.friends[first] = first[:, None]
    people.friend_count[first] = 0
    ties.bonds.keep(world.month + months - 1, months)
    assert tied(first, second).all()
    people.friends[first] = first[:, None]
    people.friend_count[first] = 0
    ties.bonds.keep(world.month + months, months)
    assert not tied(first, second).any() and ties.bonds.first.size == 0
    world.close()


def test_bonds_follow_rows_through_compaction(burnt_in):
    world = burnt_in.fork()
    present = np.flatnonzero(world.people.present)
    pair = present[-2:-1].astype(np.int32), present[-1:].astype(np.int32)
    world.ties.offend_together(world.month, *pair)
    keys = world.people.key[world.ties.bonds.first].copy()
    world.compact()
    assert np.array_equal(world.people.key[world.ties.bonds.first], keys)
    world.close()


def test_exploited_people_rob_and_are_hurt_by_members_and_nobody_else_changes(burnt_in):
    usual, held = burnt_in.fork(), burnt_in.fork()
    for world in (usual, held):
        world.people.gang[:] = 0
        young = (world.people.age_sex >= 26) & (world.people.age_sex < 48) & (world.people.present == 1)
        world.people.gang[young & (world.people.key % 20 == 0)] = GANG_MEMBER
    people = held.people
    children = (people.age_sex >= 26) & (people.age_sex < 36) & (people.present == 1) & (people.gang == 0)
    people.gang[children & (people.key % 3 == 0)] = EXPLOITED
    # The same risk for both worlds, so that only what gangs make them do and suffer differs.
    held.violence.risk.refresh = usual.violence.risk.refresh = lambda *given, **more: None
    before, after = month_of_violence(usual, 3.0), month_of_violence(held, 3.0)
    assert np.isin(before.key, after.key).all()
    new = ~np.isin(after.key, before.key)
    assert new.sum() > 10 and (after.context[new] == ACQUISITIVE).all()
    by_exploited = people.gang[after.offender[new]] == EXPLOITED
    by_member = people.gang[after.offender[new]] == GANG_MEMBER
    assert by_exploited.any() and by_member.any() and (by_exploited | by_member).all()
    assert (people.gang[after.victim[new][by_member]] == EXPLOITED).all()
    usual.close(), held.close()
