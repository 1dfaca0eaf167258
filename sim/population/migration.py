"""People leave the parents' home, and households move inside the place and out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Candidates, pair_key
from sim.core.tools import Tools
from sim.population.candidates_kernels import leaving_alone, moving
from sim.population.chance_sheets import LEAVER, MOVE, SHARING
from sim.population.columns import CHILD, INSTITUTION
from sim.population.cross_section import AGES, SEXES
from sim.population.demography_rates import ADULT_FROM_YEARS, Rates
from sim.population.destinations import Destinations
from sim.population.households import Households

Array = npt.NDArray[Any]


def leave_households(
    households: Households, tools: Tools, rates: Rates, destinations: Destinations, candidates: Candidates
) -> Array:
    """Let people leave the household they grew up in or share, alone or with their own children.

    Return those who leave the place; the caller removes them. Others share with another household or live alone.
    """
    people, chance, p, month = households.people, tools.chance, tools.parameters, households.month
    rows, uniforms = candidates.of("leave_household")
    rows = leaving_alone(
        rows,
        uniforms,
        (people.role, people.present, people.age_sex),
        rates.monthly_leaving,
        rates.monthly_moving_within,
        ADULT_FROM_YEARS,
        rates.relative_until_years,
        rates.monthly_institution,
    )
    if not len(rows):
        return rows
    keys, role = people.key[rows], people.role[rows]
    years = np.minimum(people.age_sex[rows] // SEXES, AGES - 1)
    goes = np.where(role == CHILD, rates.leaving_place[years], role == INSTITUTION)
    gone = chance.uniforms(LEAVER, 0, keys, month) < goes
    share = np.where(role == CHILD, p["demography.leaving_shares"], p["demography.sharers_share_again"])
    shares = chance.uniforms(LEAVER, 1, keys, month) < share
    homes = destinations.choose(
        people.community[rows], chance.uniforms(LEAVER, 2, keys, month), chance.uniforms(LEAVER, 3, keys, month)
    )
    left = people.family[rows]
    along, which = households.dependants(rows)
    alone_too = rows[np.minimum(np.searchsorted(rows, along), rows.size - 1)] == along
    along, which = along[~alone_too], which[~alone_too]
    shares[which] = False
    joiners = rows[shares & ~gone]
    luck = chance.uniforms(SHARING, 0, people.key[joiners], month)
    households.take_in(joiners, homes[shares & ~gone], luck)
    households.found(rows[~shares & ~gone], homes[~shares & ~gone])
    stays = ~gone[which]
    households.join(along[stays], people.family[rows[which[stays]]])
    households.settle(left)
    leaving: Array = np.concatenate((rows[gone], along[~stays]))
    return leaving


def move_within(
    households: Households, tools: Tools, rates: Rates, destinations: Destinations, candidates: Candidates
) -> int:
    """Move households to other communities of the place; return how many people moved."""
    families, month = households.families, households.month
    rows = _moving(households, *candidates.of("move_within"), rates.monthly_moving_within)
    keys = families.key[rows]
    homes = destinations.choose(
        families.community[rows],
        tools.chance.uniforms(MOVE, 0, keys, month),
        tools.chance.uniforms(MOVE, 1, keys, month),
    )
    moves = homes != families.community[rows]
    return households.relocate(rows[moves], homes[moves])


def move_out(households: Households, rates: Rates, candidates: Candidates) -> tuple[Array, Array]:
    """Return the people and the families of households that leave the place; the caller removes the people."""
    leaving = _moving(households, *candidates.of("move_out"), rates.monthly_moving_out)
    people, _ = households.members(leaving)
    return people, leaving


def _moving(households: Households, rows: Array, uniforms: Array, chances: Array) -> Array:
    """Return the households that move, with chances by the head's age in years."""
    families, people = households.families, households.people
    chosen: Array = moving(rows, uniforms, families.present, families.reference_person, people.age_sex, chances)
    return chosen


def house_children(households: Households, tools: Tools) -> None:
    """Let children left alone join a household, of their own community if it has one, by keyed score."""
    families = households.families
    youngest, oldest = tools.parameters["demography.guardian_ages"]
    for family in households.left_alone():
        near = np.flatnonzero((families.community == families.community[family]) & (families.present == 1))
        hosts = _able(households, near, youngest, oldest)
        if not hosts.size:
            hosts = _able(households, np.flatnonzero(families.present == 1), youngest, oldest)
        if hosts.size:
            host = hosts[np.argmax(pair_key(families.key[family], families.key[hosts]))]
            children, _ = households.members(np.array([family]))
            households.join(children, np.full(len(children), host), CHILD)
            households.settle(np.array([family]))


def _able(households: Households, rows: Array, youngest: float, oldest: float) -> Array:
    """Return the households whose head has an age between two."""
    heads = households.families.reference_person[rows]
    rows, heads = rows[heads >= 0], heads[heads >= 0]
    years = households.people.age_sex[heads] // SEXES
    able: Array = rows[(years >= youngest) & (years <= oldest)]
    return able
