"""Households of real communities: exact margins, consistent ties, the same people in any company."""

from __future__ import annotations

import numpy as np
import pytest

from sim.parameters.registry import load_registry
from sim.population.columns import CHILD, FEMALE, HEAD, INSTITUTION, MALE, NOBODY, PARTNER, RELATIVE, SHARER
from sim.population.household_types import ages_in_years
from sim.population.places import PlaceData, from_codes, resolve
from sim.population.synthesis import Population, synthesise
from tests.unit.population.invented import reordered

WRITTEN = ("key", "birth_month", "sex", "role", "parity", "last_birth_month")
STUDENTS, PRISON = "E01005185", "E01029637"


@pytest.fixture(scope="module")
def rutland() -> PlaceData:
    return resolve("Rutland")


@pytest.fixture(scope="module")
def population(rutland: PlaceData) -> Population:
    return synthesise(rutland, load_registry(), seed=1)


@pytest.fixture(scope="module", params=["Rutland", STUDENTS, PRISON])
def built(request: pytest.FixtureRequest) -> tuple[PlaceData, Population]:
    place = resolve(request.param)
    return place, synthesise(place, load_registry(), seed=1)


def test_people_and_households_are_those_published(built: tuple[PlaceData, Population]) -> None:
    place, population = built
    people = np.bincount(population.people.community, minlength=place.n)
    assert np.abs(people - place.lsoa["population"]).max() <= 1
    households = np.bincount(population.families.community, minlength=place.n)
    assert np.array_equal(households, place.lsoa["households"])


def test_every_row_is_present_and_every_key_is_used_once(population: Population) -> None:
    people, families = population.people, population.families
    assert people.present.all() and families.present.all()
    assert np.unique(np.r_[people.key, families.key]).size == people.n + families.n


def test_people_lie_by_community_then_household(built: tuple[PlaceData, Population]) -> None:
    people, families = built[1].people, built[1].families
    assert (np.diff(people.community.astype(int)) >= 0).all()
    assert (np.diff(families.community.astype(int)) >= 0).all()
    housed = people.family != NOBODY
    assert (np.diff(people.family[housed]) >= 0).all()
    assert np.array_equal(families.community[people.family[housed]], people.community[housed])
    for community in range(built[0].n):
        here = people.family[people.community == community]
        assert not (np.diff((here == NOBODY).astype(int)) < 0).any()


def test_roles_are_consistent(built: tuple[PlaceData, Population]) -> None:
    people, families = built[1].people, built[1].families
    assert np.array_equal(people.role == INSTITUTION, people.family == NOBODY)
    for role, most in ((HEAD, 1), (PARTNER, 1)):
        assert np.bincount(people.family[people.role == role], minlength=families.n).max() <= most
    assert (people.role[families.reference_person] == HEAD).all()
    assert np.array_equal(people.family[families.reference_person], np.arange(families.n))
    assert ((people.partner != NOBODY) <= np.isin(people.role, (HEAD, PARTNER))).all()
    assert (people.partner[people.role == PARTNER] != NOBODY).all()
    grown = np.isin(people.role, (HEAD, PARTNER, RELATIVE, SHARER))
    assert ages_in_years(people)[grown].min() >= 16


def test_no_household_is_larger_than_allowed(built: tuple[PlaceData, Population]) -> None:
    people = built[1].people
    assert np.bincount(people.family[people.family >= 0]).max() <= load_registry()["population.household_size_most"]


def test_partners_are_mutual_and_live_together(built: tuple[PlaceData, Population]) -> None:
    people = built[1].people
    coupled = np.flatnonzero(people.partner != NOBODY)
    other = people.partner[coupled]
    assert np.array_equal(people.partner[other], coupled)
    assert np.array_equal(people.family[other], people.family[coupled])
    assert (other != coupled).all()
    same = float((people.sex[other] == people.sex[coupled]).mean())
    assert same < 0.03


def test_children_live_with_parents_of_possible_age(built: tuple[PlaceData, Population]) -> None:
    people, p = built[1].people, load_registry()
    age = ages_in_years(people)
    for parent, sex in ((people.mother, FEMALE), (people.father, MALE)):
        child = np.flatnonzero(parent != NOBODY)
        gap = age[parent[child]] - age[child]
        assert (people.sex[parent[child]] == sex).all()
        assert np.array_equal(people.family[parent[child]], people.family[child])
        assert gap.size == 0 or gap.min() >= 15
        if sex == FEMALE:
            assert (gap > p["population.mother_age_at_birth_most"]).mean() < 0.02
    young = (age < 16) & (people.role != INSTITUTION)
    assert (people.role[young] == CHILD).all()
    assert ((people.mother[young] != NOBODY) | (people.father[young] != NOBODY)).all()


def test_births_agree_with_children_at_home(population: Population) -> None:
    people = population.people
    children = np.flatnonzero(people.mother != NOBODY)
    at_home = np.bincount(people.mother[children], minlength=people.n)
    assert (people.parity >= at_home).all()
    latest = np.full(people.n, -32768)
    np.maximum.at(latest, people.mother[children], people.birth_month[children])
    mothers = at_home > 0
    assert np.array_equal(people.last_birth_month[mothers], latest[mothers])
    assert (people.parity[people.sex == MALE] == 0).all()
    assert (people.last_birth_month[people.parity == 0] == -2000).all()


def test_a_community_has_the_same_people_in_any_company_and_order(rutland: PlaceData, population: Population) -> None:
    codes = [str(code) for code in rutland.codes]
    alone = synthesise(from_codes([codes[4]]), load_registry(), seed=1)
    backwards = synthesise(reordered(rutland, list(range(rutland.n))[::-1]), load_registry(), seed=1)
    for other, number in ((alone, 0), (backwards, rutland.n - 1 - 4)):
        here, there = population.people.community == 4, other.people.community == number
        for name in WRITTEN:
            assert np.array_equal(getattr(population.people, name)[here], getattr(other.people, name)[there]), name
        first, other_first = np.flatnonzero(here)[0], np.flatnonzero(there)[0]
        for name in ("partner", "mother", "father"):
            mine, theirs = getattr(population.people, name)[here], getattr(other.people, name)[there]
            assert np.array_equal(mine[mine >= 0] - first, theirs[theirs >= 0] - other_first), name
        assert np.array_equal(
            population.families.key[population.families.community == 4],
            other.families.key[other.families.community == number],
        )


def test_the_seed_decides_everything(rutland: PlaceData, population: Population) -> None:
    again = synthesise(rutland, load_registry(), seed=1)
    for name in population.people.names:
        assert np.array_equal(getattr(population.people, name), getattr(again.people, name)), name
    other = synthesise(rutland, load_registry(), seed=2)
    assert not np.intersect1d(population.people.key, other.people.key).size


def test_shares_are_near_the_census() -> None:
    """Greater Manchester, Census 2021: Stockport's households by type, in percent."""
    from sim.population.household_types import household_types

    place = resolve("Stockport")
    built = synthesise(place, load_registry(), seed=0)
    types = household_types(built.people, built.families, 18)
    share = 100 * np.bincount(types, minlength=9) / types.size
    census = np.array([17.1, 14.1, 9.7, 16.2, 20.1, 6.8, 6.9, 4.1, 5.0])
    assert np.abs(share - census).max() < 2.5


def test_deprivation_raises_lone_parenthood(rutland: PlaceData) -> None:
    from sim.population.household_types import LONE_DEPENDENT, household_types

    def lone(income: float) -> float:
        place = reordered(rutland, list(range(rutland.n)))
        place.lsoa["income_deprivation"] = np.full(rutland.n, income)
        built = synthesise(place, load_registry(), seed=1)
        return float((household_types(built.people, built.families, 18) == LONE_DEPENDENT).mean())

    assert lone(0.6) > 2 * lone(0.05)


def test_students_share_and_prisoners_live_in_institutions() -> None:
    students = synthesise(resolve(STUDENTS), load_registry(), seed=0).people
    of_age = (ages_in_years(students) >= 18) & (ages_in_years(students) <= 22)
    assert np.isin(students.role[of_age], (HEAD, SHARER, INSTITUTION)).mean() > 0.9
    prison = synthesise(resolve(PRISON), load_registry(), seed=0).people
    age = ages_in_years(prison)
    inside = prison.role == INSTITUTION
    assert inside.mean() > 0.3
    assert inside[(age >= 23) & (age < 45)].mean() > 2 * inside[age >= 45].mean()
