"""Single years of age and sex."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.chance import Chance
from sim.parameters.registry import load_registry
from sim.population.ages import band_columns, male_shares, roster, single_years
from sim.population.places import resolve
from tests.unit.population.invented import invented_place

REGISTRY = load_registry()
COLUMNS = len(band_columns())


def test_bands_are_within_one_person_of_those_published() -> None:
    place = resolve("Rutland")
    counts = single_years(place, REGISTRY)
    published = np.stack([place.lsoa[name] for name in band_columns()], axis=1)
    edges = [*range(25), *range(25, 91, 5)]
    banded = np.add.reduceat(counts, edges, axis=1)
    assert np.abs(banded - published).max() < 1.0
    assert np.abs(counts.sum(axis=1) - place.lsoa["population"]).max() <= 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 500), min_size=COLUMNS, max_size=COLUMNS))
def test_rounding_never_loses_people(ages: list[float]) -> None:
    counts = single_years(invented_place(ages, 100), REGISTRY)
    assert (counts >= 0).all()
    assert abs(counts.sum() - sum(ages)) <= 0.5 + 1e-6


def test_older_women_outnumber_older_men() -> None:
    shares = male_shares(resolve("Rutland"), REGISTRY)[0]
    assert shares[66] > shares[85] > shares[95]
    assert np.allclose(shares[:14], shares[0])


def test_men_are_as_many_as_the_authority_says() -> None:
    place = resolve("Middlesbrough")
    everyone = roster(place, REGISTRY, Chance(0))
    for low, high, name in ((0, 15, "male_under_15"), (15, 65, "male_15_64"), (65, 120, "male_65_plus")):
        band = (everyone.age >= low) & (everyone.age < high)
        assert abs(everyone.sex[band].mean() - place.authority[name][0]) < 0.003, name


def test_birth_months_fill_the_year_of_age() -> None:
    everyone = roster(resolve("Rutland"), REGISTRY, Chance(0))
    months = -everyone.birth_month - 12 * everyone.age.astype(int)
    assert months.min() == 0 and months.max() == 11
    assert np.bincount(months).std() / np.bincount(months).mean() < 0.05
