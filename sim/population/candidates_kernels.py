# mypy: disable-error-code="no-untyped-def"
"""Look at the candidates of a month of demography, each with a uniform, and find those to whom it happens.

Every kernel takes the candidates' rows and uniforms and returns the rows of the few to whom it happens.
"""

from __future__ import annotations

import numpy as np

from sim.core.compiling import inline, kernel
from sim.population.columns import CHILD, FEMALE, INSTITUTION, RELATIVE, SHARER

OLDEST_YEARS = 100
MONTHS_PER_YEAR = 12
MOST_ANNUAL_CHANCE = 0.99


@inline
def _years(age_sex):
    """Return the age in years, at most that of the oldest in the tables."""
    return min(np.int64(age_sex) >> 1, OLDEST_YEARS)


@inline
def _age_sex(age_sex):
    """Return 2 x age in years + sex, with ages held at the oldest of the tables."""
    return 2 * _years(age_sex) + (np.int64(age_sex) & 1)


@kernel
def dying(rows, uniforms, age_sex, community, monthly_death, mortality_factor):
    """Return who dies: tables by 2 x age + sex, and by community relative to the place's mean."""
    found, count = np.empty(rows.size, np.int32), 0
    for i in range(rows.size):
        row = rows[i]
        hazard = monthly_death[_age_sex(age_sex[row])] * mortality_factor[community[row]]
        if uniforms[i] < min(hazard, 1.0):
            found[count] = row
            count += 1
    return found[:count]


@kernel
def births_a_year(rows, month, people, fertility, level, by_parity, unpartnered, interval_months):
    """Return each woman's annual chance of a birth, 0 for anybody else.

    Parameters
    ----------
    people
        birth_month, sex, role, partner, parity, last_birth_month.
    fertility, unpartnered
        float64[ages]: births a year of a woman with a partner, and how many times as many without one.
    """
    birth_month, sex, role, partner, parity, last_birth_month = people
    annual = np.zeros(rows.size)
    most_children = by_parity.size - 1
    for i in range(rows.size):
        row = rows[i]
        spaced = month - np.int64(last_birth_month[row]) > interval_months
        if sex[row] == FEMALE and role[row] != INSTITUTION and spaced:
            years = min(max((month - np.int64(birth_month[row])) // MONTHS_PER_YEAR, 0), OLDEST_YEARS)
            births = fertility[years] * level * by_parity[min(np.int64(parity[row]), most_children)]
            births *= 1.0 if partner[row] >= 0 else unpartnered[years]
            annual[i] = min(births, MOST_ANNUAL_CHANCE)
    return annual


@kernel
def seeking(rows, uniforms, people, monthly_seeking):
    """Return the people free to live with somebody who seek a partner, with their uniforms and ages in years.

    ``people`` are age_sex, present, partner, role and custody.
    """
    age_sex, present, partner, role, custody = people
    found, luck, years = np.empty(rows.size, np.int32), np.empty(rows.size), np.empty(rows.size, np.int64)
    count = 0
    for i in range(rows.size):
        row = rows[i]
        free = present[row] == 1 and partner[row] < 0 and role[row] != INSTITUTION and custody[row] == 0
        if free and uniforms[i] < monthly_seeking[_age_sex(age_sex[row])]:
            found[count], luck[count], years[count] = row, uniforms[i], _years(age_sex[row])
            count += 1
    return found[:count], luck[:count], years[:count]


@kernel
def leaving_alone(rows, uniforms, people, monthly_leaving, monthly_moving, adult_years, relative_years, institution):
    """Return the people present who leave the household alone, by role and age.

    Parameters
    ----------
    people
        role, present, age_sex.
    monthly_leaving, monthly_moving
        float64: children's by 2 x age + sex; that of adult sharers and of relatives under ``relative_years`` by age.
    institution
        Chance of residents of institutions.
    """
    role, present, age_sex = people
    found, count = np.empty(rows.size, np.int32), 0
    for i in range(rows.size):
        row = rows[i]
        place, years, hazard = role[row], _years(age_sex[row]), 0.0
        if place == CHILD:
            hazard = monthly_leaving[_age_sex(age_sex[row])]
        elif place == SHARER or (place == RELATIVE and years < relative_years):
            hazard = monthly_moving[years] if years >= adult_years else 0.0
        elif place == INSTITUTION:
            hazard = institution
        if uniforms[i] < hazard and present[row] == 1:
            found[count] = row
            count += 1
    return found[:count]


@kernel
def moving(rows, uniforms, present, reference_person, age_sex, monthly_moving):
    """Return the households with a head that move, by the head's age in years."""
    found, count = np.empty(rows.size, np.int32), 0
    for i in range(rows.size):
        head = reference_person[rows[i]]
        if present[rows[i]] == 1 and head >= 0 and uniforms[i] < monthly_moving[_years(age_sex[head])]:
            found[count] = rows[i]
            count += 1
    return found[:count]


@kernel
def separating(rows, uniforms, families, people, monthly_separation):
    """Return the households whose couple separates, by the woman's age, and the woman of each.

    Parameters
    ----------
    families
        present, reference_person.
    people
        present, partner, sex, age_sex.
    """
    family_present, reference_person = families
    present, partner, sex, age_sex = people
    found, women, count = np.empty(rows.size, np.int32), np.empty(rows.size, np.int32), 0
    for i in range(rows.size):
        head = reference_person[rows[i]]
        if family_present[rows[i]] != 1 or head < 0 or present[head] != 1 or partner[head] < 0:
            continue
        woman = head if sex[head] == FEMALE else partner[head]
        if uniforms[i] < monthly_separation[_years(age_sex[woman])]:
            found[count], women[count] = rows[i], woman
            count += 1
    return found[:count], women[:count]
