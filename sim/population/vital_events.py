"""Deaths and births of a month."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Candidates, newborn_key
from sim.core.hazards import monthly
from sim.core.tools import Tools
from sim.population.candidates_kernels import dying
from sim.population.chance_sheets import NEWBORN
from sim.population.columns import CHILD, MALE, NOBODY
from sim.population.demography_rates import Rates
from sim.population.households import Households

Array = npt.NDArray[Any]


def age_months(households: Households, rows: Array) -> Array:
    ages: Array = households.month - households.people.birth_month[rows].astype(np.int32)
    return ages


def draw_deaths(
    households: Households, tools: Tools, rates: Rates, mortality_factor: Array, candidates: Candidates
) -> Array:
    """Return who dies this month; the caller removes them.

    Parameters
    ----------
    mortality_factor
        float64[communities]: mortality relative to the place's mean, by income deprivation.
    """
    people = households.people
    rows, uniforms = candidates.of("death")
    died: Array = dying(rows, uniforms, people.age_sex, people.community, rates.monthly_death, mortality_factor)
    tools.ledger.add("deaths", people.community[died], age_months(households, died), people.sex[died])
    return died


def bear_children(
    households: Households, tools: Tools, rates: Rates, candidates: Candidates
) -> tuple[Array, Array, Array]:
    """Add this month's newborn children and return them with their mothers and fathers (-1 where unknown).

    A child's key comes from the mother's key and parity, so it is the same child in every scenario in which she
    bears it, in whatever month.
    """
    people, month = households.people, households.month
    rows, uniforms = candidates.of("birth")
    alive = people.present[rows] == 1
    rows, uniforms = rows[alive], uniforms[alive]
    hazard = monthly(rates.births_a_year(people, rows, month))
    mothers = rows[uniforms < hazard]
    partners = people.partner[mothers]
    known = partners >= 0
    known[known] = people.sex[partners[known]] == MALE
    fathers = np.where(known, partners, NOBODY).astype(np.int32)

    added = people.append(len(mothers))
    newborns = np.arange(added.start, added.stop, dtype=np.int32)
    keys = newborn_key(people.key[mothers], people.parity[mothers])
    people.key[added] = keys
    people.birth_month[added] = month
    boys = tools.chance.uniforms(NEWBORN, 0, keys, month) < tools.parameters["demography.male_birth_share"]
    people.sex[added] = boys
    people.age_sex[added] = boys
    people.present[added] = 1
    people.role[added] = CHILD
    people.family[added] = people.family[mothers]
    people.community[added] = people.community[mothers]
    people.mother[added] = mothers
    people.father[added] = fathers
    people.parity[mothers] = np.minimum(people.parity[mothers], 254) + 1
    people.last_birth_month[mothers] = month
    households.list_new(newborns)
    tools.ledger.add("births", people.community[newborns], np.zeros(len(newborns), np.int64), people.sex[newborns])
    return newborns, mothers, fathers


def mortality_by_community(income_deprivation: Array, residents: Array, slope: float) -> Array:
    """Return exp(slope x (income deprivation - residents' mean)) for each community."""
    mean = np.average(income_deprivation, weights=np.maximum(residents, 1e-9))
    factor: Array = np.exp(slope * (income_deprivation.astype(np.float64) - mean))
    return factor
