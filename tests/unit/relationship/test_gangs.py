"""Check who joins and leaves gangs."""

from __future__ import annotations

import numpy as np
import pytest

from sim.relationship.ties import Ties
from tests.unit.relationship.small_world import SmallWorld


def young(world: SmallWorld) -> np.ndarray:
    return (world.age >= 10) & (world.age < 18)


def months_in_gangs(world: SmallWorld, months: int = 24) -> np.ndarray:
    ties = Ties(world.people, world.communities, world.tools, world.place_data)
    ties.start(0)
    spent = np.zeros(world.people.n)
    for month in range(1, months + 1):
        world.set_ages(month)
        ties.turn(month)
        spent += world.people.gang
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
    world = SmallWorld(10_000, ties__gang_entry=np.zeros(9))
    assert months_in_gangs(world).sum() == 0
    world = SmallWorld(10_000, ties__gang_exit=np.ones(9), ties__gang_exit_friends=0.0)
    ties = Ties(world.people, world.communities, world.tools, world.place_data)
    ties.start(0)
    world.people.gang[:] = 1
    world.set_ages(1)
    ties.turn(1)
    assert world.people.gang.mean() < 0.01
