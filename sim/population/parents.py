"""Give the children of a community mothers and fathers by matching them to past births by rank of age."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.population.columns import FEMALE, NOBODY
from sim.population.neighbourhood import AT_HOME, IN_INSTITUTION, INDEPENDENT, ORDER, PAIR, Neighbourhood
from sim.population.synthesis_kernels import nearest_by_age, past_births, repair_gaps
from sim.population.synthesis_tables import AGES, partner_gap

Array = npt.NDArray[Any]
ADULT_AGE = 16

PAST_BIRTHS = declare_sheet("population.past_births", ("birth", "half_year", "at_home"))
GAP_REPAIR = declare_sheet("population.gap_repair", ("exchange",))


def give_mothers(hood: Neighbourhood) -> None:
    """Match children at home to mothers; children nobody can be the mother of leave home."""
    p = hood.tables.parameters
    youngest, oldest = p["population.mother_ages"]
    able = (hood.living == INDEPENDENT) & (hood.sex == FEMALE) & (hood.age >= youngest) & (hood.age <= oldest)
    women = hood.race("motherhood", np.flatnonzero(able))
    children = np.flatnonzero(hood.living == AT_HOME)
    if children.size == 0:
        return
    if women.size == 0:
        _leave_home(hood, children)
        return
    owner, slot_age = _births(hood, women, children.size)
    if owner.size < children.size:
        owner, slot_age = _join_families(hood, women, owner, slot_age, children.size)
    kept = children[: owner.size]
    _leave_home(hood, children[owner.size :])
    mother = owner[: kept.size][np.argsort(slot_age[: kept.size], kind="stable")]
    _repair(hood, women, kept, mother)
    possible = hood.age[women[mother]] - hood.age[kept] >= p["population.mother_age_at_birth_least"]
    _leave_home(hood, kept[~possible])
    hood.mother[kept[possible]] = women[mother[possible]]
    _count_children_at_home(hood)


def _births(hood: Neighbourhood, women: Array, wanted: int) -> tuple[Array, Array]:
    """Live through past births, at a higher level until children enough are at home, and record them.

    Returns the mother (position in ``women``) and age of each child at home.
    """
    p, tables = hood.tables.parameters, hood.tables
    years = np.arange(tables.fertility.size)
    rates = np.interp(years - hood.facts.mother_age_shift, years, tables.fertility)
    level = 1.0
    most_mothers = max(1, int(p["population.families_most"] * hood.households))
    limits = (
        int(p["population.birth_interval_years"]),
        wanted,
        most_mothers,
        int(p["population.children_most"]),
    )
    stream = (PAST_BIRTHS.number, hood.chance.k0, hood.chance.k1)
    for _ in range(int(p["population.fertility_steps"]) + 1):
        owner, slot_age = np.empty((2, wanted + years.size), np.int32)
        out = (owner, slot_age, *np.zeros((2, women.size), np.int32))
        found, mothers = past_births(
            hood.key[women],
            hood.age[women],
            rates * level,
            tables.fertility_by_parity,
            tables.child_at_home,
            limits,
            stream,
            out,
        )
        if found >= wanted or mothers >= most_mothers:
            break
        level *= p["population.fertility_step"] * wanted / max(found, 1)
    parity, last_age = out[2:]
    hood.parity[women] = parity
    hood.last_birth_age[women] = np.where(parity > 0, last_age, NOBODY)
    return owner[:found], slot_age[:found]


def _repair(hood: Neighbourhood, women: Array, children: Array, mother: Array) -> None:
    """Change ``mother`` until gaps in age are possible: by exchanges, then by moves to another family."""
    p = hood.tables.parameters
    least, most = int(p["population.mother_age_at_birth_least"]), int(p["population.mother_age_at_birth_most"])
    tries = int(p["population.gap_repair_tries"])
    age, seed = hood.age[women], (GAP_REPAIR.number, hood.chance.k0, hood.chance.k1)
    repair_gaps(mother, hood.key[children], hood.age[children], age, least, most, tries, *seed)
    gap = age[mother] - hood.age[children]
    wrong = np.flatnonzero((gap < least) | (gap > most))
    if wrong.size == 0:
        return
    load = np.bincount(mother, minlength=women.size)
    room = load < p["population.children_most"]
    for child, luck in zip(wrong, hood.draw(ORDER, "motherhood", children[wrong]), strict=True):
        gap = age - hood.age[children[child]]
        possible = room & (gap >= least) & (gap <= most)
        families = np.flatnonzero(possible & (load > 0))
        choice = families if families.size else np.flatnonzero(possible)
        if choice.size:
            load[mother[child]] -= 1
            mother[child] = choice[int(luck * choice.size)]
            load[mother[child]] += 1
            room = load < p["population.children_most"]


def _join_families(
    hood: Neighbourhood, women: Array, owner: Array, slot_age: Array, wanted: int
) -> tuple[Array, Array]:
    """Add children to mothers in keyed order, one at a time, until there are enough or families are full."""
    most = int(hood.tables.parameters["population.children_most"])
    if owner.size == 0:
        mothers = np.arange(women.size)
        owner, slot_age = mothers[:wanted].astype(np.int32), hood.age[women[:wanted]] // 2
    load = np.bincount(owner, minlength=women.size)
    mothers, first = np.unique(owner, return_index=True)
    typical = slot_age[first]
    rounds = [load[mothers] + turn < most for turn in range(most)]
    extra = np.concatenate([mothers[room] for room in rounds])[: wanted - owner.size]
    ages = np.concatenate([typical[room] for room in rounds])[: wanted - owner.size]
    return np.r_[owner, extra], np.r_[slot_age, ages]


def _leave_home(hood: Neighbourhood, children: Array) -> None:
    """Let children without a possible mother live by themselves, or in an institution when under 16."""
    hood.living[children] = np.where(hood.age[children] >= ADULT_AGE, INDEPENDENT, IN_INSTITUTION)


def _count_children_at_home(hood: Neighbourhood) -> None:
    """Let parity and the age at the last birth agree with the children at home."""
    children = np.flatnonzero(hood.mother >= 0)
    mothers = hood.mother[children]
    at_home = np.bincount(mothers, minlength=hood.n)
    latest = np.full(hood.n, NOBODY, np.int64)
    np.maximum.at(latest, mothers, hood.age[mothers] - hood.age[children])
    hood.parity[:] = np.maximum(hood.parity, at_home)
    hood.last_birth_age[:] = np.where(at_home > 0, latest, hood.last_birth_age)


def lone_parents(hood: Neighbourhood, split: int) -> Array:
    """Choose the lone parents, exchange some mothers for fathers and return the mothers who have a partner.

    ``split`` is the number of further couples with children to part because there are too few adults.
    """
    p, facts = hood.tables.parameters, hood.facts
    mothers = np.unique(hood.mother[hood.mother >= 0])
    youngest = np.full(hood.n, 999, np.int64)
    np.minimum.at(youngest, hood.mother[hood.mother >= 0], hood.age[hood.mother >= 0])
    dependent = youngest[mothers] < p["population.dependent_below_age"]
    share = (
        p["population.lone_parent_base"]
        + p["population.lone_parent_income"] * facts.income_deprivation
        + p["population.lone_parent_social_rent"] * facts.social_rent
    )
    share_adult = (
        p["population.lone_parent_adult_base"]
        + p["population.lone_parent_adult_income"] * facts.income_deprivation
        + p["population.lone_parent_adult_social_rent"] * facts.social_rent
        + p["population.lone_parent_adult_children"] * hood.dependent_children() / max(hood.households, 1)
    )
    weights = hood.tables.lone_parent_weight[np.minimum(hood.age[mothers], 100)]
    with_children = hood.race("lone_parent", mothers[dependent], weights[dependent])
    with_adults = hood.race("lone_parent", mothers[~dependent], weights[~dependent])
    first = int(min(max(share, 0.0), 1.0) * with_children.size + facts.lone_parent_luck)
    second = int(max(share_adult, 0.0) * hood.households + facts.lone_parent_adult_luck)
    lone = np.r_[with_children[:first], with_adults[:second]]
    coupled = np.r_[with_children[first:], with_adults[second:]]
    men = hood.men(np.flatnonzero(hood.living == INDEPENDENT)).size
    keep = max(0, min(coupled.size - split, men))
    by_luck = hood.race("couple", coupled)
    _lone_fathers(hood, lone)
    return by_luck[:keep]


def _lone_fathers(hood: Neighbourhood, lone: Array) -> None:
    p = hood.tables.parameters
    exchanged = lone[hood.draw(PAIR, "head", lone) < p["population.lone_father"]]
    men = hood.men(hood.single())
    if exchanged.size == 0:
        return
    found = find_men(hood, exchanged, men)
    fathers = np.full(hood.n, NOBODY, np.int32)
    known = found >= 0
    fathers[exchanged[known]] = men[found[known]]
    children = np.flatnonzero(hood.mother >= 0)
    father = fathers[hood.mother[children]]
    gap = hood.age[father] - hood.age[children]
    too_young = np.zeros(hood.n, bool)
    too_young[hood.mother[children[(father >= 0) & (gap < p["population.father_age_at_birth_least"])]]] = True
    moved = (father >= 0) & ~too_young[hood.mother[children]]
    hood.father[children[moved]] = father[moved]
    hood.mother[children[moved]] = NOBODY


def find_men(hood: Neighbourhood, women: Array, men: Array) -> Array:
    """Return for each woman the position in ``men`` of one near her drawn age gap and old enough for her children."""
    gap = partner_gap(hood.tables, hood.age[women], hood.draw(PAIR, "gap", women))
    oldest = np.full(hood.n, -999, np.int64)
    children = np.flatnonzero(hood.mother >= 0)
    np.maximum.at(oldest, hood.mother[children], hood.age[children])
    least = oldest[women] + int(hood.tables.parameters["population.father_age_at_birth_least"])
    return nearest(hood, np.maximum(hood.age[women] + gap, least), least, men)


def nearest(hood: Neighbourhood, wanted_age: Array, least_age: Array, people: Array) -> Array:
    """Give each seeker in turn the person nearest in age to the one wanted; -1 when nobody is left.

    Returns positions in ``people``; those of one age are taken in keyed order.
    """
    order = np.lexsort((hood.draw(PAIR, "queue", people), hood.age[people]))
    ends = np.searchsorted(hood.age[people][order], np.arange(AGES + 1))
    found = np.full(wanted_age.size, NOBODY, np.int64)
    nearest_by_age(np.asarray(wanted_age, np.int64), least_age, ends[:-1].copy(), ends[1:].copy(), found)
    chosen: Array = np.where(found >= 0, order[found] if order.size else NOBODY, NOBODY)
    return chosen
