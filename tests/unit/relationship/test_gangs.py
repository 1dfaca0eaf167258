"""Check who joins and leaves gangs, and whom gangs exploit."""

from __future__ import annotations

import numpy as np
import pytest

from sim.population.columns import EXPLOITED, GANG_MEMBER, NOT_INVOLVED
from sim.relationship.ties import Ties
from tests.unit.relationship.small_world import SmallWorld


def young(world: SmallWorld) -> np.ndarray:
    return (world.age >= 10) & (world.age < 18)


def months_in_gangs(world: SmallWorld, months: int = 24) -> np.ndarray:
    ties = Ties(world.people, world.families, world.communities, world.tools, world.place_data)
    ties.start(0)
    spent = np.zeros(world.people.n)
    for month in range(1, months + 1):
        world.set_ages(month)
        ties.turn(month)
        spent += world.people.gang > 0
    return spent


def test_about_one_in_two_hundred_children_are_in_gangs() -> None:
    world = SmallWorld(40_000)
    spent = months_in_gangs(world, 12)
    assert 0.001 < spent[young(world)].sum() / 12 / young(world).sum() < 0.012
    assert spent[world.age >= 40].sum() == 0
    boys, girls = young(world) & world.male, young(world) & ~world.male
    assert spent[boys].mean() > spent[girls].mean()


@pytest.mark.mechanism("gang_entry")
def test_propensity_friends_and_exclusion_draw_into_gangs() -> None:
    plain, driven = SmallWorld(20_000), SmallWorld(20_000)
    driven.people.propensity[:] += 1.0
    driven.people.exclusion[:] = 1
    plain.people.exclusion[:] = 255
    assert months_in_gangs(driven)[young(driven)].sum() > 2.0 * months_in_gangs(plain)[young(plain)].sum()


@pytest.mark.mechanism("gang_entry", "gang_exit")
def test_without_entry_gangs_empty_and_with_certain_exit_too() -> None:
    world = SmallWorld(10_000, ties__gang_entry=np.zeros(9), ties__exploitation_entry=np.zeros(4))
    assert months_in_gangs(world).sum() == 0
    world = SmallWorld(10_000, ties__gang_exit=np.ones(9), ties__gang_exit_friends=0.0, ties__exploitation_exit=1.0)
    ties = Ties(world.people, world.families, world.communities, world.tools, world.place_data)
    ties.start(0)
    world.people.gang[:] = 1
    world.set_ages(1)
    ties.turn(1)
    assert world.people.gang.mean() < 0.01


def exploited_months(world: SmallWorld, chosen: np.ndarray, recruitment_log: float = 0.0) -> float:
    """Return the share of person-months of ``chosen`` spent exploited over two years that start with nobody inside."""
    ties = Ties(world.people, world.families, world.communities, world.tools, world.place_data)
    ties.start(0)
    world.people.gang[:] = NOT_INVOLVED
    spent = 0
    for month in range(1, 25):
        world.set_ages(month)
        ties.turn(month, recruitment_log)
        entered = world.people.gang == EXPLOITED
        assert (world.age[entered] >= 10).all() and (world.age[entered] <= 19).all()
        spent += int(entered[chosen].sum())
    return spent / chosen.sum() / 24


def test_care_exclusion_absence_and_lack_of_supervision_lead_to_exploitation() -> None:
    plain = SmallWorld(30_000)
    usual = exploited_months(plain, young(plain))
    assert 0 < usual < 0.02
    for change in ("care", "exclusion", "engagement", "supervision"):
        world = SmallWorld(30_000)
        if change == "care":
            world.people.care[young(world)] = 1
        elif change == "exclusion":
            world.people.exclusion[young(world)] = 1
        elif change == "engagement":
            world.people.school_engagement[:] = -3.0
        else:
            world.families.supervision[:] = -2.0
        assert exploited_months(world, young(world)) > 1.5 * usual, change


def test_the_drug_market_moves_both_kinds_of_recruitment_and_zero_moves_nothing() -> None:
    usual, zero, none = SmallWorld(20_000), SmallWorld(20_000), SmallWorld(20_000)
    months = [exploited_months(world, young(world), log) for world, log in ((usual, 0.0), (zero, 0.0), (none, -30.0))]
    assert np.array_equal(usual.people.gang, zero.people.gang) and (usual.people.gang == GANG_MEMBER).any()
    assert months[0] == months[1] > months[2] == 0
    assert not none.people.gang.any()


def test_some_stay_as_members_when_they_are_no_longer_exploited() -> None:
    for share, after in ((1.0, GANG_MEMBER), (0.0, NOT_INVOLVED)):
        world = SmallWorld(
            3000,
            ties__exploitation_exit=1.0,
            ties__gang_exit_friends=0.0,
            ties__exploited_stay_as_member=share,
            ties__gang_entry=np.zeros(9),
            ties__exploitation_entry=np.zeros(4),
        )
        ties = Ties(world.people, world.families, world.communities, world.tools, world.place_data)
        ties.start(0)
        world.people.gang[:] = EXPLOITED
        world.set_ages(1)
        ties.turn(1)
        assert (world.people.gang == after).all()
