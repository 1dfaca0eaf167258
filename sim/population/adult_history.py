"""Starting states of later life: qualification, work, habits, record, and norms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet
from sim.core.columns import Columns
from sim.core.time import MONTHS_PER_YEAR
from sim.population.coefficients import Coefficients
from sim.population.columns import EDUCATION, EMPLOYED, HEAD, NEET, NEVER, PARTNER, PUPIL, RETIRED, WORKLESS
from sim.population.growth_rates import attainment_rates, drinking_rates, drugs_rates
from sim.population.home_rates import ADULT_YEARS
from sim.population.life_course_kernels import qualify
from sim.population.work_history_kernels import IN_WORK, OUT, work_shares
from sim.population.work_rates import work_rates

Array = npt.NDArray[Any]
Values = Mapping[str, Any]

ATTAINMENT = declare_sheet("individuals.attainment", ("attainment", "attainment_more"))
WORK = declare_sheet("history.work", ("state", "months"))
HABITS = declare_sheet("history.habits", ("drinking", "drugs"))
RECORD = declare_sheet("history.record", ("number", "time"))
NORMS = declare_sheet("history.norms", ("acceptance", "acceptance_more", "aspiration", "aspiration_more"))
RISK = declare_sheet("history.risk", ("transitory", "transitory_more", "trusted_adult"))
SEXES, QUALIFICATIONS = 2, 4
LEVELS = np.linspace(-1.6, 3.0, 47)
LOG_STEPS = np.linspace(-3.0, 3.0, 61)
ACE_GROUPS = np.array([0, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3])


def fill_adult_states(
    people: Columns, families: Columns, communities: Columns, age: Array, sanctioned: Array, p: Values, chance: Chance
) -> None:
    """Write the states that build on childhood. ``sanctioned`` is the age at the first sanction (0 none)."""
    deprivation = communities.deprivation[people.community]
    _attain(people, communities, age, p, chance)
    _fill_record(people, age, sanctioned, p, chance)
    _fill_norms(people, deprivation, p, chance)
    _fill_work(people, families, deprivation, age, p, chance)
    for decision, state, rates in (
        ("drinking", people.alcohol, drinking_rates(p)),
        ("drugs", people.drugs, drugs_rates(p)),
    ):
        share = _habit_share(people, deprivation, age, rates)
        state[:] = chance.uniforms(HABITS, HABITS.word(decision), people.key, 0) < share


def _attain(people: Columns, communities: Columns, age: Array, p: Values, chance: Chance) -> None:
    rows = np.flatnonzero(age >= p["individuals.attainment_age_years"]).astype(np.int32)
    noise = chance.normals(ATTAINMENT, 0, people.key[rows], 0).astype(np.float32)
    qualify(
        rows,
        noise,
        people.ability,
        people.school_engagement,
        people.self_control,
        people.ace_count,
        people.exclusion,
        people.recent_suspensions,
        people.community,
        communities.deprivation,
        people.qualification,
        attainment_rates(p),
    )


def _fill_record(people: Columns, age: Array, sanctioned: Array, p: Values, chance: Chance) -> None:
    """Write the number of sanctions and the months since the last.

    The chance of another in the year after the first, and its fall from year to year, give a number of further
    ones that is Poisson; the last falls in the first years after, by that same fall.
    """
    rows = np.flatnonzero(sanctioned > 0)
    years = (age[rows] - sanctioned[rows]).astype(np.float64)
    again, fall = p["history.sanction_again"], p["history.sanction_desistance"]
    mean = again * (1.0 - fall**years) / (1.0 - fall)
    chance_of = chance.uniforms(RECORD, RECORD.word("number"), people.key[rows], 0)
    number, share = np.zeros(rows.size), np.exp(-mean)
    left = chance_of - share
    for further in range(1, NEVER):
        more = left >= 0.0
        if not more.any():
            break
        number += more
        share *= mean / further
        left -= share
    time = chance.uniforms(RECORD, RECORD.word("time"), people.key[rows], 0)
    latest = time ** (1.0 / np.maximum(number, 1.0))
    after = np.log(1.0 - latest * (1.0 - fall**years)) / np.log(fall)
    since = np.where(number > 0, years - after, years - time) * MONTHS_PER_YEAR
    people.sanctions[rows] = np.minimum(1 + number, NEVER)
    people.months_since_sanction[rows] = np.clip(since, 0, NEVER - 1)


def _fill_norms(people: Columns, deprivation: Array, p: Values, chance: Chance) -> None:
    key = people.key
    alike, by_place = p["history.acceptance_propensity"], p["history.acceptance_deprivation"]
    noise = chance.normals(NORMS, 0, key, 0)
    left = np.sqrt(max(0.0, 1.0 - alike**2 - by_place**2))
    people.acceptance_of_violence[:] = alike * people.propensity + by_place * deprivation + left * noise
    by_ability, by_place = p["history.aspiration_ability"], p["history.aspiration_deprivation"]
    left = np.sqrt(max(0.0, 1.0 - by_ability**2 - by_place**2))
    noise = chance.normals(NORMS, 2, key, 0)
    people.aspiration[:] = by_ability * people.ability + by_place * deprivation + left * noise
    people.transitory_risk[:] = chance.normals(RISK, 0, key, 0)
    share = np.asarray(p["history.trusted_adult"])[ACE_GROUPS[people.ace_count]]
    people.trusted_adult[:] = chance.uniforms(RISK, RISK.word("trusted_adult"), key, 0) < share


def _disadvantage(people: Columns, families: Columns, deprivation: Array, rows: Array, w: Coefficients) -> Array:
    family = people.family[rows]
    lone = (family >= 0) & (people.role[rows] == HEAD) & (families.lone_parent[np.maximum(family, 0)] > 0)
    x = w.deprivation * deprivation[rows] + w.qualification[people.qualification[rows]]
    x += w.aces * np.minimum(people.ace_count[rows], w.most_aces) + w.engagement * people.school_engagement[rows]
    x += w.excluded * (people.exclusion[rows] != NEVER) + w.sanctioned * (people.sanctions[rows] > 0)
    x += w.lone_parent * lone
    disadvantage: Array = x
    return disadvantage


def _fill_work(people: Columns, families: Columns, deprivation: Array, age: Array, p: Values, chance: Chance) -> None:
    """Draw work states from the expected shares of the monthly chain at each age and disadvantage."""
    w = work_rates(p)
    first, retire = int(p["individuals.attainment_age_years"]), int(w.retirement_age_years)
    people.work[:] = np.where(age < first, PUPIL, RETIRED)
    shares = np.zeros((QUALIFICATIONS, SEXES, LEVELS.size, retire - first, 15))
    work_shares(w, LEVELS.astype(np.float32), first, retire - 1, shares)
    rows = np.flatnonzero((age >= first) & (age < retire))
    x = _disadvantage(people, families, deprivation, rows, w)
    step = LEVELS[1] - LEVELS[0]
    level = np.clip(np.rint((x - LEVELS[0]) / step), 0, LEVELS.size - 1).astype(np.int64)
    cumulative = np.cumsum(shares, axis=-1)
    of_row = cumulative[people.qualification[rows], people.sex[rows], level, age[rows] - first]
    drawn = chance.uniforms(WORK, WORK.word("state"), people.key[rows], 0)
    cell = np.minimum((drawn[:, None] * of_row[:, -1:] > of_row).sum(axis=1), shares.shape[-1] - 1)
    people.work[rows] = np.where(cell >= OUT, NEET, np.where(cell == IN_WORK, EMPLOYED, EDUCATION))
    longest = shares.shape[-1] - 1 - OUT
    spell = -np.log(chance.uniforms(WORK, WORK.word("months"), people.key[rows], 0)) / w.loss[age[rows], 0]
    tenure = np.where(cell == OUT + longest, longest + spell, spell)
    months = np.where((cell >= OUT) & (cell < OUT + longest), cell - OUT, tenure)
    people.months_in_work_state[rows] = np.clip(months, 0, NEVER)
    _mark_workless(people, families, age)


def _mark_workless(people: Columns, families: Columns, age: Array) -> None:
    """Set the workless state of homes where somebody could work and nobody does."""
    family, work = people.family, people.work
    parent = (people.role == HEAD) | (people.role == PARTNER)
    counts = (family >= 0) & ((age >= ADULT_YEARS) | parent)
    able = counts & (work != RETIRED) & (work != EDUCATION)
    could = np.bincount(family[able], minlength=families.n)
    works = np.bincount(family[counts & (work == EMPLOYED)], minlength=families.n)
    families.states[(could > 0) & (works == 0)] |= np.uint8(WORKLESS)


def _habit_share(people: Columns, deprivation: Array, age: Array, r: Coefficients) -> Array:
    """Return the expected share with a habit at each person's age and traits."""
    share = np.zeros((LOG_STEPS.size, r.start.size + 1))
    for year in range(r.start.size):
        start = r.start[year] * np.exp(LOG_STEPS)
        stop = np.float64(r.stop[year])
        settled = start / np.maximum(start + stop, 1e-12)
        kept = np.exp(-MONTHS_PER_YEAR * (start + stop))
        share[:, year + 1] = settled + (share[:, year] - settled) * kept
    log = r.self_control * people.self_control + r.aces * np.minimum(people.ace_count, r.most_aces)
    log += r.male * people.sex + r.deprivation * deprivation
    step = LOG_STEPS[1] - LOG_STEPS[0]
    cell = np.clip(np.rint((log - LOG_STEPS[0]) / step), 0, LOG_STEPS.size - 1).astype(np.int64)
    middle = (share[:, :-1] + share[:, 1:]) / 2.0
    of_person: Array = middle[cell, np.minimum(age, r.start.size - 1)]
    return of_person
