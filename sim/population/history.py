"""Starting traits: what lies behind everybody on the first day.

The life-course equations of the monthly rooms are run once in yearly steps: every home through its last years, every
person through their childhood. Fast states are drawn from their long-run distribution. Everything is keyed by the
person or the household alone, so a community has the same people whatever place it is part of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import logistic
from sim.core.time import MONTHS_PER_YEAR
from sim.population.adult_history import fill_adult_states
from sim.population.childhood_kernels import Lives, live_childhoods
from sim.population.columns import CHILD, DOMESTIC_ABUSE, HEAD, MENTAL_ILLNESS, NEVER, PARTNER, SUBSTANCE_USE
from sim.population.growth_rates import growth_rates
from sim.population.history_kernels import live_homes
from sim.population.history_rates import yearly
from sim.population.home_rates import ADULT_YEARS, child_rates, home_rates
from sim.population.inheritance import draw_vulnerability, inherit
from sim.population.views import view

Array = npt.NDArray[Any]
Values = Mapping[str, Any]

PROPENSITY = declare_sheet("history.propensity", ("own", "own_more", "couple", "couple_more"))
ABILITY = declare_sheet("history.ability", ("ability", "ability_more"))
HOME_TRAITS = declare_sheet("families.traits", ("stress", "stress_more", "parenting", "parenting_more"))
UPBRINGING = declare_sheet("history.upbringing", ("lone", "workless", "parents", "parents_more"))
HOME_YEAR = declare_sheet("history.home_year", ("stress", "domestic_abuse", "substance_use", "mental_illness"))
LIFE_YEAR = declare_sheet("history.life_year", ("self_control", "engagement", "suspension", "exclusion"))
EVENTS = declare_sheet("history.events", ("first", "second", "third", "fourth"))
GENERATIONS = 3


def fill_starting_traits(
    people: Columns, families: Columns, communities: Columns, parameters: Values, chance: Chance, place: Any = None
) -> None:
    """Write every starting trait of people and families.

    People need key, birth month, sex, role, family, community, partner and parents; communities need deprivation.
    """
    age = (-people.birth_month.astype(np.int32)) // MONTHS_PER_YEAR
    _draw_propensities(people, communities, parameters, chance)
    homes = _homes(people, families, communities, age, parameters, chance)
    _follow_homes(people, families, homes, age, parameters, chance)
    exposure, sanctioned = _follow_people(people, families, communities, homes, age, parameters, chance)
    rows = np.arange(people.n, dtype=np.int32)
    spread = parameters["individuals.adversity_sd"]
    draw_vulnerability(people, rows, exposure / spread, parameters, chance)
    fill_adult_states(people, families, communities, age, sanctioned, parameters, chance)


def _draw_propensities(people: Columns, communities: Columns, p: Values, chance: Chance) -> None:
    """Draw propensity and ability: alike within couples, higher in deprived communities, children's from parents."""
    key, partner = people.key, people.partner
    couple = np.where(partner >= 0, np.minimum(key, key[np.maximum(partner, 0)]), key)
    shared = p["history.partner_correlation"]
    noise = np.sqrt(shared) * chance.normals(PROPENSITY, 2, couple, 0)
    noise += np.sqrt(1.0 - shared) * chance.normals(PROPENSITY, 0, key, 0)
    people.propensity[:] = p["history.propensity_deprivation"] * communities.deprivation[people.community] + noise
    people.ability[:] = chance.normals(ABILITY, 0, key, 0)
    mother, father = people.mother, people.father
    with_parent = np.flatnonzero((mother >= 0) | (father >= 0)).astype(np.int32)
    generation = with_parent
    for _ in range(GENERATIONS):
        inherit(people, generation, mother[generation], father[generation], p, chance)
        known = np.zeros(people.n, bool)
        known[generation] = True
        mothers, fathers = mother[with_parent], father[with_parent]
        below = ((mothers >= 0) & known[mothers]) | ((fathers >= 0) & known[fathers])
        generation = with_parent[below]
        if generation.size == 0:
            break


def _homes(people: Columns, families: Columns, communities: Columns, age: Array, p: Values, chance: Chance) -> Array:
    """Write the census of families and their lasting traits, and return the background of each (see BACKGROUND)."""
    family, n = people.family, families.n
    lives = (family >= 0) & (people.present > 0)
    parent = lives & ((people.role == HEAD) | (people.role == PARTNER))
    parents = np.bincount(family[parent], minlength=n)
    children = np.bincount(family[lives & (age < ADULT_YEARS)], minlength=n)
    total = np.bincount(family[parent], people.propensity[parent], minlength=n)
    families.children[:] = np.minimum(children, NEVER)
    families.lone_parent[:] = (children > 0) & (parents < 2)
    families.parental_propensity[:] = total / np.maximum(parents, 1)
    h = home_rates(p)
    families.stress_trait[:] = h.stress_trait_sd * chance.normals(HOME_TRAITS, 0, families.key, 0)
    families.parenting_trait[:] = h.parenting_trait_sd * chance.normals(HOME_TRAITS, 2, families.key, 0)
    deprivation = communities.deprivation[families.community]
    lone = families.lone_parent.astype(np.float32)
    spread = np.where(parents > 1, h.two_parents_sd, h.one_parent_sd)
    workless = _workless(families.key, deprivation, lone, p, chance)
    theta = families.parental_propensity / spread
    return _background(deprivation, lone, workless, theta, families.stress_trait, families.parenting_trait)


def _background(*columns: Array) -> Array:
    return np.stack(columns, axis=1).astype(np.float32)


def _workless(keys: Array, deprivation: Array, lone: Array, p: Values, chance: Chance) -> Array:
    log_odds = p["history.workless_childhood"] + p["history.workless_childhood_deprivation"] * deprivation
    odds = logistic(log_odds + p["history.workless_childhood_lone"] * lone)
    workless: Array = (chance.uniforms(UPBRINGING, 1, keys, 0) < odds).astype(np.float32)
    return workless


def _follow_homes(people: Columns, families: Columns, background: Array, age: Array, p: Values, chance: Chance) -> None:
    """Follow homes with children or couples up to now; homes of single people only get the means of theirs."""
    lives = (people.family >= 0) & (age < ADULT_YEARS)
    years = np.bincount(people.family[lives], age[lives], minlength=families.n)
    mean_age = (years / np.maximum(families.children, 1)).astype(np.float32)
    h = home_rates(p)
    families.stress[:] = families.stress_trait
    families.parenting[:] = h.parenting_stress * families.stress + families.parenting_trait
    families.supervision[:] = h.supervision_stress * families.stress
    couples = np.zeros(families.n, bool)
    couples[people.family[(people.family >= 0) & (people.role == PARTNER)]] = True
    rows = np.flatnonzero(couples | (families.children > 0)).astype(np.int32)
    stocks = (families.stress, families.parenting, families.supervision, families.states)
    luck = (HOME_YEAR.number, chance.k0, chance.k1)
    live_homes(rows, families.key, background, mean_age, int(p["history.years"]), h, yearly(p), *stocks, luck)
    families.states[families.children == 0] &= np.uint8(DOMESTIC_ABUSE)
    families.states[~couples] &= np.uint8(SUBSTANCE_USE | MENTAL_ILLNESS)


def _upbringings(people: Columns, communities: Columns, p: Values, chance: Chance) -> Array:
    """Return the background of everybody's childhood home, for those who no longer live in it."""
    h, key = home_rates(p), people.key
    deprivation = p["history.mobility"] * communities.deprivation[people.community]
    log_odds = p["history.lone_childhood"] + p["history.lone_childhood_deprivation"] * deprivation
    lone = (chance.uniforms(UPBRINGING, 0, key, 0) < logistic(log_odds)).astype(np.float32)
    workless = _workless(key, deprivation, lone, p, chance)
    r = p["individuals.heritability"]
    theta = r * people.propensity + np.sqrt(1.0 - r * r) * chance.normals(UPBRINGING, 2, key, 0)
    stress = h.stress_trait_sd * chance.normals(HOME_TRAITS, 0, key, 0)
    parenting = h.parenting_trait_sd * chance.normals(HOME_TRAITS, 2, key, 0)
    return _background(deprivation, lone, workless, theta, stress, parenting)


def _follow_people(
    people: Columns, families: Columns, communities: Columns, homes: Array, age: Array, p: Values, chance: Chance
) -> tuple[Array, Array]:
    """Follow everybody's childhood; return mean adversity in it and the age at the first sanction (0 none)."""
    exposure, sanctioned = np.zeros(people.n, np.float32), np.zeros(people.n, np.uint8)
    lives = view(Lives, people, exposure=exposure, sanctioned=sanctioned)
    rates = (home_rates(p), child_rates(p), growth_rates(p), yearly(p))
    sheets = (HOME_YEAR.number, LIFE_YEAR.number, EVENTS.number)
    at_home = (people.role == CHILD) & (people.family >= 0) & (age < p["history.years"])
    everyone = np.arange(people.n, dtype=np.int32)
    upbringings = _upbringings(people, communities, p, chance)
    for there, home, keys, background, years in (
        (True, people.family, families.key, homes, p["history.years"]),
        (False, everyone, people.key, upbringings, p["history.years_before_birth"]),
    ):
        rows = everyone[at_home == there]
        of_home = (home[rows], keys, background, there, age, int(years))
        live_childhoods(rows, *of_home, lives, *rates, sheets, chance.k0, chance.k1)
    return exposure, sanctioned
