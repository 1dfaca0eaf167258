# mypy: disable-error-code="no-untyped-def"
"""Kernels of development: a month of childhood and school, and habits that start and stop."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import DOMESTIC_ABUSE, NEVER
from sim.population.life_course_kernels import (
    NONE,
    capped,
    engagement_level,
    exclusion_chance,
    self_control_level,
    suspension_log_odds,
    symmetric,
)

Array = npt.NDArray[Any]

SUSPENDED, EXCLUDED = np.uint8(1), np.uint8(2)
MOST_COUNT = np.uint8(255)


class Pupils(NamedTuple):
    """Bundle the columns of people that development reads or writes, and the levers that push on it."""

    key: Array
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
    push_self_control: Array
    push_engagement: Array
    push_exclusion: Array


@inline
def _push(lever, row):
    return lever[row] if row < lever.size else NONE


@inline
def _month_at_school(m, child, g, deprivation, parenting, words, in_term):
    """Move engagement and recent suspensions; return what school does to the child this month."""
    sex = np.float32(m.age_sex[child] & 1)
    recent = m.recent_suspensions[child] * g.suspension_memory
    level = engagement_level(
        g, m.self_control[child], m.ability[child], parenting, deprivation, m.ace_count[child], recent
    )
    level += _push(m.push_engagement, child)
    engagement = m.school_engagement[child]
    engagement += g.engagement_reversion * (level - engagement) + g.engagement_noise * symmetric(words[1])
    m.school_engagement[child], m.recent_suspensions[child] = engagement, recent
    if not in_term or m.exclusion[child] != NEVER:
        return 0
    chance, age = uniform(words[2]), m.age_sex[child] >> 1
    if chance >= g.suspension_ceiling:
        return 0
    previous = m.suspensions[child]
    log = suspension_log_odds(
        g,
        m.self_control[child],
        m.propensity[child],
        m.ace_count[child],
        deprivation,
        sex,
        engagement,
        recent,
        previous,
    )
    if chance >= g.suspension_hazard[age] * np.exp(log):
        return 0
    m.recent_suspensions[child] = recent + np.float32(1.0)
    m.suspensions[child] = min(previous + 1, MOST_COUNT)
    if uniform(words[3]) < exclusion_chance(g, previous) * np.exp(_push(m.push_exclusion, child)):
        m.exclusion[child] = 0
        return SUSPENDED | EXCLUDED
    return SUSPENDED


@kernel
def grow_up(
    rows, m, deprivation, parenting, states, g, first_age, last_age, in_term, home, sheet, month, k0, k1, events
):
    """Live a month of childhood: self-control forms, home leaves trauma, school engages or suspends.

    ``events`` (one entry a row of ``rows``, zeros at first) receives 1 for a suspension, 3 with exclusion.
    """
    for i in range(rows.size):
        child = rows[i]
        age = m.age_sex[child] >> 1
        family = m.family[child]
        words = block(m.key[child], sheet, month, 0, k0, k1)
        warmth = parenting[family] if family >= 0 else NONE
        sex = np.float32(m.age_sex[child] & 1)
        level = self_control_level(g, m.propensity[child], warmth, m.ace_count[child], m.ability[child], sex)
        gap = level + _push(m.push_self_control, child) - m.self_control[child]
        m.self_control[child] += g.formation[age] * gap + g.formation_noise[age] * symmetric(words[0])
        if family >= 0 and m.care[child] == 0 and states[family] & DOMESTIC_ABUSE:
            m.trauma[child] += home
        if first_age <= age <= last_age:
            place = deprivation[m.community[child]]
            events[i] = _month_at_school(m, child, g, place, warmth, words, in_term)


@kernel
def change_habits(rows, chances, state, age_sex, self_control, ace_count, community, deprivation, push, r, ceiling):
    """Start or stop a habit for candidates; return how many hazards were above ``ceiling``."""
    clips = 0
    for i in range(rows.size):
        person = rows[i]
        age = age_sex[person] >> 1
        if state[person]:
            hazard = r.stop[age]
        else:
            log = r.self_control * self_control[person] + r.aces * capped(ace_count[person], r.most_aces)
            log += r.male * np.float32(age_sex[person] & 1) + r.deprivation * deprivation[community[person]]
            hazard = r.start[age] * np.exp(log + _push(push, person))
        clips += 1 if hazard > ceiling else 0
        if chances[i] < hazard:
            state[person] = 1 - state[person]
    return clips
