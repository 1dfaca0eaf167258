"""Build the starting population of a place at one row for each resident, from published tables alone.

Every community is put together by itself, and all chance is keyed by its code and the number of the person in it, so
a community has the same people whatever other communities it is built with and in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, pair_key
from sim.core.columns import Columns
from sim.population.ages import ROUNDING, ROUNDING_MORE, Roster, community_keys, roster
from sim.population.columns import FAMILIES, HEAD, NOBODY, PARTNER, PEOPLE
from sim.population.couples import adjust_at_home, balance, make_couples
from sim.population.institutions import send_boarders, send_excess_adults
from sim.population.neighbourhood import AT_HOME, INDEPENDENT, Facts, Neighbourhood, living_arrangements
from sim.population.parents import give_mothers, lone_parents
from sim.population.places import PlaceData
from sim.population.sharing import Homes, settle
from sim.population.synthesis_tables import SynthesisTables, synthesis_tables

Array = npt.NDArray[Any]
ROOM_TO_GROW = 1.15
RELEASE_ROUNDS = 4
MONTHS_PER_YEAR = 12
RELEASE_FROM_AGE = 19
FAMILY_DOMAIN = np.uint64(0x66616D696C790000)
NO_BIRTH_MONTH = -2000
BIRTH_COLUMNS = (
    "births_under_20",
    "births_20_24",
    "births_25_29",
    "births_30_34",
    "births_35_39",
    "births_40_44",
    "births_45_and_over",
)


@dataclass
class Population:
    """Hold the people and households of a place.

    People are sorted by community, then household, with residents of institutions last in their community: those
    have ``family`` -1. Households are sorted by community.
    """

    people: Columns
    families: Columns


def synthesise(place: PlaceData, parameters: Mapping[str, Any], seed: int) -> Population:
    """Build everyone who lives in a place and the households they live in.

    Parameters
    ----------
    place
        Communities with population by age, households, income deprivation, tenure, crowding and flats.
    parameters
        Registry, or any mapping from parameter id to value.
    seed
        Of the population; another seed gives other people with the same margins.

    Returns
    -------
    Population
        Key, birth month, sex, role, family, community, partner, parents, parity and month of the last birth of
        people; key, community and reference person of households. All other columns hold their fill.
    """
    chance = Chance(seed)
    tables = synthesis_tables(parameters)
    everyone = roster(place, parameters, chance)
    facts = community_facts(place, parameters, everyone, chance)
    people = Columns(PEOPLE, int(everyone.age.size * ROOM_TO_GROW))
    people.append(everyone.age.size)
    heads: list[Array] = []
    families = 0
    for number, of_community in enumerate(facts):
        rows = slice(int(everyone.starts[number]), int(everyone.starts[number + 1]))
        hood, homes = community(everyone, rows, of_community, tables, chance)
        heads.append(_lay_out(people, everyone, rows, number, hood, homes, families))
        families += homes.head.size
    return Population(people, _family_rows(people, heads, families))


def community_facts(place: PlaceData, parameters: Mapping[str, Any], everyone: Roster, chance: Chance) -> list[Facts]:
    """Read what is published about each community, with its share of students above the usual one."""
    first, last = parameters["population.student_ages"]
    keys = community_keys(place)
    luck = [
        chance.uniforms(sheet, sheet.word(decision), keys, 0).tolist()
        for sheet, decision in (
            (ROUNDING, "lone_parents"),
            (ROUNDING, "lone_parents_adult"),
            (ROUNDING, "couples_of_women"),
            (ROUNDING_MORE, "couples_of_men"),
        )
    ]
    shares = [
        np.clip(np.nan_to_num(np.asarray(place.lsoa[name], np.float64)), 0.0, 1.0).tolist()
        for name in ("income_deprivation", "social_rent", "private_rent", "overcrowded", "flats")
    ]
    later = mean_mother_age(place, parameters) - float(parameters["population.mother_age_england"])
    shift = float(parameters["population.mother_age_shift"]) * later
    households = np.nan_to_num(np.asarray(place.lsoa["households"], np.float64))
    facts = []
    for number in range(len(everyone.starts) - 1):
        age = everyone.age[everyone.starts[number] : everyone.starts[number + 1]]
        students = float(np.mean((age >= first) & (age <= last))) if age.size else 0.0
        income, social_rent, private_rent, overcrowded, flats = (column[number] for column in shares)
        lone, lone_adult, women, men = (column[number] for column in luck)
        facts.append(
            Facts(
                households=max(0, int(households[number])),
                income_deprivation=income,
                social_rent=social_rent,
                private_rent=private_rent,
                overcrowded=overcrowded,
                flats=flats,
                student_excess=max(0.0, students - float(parameters["population.student_usual_share"])),
                mother_age_shift=float(shift[number]),
                lone_parent_luck=lone,
                lone_parent_adult_luck=lone_adult,
                same_sex_luck=(women, men),
            )
        )
    return facts


def mean_mother_age(place: PlaceData, parameters: Mapping[str, Any]) -> Array:
    """Return the mean age of mothers at birth in each community's authority, years."""
    births = np.stack([np.asarray(place.authority[name], np.float64) for name in BIRTH_COLUMNS], axis=1)
    births = np.nan_to_num(births)
    total = births.sum(axis=1)
    mean = births @ np.asarray(parameters["population.birth_band_ages"], np.float64) / np.maximum(total, 1.0)
    return np.where(total > 0, mean, float(parameters["population.mother_age_england"]))


def community(
    everyone: Roster, rows: slice, facts: Facts, tables: SynthesisTables, chance: Chance
) -> tuple[Neighbourhood, Homes]:
    """Put the households of one community together.

    When there are too few adults to head every household, grown-up children leave home; if that is not enough,
    couples with children part.
    """
    age, sex = everyone.age[rows], everyone.sex[rows]
    living = living_arrangements(age, sex, everyone.role_uniform[rows], facts.student_excess, tables)
    households = facts.households
    if households == 0:
        households = round(tables.parameters["population.households_per_adult"] * int((living == INDEPENDENT).sum()))
    start = Neighbourhood(facts, tables, chance, everyone.key[rows], age, sex, living, households)
    send_boarders(start, everyone.role_uniform[rows])
    send_excess_adults(start)
    adjust_at_home(start, everyone.role_uniform[rows])
    split = 0
    for attempt in range(RELEASE_ROUNDS):
        hood = Neighbourhood(facts, tables, chance, everyone.key[rows], age, sex, living.copy(), households)
        give_mothers(hood)
        coupled = lone_parents(hood, split)
        families = np.unique(np.where(hood.mother >= 0, hood.mother, hood.father)[hood.living == AT_HOME]).size
        account = balance(hood, families, coupled.size)
        grown = np.flatnonzero((living == AT_HOME) & (age >= RELEASE_FROM_AGE))
        if account.shortage == 0 or attempt == RELEASE_ROUNDS - 1:
            break
        if grown.size:
            living[hood.race("extra_adult", grown)[: account.shortage]] = INDEPENDENT
        else:
            split = account.shortage
    make_couples(hood, coupled, account.couples)
    return hood, settle(hood, account)


def _lay_out(
    people: Columns, everyone: Roster, rows: slice, number: int, hood: Neighbourhood, homes: Homes, families: int
) -> Array:
    """Write one community's people, sorted by household; return the rows of the heads by household."""
    household = homes.household
    rank = np.where(homes.role == HEAD, 0, np.where(homes.role == PARTNER, 1, 2))
    sort_household = np.where(household >= 0, household, homes.head.size)
    order = np.lexsort((-hood.age, rank, sort_household))
    place_of = np.empty(hood.n + 1, np.int64)
    place_of[order] = np.arange(hood.n) + rows.start
    place_of[hood.n] = NOBODY
    people.key[rows] = hood.key[order]
    people.birth_month[rows] = everyone.birth_month[rows][order]
    people.sex[rows] = hood.sex[order]
    people.present[rows] = 1
    people.role[rows] = homes.role[order]
    people.family[rows] = np.where(household >= 0, household + families, NOBODY)[order]
    people.community[rows] = number
    for name in ("partner", "mother", "father"):
        getattr(people, name)[rows] = place_of[getattr(hood, name)[order]]
    people.parity[rows] = hood.parity[order]
    people.last_birth_month[rows] = _last_birth_months(everyone.birth_month[rows], hood)[order]
    heads: Array = place_of[homes.head]
    return heads


def _last_birth_months(birth_month: Array, hood: Neighbourhood) -> Array:
    """Return the month of each woman's last birth: that of her youngest child at home, or in the year of age."""
    last = np.where(hood.last_birth_age >= 0, birth_month + MONTHS_PER_YEAR * (hood.last_birth_age + 1), NO_BIRTH_MONTH)
    last = np.where(hood.parity > 0, np.minimum(last, -1), NO_BIRTH_MONTH)
    children = np.flatnonzero(hood.mother >= 0)
    at_home = np.full(hood.n, NO_BIRTH_MONTH, np.int64)
    np.maximum.at(at_home, hood.mother[children], birth_month[children])
    months: Array = np.where(at_home > NO_BIRTH_MONTH, at_home, last)
    return months


def _family_rows(people: Columns, heads: list[Array], number: int) -> Columns:
    """Make one row a household, keyed from the key of its head."""
    families = Columns(FAMILIES, int(number * ROOM_TO_GROW))
    families.append(number)
    reference = np.concatenate(heads) if heads else np.empty(0, np.int64)
    families.reference_person[:] = reference
    families.key[:] = pair_key(people.key[reference], np.full(number, FAMILY_DOMAIN))
    families.community[:] = people.community[reference]
    families.present[:] = 1
    return families
