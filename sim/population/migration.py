"""People leave the parents' home, and households move inside the place and out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Candidates, pair_key
from sim.core.tools import Tools
from sim.population.chance_sheets import LEAVER, MOVE, SHARING
from sim.population.columns import CHILD, HEAD, INSTITUTION, PARTNER
from sim.population.cross_section import SEXES
from sim.population.demography_rates import Rates
from sim.population.destinations import Destinations
from sim.population.households import Households
from sim.population.vital_events import capped_age_sex

Array = npt.NDArray[Any]


def leave_households(
    households: Households, tools: Tools, rates: Rates, destinations: Destinations, candidates: Candidates
) -> Array:
    """Let people leave the household they grew up in or share, alone or with their own children.

    Return those who leave the place; the caller removes them. Others share with another household or live alone.
    """
    people, chance, p, month = households.people, tools.chance, tools.parameters, households.month
    rows, uniforms = candidates.of("leave_household")
    role = people.role[rows]
    may_leave = (role != HEAD) & (role != PARTNER) & (people.present[rows] == 1)
    rows, uniforms = rows[may_leave], uniforms[may_leave]
    code = capped_age_sex(people.age_sex[rows])
    rows = rows[uniforms < rates.leaving_household(people.role[rows], code)]
    if not len(rows):
        return rows
    keys, role = people.key[rows], people.role[rows]
    years = capped_age_sex(people.age_sex[rows]) // SEXES
    goes = np.select([role == CHILD, role == INSTITUTION], [rates.leaving_place[years], 1.0], 0.0)
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
    rows, uniforms = candidates.of("move_within")
    rows, uniforms, years = _headed(households, rows, uniforms)
    rows = rows[uniforms < rates.monthly_moving_within[years]]
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
    rows, uniforms = candidates.of("move_out")
    rows, uniforms, years = _headed(households, rows, uniforms)
    leaving = rows[uniforms < rates.monthly_moving_out[years]]
    people, _ = households.members(leaving)
    return people, leaving


def _headed(households: Households, rows: Array, uniforms: Array) -> tuple[Array, Array, Array]:
    """Keep present households with a head; return them with the head's age in years."""
    people, families = households.people, households.families
    heads = families.reference_person[rows]
    there = (families.present[rows] == 1) & (heads >= 0)
    heads = heads[there]
    return rows[there], uniforms[there], capped_age_sex(people.age_sex[heads]) // SEXES


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
