"""Settle the adults of a community who are neither parents nor partners, and number its households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population.columns import CHILD, HEAD, INSTITUTION, NOBODY, PARTNER, RELATIVE, SHARER
from sim.population.couples import Balance, heads_of_couples
from sim.population.institutions import over_represented_first
from sim.population.neighbourhood import IN_INSTITUTION, ORDER, PAIR, Neighbourhood

Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Homes:
    """Hold the household (-1 in institutions) and role of everybody, and the head of each household."""

    household: Array
    role: Array
    head: Array


def settle(hood: Neighbourhood, balance: Balance) -> Homes:
    """Give every household a number and everybody a household, or an institution.

    Families with children come first, then couples, then heads without either; extra adults join them.
    """
    family_heads, household, role = _families(hood)
    single = hood.single()
    extra, heads = _split(hood, single, min(balance.heads, single.size), balance)
    head = np.r_[family_heads, heads]
    household[heads] = family_heads.size + np.arange(heads.size)
    role[heads] = HEAD
    relative = _is_relative(hood, extra)
    if family_heads.size == 0:
        relative[:] = False
    if heads.size == 0:
        relative[:] = family_heads.size > 0
    size = np.bincount(household[household >= 0], minlength=head.size)
    _join(hood, extra[relative], _relative_places(hood, family_heads, size), household, role, RELATIVE)
    _join(
        hood, extra[~relative], _shared_places(hood, heads, extra[~relative].size, household), household, role, SHARER
    )
    homeless = household == NOBODY
    role[homeless] = INSTITUTION
    hood.living[homeless] = IN_INSTITUTION
    return Homes(household, role, head)


def _families(hood: Neighbourhood) -> tuple[Array, Array, Array]:
    """Place parents, children and couples; return the heads, and everybody's household and role so far."""
    household = np.full(hood.n, NOBODY, np.int64)
    role = np.full(hood.n, INSTITUTION, np.int64)
    children = np.flatnonzero((hood.mother >= 0) | (hood.father >= 0))
    parent_of = np.where(hood.mother[children] >= 0, hood.mother[children], hood.father[children])
    parents = np.unique(parent_of)
    is_parent = np.zeros(hood.n, bool)
    is_parent[parents] = True
    others = np.flatnonzero((hood.partner >= 0) & (hood.partner > np.arange(hood.n)))
    others = others[~is_parent[others] & ~is_parent[hood.partner[others]]]
    named = np.r_[parents, others]
    heads = named.copy()
    paired = hood.partner[named] >= 0
    heads[paired] = heads_of_couples(hood, named[paired])
    number = np.arange(named.size)
    household[named] = number
    household[hood.partner[named[paired]]] = number[paired]
    role[named], role[hood.partner[named[paired]]] = PARTNER, PARTNER
    role[heads] = HEAD
    household[children] = household[parent_of]
    role[children] = CHILD
    return heads, household, role


def _split(hood: Neighbourhood, single: Array, heads: int, balance: Balance) -> tuple[Array, Array]:
    """Split single adults into extra adults and heads, sending more than homes can hold to institutions."""
    p = hood.tables.parameters
    order = hood.race("extra_adult", single, hood.tables.extra_adult_weight[np.minimum(hood.age[single], 100)])
    surplus = single.size - heads
    expected = (
        p["population.extra_adults_most_households"] * hood.households
        + p["population.extra_adults_most_expected"] * balance.extra_expected
    )
    share = p["population.extra_adults_most"] + p["population.extra_adults_most_students"] * hood.facts.student_excess
    most = int(min(expected, share * hood.households))
    leaving = max(0, surplus - most)
    if leaving:
        goes = over_represented_first(hood, single)[:leaving]
        order = order[~np.isin(order, goes)]
    return order[: surplus - leaving], np.sort(order[surplus - leaving :])


def _is_relative(hood: Neighbourhood, extra: Array) -> Array:
    p, age = hood.tables.parameters, hood.age[extra]
    students = hood.tables.student[np.minimum(age, 100)] & (hood.facts.student_excess > 0)
    share = np.where(students, p["population.relative_share_students"], p["population.relative_share"])
    by_luck = hood.draw(PAIR, "company", extra) < share
    chosen: Array = by_luck | (age >= p["population.relative_always_from_age"])
    return chosen


def _relative_places(hood: Neighbourhood, heads: Array, size: Array) -> Array:
    """Return the households relatives join, one place each in keyed order, then again while they have room."""
    most = int(hood.tables.parameters["population.household_size_most"])
    order = np.argsort(hood.draw(ORDER, "extra_adult", heads), kind="stable")
    room = most - size[order]
    rounds = [order[room > turn] for turn in range(most)]
    return np.concatenate(rounds) if order.size else order


def _shared_places(hood: Neighbourhood, heads: Array, wanted: int, household: Array) -> Array:
    """Return the households sharers join: those of heads in keyed order, young ones first, some with several."""
    p = hood.tables.parameters
    if wanted == 0 or heads.size == 0:
        return np.empty(0, np.int64)
    age = np.minimum(hood.age[heads], 100)
    hosts = hood.race("couple", heads, hood.tables.extra_adult_weight[age])
    luck = hood.draw(PAIR, "company", hosts)
    usual = np.searchsorted(np.cumsum(p["population.sharers_per_head"])[:-1], luck) + 1
    large = np.searchsorted(np.cumsum(p["population.sharers_per_head_students"])[:-1], luck) + 1
    students = hood.tables.student[np.minimum(hood.age[hosts], 100)] & (hood.facts.student_excess > 0)
    number = np.where(students, large, usual)
    most = int(p["population.household_size_most"]) - 1
    while number.sum() < wanted and number.min() < most:
        number = np.minimum(number + 1, most)
    enough = int(np.searchsorted(np.cumsum(number), wanted)) + 1
    places = np.repeat(hosts[:enough], number[:enough])[:wanted]
    by_age = np.argsort(hood.age[places], kind="stable")
    homes: Array = household[places[by_age]]
    return homes


def _join(hood: Neighbourhood, people: Array, places: Array, household: Array, role: Array, as_role: int) -> None:
    """Let people join households, the youngest those named first; who finds no place stays without one."""
    chosen = people[: places.size]
    if as_role == SHARER:
        chosen = chosen[np.argsort(hood.age[chosen], kind="stable")]
    household[chosen] = places[: chosen.size]
    role[chosen] = as_role
