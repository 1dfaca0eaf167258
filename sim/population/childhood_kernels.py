# mypy: disable-error-code="no-untyped-def"
"""Kernel of the pre-history of people: their childhood in yearly steps, and the record it leaves.

``h``, ``c``, ``g`` and ``y`` are the coefficients of homes, children, growth and yearly steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import ACES, DOMESTIC_ABUSE, MENTAL_ILLNESS, NEVER, SUBSTANCE_USE
from sim.population.history_kernels import DEPRIVATION, LONE, MONTHS, THETA, before_years, next_year, words_of
from sim.population.home_rates import ADULT_YEARS, SEXUAL_ABUSE_LANE
from sim.population.life_course_kernels import (
    NONE,
    ONE,
    adversity,
    bit_count,
    capped,
    engagement_level,
    exclusion_chance,
    self_control_level,
    suspension_log_odds,
    symmetric,
)

Array = npt.NDArray[Any]

DOMESTIC_VIOLENCE_BIT = 1 << ACES.index("domestic_violence")
SUBSTANCE_USE_BIT = 1 << ACES.index("parental_substance_use")
MENTAL_ILLNESS_BIT = 1 << ACES.index("parental_mental_illness")
SEPARATION_BIT, CUSTODY_BIT = 1 << ACES.index("separation"), 1 << ACES.index("custody")
DRAWN, CUSTODY, SEPARATION, CARE, SANCTION, EVENT_LANES = 5, 5, 6, 7, 8, 12
MOST_SUSPENSIONS_A_YEAR = 11


class Lives(NamedTuple):
    """Bundle the columns of people that their pre-history reads or writes; the last two are results only.

    ``exposure`` is mean adversity in childhood, ``sanctioned`` the age at the first sanction (0 none).
    """

    key: Array
    sex: Array
    propensity: Array
    ability: Array
    self_control: Array
    school_engagement: Array
    recent_suspensions: Array
    suspensions: Array
    exclusion: Array
    aces: Array
    ace_count: Array
    care: Array
    exposure: Array
    sanctioned: Array


@inline
def _needed(key, sheet, k0, k1, needed):
    """Draw the accumulated hazards at which once-only events happen: one unit exponential an event."""
    for index in range(needed.size // 4):
        words = words_of(key, sheet, index, k0, k1)
        needed[4 * index] = -np.log(uniform(words[0]))
        needed[4 * index + 1] = -np.log(uniform(words[1]))
        needed[4 * index + 2] = -np.log(uniform(words[2]))
        needed[4 * index + 3] = -np.log(uniform(words[3]))


@inline
def _state_bits(states):
    bits = DOMESTIC_VIOLENCE_BIT if states & DOMESTIC_ABUSE else 0
    bits |= SUBSTANCE_USE_BIT if states & SUBSTANCE_USE else 0
    return bits | (MENTAL_ILLNESS_BIT if states & MENTAL_ILLNESS else 0)


@inline
def _new_aces(h, c, y, lone, theta, age, exposure, hazard, gathered, needed):
    """Gather a year of hazard of each once-only experience and return the bits of those that have happened."""
    bits = 0
    mild = y.hazard * np.exp(h.adversity_slope * c.mild_share * exposure)
    for lane in range(DRAWN):
        gathered[lane] += MONTHS * c.ace_hazard[age, lane] * (mild if lane == SEXUAL_ABUSE_LANE else hazard)
        bits |= 1 << lane if gathered[lane] >= needed[lane] else 0
    gathered[CUSTODY] += MONTHS * y.custody * hazard * np.exp(y.custody_propensity * theta)
    bits |= CUSTODY_BIT if gathered[CUSTODY] >= needed[CUSTODY] else 0
    gathered[SEPARATION] += MONTHS * y.separation_couple * mild
    most = y.separation_lone if lone > NONE else gathered[SEPARATION]
    return bits | (SEPARATION_BIT if most >= needed[SEPARATION] else 0)


@inline
def _suspensions(g, y, age, log, word):
    """Return the number of suspensions in a year (Poisson)."""
    mean = y.suspension * min(g.suspension_ceiling, g.suspension_hazard[age] * np.exp(log))
    chance, share, number = np.float32(uniform(word)), np.exp(-mean), 0
    while chance > share and number < MOST_SUSPENSIONS_A_YEAR:
        chance -= share
        number += 1
        share *= mean / np.float32(number)
    return number


@inline
def _year_of_engagement(g, y, control, ability, parenting, deprivation, aces, recent, engagement, word):
    level = engagement_level(g, control, ability, parenting, deprivation, aces, recent)
    return level + y.engagement_kept * (engagement - level) + y.engagement_noise * symmetric(word)


@inline
def _sanction_log(y, propensity, control, aces, sex, deprivation, engagement, supervision, excluded, bits):
    log = y.sanction_propensity * propensity + y.sanction_self_control * control + y.sanction_aces * aces
    log += y.sanction_male * sex + y.sanction_deprivation * deprivation + y.sanction_engagement * engagement
    log += y.sanction_supervision * supervision
    log += y.sanction_excluded if excluded != NEVER else NONE
    return log + (y.sanction_custody if bits & CUSTODY_BIT else NONE)


@inline
def _adult_sanction(y, now, factor, gathered, needed):
    """Return the age at a first sanction between 18 and now (0 none)."""
    for age in range(ADULT_YEARS, now):
        share = y.sanction_recent if now - age <= y.sanction_recent_years else ONE
        gathered += factor * y.first_sanction[age] * share
        if gathered >= needed:
            return age
    return 0


@kernel
def live_childhoods(rows, home, keys, background, at_home, age_years, years, m, h, c, g, y, sheets, k0, k1):
    """Follow the childhood of ``rows`` year by year and write the traits and events it leaves behind.

    ``home`` is the row of ``background`` each lives by, with its key. ``years`` are followed: children ``at_home``
    live the last of their home's; for others it is the number of years before birth.
    """
    needed, gathered = np.empty(EVENT_LANES, np.float32), np.empty(EVENT_LANES, np.float32)
    for i in range(rows.size):
        person, row = rows[i], home[i]
        now, sex, propensity = age_years[person], np.float32(m.sex[person]), m.propensity[person]
        ability, place = m.ability[person], background[row, DEPRIVATION]
        lone, theta = background[row, LONE], background[row, THETA]
        last = min(now, ADULT_YEARS)
        born = years - now if at_home else years
        _needed(m.key[person], sheets[2], k0, k1, needed)
        gathered[:] = NONE
        past = before_years(h, background, row)
        control, engagement, recent = g.self_control_propensity * propensity, NONE, NONE
        total, in_care = NONE, NONE
        bits, suspended, excluded, sanctioned = 0, 0, NEVER, 0
        for step in range(born + last):
            age, held = step - born, past[3]
            words = words_of(keys[row], sheets[0], step + 1, k0, k1)
            past, exposure, hazard = next_year(h, y, background, row, past, max(NONE, np.float32(age)), words)
            if age < 0:
                continue
            words = words_of(m.key[person], sheets[1], age + 1, k0, k1)
            total += exposure
            bits |= _state_bits(held | past[3])
            bits |= _new_aces(h, c, y, lone, theta, age, exposure, hazard, gathered, needed)
            aces = capped(bit_count(bits), g.most_aces)
            level = self_control_level(g, propensity, past[1], aces, ability, sex)
            control = level + y.formation_kept[age] * (control - level) + y.formation_noise[age] * symmetric(words[0])
            if y.school_first <= age <= y.school_last:
                engagement = _year_of_engagement(
                    g, y, control, ability, past[1], place, aces, recent, engagement, words[1]
                )
                number = 0
                if excluded == NEVER:
                    log = suspension_log_odds(g, control, propensity, aces, place, sex, engagement, recent, suspended)
                    number = _suspensions(g, y, age, log, words[2])
                middle = np.float32(suspended) + np.float32(0.5) * np.float32(number)
                if uniform(words[3]) < np.float32(number) * exclusion_chance(g, middle):
                    excluded = min(12 * (now - age - 1), NEVER - 1)
                suspended, recent = suspended + number, y.recent_share * np.float32(number)
            log = c.care_aces * aces + c.care_deprivation * place + c.care_stress * past[0]
            log += c.care_recognised_expected if aces >= c.care_serious_aces else NONE
            entering = (ONE - np.exp(-MONTHS * c.care_entry[age] * np.exp(log))) * y.care_entrants_left
            in_care = in_care * y.care_kept + (ONE - in_care) * entering
            if sanctioned == 0 and y.first_sanction[age] > NONE:
                log = _sanction_log(y, propensity, control, aces, sex, place, engagement, past[2], excluded, bits)
                share = y.sanction_recent if now - age <= y.sanction_recent_years else ONE
                gathered[SANCTION] += MONTHS * y.first_sanction[age] * np.exp(log) * share
                sanctioned = age if gathered[SANCTION] >= needed[SANCTION] else 0
        if last == 0:
            bits, total = _state_bits(past[3]), adversity(h, past[0], past[1], theta)
        aces = capped(bit_count(bits), g.most_aces)
        if sanctioned == 0 and now > ADULT_YEARS:
            log = _sanction_log(y, propensity, control, aces, sex, place, engagement, NONE, excluded, bits)
            sanctioned = _adult_sanction(y, now, MONTHS * np.exp(log), gathered[SANCTION], needed[SANCTION])
        m.care[person] = 1 if now < ADULT_YEARS and np.exp(-needed[CARE]) < in_care else 0
        m.self_control[person], m.school_engagement[person] = control, engagement
        m.recent_suspensions[person], m.suspensions[person] = recent, min(suspended, NEVER)
        m.exclusion[person], m.aces[person], m.ace_count[person] = excluded, bits, bit_count(bits)
        m.exposure[person], m.sanctioned[person] = total / np.float32(max(1, last)), sanctioned
