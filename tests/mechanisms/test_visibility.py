"""Which services see which incidents: parts of the truth, and what sharing adds."""

from __future__ import annotations

import numpy as np
import pytest

from sim.services.names import AMBULANCE, EMERGENCY_DEPARTMENT, POLICE, SCHOOLS, SERVICES, SOCIAL_CARE
from sim.services.partnership import ServicePartnership
from sim.violence.incidents import PEER


def violent_month(world, level=30.0):
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    return world.violence.unfold(world.month, level)


@pytest.fixture
def seen(burnt_in):
    """A very violent month to which services have responded, and who saw what of it."""
    world = burnt_in.fork()
    incidents = violent_month(world)
    world.services.respond(world.month, incidents)
    yield world, incidents, world.services.visibility.of(incidents)
    world.close()


def test_each_service_sees_a_part_by_its_own_rule(seen):
    world, incidents, sights = seen
    assert sights.holds.shape == (len(incidents), len(SERVICES))
    assert np.array_equal(sights.holds[:, POLICE], incidents.recorded)
    assert not (sights.holds[:, EMERGENCY_DEPARTMENT] & ~incidents.treated).any()
    assert sights.holds[:, AMBULANCE][incidents.treated].mean() > 3 * sights.holds[:, AMBULANCE].mean()
    years = (world.month - world.people.birth_month[incidents.victim]) / 12
    pupils = (years >= 5) & (years < 18)
    of_peers = sights.holds[:, SCHOOLS][pupils & (incidents.context == PEER)]
    assert 0.15 < of_peers.mean() < 0.5
    assert not sights.holds[~pupils, SCHOOLS].any() and not sights.holds[years >= 18, SOCIAL_CARE].any()
    assert not sights.holds.all(axis=1).any() and sights.holds.any(axis=1).mean() < 0.7


def test_failed_linkage_and_true_silence_are_kept_apart(seen):
    _, incidents, sights = seen
    treated = incidents.treated
    unrecorded = ~sights.holds[treated, POLICE]
    linked = sights.linkable[treated, POLICE] & world_link(seen)[treated]
    apparently_unknown = ~linked
    assert (sights.linkable <= sights.holds).all()
    assert unrecorded.mean() < apparently_unknown.mean() < unrecorded.mean() + 0.08
    assert 0.5 < apparently_unknown.mean() < 0.7


def world_link(seen):
    world, incidents, _ = seen
    return world.services.visibility.linkable(incidents, EMERGENCY_DEPARTMENT)


def test_sharing_only_adds_and_nothing_unrecorded_anywhere_is_revealed(seen):
    world, incidents, alone = seen
    half, full = (world.services.visibility.of(incidents, share) for share in (0.5, 1.0))
    assert np.array_equal(alone.shared, alone.holds)
    assert (alone.shared <= half.shared).all() and (half.shared <= full.shared).all()
    assert np.array_equal(full.shared.any(axis=1), alone.holds.any(axis=1))
    assert full.shared[:, POLICE].sum() > alone.shared[:, POLICE].sum()


def test_perfect_linkage_shares_all_that_is_held(make_place):
    world = make_place({"services.linkage": np.ones(len(SERVICES))}, seed=7, burn_in_years=0)
    incidents = violent_month(world)
    world.services.respond(world.month, incidents)
    sights = world.services.visibility.of(incidents, 1.0)
    assert np.array_equal(sights.linkable, sights.holds)
    assert np.array_equal(sights.shared.all(axis=1), sights.holds.any(axis=1))
    world.close()


def test_trust_lets_services_hear_more(burnt_in):
    heard = []
    for legitimacy in (-4.0, 4.0):
        world = burnt_in.fork()
        incidents = violent_month(world)
        world.communities.legitimacy[:] = legitimacy
        incidents.recorded[:] = False
        heard.append(world.services.visibility.of(incidents).holds)
        world.close()
    assert (heard[0] <= heard[1]).all() and heard[0].sum() < heard[1].sum()


def test_data_sharing_raises_what_police_record_and_not_what_happens(burnt_in):
    alone, sharing = burnt_in.fork(), burnt_in.fork()
    sharing.services.partnership = ServicePartnership(shared_share=1.0)
    months = []
    for world in (alone, sharing):
        incidents = violent_month(world)
        world.services.respond(world.month, incidents)
        months.append(incidents)
    assert np.array_equal(months[0].key, months[1].key) and np.array_equal(months[0].severity, months[1].severity)
    assert (months[0].recorded <= months[1].recorded).all()
    told = months[1].recorded & ~months[0].recorded
    assert told.sum() > 0 and months[1].treated[told].all() and months[1].reported[told].all()
    alone.close(), sharing.close()
