"""Households of communities that hardly exist: nothing fails, and what must hold still holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.parameters.registry import load_registry
from sim.population.ages import band_columns
from sim.population.columns import HEAD, INSTITUTION, NOBODY
from sim.population.fit import fit_to_margins
from sim.population.household_types import ages_in_years
from sim.population.synthesis import Population, synthesise
from tests.unit.population.invented import invented_place

COLUMNS = len(band_columns())
REGISTRY = load_registry()


def check(built: Population, total: float) -> None:
    people, families = built.people, built.families
    assert abs(people.n - total) <= 1
    coupled = np.flatnonzero(people.partner != NOBODY)
    assert np.array_equal(people.partner[people.partner[coupled]], coupled)
    age = ages_in_years(people)
    for parent in (people.mother, people.father):
        child = np.flatnonzero(parent != NOBODY)
        assert (age[parent[child]] - age[child] >= 15).all()
        assert np.array_equal(people.family[parent[child]], people.family[child])
    young = (age < 16) & (people.role != INSTITUTION)
    assert ((people.mother[young] != NOBODY) | (people.father[young] != NOBODY)).all()
    heads = np.bincount(people.family[people.role == HEAD], minlength=families.n)
    assert (heads == 1).all()
    if families.n:
        assert np.bincount(people.family[people.family >= 0]).max() <= REGISTRY["population.household_size_most"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    ages=st.dictionaries(st.integers(0, COLUMNS - 1), st.integers(1, 300)),
    households=st.one_of(st.just(0), st.just(float("nan")), st.integers(1, 1500)),
    share=st.floats(0, 1),
    seed=st.integers(0, 2**63),
)
def test_any_community_can_be_built(ages: dict[int, int], households: float, share: float, seed: int) -> None:
    table = np.zeros(COLUMNS)
    table[list(ages)] = list(ages.values())
    place = invented_place(table, households, share)
    built = synthesise(place, REGISTRY, seed)
    check(built, table.sum())
    if built.people.n:
        assert all(margin.name for margin in fit_to_margins(built, place, REGISTRY))


@pytest.mark.parametrize(
    "people",
    [
        {},
        {5: 3},
        {0: 10, 15: 5},
        {20: 900},
        {18: 300, 19: 400, 20: 400, 21: 300},
        {-1: 40},
        {10: 30, 30: 1},
        {17: 8, 28: 8},
        {15: 400, 16: 500, 17: 300, 30: 20},
    ],
    ids=str,
)
@pytest.mark.parametrize("households", [0, 1, 8, 400])
def test_one_sided_communities(people: dict[int, int], households: int) -> None:
    table = np.zeros(COLUMNS)
    for column, number in people.items():
        table[column] = number
    check(synthesise(invented_place(table, households), REGISTRY, 3), table.sum())


def test_missing_households_are_estimated_from_adults() -> None:
    table = np.full(COLUMNS, 20.0)
    known = synthesise(invented_place(table, 250), REGISTRY, 0)
    unknown = synthesise(invented_place(table, float("nan")), REGISTRY, 0)
    assert known.families.n == 250
    assert 0.4 < unknown.families.n / (unknown.people.role != 0).sum() < 0.8


def test_too_few_adults_let_grown_children_leave_home() -> None:
    """One person a household is 600 households for 600 adults: everybody heads one."""
    table = np.zeros(COLUMNS)
    table[18:26] = 75
    built = synthesise(invented_place(table, 590), REGISTRY, 0)
    assert built.families.n == 590
