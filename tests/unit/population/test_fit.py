"""The report of fit names what is exact and what is not."""

from __future__ import annotations

import math

import pytest

from sim.parameters.registry import load_registry
from sim.population.fit import Margin, fit_to_margins
from sim.population.places import PlaceData, resolve
from sim.population.synthesis import Population, synthesise


@pytest.fixture(scope="module")
def built() -> tuple[PlaceData, Population]:
    place = resolve("Rutland")
    return place, synthesise(place, load_registry(), seed=0)


@pytest.fixture(scope="module")
def fit(built: tuple[PlaceData, Population]) -> dict[str, Margin]:
    return {margin.name: margin for margin in fit_to_margins(built[1], built[0])}


def test_exact_margins_are_exact(fit: dict[str, Margin]) -> None:
    assert fit["households"].total_absolute_error == 0
    assert fit["people"].total_absolute_error <= 2
    assert abs(fit["people by single year of age, 0-24"].worst_error) < 1
    assert abs(fit["people by five-year band, 25 and over"].worst_error) < 1
    assert fit["dependent children at home without a parent there"].modelled == 0


def test_close_margins_are_close(fit: dict[str, Margin]) -> None:
    for name in ("men among people under 15", "men among people 15-64", "men among people 65 and over"):
        assert fit[name].modelled == pytest.approx(fit[name].target, abs=0.5)
    gap = fit["age of man less age of woman in couples, mean"]
    assert gap.modelled == pytest.approx(gap.target, abs=0.7)
    mothers = fit["mother's age at birth, children under 3"]
    assert mothers.modelled == pytest.approx(mothers.target, abs=1.5)


def test_household_kinds_add_up(fit: dict[str, Margin]) -> None:
    kinds = ("one-person households", "single-family households", "shared households and those with relatives")
    assert sum(fit[name].modelled for name in kinds) == pytest.approx(100)


def test_a_missing_household_shows(built: tuple[PlaceData, Population]) -> None:
    place, population = built
    less = Population(population.people.copy(), population.families.copy())
    less.families.community[0] = 1
    households = {margin.name: margin for margin in fit_to_margins(less, place)}["households"]
    assert households.total_absolute_error == 2
    assert households.worst_community in (str(place.codes[0]), str(place.codes[1]))
    assert math.isfinite(households.worst_error)
