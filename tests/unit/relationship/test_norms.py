"""Check that norms stay where they are when nothing changes, and go where they should when something does."""

from __future__ import annotations

import numpy as np
import pytest

from sim.relationship.norms import Norms
from sim.relationship.ties import Ties
from tests.unit.relationship.small_world import SmallWorld


def norms_of(world: SmallWorld) -> Norms:
    Ties(world.people, world.families, world.communities, world.tools, world.place_data).start(0)
    norms = Norms(world.people, world.families, world.communities, world.tools)
    norms.start(0)
    return norms


def live(world: SmallWorld, norms: Norms, months: int = 24, climate: float = 0.0) -> None:
    """Let months pass in which nobody ages, so that nothing but norms changes."""
    for month in range(1, months + 1):
        norms.spread(month, climate)


def lever(world: SmallWorld, name: str, value: float, rows: np.ndarray | None = None) -> None:
    rows = np.arange(world.people.n) if rows is None else rows
    world.tools.levers.push(name, rows, np.full(rows.size, value, np.float32), world.people.n)


def teens(world: SmallWorld) -> np.ndarray:
    return (world.age >= 12) & (world.age < 18)


def test_mean_and_spread_stay_for_ten_years() -> None:
    world = SmallWorld(8000)
    norms = norms_of(world)
    people = world.people
    before = {name: (getattr(people, name).mean(), getattr(people, name).std()) for name in NORMS}
    live(world, norms, 120)
    for name in NORMS:
        values = getattr(people, name)
        assert values.mean() == pytest.approx(before[name][0], abs=0.05)
        assert values.std() == pytest.approx(before[name][1], abs=0.05)
        assert values.std() == pytest.approx(1.0, abs=0.15)


NORMS = ("acceptance_of_violence", "aspiration")


def test_levers_at_zero_change_nothing_bit_for_bit() -> None:
    worlds = [SmallWorld(3000), SmallWorld(3000)]
    for world in worlds:
        norms = norms_of(world)
        if world is worlds[1]:
            for name in (*NORMS, "trusted_adult"):
                lever(world, name, 0.0)
        live(world, norms)
    for name in (*NORMS, "trusted_adult"):
        assert np.array_equal(getattr(worlds[0].people, name), getattr(worlds[1].people, name))


def test_a_lever_moves_those_it_pushes_and_a_little_their_friends() -> None:
    worlds = [SmallWorld(6000), SmallWorld(6000)]
    pushed = np.flatnonzero(teens(worlds[0]) & (worlds[0].people.key % np.uint64(2) == 0))
    for world in worlds:
        norms = norms_of(world)
        if world is worlds[1]:
            lever(world, "acceptance_of_violence", -1.0, pushed)
        live(world, norms, 36)
    change = worlds[1].people.acceptance_of_violence - worlds[0].people.acceptance_of_violence
    others = np.setdiff1d(np.flatnonzero(teens(worlds[0])), pushed)
    far = worlds[0].age > 60
    assert -1.6 < change[pushed].mean() < -0.8
    assert -0.6 < change[others].mean() < -0.05
    assert abs(change[far].mean()) < 0.05
    assert change.max() <= 1e-5


def test_trusted_adults_follow_adverse_childhood_experiences() -> None:
    world = SmallWorld(20_000)
    world.people.ace_count[:] = np.where(world.people.key % np.uint64(2), 0, 5)
    norms = norms_of(world)
    for months in (0, 60):
        live(world, norms, months)
        children = world.age < 18
        has = world.people.trusted_adult == 1
        assert has[children & (world.people.ace_count == 0)].mean() == pytest.approx(0.866, abs=0.025)
        assert has[children & (world.people.ace_count >= 4)].mean() == pytest.approx(0.444, abs=0.025)


def test_a_trusted_adult_for_everybody_lowers_acceptance_and_raises_aspiration() -> None:
    worlds = [SmallWorld(3000), SmallWorld(3000)]
    for world in worlds:
        norms = norms_of(world)
        if world is worlds[1]:
            lever(world, "trusted_adult", 1.0)
        live(world, norms)
    plain, supported = (world.people for world in worlds)
    assert supported.acceptance_of_violence.mean() < plain.acceptance_of_violence.mean() - 0.02
    assert supported.aspiration.mean() > plain.aspiration.mean() + 0.02


@pytest.mark.parametrize(("column", "value"), [("months_since_victim", 0), ("gang", 1)])
def test_being_hurt_and_gangs_raise_acceptance(column: str, value: int) -> None:
    worlds = [SmallWorld(3000), SmallWorld(3000)]
    for world in worlds:
        world.people.months_since_victim[:] = 255
        norms = norms_of(world)
        if world is worlds[1]:
            getattr(world.people, column)[teens(world)] = value
        live(world, norms, 12)
    change = worlds[1].people.acceptance_of_violence - worlds[0].people.acceptance_of_violence
    assert change[teens(worlds[0])].mean() > 0.1


def test_friends_pull_hardest_at_twelve_to_eighteen() -> None:
    world = SmallWorld(6000)
    norms = norms_of(world)
    people, start = world.people, world.people.acceptance_of_violence.copy()
    people.acceptance_of_violence[people.key % np.uint64(2) == 0] += 2.0
    untouched = people.key % np.uint64(2) == 1
    live(world, norms, 6)
    moved = people.acceptance_of_violence - start
    adults = (world.age >= 40) & untouched
    assert moved[teens(world) & untouched].mean() > 2.0 * moved[adults].mean() > 0.0


def test_workless_homes_and_the_climate_of_messages() -> None:
    worlds = [SmallWorld(3000) for _ in range(3)]
    for number, world in enumerate(worlds):
        norms = norms_of(world)
        if number == 1:
            world.families.states[:] = 8
        live(world, norms, 24, climate=0.5 if number == 2 else 0.0)
    plain, workless, harsh = (world.people for world in worlds)
    assert workless.aspiration[teens(worlds[0])].mean() < plain.aspiration[teens(worlds[0])].mean() - 0.1
    change = harsh.acceptance_of_violence - plain.acceptance_of_violence
    assert change[teens(worlds[0])].mean() > 0.2
    assert abs(change[worlds[0].age < 5].mean()) < 0.1


def test_row_order_does_not_matter() -> None:
    results = []
    for shuffled in (False, True):
        world = SmallWorld(2000)
        Ties(world.people, world.families, world.communities, world.tools, world.place_data).start(0)
        if shuffled:
            order = np.random.default_rng(3).permutation(world.people.n)
            new_row = np.empty(world.people.n, np.int32)
            new_row[order] = np.arange(world.people.n)
            world.people.take(order)
            for name in ("friends", "partner", "mother", "father"):
                column = getattr(world.people, name)
                column[...] = np.where(column >= 0, new_row[column], -1)
        norms = Norms(world.people, world.families, world.communities, world.tools)
        norms.start(0)
        live(world, norms, 12)
        results.append(world.people.acceptance_of_violence[np.argsort(world.people.key)])
    np.testing.assert_allclose(results[0], results[1], atol=2e-6)


def test_households_of_children_alone_and_empty_communities_do_not_break_means() -> None:
    world = SmallWorld(2000)
    people = world.people
    people.present[world.age >= 18] = 0
    world.set_ages(0)
    norms = norms_of(world)
    live(world, norms, 12)
    assert np.all(np.isfinite(people.acceptance_of_violence))
    assert np.all(np.isfinite(people.aspiration))
