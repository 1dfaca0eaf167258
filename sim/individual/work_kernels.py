# mypy: disable-error-code="no-untyped-def"
"""Kernels of work: leaving education, losing and finding work."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import EDUCATION, EMPLOYED, HEAD, NEET
from sim.population.life_course_kernels import (
    NONE,
    disadvantage,
    entry_hazard,
    jobless_chance,
    leaving_hazard,
    loss_hazard,
)

Array = npt.NDArray[Any]


class Workers(NamedTuple):
    """Bundle the columns that work reads or writes, the state before this month, and the levers that push on it."""

    key: Array
    age_sex: Array
    family: Array
    role: Array
    community: Array
    school_engagement: Array
    exclusion: Array
    qualification: Array
    work: Array
    months_in_work_state: Array
    aspiration: Array
    ace_count: Array
    custody: Array
    sanctions: Array
    before: Array
    push_entry: Array
    push_retention: Array


@inline
def _push(lever, row):
    return lever[row] if row < lever.size else NONE


@inline
def _disadvantage(m, person, deprivation, lone_parent, w):
    family = m.family[person]
    lone = family >= 0 and m.role[person] == HEAD and lone_parent[family] > 0
    return disadvantage(
        w,
        deprivation[m.community[person]],
        m.qualification[person],
        m.ace_count[person],
        m.school_engagement[person],
        m.exclusion[person],
        m.sanctions[person],
        lone,
    )


@inline
def _move(m, person, state):
    m.work[person] = state
    m.months_in_work_state[person] = 0


@kernel
def leave(rows, chances, m, deprivation, lone_parent, w, september, sheet, month, k0, k1):
    """Let candidates leave education or work; return how many hazards were above their ceiling.

    In work, two lanes share the uniform: losing work from 0 to its ceiling, then going back to education.
    """
    clips = 0
    for i in range(rows.size):
        person, chance = rows[i], chances[i]
        age = m.age_sex[person] >> 1
        if m.before[person] == EDUCATION:
            if chance < leaving_hazard(w, age, m.qualification[person], september):
                x = _disadvantage(m, person, deprivation, lone_parent, w)
                destination, _, _, _ = block(m.key[person], sheet, month, 0, k0, k1)
                idle = uniform(destination) < jobless_chance(w, x)
                _move(m, person, NEET if idle else EMPLOYED)
        elif m.before[person] == EMPLOYED:
            ceiling = w.loss_ceiling[age]
            if chance < ceiling:
                x = _disadvantage(m, person, deprivation, lone_parent, w)
                pushed = np.exp(-_push(m.push_retention, person))
                hazard = loss_hazard(w, age, m.age_sex[person] & 1, x) * pushed
                clips += 1 if hazard > ceiling else 0
                if chance < hazard:
                    _move(m, person, NEET)
            elif chance - ceiling < w.return_to_education[age]:
                _move(m, person, EDUCATION)
    return clips


@kernel
def enter(rows, chances, m, deprivation, lone_parent, w, labour_market, sheet, month, k0, k1):
    """Let candidates out of work find work or return to education; return how many hazards were clipped."""
    clips = 0
    for i in range(rows.size):
        person = rows[i]
        if m.before[person] != NEET or m.custody[person] > 0:
            continue
        age = m.age_sex[person] >> 1
        x = _disadvantage(m, person, deprivation, lone_parent, w)
        pushed = np.exp(_push(m.push_entry, person) + w.aspiration * m.aspiration[person])
        hazard = entry_hazard(w, age, m.months_in_work_state[person], x) * pushed * labour_market
        clips += 1 if hazard > w.entry_ceiling[age] else 0
        if chances[i] < hazard:
            _, destination, _, _ = block(m.key[person], sheet, month, 0, k0, k1)
            to_education = uniform(destination) < w.entry_to_education[age]
            _move(m, person, EDUCATION if to_education else EMPLOYED)
    return clips
