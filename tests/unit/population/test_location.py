"""Location effects: from national rates, from police files, or none; and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.community.starting_values import night_time_economy
from sim.core.chance import Chance
from sim.parameters.registry import load_registry
from sim.population.location import NATIONAL, POLICE, STRUCTURE, location_effects, residents_residual
from sim.population.neighbourhoods import make_communities
from sim.population.places import PlaceData, resolve
from sim.population.police_files import TYPES, Dropped, PoliceCounts

REGISTRY = load_registry()


@pytest.fixture(scope="module")
def rutland() -> PlaceData:
    return resolve("Rutland")


def police(place: PlaceData, violence: np.ndarray, months: int = 1) -> PlaceData:
    counts = np.zeros((place.n, months, len(TYPES)), np.int64)
    counts[:, :, 0] = violence[:, None]
    counts[:, :, TYPES.index("Public order")] = violence[:, None]
    names = tuple(f"2025-{month:02d}" for month in range(1, months + 1))
    return replace(place, police=PoliceCounts(names, counts, 1, int(counts.sum()), Dropped()))


def predicted(place: PlaceData) -> np.ndarray:
    slope = REGISTRY["communities.violence_by_deprivation"][0]
    return place.lsoa["population"] * np.exp(slope * place.z.astype(float))


def test_where_it_comes_from(rutland):
    assert location_effects(rutland, REGISTRY).source == NATIONAL
    assert location_effects(police(rutland, np.full(rutland.n, 9)), REGISTRY).source == POLICE
    effects = location_effects(replace(rutland, structural_only=True), REGISTRY)
    assert effects.source == STRUCTURE
    assert (effects.violence == 1).all() and (effects.disorder == 1).all() and (effects.reliability == 0).all()


def test_police_counts_that_follow_structure_have_no_effect(rutland):
    counts = np.rint(1e5 * predicted(rutland) / predicted(rutland).sum()).astype(int)
    np.testing.assert_allclose(location_effects(police(rutland, counts), REGISTRY).violence, 1.0, atol=0.01)


def test_more_months_of_the_same_leave_less_to_the_model(rutland):
    counts = np.rint(200 * predicted(rutland) / predicted(rutland).sum()).astype(int)
    counts[3] *= 6
    short, long = (location_effects(police(rutland, counts, months), REGISTRY) for months in (1, 12))
    raw = counts / (predicted(rutland) * counts.sum() / predicted(rutland).sum())
    assert 1.0 < short.violence[3] < long.violence[3] < raw[3]
    assert (short.reliability < long.reliability).all()


def test_a_level_of_recording_is_no_location_effect(rutland):
    doubled = replace(rutland, lsoa={**rutland.lsoa})
    for column in ("violence_with_injury_rate", "public_order_weapons_rate"):
        doubled.lsoa[column] = rutland.lsoa[column] * 2
    before, after = (location_effects(place, REGISTRY).violence for place in (rutland, doubled))
    np.testing.assert_allclose(np.log(after), np.log(before), atol=0.2)


def test_few_communities_take_the_national_variance(rutland):
    few = resolve([str(code) for code in rutland.codes[:5]])
    assert (
        location_effects(police(few, np.full(5, 40)), REGISTRY).variance == REGISTRY["communities.location_variance"][0]
    )


def test_residents_hardly_follow_records_and_chance_does_the_rest(rutland):
    effects = location_effects(police(rutland, np.arange(rutland.n) * 20), REGISTRY)
    chance = Chance(1).normals
    key = np.arange(rutland.n, dtype=np.uint64)
    from sim.population.neighbourhoods import RESIDUAL

    luck = chance(RESIDUAL, 0, key, 0)
    residents = np.asarray(rutland.lsoa["population"])
    off = residents_residual(effects, residents, luck, REGISTRY.replace({"communities.residual_from_records": 0.0}))
    np.testing.assert_array_equal(off, luck)
    on = residents_residual(effects, residents, luck, REGISTRY)
    moved = on - luck
    assert np.corrcoef(moved, np.log(effects.violence))[0, 1] > 0.5
    assert np.abs(moved).max() < 1.5


def test_the_residual_of_england_keeps_its_spread():
    england = resolve("England")
    residual = make_communities(england, Chance(3), REGISTRY).residual
    assert residual.mean() == pytest.approx(0.0, abs=0.02)
    assert residual.std() == pytest.approx(1.0, abs=0.04)


def test_police_files_move_where_violence_takes_place(rutland):
    counts = np.full(rutland.n, 60)
    counts[0] = 600
    lively = police(rutland, counts)
    weights = [
        night_time_economy(place.lsoa, location_effects(place, REGISTRY), REGISTRY)
        for place in (replace(rutland, structural_only=True), lively)
    ]
    share = [weight / weight.sum() for weight in weights]
    assert share[1][0] > 5 * share[0][0]
    assert weights[1].mean() == pytest.approx(1.0)


@pytest.mark.mechanism("night_time_economy")
def test_police_files_keep_what_deprivation_predicts_and_national_rates_do_not(rutland):
    """Where counts follow deprivation no ratio differs from 1, and yet more is recorded where there is deprivation."""
    counts = np.rint(1e5 * predicted(rutland) / predicted(rutland).sum()).astype(int)
    places = (police(rutland, counts), replace(rutland, structural_only=True))
    effects = [location_effects(place, REGISTRY) for place in places]
    weights = [
        night_time_economy(place.lsoa, each, REGISTRY) / place.lsoa["population"]
        for place, each in zip(places, effects, strict=True)
    ]
    slope = REGISTRY["communities.violence_by_deprivation"][0]
    ratio = np.log(weights[0] / weights[1])
    np.testing.assert_allclose(ratio - ratio.mean(), slope * (rutland.z - rutland.z.mean()), atol=0.02)
    assert np.average(effects[0].predicted, weights=rutland.lsoa["population"]) == pytest.approx(1.0)
    for place in (rutland, places[1]):
        assert (location_effects(place, REGISTRY).predicted == 1.0).all()
