"""Give the children of a community mothers and fathers by matching them to past births by rank of age."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.population.columns import FEMALE, NOBODY
from sim.population.neighbourhood import AT_HOME, IN_INSTITUTION, INDEPENDENT, PAIR, Neighbourhood
from sim.population.synthesis_kernels import nearest_by_age, past_births, repair_gaps
from sim.population.synthesis_tables import partner_gap

Array = npt.NDArray[np.int64]
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
    owner, slot_age, parity, last_age = _births(hood, women, children.size)
    if owner.size < children.size:
        owner, slot_age = _join_families(hood, women, owner, slot_age, children.size)
    kept = children[: owner.size]
    _leave_home(hood, children[owner.size :])
    mother = owner[: kept.size][np.argsort(slot_age[: kept.size], kind="stable")].astype(np.int32)
    least = int(p["population.mother_age_at_birth_least"])
    repair_gaps(
        mother,
        hood.key[kept],
        hood.age[kept],
        hood.age[women],
        least,
        int(p["population.mother_age_at_birth_most"]),
        int(p["population.gap_repair_tries"]),
        int(p["population.children_most"]),
        GAP_REPAIR.number,
        hood.chance.k0,
        hood.chance.k1,
    )
    possible = hood.age[women[mother]] - hood.age[kept] >= least
    _leave_home(hood, kept[~possible])
    hood.mother[kept[possible]] = women[mother[possible]]
    _record_births(hood, women, parity, last_age)


def _births(hood: Neighbourhood, women: Array, wanted: int) -> tuple[Array, Array, Array, Array]:
    """Live through past births, with a higher level until children enough are at home."""
    p, tables = hood.tables.parameters, hood.tables
    years = np.arange(tables.fertility.size)
    rates = np.interp(years - hood.facts.mother_age_shift, years, tables.fertility)
    level = 1.0
    most_mothers = max(1, int(p["population.families_most"] * hood.households))
    for _ in range(int(p["population.fertility_steps"]) + 1):
        born = past_births(
            hood.key[women],
            hood.age[women],
            rates * level,
            tables.fertility_by_parity,
            int(p["population.birth_interval_years"]),
            tables.child_at_home,
            wanted,
            most_mothers,
            PAST_BIRTHS.number,
            hood.chance.k0,
            hood.chance.k1,
        )
        if born[0].size >= wanted or np.unique(born[0]).size >= most_mothers:
            break
        level *= p["population.fertility_step"] * wanted / max(born[0].size, 1)
    return born


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


def _record_births(hood: Neighbourhood, women: Array, parity: Array, last_age: Array) -> None:
    """Set parity and the age at the last birth from children at home and from past births."""
    hood.parity[women] = parity
    hood.last_birth_age[women] = last_age
    children = np.flatnonzero(hood.mother >= 0)
    mothers = hood.mother[children]
    at_home = np.bincount(mothers, minlength=hood.n)
    latest = np.full(hood.n, -1, np.int64)
    np.maximum.at(latest, mothers, hood.age[mothers] - hood.age[children])
    hood.parity[:] = np.maximum(hood.parity, at_home)
    hood.last_birth_age[:] = np.where(at_home > 0, latest, hood.last_birth_age)


def lone_parents(hood: Neighbourhood, split: int) -> Array:
    """Choose the lone parents, exchange some mothers for fathers and return the mothers who have a partner.

    ``split`` is the number of further couples with children to part because there are too few adults.
    """
    p, facts = hood.tables.parameters, hood.facts
    mothers, at_home = np.unique(hood.mother[hood.mother >= 0], return_counts=True)
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
        + p["population.lone_parent_adult_children"] * at_home.sum() / max(hood.households, 1)
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
    wanted = np.maximum(hood.age[women] + gap, least)
    queue = np.argsort(hood.draw(PAIR, "queue", men), kind="stable")
    found: Array = nearest_by_age(wanted.astype(np.int64), least, hood.age[men].astype(np.int64), queue)
    return found
