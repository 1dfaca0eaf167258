"""Couples form and separate, and people change homes when they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Candidates
from sim.core.rows_kernels import among
from sim.core.tools import Tools
from sim.population.candidates_kernels import seeking, separating
from sim.population.chance_sheets import COUPLE, COUPLE_HEAD, SEPARATION, SHARING
from sim.population.columns import FEMALE, HEAD, MALE, NOBODY, PARTNER
from sim.population.cross_section import AGES
from sim.population.demography_kernels import match_couples
from sim.population.demography_rates import ADULT_FROM_YEARS, Rates
from sim.population.destinations import Destinations
from sim.population.households import Households
from sim.population.synthesis_tables import SynthesisTables, partner_gap

Array = npt.NDArray[Any]


def separate(
    households: Households, tools: Tools, rates: Rates, destinations: Destinations, candidates: Candidates
) -> Array:
    """End couples by the woman's age; return the families in which one did, children still in them."""
    people, families, month = households.people, households.families, households.month
    rows, uniforms = candidates.of("separate")
    rows, woman = separating(
        rows,
        uniforms,
        (families.present, families.reference_person),
        (people.present, people.partner, people.sex, people.age_sex),
        rates.monthly_separation,
    )
    if not len(rows):
        return rows
    man = people.partner[woman]
    keys = families.key[rows]
    chance, p = tools.chance, tools.parameters
    man_leaves = chance.uniforms(SEPARATION, 0, keys, month) < p["demography.separation_man_leaves"]
    leaver = np.where(man_leaves, man, woman).astype(np.int32)
    people.partner[woman] = NOBODY
    people.partner[man] = NOBODY
    shares = chance.uniforms(SEPARATION, 1, keys, month) < p["demography.separation_shares"]
    homes = destinations.choose(
        people.community[leaver],
        chance.uniforms(SEPARATION, 2, keys, month),
        chance.uniforms(SEPARATION, 3, keys, month),
    )
    joiners = leaver[shares]
    luck = chance.uniforms(SHARING, 0, people.key[joiners], month)
    households.take_in(joiners, homes[shares], luck)
    households.found(leaver[~shares], homes[~shares])
    households.settle(rows)
    return rows


def form_couples(
    households: Households,
    tools: Tools,
    rates: Rates,
    destinations: Destinations,
    tables: SynthesisTables,
    candidates: Candidates,
) -> tuple[Array, Array]:
    """Match seeking women with seeking men and let them live together; return the new couples (women, men)."""
    people, month = households.people, households.month
    rows, uniforms = candidates.of("seek_partner")
    columns = people.age_sex, people.present, people.partner, people.role, people.custody
    rows, uniforms, years = seeking(rows, uniforms, columns, rates.monthly_seeking)
    women, men = people.sex[rows] == FEMALE, people.sex[rows] == MALE
    in_turn = np.lexsort((people.key[rows[women]], uniforms[women]))
    looking, her_years = rows[women][in_turn], years[women][in_turn]
    gap_uniforms = tools.chance.uniforms(COUPLE, 0, people.key[looking], month)
    by_age = np.argsort(years[men], kind="stable")
    available = rows[men][by_age]
    start = np.searchsorted(years[men][by_age], np.arange(AGES + 1)).astype(np.int64)
    deprivation = households.communities.income_deprivation.astype(np.float64)
    wanted = np.round(her_years + partner_gap(tables, her_years, gap_uniforms))
    wanted = np.clip(wanted, ADULT_FROM_YEARS, AGES - 1).astype(np.int32)
    chosen = _match(households, tools, looking, wanted, available, start, deprivation)
    found = chosen >= 0
    woman, man = looking[found], chosen[found]
    if len(woman):
        _live_together(households, tools, destinations, woman, man)
    return woman, man


def _match(
    households: Households, tools: Tools, looking: Array, wanted: Array, men: Array, start: Array, deprivation: Array
) -> Array:
    people, p = households.people, tools.parameters
    alike = float(p["history.partner_correlation"])
    chosen: Array = match_couples(
        looking,
        wanted,
        men,
        start,
        int(p["demography.partner_search_years"]),
        float(p["demography.partner_deprivation_scale"]),
        # With this weight, the men whom women of a propensity meet have the mean that the correlation implies.
        alike / (1.0 - alike),
        deprivation,
        (people.key, people.family, people.mother, people.father, people.community, people.propensity),
    )
    return chosen


def _without(dependants: tuple[Array, Array], others: Array) -> tuple[Array, Array]:
    """Leave out those among ``others``."""
    rows, which = dependants
    kept = ~among(rows, others)
    return rows[kept], which[kept]


def _live_together(households: Households, tools: Tools, destinations: Destinations, woman: Array, man: Array) -> None:
    people, chance, month = households.people, tools.chance, households.month
    keys = people.key[woman]
    her_home, his_home = people.role[woman] == HEAD, people.role[man] == HEAD
    woman_hosts = np.where(her_home & his_home, chance.uniforms(COUPLE, 1, keys, month) < 0.5, her_home)
    new_home = ~her_home & ~his_home
    homes = destinations.choose(
        people.community[woman], chance.uniforms(COUPLE, 2, keys, month), chance.uniforms(COUPLE, 3, keys, month)
    )
    left = np.concatenate((people.family[woman], people.family[man]))
    mover = np.where(woman_hosts, man, woman).astype(np.int32)
    host = np.where(woman_hosts, woman, man).astype(np.int32)
    man_heads = chance.uniforms(COUPLE_HEAD, 0, keys, month) < tools.parameters["population.couple_head_male"]
    head_of_new = np.where(man_heads, man, woman)[new_home].astype(np.int32)
    host[new_home] = head_of_new
    mover[new_home] = np.where(man_heads, woman, man)[new_home]

    # An adult child who forms a couple in the month their parent does goes their own way.
    coupled = np.concatenate((woman, man))
    along, which = _without(households.dependants(mover), coupled)
    with_host, which_host = _without(households.dependants(head_of_new), coupled)
    people.partner[woman] = man
    people.partner[man] = woman
    families = households.found(head_of_new, homes[new_home])
    households.join(mover, people.family[host], PARTNER)
    households.join(along, people.family[host[which]])
    households.join(with_host, families[which_host])
    households.settle(left)
