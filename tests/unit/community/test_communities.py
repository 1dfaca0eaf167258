"""Check how communities start, remember violence and recover."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.community.communities import Communities
from sim.community.starting_values import night_time_economy
from sim.population.location import NATIONAL, POLICE, STRUCTURE, LocationEffects, location_effects
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
        adjacency=world.place_data.adjacency,
        lsoa=lsoa_table(world.communities.n, **changes),
        assets=assets or {},
        z=world.communities.deprivation.copy(),
        police=None,
        structural_only=False,
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
    assert pull(world, table, np.zeros(6)).mean() == pytest.approx(1.0)
    weight = pull(world, table, np.zeros(6))
    assert weight[0] > 10 * weight[1]
    poor = pull(world, lsoa_table(6), np.linspace(2, -2, 6))
    assert np.all(np.diff(poor) > 0)
    structure = pull(world, table, np.zeros(6), structural_only=True)
    np.testing.assert_allclose(structure, 1.0)


def test_hot_spots_that_records_do_not_show_are_drawn_by_chance() -> None:
    """Where nothing is recorded the score is all chance; reliable police files leave little of it."""
    parameters = SmallWorld(100).tools.parameters
    luck = np.random.default_rng(2).normal(size=400)
    table = {name: np.resize(column, 400) for name, column in lsoa_table(6).items()}
    spread = []
    for source, reliability in ((STRUCTURE, 0.0), (NATIONAL, 0.86), (POLICE, 1.0)):
        ones = np.ones(400)
        effects = LocationEffects(ones, ones, np.full(400, reliability), ones, 0.3, source)
        weight = night_time_economy(table, effects, parameters, luck)
        assert weight.mean() == pytest.approx(1.0)
        spread.append(np.log(weight / np.asarray(table["population"])).std() / parameters["communities.night_spread"])
    assert spread[0] == pytest.approx(1.0, abs=0.1)
    assert spread[0] > spread[1] > spread[2] > 0.1
    assert np.ptp(night_time_economy(table, effects, parameters)) < 1e-9


def pull(world: SmallWorld, table: dict[str, np.ndarray], z: np.ndarray, structural_only: bool = False) -> np.ndarray:
    place: Any = SimpleNamespace(lsoa=table, z=z, police=None, structural_only=structural_only)
    parameters = world.tools.parameters
    return night_time_economy(table, location_effects(place, parameters), parameters)


def test_closing_clubs_lowers_provision_at_once_and_efficacy_in_time_where_they_were() -> None:
    open_clubs, closed = SmallWorld(3000), SmallWorld(3000)
    change = np.array([-1.0, 0, 0, 0, 0, 0])
    for world, shift in ((open_clubs, 0.0), (closed, change)):
        room = communities_of(world)
        residents = usual_incidents(world)
        for month in range(24):
            room.turn(month, residents * 0, residents * 0, residents, shift)
    for name, size in (("youth_provision", -1.0), ("assets", -0.5)):
        moved = getattr(closed.communities, name) - getattr(open_clubs.communities, name)
        np.testing.assert_allclose(moved, size * -change, atol=1e-6)
    moved = closed.communities.collective_efficacy - open_clubs.communities.collective_efficacy
    assert moved[0] < -0.03 and moved[0] < moved[1] < 0.0


def test_a_reopened_club_restores_provision() -> None:
    world = SmallWorld(2000)
    room = communities_of(world, assets={"youth club": np.array([1.0, 0, 0, 0, 0, 0])})
    before = world.communities.youth_provision.copy()
    room.turn(1, np.zeros(6), np.zeros(6), usual_incidents(world), -0.4)
    room.turn(2, np.zeros(6), np.zeros(6), usual_incidents(world), 0.0)
    np.testing.assert_array_equal(world.communities.youth_provision, before)


@pytest.mark.parametrize(
    ("kind", "for_youth"), [("faith group", False), ("sports club", True), ("youth club", True), ("library", False)]
)
def test_every_listed_asset_counts_and_those_for_the_young_twice(kind: str, for_youth: bool) -> None:
    world, endowed = SmallWorld(2000), SmallWorld(2000)
    communities_of(world)
    communities_of(endowed, assets={kind: np.array([0, 2.0, 0, 0, 0, 0])})
    for name, moves in (("assets", True), ("collective_efficacy", True), ("youth_provision", for_youth)):
        change = getattr(endowed.communities, name)[1] - getattr(world.communities, name)[1]
        assert (change > 0.05) if moves else (change == 0.0)


def test_fear_empties_the_streets_within_bounds_and_empty_streets_wear_efficacy_down() -> None:
    worlds = {
        slope: SmallWorld(2000, communities__outdoor_use_fear=slope, communities__efficacy_outdoors=0.8)
        for slope in (0.0, -0.06, -100.0)
    }
    for world in worlds.values():
        room = communities_of(world)
        world.tools.levers.push("fear", np.array([2]), np.array([1.0], np.float32), world.communities.n)
        live(world, room, 60, usual_incidents(world))
    none, some, most = (worlds[slope].communities for slope in (0.0, -0.06, -100.0))
    np.testing.assert_array_equal(none.outdoor_use, 1.0)
    np.testing.assert_allclose(some.outdoor_use, np.exp(-0.06 * some.fear), rtol=1e-5)
    assert some.outdoor_use[2] < some.outdoor_use[3]
    np.testing.assert_allclose(np.abs(np.log(most.outdoor_use)), 0.15, rtol=1e-5)
    assert some.collective_efficacy[2] < none.collective_efficacy[2] - 0.01


def test_violence_in_one_community_reaches_its_neighbours_first_and_fades_with_distance() -> None:
    calm, shaken = SmallWorld(4000, 8), SmallWorld(4000, 8)
    rooms = [communities_of(world) for world in (calm, shaken)]
    usual = usual_incidents(calm)
    violent = usual.copy()
    violent[0] *= 20.0
    changes = []
    for month in range(36):
        rooms[0].turn(month, usual * 0, usual * 0, usual)
        rooms[1].turn(month, usual * 0, usual * 0, violent if month == 0 else usual)
        changes.append(snapshot(shaken)["fear"] - snapshot(calm)["fear"])
    first, later = changes[0], changes[-1]
    # Communities stand in a ring: 1 and 7 are next to 0, 2 and 6 are two away, 4 is opposite.
    assert first[0] > first[1] > 0 and first[7] > 0
    np.testing.assert_array_equal(first[2:7], 0.0)
    assert changes[6][0] > changes[6][1] > changes[6][2] > 0
    assert np.all(later < 0.5 * first.max())


def test_a_community_without_neighbours_is_its_own_neighbour() -> None:
    world = SmallWorld(500, 1)
    world.place_data.adjacency = (np.zeros(2, np.int32), np.zeros(0, np.int32))
    room = communities_of(world)
    assert room.neighbours_mean(np.array([3.0]))[0] == 3.0
    live(world, room, 3, usual_incidents(world))
    assert np.isfinite(world.communities.collective_efficacy).all()
