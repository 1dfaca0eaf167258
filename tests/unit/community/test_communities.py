"""Check how communities start, remember violence and recover."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.community.communities import Communities
from sim.community.starting_values import night_time_economy
from tests.unit.relationship.small_world import SmallWorld

NAMES = ("collective_efficacy", "fear", "legitimacy")


def lsoa_table(n: int, **changes: Any) -> dict[str, np.ndarray]:
    england = {
        "owned": 0.62,
        "flats": 0.21,
        "private_rent": 0.2,
        "connectivity": 64.6,
        "outdoors_score": 0.0,
        "violence_with_injury_rate": 6.64,
        "public_order_weapons_rate": 5.0,
        "population": 1700,
    }
    return {
        name: np.broadcast_to(np.asarray(changes.get(name, value), float), n).copy() for name, value in england.items()
    }


def communities_of(world: SmallWorld, assets: dict[str, np.ndarray] | None = None, **changes: Any) -> Communities:
    world.place_data = SimpleNamespace(
        adjacency=world.place_data.adjacency, lsoa=lsoa_table(world.communities.n, **changes), assets=assets or {}
    )
    world.people.months_since_sanction[:] = 255
    room = Communities(world.people, world.communities, world.tools, world.place_data)
    room.start()
    return room


def usual_incidents(world: SmallWorld) -> np.ndarray:
    residents = np.bincount(world.people.community, minlength=world.communities.n)
    return residents * 22.0 * (1.0 - 0.5 ** (1 / 3)) / 1000.0


def live(world: SmallWorld, room: Communities, months: int, incidents: np.ndarray, moves: float = 0.22) -> None:
    residents = np.bincount(world.people.community, minlength=world.communities.n)
    moved = residents * moves / 24.0
    for month in range(months):
        room.turn(month, moved, moved, incidents)


def snapshot(world: SmallWorld) -> dict[str, np.ndarray]:
    return {name: getattr(world.communities, name).copy() for name in NAMES}


def test_poor_communities_start_with_less_efficacy_and_more_fear() -> None:
    world = SmallWorld(3000)
    communities_of(world, owned=np.linspace(0.3, 0.9, 6), violence_with_injury_rate=np.linspace(14, 2, 6))
    assert np.all(np.diff(world.communities.collective_efficacy) > 0)
    assert np.all(np.diff(world.communities.legitimacy) > 0)
    assert np.all(np.diff(world.communities.fear) < 0)


def test_usual_violence_and_turnover_leave_communities_where_they_are() -> None:
    world = SmallWorld(3000)
    world.communities.deprivation[:] = 0.0
    room = communities_of(world)
    before = snapshot(world)
    live(world, room, 120, usual_incidents(world))
    after = snapshot(world)
    for name in ("collective_efficacy", "fear"):
        np.testing.assert_allclose(after[name], before[name], atol=0.05)
        np.testing.assert_allclose(after[name], 0.0, atol=0.1)


@pytest.mark.mechanism("fear", "collective_efficacy", "spill_over")
def test_violence_raises_fear_at_once_and_wears_efficacy_down_and_both_recover() -> None:
    world = SmallWorld(3000)
    room = communities_of(world)
    usual = usual_incidents(world)
    live(world, room, 12, usual)
    before = snapshot(world)
    violent = usual.copy()
    violent[0] *= 4.0
    live(world, room, 12, violent)
    after = snapshot(world)
    assert after["fear"][0] > before["fear"][0] + 0.2
    assert after["collective_efficacy"][0] < before["collective_efficacy"][0] - 0.02
    rise = after["fear"] - before["fear"]
    assert rise[1] > 0.03 > rise[3] + 0.02
    live(world, room, 240, usual)
    after = snapshot(world)
    for name in ("collective_efficacy", "fear"):
        np.testing.assert_allclose(after[name], before[name], atol=0.03)


@pytest.mark.mechanism("collective_efficacy")
def test_turnover_wears_efficacy_down() -> None:
    settled, restless = SmallWorld(3000), SmallWorld(3000)
    for world, moves in ((settled, 0.1), (restless, 0.5)):
        live(world, communities_of(world), 60, usual_incidents(world), moves)
    assert np.all(restless.communities.collective_efficacy < settled.communities.collective_efficacy - 0.2)


@pytest.mark.mechanism("assets")
def test_listed_assets_raise_provision_and_efficacy_where_they_are() -> None:
    world, endowed = SmallWorld(3000), SmallWorld(3000)
    communities_of(world)
    communities_of(endowed, assets={"youth club": np.array([2.0, 0, 0, 0, 0, 0])})
    for name in ("assets", "youth_provision", "collective_efficacy"):
        change = getattr(endowed.communities, name) - getattr(world.communities, name)
        assert change[0] > 0.05
        assert abs(change[3]) < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_levers_move_their_own_quantity_and_nothing_at_zero(name: str) -> None:
    worlds = [SmallWorld(2000) for _ in range(3)]
    for world, push in zip(worlds, (None, 0.0, 1.0), strict=True):
        room = communities_of(world)
        if push is not None:
            world.tools.levers.push(name, np.array([2]), np.array([push], np.float32), world.communities.n)
        live(world, room, 60, usual_incidents(world))
    for other in NAMES:
        assert np.array_equal(getattr(worlds[0].communities, other), getattr(worlds[1].communities, other))
    change = getattr(worlds[2].communities, name) - getattr(worlds[0].communities, name)
    assert change[2] > 0.6
    assert abs(change[5]) < 0.1


@pytest.mark.mechanism("legitimacy")
def test_sanctions_beyond_the_usual_lower_legitimacy_a_little() -> None:
    lenient, strict = SmallWorld(2000), SmallWorld(2000)
    for world, sanctioned in ((lenient, 0), (strict, 10)):
        room = communities_of(world)
        world.people.months_since_sanction[:sanctioned] = 0
        live(world, room, 36, usual_incidents(world))
    change = strict.communities.legitimacy - lenient.communities.legitimacy
    assert -1.0 < change[0] < -0.02
    assert change[5] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.mechanism("night_time_economy")
def test_the_night_time_economy_is_violence_beyond_what_deprivation_predicts() -> None:
    world = SmallWorld(100)
    table = lsoa_table(6, violence_with_injury_rate=[60, 6, 6, 6, 6, 6], public_order_weapons_rate=[50, 5, 5, 5, 5, 5])
    weight = night_time_economy(table, np.zeros(6), world.tools.parameters)
    assert weight.mean() == pytest.approx(1.0)
    assert weight[0] > 10 * weight[1]
    poor = night_time_economy(lsoa_table(6), np.linspace(2, -2, 6), world.tools.parameters)
    assert np.all(np.diff(poor) > 0)


def test_a_community_without_neighbours_is_its_own_neighbour() -> None:
    world = SmallWorld(500, 1)
    world.place_data.adjacency = (np.zeros(2, np.int32), np.zeros(0, np.int32))
    room = communities_of(world)
    assert room.neighbours_mean(np.array([3.0]))[0] == 3.0
    live(world, room, 3, usual_incidents(world))
    assert np.isfinite(world.communities.collective_efficacy).all()
