"""Levers on violence: by context, at school, in hot cells and by night, and what a sanction does to risk."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.levers import LEVERS
from sim.place import Place
from sim.population.columns import NEVER
from sim.violence.incidents import ACQUISITIVE, CONTEXTS, PEER, PUBLIC, RETALIATION, Incidents
from tests.mechanisms.paired import a_month_of_violence, aged, differing, with_violence
from tests.mechanisms.pushing import Pushing, pushed

LEVEL = 8.0
DOWN, UP = -2.0, 0.7
OUTDOORS = (PUBLIC, ACQUISITIVE)


def keys(incidents: Incidents, *contexts: int) -> set[int]:
    """Return the keys of the incidents of some contexts, without retaliation.

    What retaliation adds to a saturating hazard can grow when the hazard itself falls.
    """
    return {int(key) for key in incidents.key[np.isin(incidents.context, contexts) & (incidents.cause != RETALIATION)]}


def others(*contexts: int) -> list[int]:
    return [context for context in range(len(CONTEXTS)) if context not in contexts]


@pytest.mark.mechanism("levers")
def test_every_lever_pushed_by_nothing_changes_nothing_bit_for_bit(poor: Place):
    plain, zero = poor.fork(), pushed(poor, **dict.fromkeys(LEVERS, 0.0))
    plain.run(3), zero.run(3)
    assert sorted(zero.tools.levers.in_use) == sorted(LEVERS)
    for name in ("people", "families", "communities"):
        assert differing(getattr(plain, name), getattr(zero, name)) == []


@pytest.mark.mechanism("levers", "context_peer", "context_public", "context_partner", "context_acquisitive")
@pytest.mark.parametrize("context", range(len(CONTEXTS)))
def test_a_lever_on_one_context_moves_that_context_alone(poor: Place, context: int):
    name = f"violence_hazard_{CONTEXTS[context]}"
    plain = a_month_of_violence(poor.fork(), LEVEL)
    fewer = a_month_of_violence(pushed(poor, **{name: DOWN}), LEVEL)
    more = a_month_of_violence(pushed(poor, **{name: UP}), LEVEL)
    assert keys(fewer, context) < keys(plain, context) < keys(more, context)
    assert len(keys(fewer, context)) < 0.5 * len(keys(plain, context))
    for world in (fewer, more):
        assert keys(world, *others(context)) == keys(plain, *others(context))


@pytest.mark.mechanism("levers")
def test_a_lever_on_a_context_moves_those_pushed_alone(poor: Place):
    chosen = np.flatnonzero(poor.people.key % np.uint64(2) == 0)
    plain = a_month_of_violence(poor.fork(), LEVEL)
    fewer = a_month_of_violence(pushed(poor, chosen, violence_hazard_peer=DOWN), LEVEL)
    spared = [incident for incident in zip(plain.key, plain.offender, strict=True) if incident[0] not in fewer.key]
    assert len(spared) > 10
    assert np.isin([offender for _, offender in spared], chosen).all()


@pytest.mark.mechanism("levers", "ace_abuse_and_neglect")
def test_the_lever_on_family_violence_prevents_abuse_by_the_adults_pushed(poor: Place):
    children = np.flatnonzero(aged(poor, 2, 12) & (poor.people.present > 0)).astype(np.int32)[:1000]
    happened = []
    for world in (poor.fork(), pushed(poor, violence_hazard_family=DOWN)):
        key, _, _ = world.violence.further.abuse(world.month, children, world.violence._households())
        happened.append({int(each) for each in key})
    assert happened[1] < happened[0]
    assert len(happened[1]) == pytest.approx(np.exp(DOWN) * len(happened[0]), rel=0.3)


@pytest.mark.mechanism("school_setting")
def test_the_school_setting_moves_peer_violence_of_pupils_in_term_alone(poor: Place):
    safer, plain = pushed(poor, school_setting=-3.0), poor.fork()
    holidays = [world.fork() for world in (plain, safer)]
    before, after = (world.violence.unfold(world.month, 2.0, school_part=0.6) for world in (plain, safer))
    assert keys(after, PEER) < keys(before, PEER) and keys(after, *others(PEER)) == keys(before, *others(PEER))
    pupil = aged(plain, 5, 15)
    spared = ~np.isin(before.key, after.key) & (before.cause != RETALIATION)
    assert pupil[before.offender[spared]].all()
    of_pupils = (before.context == PEER) & pupil[before.offender] & (before.cause != RETALIATION)
    assert 0.2 < (spared & of_pupils).sum() / of_pupils.sum() < 0.8
    before, after = (world.violence.unfold(world.month, 2.0, school_part=0.0) for world in holidays)
    assert np.array_equal(before.key, after.key)


@pytest.mark.mechanism("school_setting")
def test_school_has_no_part_in_violence_when_it_is_shut_or_nothing_is_tied_to_it(poor: Place):
    from sim.society.society import peer_factors

    parts = peer_factors(poor.parameters)[1]
    assert parts[7] == 0.0 and 0.3 < parts[10] < 1.0
    assert not peer_factors(poor.parameters.replace({"society.peer_tied_to_school": 0.0}))[1].any()


@pytest.mark.mechanism("hot_cells")
def test_hot_cells_hold_a_share_of_public_violence(poor: Place):
    def kept(share: float, **push: float) -> set[int]:
        world = with_violence(poor, {"violence.hot_cell_share": share})
        Pushing(push).apply(world)
        incidents = a_month_of_violence(world, LEVEL)
        assert keys(incidents, *others(*OUTDOORS)) == elsewhere
        return keys(incidents, *OUTDOORS)

    plain = a_month_of_violence(poor.fork(), LEVEL)
    elsewhere, everything = keys(plain, *others(*OUTDOORS)), keys(plain, *OUTDOORS)
    assert kept(0.0, hot_cell=-2.0) == everything
    assert kept(1.0, hot_cell=-2.0) == kept(1.0, opportunity=-2.0)
    some = kept(0.4, hot_cell=-2.0)
    assert kept(1.0, hot_cell=-2.0) < some < everything
    assert len(some) / len(everything) == pytest.approx(1.0 + 0.4 * np.expm1(-2.0), abs=0.1)


@pytest.mark.mechanism("levers", "night_time_economy")
@pytest.mark.parametrize("name", ["opportunity", "hot_cell", "night_time_economy"])
def test_levers_on_places_act_where_violence_happens_and_nowhere_else(poor: Place, name: str):
    community = np.array([int(np.argmax(poor.communities.night_time_economy))])
    plain = a_month_of_violence(poor.fork(), LEVEL)
    fewer = a_month_of_violence(pushed(poor, community, **{name: -2.0}), LEVEL)
    spared = ~np.isin(plain.key, fewer.key)
    assert spared.sum() > 5 and set(fewer.key) < set(plain.key)
    assert (plain.location[spared] == community[0]).all() and np.isin(plain.context[spared], OUTDOORS).all()
    assert (poor.people.community[plain.offender[spared]] != community[0]).any()


@pytest.mark.mechanism("night_time_economy")
def test_the_night_time_lever_does_nothing_where_no_violence_is_drawn_by_night(poor: Place):
    quiet = with_violence(poor, {"violence.public_location_night_time": 0.0})
    emptied = quiet.fork()
    emptied.tools.levers.clear()
    Pushing({"night_time_economy": -3.0}).apply(emptied)
    assert np.array_equal(a_month_of_violence(quiet, LEVEL).key, a_month_of_violence(emptied, LEVEL).key)


@pytest.mark.mechanism("labelling")
def test_labelling_moves_the_risk_of_the_sanctioned_alone_and_by_its_ratio(poor: Place):
    plain, softer = poor.fork(), pushed(poor, labelling=-1.0)
    for world in (plain, softer):
        world.people.months_since_sanction[::3] = 2
        world.violence.risk.refresh(0, everybody=True)
    change = softer.people.risk_log.astype(np.float64) - plain.people.risk_log
    sanctioned = (plain.people.months_since_sanction != NEVER) & (plain.people.present > 0)
    assert not change[plain.people.months_since_sanction == NEVER].any()
    p = plain.parameters
    months = plain.people.months_since_sanction[sanctioned].astype(float)
    effect = p["violence.factor_labelling"] * (1.0 - p["violence.labelling_decay"]) ** months
    np.testing.assert_allclose(change[sanctioned], effect * np.expm1(-1.0), atol=1e-5)
