# mypy: disable-error-code="no-untyped-def"
"""Kernels of development: a month of childhood and school, and habits that start and stop."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import CHUNK_ROWS, NO_STRATUM, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers import Push
from sim.core.levers_kernels import pushed
from sim.core.screening import above_exp
from sim.population.columns import DOMESTIC_ABUSE, NEVER, VIOLENCE_AT_HOME
from sim.population.home_rates import ADULT_YEARS
from sim.population.life_course_kernels import (
    NONE,
    capped,
    draw_words,
    engagement_level,
    exclusion_chance,
    self_control_level,
    suspension_log_odds,
    symmetric,
)

Array = npt.NDArray[Any]

SUSPENDED, EXCLUDED = 1, 2
MOST_COUNT = 255


class Pupils(NamedTuple):
    """Bundle the columns of people that development reads or writes, and the levers that push on it."""

    key: Array
    present: Array
    age_sex: Array
    family: Array
    community: Array
    propensity: Array
    ability: Array
    ace_count: Array
    care: Array
    self_control: Array
    trauma: Array
    school_engagement: Array
    recent_suspensions: Array
    suspensions: Array
    exclusion: Array
    months_since_perpetrator: Array
    push_self_control: Push
    push_engagement: Push
    push_exclusion: Push
    push_suspension: Push


@kernel
def ease_trauma(trauma, kept, push, age_sex, community, young, seen):
    """Let trauma decay by a month (``push`` speeds it up), and rise where the young see violence around them.

    ``young`` says by ``age_sex`` who goes about in the community, ``seen`` by how much trauma rises in each.
    """
    for i in range(trauma.size):
        # A power is dear, and whoever is not pushed keeps ``kept`` to the power of 1.
        faster = pushed(push, i)
        left = kept if faster == 0 else kept ** np.exp(faster)
        trauma[i] = trauma[i] * left + young[age_sex[i]] * seen[community[i]]


@inline
def _warmth(m, child, parenting, g):
    """Return the parenting a child gets: that of the family, or of carers for those looked after."""
    family = m.family[child]
    if m.care[child] > 0:
        return g.warmth_in_care
    return parenting[family] if family >= 0 else NONE


@inline
def _school(g, age, log, previous, push, in_term, word, word2):
    """Return what school does to a pupil this month: 0 nothing, 1 suspension, 3 with permanent exclusion."""
    chance = uniform(word)
    hazard = g.suspension_hazard[age] if in_term else NONE
    if chance >= hazard * above_exp(log) or chance >= g.suspension_ceiling or chance >= hazard * np.exp(log):
        return 0
    excluded = uniform(word2) < exclusion_chance(g, previous) * np.exp(push)
    return SUSPENDED | EXCLUDED if excluded else SUSPENDED


@inline
def _at_school(child, m, deprivation, parenting, g, in_term, words):
    """Move engagement with school by a month; return what school does to the pupil (see ``_school``)."""
    sex, aces, warmth = np.float32(m.age_sex[child] & 1), m.ace_count[child], _warmth(m, child, parenting, g)
    age, control, ability = m.age_sex[child] >> 1, m.self_control[child], m.ability[child]
    place, recent = deprivation[m.community[child]], m.recent_suspensions[child] * g.suspension_memory
    level = engagement_level(g, control, ability, warmth, place, aces, recent)
    gap = level + pushed(m.push_engagement, child) - m.school_engagement[child]
    engagement = m.school_engagement[child] + g.engagement_reversion * gap
    engagement += g.engagement_noise * symmetric(words[0])
    m.school_engagement[child] = engagement
    event, previous = 0, m.suspensions[child]
    if m.exclusion[child] == NEVER:
        log = suspension_log_odds(g, control, m.propensity[child], aces, place, sex, engagement, recent, previous)
        log += g.suspension_violence if m.months_since_perpetrator[child] == 0 else NONE
        log += pushed(m.push_suspension, child)
        event = _school(g, age, log, previous, pushed(m.push_exclusion, child), in_term, words[1], words[2])
    if event:
        recent += np.float32(1.0)
        m.suspensions[child] = min(previous + 1, MOST_COUNT)
        m.exclusion[child] = 0 if event & EXCLUDED else NEVER
    m.recent_suspensions[child] = recent
    return event


@kernel
def grow_up(m, deprivation, parenting, states, g, ages, in_term, sheet, month, k0, k1, rows, events):
    """Live a month of childhood: self-control forms, home leaves trauma, school engages or suspends.

    ``ages`` are the first and last age at school. ``rows`` and ``events`` (an entry a person and one more) receive
    the pupils to whom something happened, and 1 for a suspension, 3 with permanent exclusion; how many is returned.
    Excluded pupils are not suspended again.
    """
    keys, drawn = np.empty(CHUNK_ROWS, np.uint64), np.empty((4, CHUNK_ROWS), np.uint32)
    children, pupils, happened = np.empty(CHUNK_ROWS + 1, np.int32), np.empty(CHUNK_ROWS, np.int64), 0
    for begin in range(0, m.age_sex.size, CHUNK_ROWS):
        size, count = np.uint64(0), 0
        for child in range(np.uint64(begin), np.uint64(min(begin + CHUNK_ROWS, m.age_sex.size))):
            children[size] = child
            size += np.uint64(m.age_sex[child] < 2 * ADULT_YEARS) & np.uint64(m.present[child])
        draw_words(m.key, children, 0, np.int64(size), sheet, month, k0, k1, keys, drawn)
        for i in range(np.int64(size)):
            row = np.uint64(children[i])
            age, sex, family = m.age_sex[row] >> 1, np.float32(m.age_sex[row] & 1), m.family[row]
            warmth = _warmth(m, row, parenting, g)
            level = self_control_level(g, m.propensity[row], warmth, m.ace_count[row], m.ability[row], sex)
            gap = level + pushed(m.push_self_control, row) - m.self_control[row]
            control = m.self_control[row] + g.formation[age] * gap
            m.self_control[row] = control + g.formation_noise[age] * symmetric(drawn[0, i])
            if family >= 0 and m.care[row] == 0 and states[family] & (DOMESTIC_ABUSE | VIOLENCE_AT_HOME):
                m.trauma[row] += g.trauma_home if states[family] & DOMESTIC_ABUSE else NONE
                m.trauma[row] += g.trauma_witness if states[family] & VIOLENCE_AT_HOME else NONE
            pupils[count] = i
            count += 1 if ages[0] <= age <= ages[1] else 0
        for pupil in range(count):
            i = pupils[pupil]
            words = drawn[1, i], drawn[2, i], drawn[3, i]
            event = _at_school(np.uint64(children[i]), m, deprivation, parenting, g, in_term, words)
            rows[happened], events[happened] = children[i], event
            happened += 1 if event else 0
    return happened


@kernel
def change_habits(rows, chances, state, age_sex, self_control, ace_count, community, deprivation, push, r, ceiling):
    """Start or stop a habit for candidates; return how many hazards were above ``ceiling``.

    ``push`` are the levers on starting and on stopping.
    """
    clips = 0
    for i in range(rows.size):
        person = rows[i]
        if age_sex[person] == NO_STRATUM:
            continue
        age = age_sex[person] >> 1
        if state[person]:
            hazard = r.stop[age] * np.exp(pushed(push[1], person))
        else:
            log = r.self_control * self_control[person] + r.aces * capped(ace_count[person], r.most_aces)
            log += r.male * np.float32(age_sex[person] & 1) + r.deprivation * deprivation[community[person]]
            hazard = r.start[age] * np.exp(log + pushed(push[0], person))
        clips += 1 if hazard > ceiling else 0
        if chances[i] < hazard:
            state[person] = 1 - state[person]
    return clips
