"""Compare a synthetic population with every published margin it should meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.parameters.registry import load_registry
from sim.population import household_types as kinds
from sim.population.ages import SINGLE_YEARS, band_columns, male_shares
from sim.population.columns import CHILD, FEMALE, INSTITUTION, MALE
from sim.population.places import PlaceData
from sim.population.synthesis import Population, mean_mother_age
from sim.population.synthesis_tables import AGES, synthesis_tables

Array = npt.NDArray[Any]
BAND_YEARS = 5
PERCENT = 100.0
INFANCY_YEARS = 3
NO_TARGET = float("nan")


@dataclass(frozen=True)
class Margin:
    """Hold one published margin and how the population meets it.

    Attributes
    ----------
    name, unit
        What is counted and in what.
    target, modelled
        For the whole place; ``target`` is NaN where nothing is published.
    total_absolute_error
        Sum over communities of the absolute difference, in people or households; NaN for shares and means.
    worst_error, worst_community
        Largest difference in one community (modelled less published), and its code; NaN and "" where there is no
        target by community.
    note
        Where the target comes from, or why the two need not agree.
    """

    name: str
    unit: str
    target: float
    modelled: float
    total_absolute_error: float = NO_TARGET
    worst_error: float = NO_TARGET
    worst_community: str = ""
    note: str = ""


def fit_to_margins(
    population: Population, place: PlaceData, parameters: Mapping[str, Any] | None = None
) -> list[Margin]:
    """Return how a population meets each margin of its place.

    Parameters
    ----------
    parameters
        Those it was built with; the registry by default.
    """
    p = load_registry() if parameters is None else parameters
    people = population.people
    elsewhere = PERCENT * float((people.role == INSTITUTION).mean()) if people.n else 0.0
    return [
        *_people(population, place),
        *_sexes(population, place, p),
        *_households(population, place),
        *_mix(population, place, p),
        *_parents(population, place, p),
        _partner_gap(population, p),
        Margin(
            "people in institutions",
            "% of people",
            NO_TARGET,
            elsewhere,
        ),
    ]


def _by_community(name: str, unit: str, place: PlaceData, target: Array, modelled: Array, note: str) -> Margin:
    """Compare counts by community (and cell, if ``target`` has a second axis)."""
    difference = (modelled - target).reshape(place.n, -1)
    cell = np.abs(difference).argmax(axis=1)
    largest = difference[np.arange(place.n), cell]
    worst = int(np.abs(largest).argmax())
    return Margin(
        name,
        unit,
        float(target.sum()),
        float(modelled.sum()),
        float(np.abs(difference).sum()),
        float(largest[worst]),
        str(place.codes[worst]),
        note,
    )


def _people(population: Population, place: PlaceData) -> list[Margin]:
    people = population.people
    years = np.minimum(kinds.ages_in_years(people), AGES - 1)
    columns = band_columns()
    last_band = len(columns) - 1
    band = np.where(years < SINGLE_YEARS, years, SINGLE_YEARS + (years - SINGLE_YEARS) // BAND_YEARS)
    cells = people.community.astype(np.int64) * len(columns) + np.minimum(band, last_band)
    counts = np.bincount(cells, minlength=place.n * len(columns)).reshape(place.n, -1)
    target = np.stack([np.asarray(place.lsoa[name], np.float64) for name in columns], axis=1)
    totals = np.asarray(place.lsoa["population"], np.float64)
    single = slice(0, SINGLE_YEARS)
    bands = slice(SINGLE_YEARS, None)
    census = "Census 2021"
    return [
        _by_community("people", "people", place, totals, counts.sum(axis=1), census),
        _by_community(
            "people by single year of age, 0-24", "people", place, target[:, single], counts[:, single], census
        ),
        _by_community(
            "people by five-year band, 25 and over", "people", place, target[:, bands], counts[:, bands], census
        ),
    ]


def _sexes(population: Population, place: PlaceData, p: Mapping[str, Any]) -> list[Margin]:
    people = population.people
    years = np.minimum(kinds.ages_in_years(people), AGES - 1)
    expected = male_shares(place, p)
    band = np.digitize(years, (15, 65))
    margins = []
    for number, (name, column) in enumerate(
        (("under 15", "male_under_15"), ("15-64", "male_15_64"), ("65 and over", "male_65_plus"))
    ):
        of_band = band == number
        if not of_band.any():
            continue
        community = people.community[of_band]
        men = np.bincount(community[people.sex[of_band] == MALE], minlength=place.n)
        wanted = np.bincount(community, weights=expected[community, years[of_band]], minlength=place.n)
        published = np.asarray(place.authority[column], np.float64)
        target = float(np.bincount(community, minlength=place.n) @ published) / int(of_band.sum())
        margin = _by_community(f"men {name}", "men", place, wanted, men, "")
        margins.append(
            Margin(
                f"men among people {name}",
                "%",
                PERCENT * target,
                PERCENT * float((people.sex[of_band] == MALE).mean()),
                margin.total_absolute_error,
                margin.worst_error,
                margin.worst_community,
                "local authority; communities against the share expected from their ages",
            )
        )
    return margins


def _households(population: Population, place: PlaceData) -> list[Margin]:
    people, families = population.people, population.families
    counts = np.bincount(families.community, minlength=place.n)
    target = np.nan_to_num(np.asarray(place.lsoa["households"], np.float64))
    target = np.where(target > 0, target, counts)
    size = np.bincount(people.family[people.family >= 0], minlength=families.n)
    mean = float(size.mean()) if families.n else 0.0
    return [
        _by_community("households", "households", place, target, counts, "Census 2021"),
        Margin("people in a household, mean", "people", NO_TARGET, mean),
        Margin("people in a household, most", "people", NO_TARGET, float(size.max()) if families.n else 0.0),
    ]


def _mix(population: Population, place: PlaceData, p: Mapping[str, Any]) -> list[Margin]:
    people, families = population.people, population.families
    types = kinds.household_types(people, families, p["population.dependent_below_age"])
    counts = np.bincount(types[types >= 0], minlength=len(kinds.TYPES))
    households = max(int(counts.sum()), 1)
    survey = np.bincount(families.community, minlength=place.n) @ np.asarray(
        place.authority["lone_parent_households"], np.float64
    )
    lone = counts[kinds.LONE_DEPENDENT] + counts[kinds.LONE_ADULT_CHILDREN]
    with_dependent = max(int(counts[kinds.LONE_DEPENDENT] + counts[kinds.COUPLE_DEPENDENT]), 1)
    one = counts[kinds.ONE_YOUNGER] + counts[kinds.ONE_OLDER]
    shared = counts[kinds.SHARED]
    children = people.role == CHILD
    dependent = children & (kinds.ages_in_years(people) < p["population.dependent_below_age"])
    parent = np.where(people.mother >= 0, people.mother, people.father)[dependent]
    of_lone = float((people.partner[parent] < 0).mean()) if parent.size else 0.0
    rows = [
        ("one-person households", one / households, NO_TARGET, ""),
        ("single-family households", (households - one - shared) / households, NO_TARGET, ""),
        ("shared households and those with relatives", shared / households, NO_TARGET, ""),
        (
            "lone-parent households",
            lone / households,
            float(survey) / households / PERCENT,
            "survey estimate for the authority: not fitted",
        ),
        (
            "lone parents among families with dependent children",
            counts[kinds.LONE_DEPENDENT] / with_dependent,
            NO_TARGET,
            "",
        ),
        ("dependent children who live with a lone parent", of_lone, NO_TARGET, ""),
        *((name, counts[number] / households, NO_TARGET, "") for number, name in enumerate(kinds.TYPES)),
    ]
    return [
        Margin(name, "%", PERCENT * target, PERCENT * float(share), note=note) for name, share, target, note in rows
    ]


def _parents(population: Population, place: PlaceData, p: Mapping[str, Any]) -> list[Margin]:
    people = population.people
    years = kinds.ages_in_years(people)
    children = np.flatnonzero(people.mother >= 0)
    gap = (people.birth_month[children].astype(np.int64) - people.birth_month[people.mother[children]]) / 12.0
    infants = years[children] < INFANCY_YEARS
    young = gap[infants]
    communities = people.community[children[infants]]
    target = float(np.mean(mean_mother_age(place, p)[communities])) if young.size else NO_TARGET
    least, most = p["population.mother_age_at_birth_least"], p["population.mother_age_at_birth_most"]
    whole = years[people.mother[children]] - years[children]
    outside = (whole < least) | (whole > most)
    minors = (years < SINGLE_YEARS) & (people.role == CHILD) & (years < p["population.dependent_below_age"])
    orphans = minors & (people.mother < 0) & (people.father < 0)
    return [
        Margin(
            f"mother's age at birth, children under {INFANCY_YEARS}",
            "years",
            target,
            float(young.mean()) if young.size else NO_TARGET,
            note="births of 2018 in the authority",
        ),
        Margin(
            "children at home with a gap to the mother outside the range",
            "%",
            0.0,
            PERCENT * float(outside.mean()) if gap.size else 0.0,
        ),
        Margin("dependent children at home without a parent there", "people", 0.0, float(orphans.sum())),
    ]


def _partner_gap(population: Population, p: Mapping[str, Any]) -> Margin:
    """Compare the mean age of man less woman with that of the gap tables at the same ages of women."""
    people = population.people
    years = kinds.ages_in_years(people)
    women = np.flatnonzero((people.sex == FEMALE) & (people.partner >= 0))
    women = women[people.sex[people.partner[women]] == MALE]
    tables = synthesis_tables(p)
    levels = np.linspace(0.005, 0.995, 199)
    means = np.array([np.interp(levels, tables.gap_levels, row).mean() for row in tables.gap_quantiles])
    band = np.searchsorted(tables.gap_ages, years[women], side="right")
    gap = years[people.partner[women]] - years[women]
    return Margin(
        "age of man less age of woman in couples, mean",
        "years",
        float(means[band].mean()) if women.size else NO_TARGET,
        float(gap.mean()) if women.size else NO_TARGET,
        note="Census 2011 tables at the ages of these women",
    )
