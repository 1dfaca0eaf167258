# mypy: disable-error-code="no-untyped-def"
"""Kernels of family life: the monthly census, the turn of each home, and what befalls the children in it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import CHUNK_ROWS, NO_STRATUM, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import (
    ACES,
    DOMESTIC_ABUSE,
    EDUCATION,
    EMPLOYED,
    HEAD,
    INSTITUTION,
    MENTAL_ILLNESS,
    PARTNER,
    RETIRED,
    ROLES,
    SUBSTANCE_USE,
    WORK_STATES,
    WORKLESS,
)
from sim.population.home_rates import ADULT_YEARS, SEXUAL_ABUSE_LANE
from sim.population.life_course_kernels import (
    NONE,
    ONE,
    adversity,
    bit_count,
    capped,
    draw_words,
    flag,
    parents_theta,
    pushed,
    stress_level,
    supervision_level,
    symmetric,
)

Array = npt.NDArray[Any]

TALLY_BITS = 8
ADULTS, CHILDREN, WORKERS, PARENTS, WORKING_AGE, IN_CUSTODY, CHILD_YEARS = range(7)
DOMESTIC_VIOLENCE_BIT = 1 << ACES.index("domestic_violence")
SUBSTANCE_USE_BIT = 1 << ACES.index("parental_substance_use")
MENTAL_ILLNESS_BIT = 1 << ACES.index("parental_mental_illness")
CUSTODY_BIT = 1 << ACES.index("custody")


class Members(NamedTuple):
    """Bundle the columns of people that family life reads or writes."""

    key: Array
    present: Array
    age_sex: Array
    family: Array
    role: Array
    work: Array
    custody: Array
    propensity: Array
    community: Array
    aces: Array
    ace_count: Array
    care: Array


class Homes(NamedTuple):
    """Bundle the columns of families, this month's census (``tally``) and the levers that push on homes."""

    key: Array
    community: Array
    adults: Array
    children: Array
    lone_parent: Array
    states: Array
    stress: Array
    parenting: Array
    supervision: Array
    stress_trait: Array
    parenting_trait: Array
    parental_propensity: Array
    tally: Array
    propensity_sum: Array
    push_stress: Array
    push_parenting: Array
    push_supervision: Array
    push_aces: Array


@inline
def _one(field):
    return np.uint64(1) << np.uint64(TALLY_BITS * field)


@inline
def _count(tally, field):
    return np.int64((tally >> np.uint64(TALLY_BITS * field)) & np.uint64(0xFF))


def census_entries() -> Array:
    """Return what a person adds to the tally of their household, by ``(2 x role + adult) x work states + work``."""
    entries = np.zeros((len(ROLES), 2, len(WORK_STATES)), np.uint64)
    for role, adult, work in np.ndindex(entries.shape):
        parent = role in (HEAD, PARTNER)
        fields = [] if adult else [CHILDREN]
        fields += [ADULTS] if adult else []
        fields += [PARENTS] if parent else []
        if adult or parent:
            fields += [WORKERS] if work == EMPLOYED else []
            fields += [WORKING_AGE] if work not in (RETIRED, EDUCATION) else []
        entries[role, adult, work] = 0 if role == INSTITUTION else sum(1 << TALLY_BITS * field for field in fields)
    return entries.ravel()


@kernel
def take_census(m, entries, tally, propensity_sum):
    """Count each household's members into eight-bit fields of ``tally``, by ``census_entries``.

    ``tally`` and ``propensity_sum`` (one entry a family) must hold zeros. People in custody count as absent.
    """
    for person in range(m.family.size):
        home, age_sex, role = m.family[person], m.age_sex[person], m.role[person]
        if home < 0 or m.present[person] == 0 or age_sex == NO_STRATUM:
            continue
        adult = age_sex >= 2 * ADULT_YEARS
        counted = entries[(2 * role + adult) * len(WORK_STATES) + m.work[person]]
        parent = role in (HEAD, PARTNER)
        if m.custody[person] > 0:
            counted = _one(IN_CUSTODY) + (np.uint64(0) if adult else _one(CHILDREN))
            parent = False
        years = np.uint64(0) if adult else np.uint64(age_sex >> 1)
        tally[home] += counted + (years << np.uint64(TALLY_BITS * CHILD_YEARS))
        propensity_sum[home] += m.propensity[person] if parent else NONE


@inline
def _next_stocks(h, stress, parenting, supervision, level, warmth, watch, lone, age, word):
    """Move stress towards ``level``, and parenting and supervision after it, by a month."""
    stress += h.stress_reversion * (level - stress) + h.stress_noise * symmetric(word)
    warmth += h.parenting_stress * stress
    watch += supervision_level(h, stress, lone, age)
    parenting += h.parenting_reversion * (warmth - parenting)
    supervision += h.supervision_reversion * (watch - supervision)
    return stress, parenting, supervision


@inline
def _holds(held, onset, end, chance):
    """Return whether a home state holds after this month, given whether it held before."""
    return chance >= end if held else chance < onset


@inline
def _next_states(h, held, minors, parents, exposure, first, chance, chance2, chance3):
    """Return the home states after a month: domestic abuse in couples, the others in homes with children.

    The first child of a home finds parental substance use and mental illness at their long-run level.
    """
    screened = chance if minors == 0 else min(chance, chance2, chance3)
    hazard = NONE
    if first or screened < h.onset_ceiling:
        hazard = np.exp(h.adversity_slope * exposure)
    onset = min(h.onset_ceiling, h.domestic_abuse_onset * hazard) if parents > 1 else NONE
    end = h.domestic_abuse_end if parents > 1 else h.domestic_abuse_end_apart
    after = DOMESTIC_ABUSE if _holds(held & DOMESTIC_ABUSE, onset, end, chance) else 0
    if minors > 0:
        onset2 = min(h.onset_ceiling, h.substance_use_onset * hazard)
        onset3 = min(h.onset_ceiling, h.mental_illness_onset * hazard)
        if first:
            onset2 /= onset2 + h.substance_use_end
            onset3 /= onset3 + h.mental_illness_end
        after |= SUBSTANCE_USE if _holds(held & SUBSTANCE_USE, onset2, h.substance_use_end, chance2) else 0
        after |= MENTAL_ILLNESS if _holds(held & MENTAL_ILLNESS, onset3, h.mental_illness_end, chance3) else 0
    return after


@kernel
def turn_homes(rows, f, deprivation, h, sheet, month, k0, k1):
    """Write the census to the families and move stress, parenting, supervision and home states by a month.

    ``rows`` are all homes. Those without children or a couple keep no state but worklessness.
    """
    keys, drawn = np.empty(CHUNK_ROWS, np.uint64), np.empty((4, CHUNK_ROWS), np.uint32)
    for begin in range(0, rows.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, rows.size - begin)
        draw_words(f.key, rows, begin, size, sheet, month, k0, k1, keys, drawn)
        for i in range(size):
            home = rows[begin + i]
            tally, held, after = f.tally[home], f.states[home], 0
            minors, parents = _count(tally, CHILDREN), _count(tally, PARENTS)
            workless = _count(tally, WORKING_AGE) > 0 and _count(tally, WORKERS) == 0
            first = minors > 0 and f.children[home] == 0
            lone = flag(minors > 0 and parents < 2)
            if parents > 0:
                f.parental_propensity[home] = f.propensity_sum[home] / np.float32(parents)
            theta = parents_theta(h, f.parental_propensity[home], parents)
            if minors > 0:
                place = deprivation[f.community[home]]
                level = stress_level(h, place, lone, flag(workless), theta, held, f.stress_trait[home])
                level += pushed(f.push_stress, home)
                warmth = f.parenting_trait[home] + pushed(f.push_parenting, home)
                watch = pushed(f.push_supervision, home)
                age = np.float32(np.int64(tally >> np.uint64(TALLY_BITS * CHILD_YEARS))) / np.float32(minors)
                past = f.stress[home], f.parenting[home], f.supervision[home]
                f.stress[home], f.parenting[home], f.supervision[home] = _next_stocks(
                    h, *past, level, warmth, watch, lone, age, drawn[0, i]
                )
            if minors > 0 or parents > 1:
                exposure = adversity(h, f.stress[home], f.parenting[home], theta)
                chances = uniform(drawn[1, i]), uniform(drawn[2, i]), uniform(drawn[3, i])
                after = _next_states(h, held, minors, parents, exposure, first, *chances)
            f.states[home] = (after | WORKLESS) if workless else after
            f.adults[home], f.children[home] = _count(tally, ADULTS), minors
            f.lone_parent[home] = np.uint8(lone)


@inline
def _drawn_ace(c, h, age, bits, chance, exposure, push, scale):
    """Return the lane of the experience that happens (-1 none), and 1 when a new one's hazard is above its lane."""
    lane = c.ace_ceiling.size - 1
    if chance >= c.ace_lane_start[lane] + c.ace_ceiling[lane]:
        return -1, 0
    while chance < c.ace_lane_start[lane]:
        lane -= 1
    slope = h.adversity_slope * (c.mild_share if lane == SEXUAL_ABUSE_LANE else ONE)
    hazard = c.ace_hazard[age, lane] * scale * np.exp(slope * exposure + push)
    clipped = 1 if hazard > c.ace_ceiling[lane] and not bits >> lane & 1 else 0
    return (lane if chance - c.ace_lane_start[lane] < hazard else -1), clipped


@inline
def _state_bits(states):
    bits = 0
    if states & DOMESTIC_ABUSE:
        bits |= DOMESTIC_VIOLENCE_BIT
    if states & SUBSTANCE_USE:
        bits |= SUBSTANCE_USE_BIT
    if states & MENTAL_ILLNESS:
        bits |= MENTAL_ILLNESS_BIT
    return bits


@inline
def _in_care_after(c, in_care, age, aces, stress, place, chance):
    """Return whether a child is looked after next month, and 1 when the hazard of entry was clipped."""
    if in_care:
        return chance >= c.care_exit, 0
    if chance >= c.care_entry_ceiling:
        return False, 0
    log = c.care_aces * capped(aces, c.most_aces) + c.care_stress * stress + c.care_deprivation * place
    hazard = c.care_entry[age] * np.exp(log)
    return chance < hazard, (1 if hazard > c.care_entry_ceiling else 0)


@kernel
def touch_children(rows, m, f, deprivation, h, c, sheet, month, k0, k1, gained):
    """Let a month of home life leave its mark on the children in ``rows``; return how many hazards were clipped.

    New adverse experiences are counted in ``gained`` (one entry a row of ``rows``). Children who are looked after
    stay with their family on paper: home states do not reach them, and abuse and neglect do so less.
    """
    keys, drawn = np.empty(CHUNK_ROWS, np.uint64), np.empty((4, CHUNK_ROWS), np.uint32)
    clips = 0
    for begin in range(0, rows.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, rows.size - begin)
        draw_words(m.key, rows, begin, size, sheet, month, k0, k1, keys, drawn)
        for i in range(size):
            child = rows[begin + i]
            home = m.family[child]
            if home < 0:
                continue
            age, in_care = m.age_sex[child] >> 1, m.care[child] > 0
            before = np.int64(m.aces[child])
            bits = before | (0 if in_care else _state_bits(f.states[home]))
            if _count(f.tally[home], IN_CUSTODY) > 0:
                bits |= CUSTODY_BIT
            theta = parents_theta(h, f.parental_propensity[home], 1 if f.lone_parent[home] else 2)
            exposure = adversity(h, f.stress[home], f.parenting[home], theta)
            scale = c.ace_in_care if in_care else ONE
            push = pushed(f.push_aces, home)
            lane, clipped = _drawn_ace(c, h, age, bits, uniform(drawn[0, i]), exposure, push, scale)
            clips += clipped
            if lane >= 0:
                bits |= 1 << lane
            if bits != before:
                gained[begin + i] = bit_count(bits) - m.ace_count[child]
                m.aces[child], m.ace_count[child] = bits, bit_count(bits)
            place = deprivation[m.community[child]]
            stays, clipped = _in_care_after(
                c, in_care, age, m.ace_count[child], f.stress[home], place, uniform(drawn[1, i])
            )
            clips += clipped
            m.care[child] = 1 if stays else 0
    return clips
