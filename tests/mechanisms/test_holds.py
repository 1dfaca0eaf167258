"""Holds: what they set stays set, what follows from it follows, and holding nothing changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.recorder import InMemory, TableRecorder
from sim.outcomes.risk_factors import LEVELS, NOTHING, RISK_FACTORS
from sim.population.columns import DOMESTIC_ABUSE, NEET
from sim.violence.factors import FACTORS

BY_NAME = {factor.name: factor for factor in (NOTHING, *RISK_FACTORS)}
MONTHS = 18
MAIN = ("propensity", "self_control", "acceptance", "adversity", "supervision", "retaliation", "series", "deprivation")
OUTCOME = "incidents_with_injury"


def held_world(burnt_in, name, months=MONTHS):
    world = burnt_in.fork()
    world.holds.append(BY_NAME[name].hold())
    world.run(months)
    result = world.result()
    return world, result


@pytest.fixture(scope="module")
def as_is(burnt_in):
    world, result = held_world(burnt_in, "nothing")
    yield result
    world.close()


def test_the_table_covers_the_one_list_of_factors_at_four_levels():
    covered = [name for factor in RISK_FACTORS for name in factor.covers]
    assert sorted(covered) == sorted(FACTORS)
    assert {factor.level for factor in RISK_FACTORS} == set(LEVELS)
    assert len(BY_NAME) == 1 + len(RISK_FACTORS)


def test_holding_nothing_is_exactly_nothing(burnt_in, as_is):
    world, again = held_world(burnt_in, "nothing")
    assert np.array_equal(again.by_month, as_is.by_month) and np.array_equal(again.by_community, as_is.by_community)
    world.close()


@pytest.mark.parametrize("name", MAIN)
def test_main_factors_account_for_violence(burnt_in, as_is, name):
    world, result = held_world(burnt_in, name)
    fraction = 1 - result.total(OUTCOME) / as_is.total(OUTCOME)
    assert 0.02 < fraction < 0.98
    world.close()


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"nothing"}))
def test_every_hold_can_be_lived_with_and_does_no_harm_beyond_luck(burnt_in, as_is, name):
    world, result = held_world(burnt_in, name, 6)
    spared = as_is.by_month[as_is.measures.index("incidents")][:6].sum() - result.total("incidents")
    assert np.isfinite(result.total("expected_admissions"))
    assert spared > -0.1 * result.total("incidents")
    world.close()


def test_states_are_held_when_violence_happens(burnt_in):
    names = ("adversity", "domestic_abuse", "neet", "alcohol", "supervision", "collective_efficacy", "weapon")
    world = burnt_in.fork()
    world.holds += [BY_NAME[name].hold() for name in names]
    seen = []
    unfold = world.violence.unfold

    def look(month, season):
        people, families = world.people, world.families
        seen.append(
            people.ace_count.any()
            or (families.states & DOMESTIC_ABUSE).any()
            or (people.work == NEET).any()
            or people.alcohol.any()
            or people.weapon.any()
            or families.supervision.min() < 1.28
            or world.communities.collective_efficacy.min() < 1.28
        )
        incidents = unfold(month, season)
        seen.append(people.weapon.any())
        return incidents

    world.violence.unfold = look
    for _ in range(3):
        world.step()
    assert seen == [False] * 6
    world.close()


def test_a_hold_reaches_everybody_in_the_first_month(burnt_in):
    worlds = [burnt_in.fork() for _ in range(2)]
    for world, name in zip(worlds, ("nothing", "acceptance"), strict=True):
        world.holds.append(BY_NAME[name].hold())
        world.step()
    plain, held = worlds
    high = plain.people.acceptance_of_violence > -1.0
    present = (plain.people.present == 1) & (held.people.present == 1) & high
    fell = held.people.risk_log[present] < plain.people.risk_log[present]
    assert fell.mean() > 0.99
    for world in worlds:
        world.close()


def test_what_a_factor_feeds_follows_by_the_mechanisms(burnt_in):
    drinkers = []
    for name in ("nothing", "self_control"):
        world, _ = held_world(burnt_in, name, 24)
        drinkers.append(world.people.alcohol[world.people.present == 1].sum())
        world.close()
    assert drinkers[1] < drinkers[0]


def test_friends_stop_drawing_norms_and_the_rest_of_the_first_month_is_the_same(burnt_in):
    tables = []
    for name in ("nothing", "friends_influence"):
        world, sink = burnt_in.fork(), InMemory()
        world.holds.append(BY_NAME[name].hold())
        world.recorder = TableRecorder(sink, people=False)
        world.run(1)
        tables.append(sink.table("incidents"))
        world.run(MONTHS)
        tables[-1]["norms"] = world.people.acceptance_of_violence[: burnt_in.people.n].copy()
        world.close()
    assert np.array_equal(tables[0]["incident"], tables[1]["incident"])
    assert not np.array_equal(tables[0]["norms"], tables[1]["norms"])
