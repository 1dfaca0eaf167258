# mypy: disable-error-code="no-untyped-def"
"""Kernels of family life: the turn of each home, and what befalls the children in it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import CHUNK_ROWS, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers import Push
from sim.core.levers_kernels import pushed
from sim.core.screening import above_exp
from sim.population.columns import (
    ACES,
    DOMESTIC_ABUSE,
    KNOWN_TO,
    MENTAL_ILLNESS,
    SUBSTANCE_USE,
    VIOLENCE_AT_HOME,
    WORKLESS,
)
from sim.population.home_rates import PHYSICAL_ABUSE_LANE, SEXUAL_ABUSE_LANE
from sim.population.life_course_kernels import (
    NONE,
    ONE,
    adversity,
    bit_count,
    capped,
    draw_words,
    flag,
    parents_theta,
    stress_level,
    supervision_level,
    symmetric,
)
from sim.relationship.home_census_kernels import (
    CHILD_YEARS,
    CHILDREN,
    IN_CUSTODY,
    PARENTS,
    TALLY_BITS,
    WORKERS,
    WORKING_AGE,
    count_of,
)

Array = npt.NDArray[Any]

DOMESTIC_VIOLENCE_BIT = 1 << ACES.index("domestic_violence")
SUBSTANCE_USE_BIT = 1 << ACES.index("parental_substance_use")
MENTAL_ILLNESS_BIT = 1 << ACES.index("parental_mental_illness")
CUSTODY_BIT = 1 << ACES.index("custody")
SOCIAL_CARE = 1 << KNOWN_TO.index("social_care")
LASTING = DOMESTIC_ABUSE | SUBSTANCE_USE | MENTAL_ILLNESS
OF_THE_MONTH = WORKLESS | VIOLENCE_AT_HOME
ABUSED, GAINED = 128, 127


class Homes(NamedTuple):
    """Bundle the columns of families, this month's census (``tally``) and the levers that push on homes."""

    key: Array
    community: Array
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
    push_stress: Push
    push_parenting: Push
    push_supervision: Push
    push_aces: Push
    push_abuse: Push
    push_abuse_lasts: Push
    push_substance_use: Push
    push_substance_recovery: Push


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
def _next_states(h, held, minors, parents, exposure, first, pushes, chance, chance2, chance3):
    """Return the home states after a month: domestic abuse in couples, the others in homes with children.

    The first child of a home finds parental substance use and mental illness at their long-run level. ``pushes`` are
    those on the start and the lasting of abuse, and on the start and the end of substance use.
    """
    slope, most = h.adversity_slope * exposure, h.domestic_abuse_onset
    if minors > 0:
        most, lowest = max(most, h.substance_use_onset, h.mental_illness_onset), min(chance, chance2, chance3)
    else:
        lowest = chance
    push, lasting, push2, ending2 = pushes
    may_begin = lowest < most * above_exp(slope + max(push, push2, NONE))
    if not (may_begin or first or held & LASTING):
        return 0
    hazard = np.exp(slope) if may_begin or first else NONE
    onset = min(h.onset_ceiling, h.domestic_abuse_onset * hazard * np.exp(push)) if parents > 1 else NONE
    end = h.domestic_abuse_end if parents > 1 else h.domestic_abuse_end_apart
    end *= np.exp(-lasting)
    after = DOMESTIC_ABUSE if _holds(held & DOMESTIC_ABUSE, onset, end, chance) else 0
    if minors > 0:
        onset2 = min(h.onset_ceiling, h.substance_use_onset * hazard * np.exp(push2))
        end2 = h.substance_use_end * np.exp(ending2)
        onset3 = min(h.onset_ceiling, h.mental_illness_onset * hazard)
        if first:
            onset2 /= onset2 + end2
            onset3 /= onset3 + h.mental_illness_end
        after |= SUBSTANCE_USE if _holds(held & SUBSTANCE_USE, onset2, end2, chance2) else 0
        after |= MENTAL_ILLNESS if _holds(held & MENTAL_ILLNESS, onset3, h.mental_illness_end, chance3) else 0
    return after


@inline
def _note_homes(f, rows):
    """Write the census to the families; list in ``rows`` homes with children, and from its end other couples.

    Homes with children keep last month's number of children until they turn. Returns how many of either are listed.
    """
    with_children, couples = np.uint64(0), np.uint64(0)
    last = np.uint64(rows.size - 1)
    for home in range(np.uint64(f.tally.size)):
        tally = f.tally[home]
        minors, parents = count_of(tally, CHILDREN), count_of(tally, PARENTS)
        workless = count_of(tally, WORKING_AGE) > 0 and count_of(tally, WORKERS) == 0
        mean = f.propensity_sum[home] / np.float32(max(parents, 1))
        f.parental_propensity[home] = mean if parents > 0 else f.parental_propensity[home]
        kept = 0xFF ^ WORKLESS if minors > 0 or parents > 1 else 0
        f.states[home] = (f.states[home] & kept) | (WORKLESS if workless else 0)
        f.children[home] = f.children[home] if minors > 0 else 0
        f.lone_parent[home] = 1 if minors > 0 and parents < 2 else 0
        rows[with_children] = home
        with_children += np.uint64(minors > 0)
        rows[last - couples] = home
        couples += np.uint64((minors == 0) & (parents > 1))
    return np.int64(with_children), np.int64(couples)


@inline
def _move_stocks(rows, f, deprivation, h, words, exposures):
    """Move stress, parenting and supervision of homes with children by a month; fill in their ``exposures``."""
    for i in range(rows.size):
        home = np.uint64(rows[i])
        tally, held = f.tally[home], f.states[home]
        minors, parents = count_of(tally, CHILDREN), count_of(tally, PARENTS)
        lone, workless = np.float32(f.lone_parent[home]), flag(held & WORKLESS)
        theta = parents_theta(h, f.parental_propensity[home], parents)
        place = deprivation[np.uint64(f.community[home])]
        level = stress_level(h, place, lone, workless, theta, held, f.stress_trait[home])
        level += pushed(f.push_stress, home)
        warmth = f.parenting_trait[home] + pushed(f.push_parenting, home)
        watch = pushed(f.push_supervision, home)
        age = np.float32(np.int64(tally >> np.uint64(TALLY_BITS * CHILD_YEARS))) / np.float32(minors)
        past = f.stress[home], f.parenting[home], f.supervision[home]
        stress, parenting, supervision = _next_stocks(h, *past, level, warmth, watch, lone, age, words[i])
        f.stress[home], f.parenting[home], f.supervision[home] = stress, parenting, supervision
        exposures[i] = adversity(h, stress, parenting, theta)


@kernel
def turn_homes(rows, f, deprivation, h, sheet, month, k0, k1):
    """Write the census to the families and move stress, parenting, supervision and home states by a month.

    ``rows`` is scratch: int32, an entry a home and one more. Homes without children or a couple keep no state but
    worklessness.
    """
    keys, drawn = np.empty(CHUNK_ROWS, np.uint64), np.empty((4, CHUNK_ROWS), np.uint32)
    exposures = np.empty(CHUNK_ROWS, np.float32)
    with_children, couples = _note_homes(f, rows)
    for i in range(couples):
        rows[with_children + i] = rows[rows.size - couples + i]
    for begin in range(0, with_children + couples, CHUNK_ROWS):
        size = min(CHUNK_ROWS, with_children + couples - begin)
        here = min(size, max(0, with_children - begin))
        draw_words(f.key, rows, begin, size, sheet, month, k0, k1, keys, drawn)
        _move_stocks(rows[begin : begin + here], f, deprivation, h, drawn[0], exposures)
        for i in range(here, size):
            home = np.uint64(rows[begin + i])
            theta = parents_theta(h, f.parental_propensity[home], 2)
            exposures[i] = adversity(h, f.stress[home], f.parenting[home], theta)
        # In a loop of its own: what it guesses wrong then does not wait for all of the above.
        for i in range(size):
            home = np.uint64(rows[begin + i])
            tally, held = f.tally[home], f.states[home]
            minors, parents = count_of(tally, CHILDREN), count_of(tally, PARENTS)
            first = minors > 0 and f.children[home] == 0
            chances = uniform(drawn[1, i]), uniform(drawn[2, i]), uniform(drawn[3, i])
            abuse = pushed(f.push_abuse, home), pushed(f.push_abuse_lasts, home)
            substance_use = pushed(f.push_substance_use, home), pushed(f.push_substance_recovery, home)
            after = _next_states(h, held, minors, parents, exposures[i], first, (*abuse, *substance_use), *chances)
            f.states[home] = after | (held & OF_THE_MONTH)
            f.children[home] = minors


@inline
def _lanes_end(c):
    lane = c.ace_ceiling.size - 1
    return c.ace_lane_start[lane] + c.ace_ceiling[lane]


@inline
def _drawn_ace(c, h, age, bits, chance, exposure, push, scale):
    """Return the lane of the experience that happens (-1 none), and 1 when a new one's hazard is above its lane."""
    lane = c.ace_ceiling.size - 1
    if chance >= _lanes_end(c):
        return -1, 0
    while chance < c.ace_lane_start[lane]:
        lane -= 1
    slope = h.adversity_slope * (c.mild_share if lane == SEXUAL_ABUSE_LANE else ONE)
    log, hazard = slope * exposure + push, c.ace_hazard[age, lane] * scale
    hazard *= c.abuse_again if lane == PHYSICAL_ABUSE_LANE and bits >> lane & 1 else ONE
    if chance - c.ace_lane_start[lane] >= hazard * above_exp(log):
        return -1, 0
    hazard *= np.exp(log)
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
def _in_care_after(c, in_care, age, aces, stress, place, known, push, chance):
    """Return whether a child is looked after next month, and 1 when the hazard of entry was clipped.

    Harm leads to care mainly where social care knows of it (``known``, the services that know the child).
    """
    if in_care:
        return chance >= c.care_exit, 0
    if chance >= c.care_entry_ceiling:
        return False, 0
    log = c.care_aces * capped(aces, c.most_aces) + c.care_stress * stress + c.care_deprivation * place
    log += (c.care_recognised if known & SOCIAL_CARE else NONE) + push
    hazard = c.care_entry[age] * np.exp(log)
    return chance < hazard, (1 if hazard > c.care_entry_ceiling else 0)


@kernel
def touch_children(rows, m, f, deprivation, h, c, into_care, sheet, month, k0, k1, gained):
    """Let a month of home life leave its mark on the children in ``rows``; return how many hazards were clipped.

    New adverse experiences are counted in ``gained`` (one entry a row of ``rows``). Physical abuse only sets its bit
    ``ABUSED``: it is an incident of family violence, and becomes an experience when that happens. Children who are
    looked after stay with their family on paper: home states do not reach them, and abuse and neglect do so less.
    ``into_care`` is the lever on entry to care.
    """
    keys, drawn = np.empty(CHUNK_ROWS, np.uint64), np.empty((4, CHUNK_ROWS), np.uint32)
    clips, lanes_end = 0, _lanes_end(c)
    for begin in range(0, rows.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, rows.size - begin)
        draw_words(m.key, rows, begin, size, sheet, month, k0, k1, keys, drawn)
        for i in range(size):
            child = np.uint64(rows[begin + i])
            home = np.uint64(m.family[child])
            in_care, before = m.care[child] > 0, np.int64(m.aces[child])
            bits = before | (0 if in_care else _state_bits(f.states[home]))
            bits |= CUSTODY_BIT if count_of(f.tally[home], IN_CUSTODY) > 0 else 0
            chance, chance2 = uniform(drawn[0, i]), uniform(drawn[1, i])
            if chance >= lanes_end and chance2 >= c.care_entry_ceiling and bits == before and not in_care:
                continue
            age = m.age_sex[child] >> 1
            theta = parents_theta(h, f.parental_propensity[home], 1 if f.lone_parent[home] else 2)
            exposure = adversity(h, f.stress[home], f.parenting[home], theta)
            scale = c.ace_in_care if in_care else ONE
            push = pushed(f.push_aces, home)
            lane, clipped = _drawn_ace(c, h, age, bits, chance, exposure, push, scale)
            clips += clipped
            if lane == PHYSICAL_ABUSE_LANE:
                gained[begin + i] = ABUSED
            elif lane >= 0:
                bits |= 1 << lane
            if bits != before:
                gained[begin + i] |= bit_count(bits) - m.ace_count[child]
                m.aces[child], m.ace_count[child] = bits, bit_count(bits)
            around = deprivation[m.community[child]], m.known_to[child], pushed(into_care, child)
            stays, clipped = _in_care_after(c, in_care, age, m.ace_count[child], f.stress[home], *around, chance2)
            clips += clipped
            m.care[child] = 1 if stays else 0
    return clips
