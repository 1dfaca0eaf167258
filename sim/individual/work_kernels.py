# mypy: disable-error-code="no-untyped-def"
"""Kernels of work: who can change state, and leaving education, losing and finding work."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM, block, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers import Push
from sim.core.levers_kernels import pushed
from sim.population.columns import EDUCATION, EMPLOYED, HEAD, NEET, PUPIL, RETIRED
from sim.population.life_course_kernels import (
    ONE,
    disadvantage,
    entry_hazard,
    jobless_chance,
    leaving_hazard,
    loss_hazard,
)

Array = npt.NDArray[Any]
SPELLS = 3


class Workers(NamedTuple):
    """Bundle the columns that work reads or writes, and the levers that push on it."""

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
    push_entry: Push
    push_retention: Push
    push_labelling: Push


@kernel
def stratify(work, months, age_sex, spells, ages, strata_of):
    """Return everybody's stratum by work state, time in it (``spells`` by months) and age (one of ``ages``)."""
    strata = np.empty(work.size, np.uint8)
    for person in range(work.size):
        state = np.uint64(work[person]) * np.uint64(SPELLS) + np.uint64(spells[np.uint64(months[person])])
        strata[person] = strata_of[state * np.uint64(ages) + np.uint64(age_sex[person] >> 1)]
    return strata


@kernel
def list_neet(work, age_sex, youngest, oldest, rows):
    """List in ``rows`` (int32, an entry a person and one more) who is NEET at some ages in years; return how many."""
    found = np.uint64(0)
    first, width = np.uint8(2 * youngest), np.uint8(2 * (oldest - youngest) + 1)
    for person in range(np.uint64(work.size)):
        rows[found] = person
        found += np.uint64((work[person] == NEET) & (np.uint8(age_sex[person] - first) <= width))
    return found


@inline
def _from_education(w, age, attained, x, september, chance, word):
    """Return the state after a month in education."""
    if chance >= leaving_hazard(w, age, attained, september):
        return EDUCATION
    return NEET if uniform(word) < jobless_chance(w, x) else EMPLOYED


@inline
def _from_work(w, age, sex, x, push, chance):
    """Return the state after a month in work, and 1 when the hazard of losing it was clipped.

    Two lanes share the uniform: losing work from 0 to its ceiling, then going back to education.
    """
    ceiling = w.loss_ceiling[age]
    if chance >= ceiling:
        return (EDUCATION if chance - ceiling < w.return_to_education[age] else EMPLOYED), 0
    hazard = loss_hazard(w, age, sex, x) * np.exp(-push)
    return (NEET if chance < hazard else EMPLOYED), (1 if hazard > ceiling else 0)


@inline
def _from_neet(w, age, months, x, push, chance, word, most):
    """Return the state after a month out of education and work, and 1 when the hazard of entry was clipped."""
    hazard = entry_hazard(w, age, months, x) * np.exp(push)
    clipped = 1 if hazard > most else 0
    if chance >= hazard:
        return NEET, clipped
    return (EDUCATION if uniform(word) < w.entry_to_education[age] else EMPLOYED), clipped


@kernel
def change_work(rows, chances, m, deprivation, lone_parent, w, most_entry, september, labour_market, luck):
    """Let candidates change their work state; return how many hazards were above their ceiling.

    ``most_entry`` is the ceiling of leaving NEET by age and time out of work; ``luck`` is the
    sheet of destinations, month, and the seed's words.
    """
    sheet, month, k0, k1 = luck
    clips = 0
    for i in range(rows.size):
        person = rows[i]
        before = m.work[person]
        if before in (PUPIL, RETIRED) or m.age_sex[person] == NO_STRATUM:
            continue
        age, attained, family = m.age_sex[person] >> 1, m.qualification[person], m.family[person]
        lone = family >= 0 and m.role[person] == HEAD and lone_parent[family] > 0
        place, aces, engagement = deprivation[m.community[person]], m.ace_count[person], m.school_engagement[person]
        x = disadvantage(w, place, attained, aces, engagement, m.exclusion[person], m.sanctions[person], lone)
        if m.sanctions[person] > 0:
            x += w.sanctioned * (np.exp(pushed(m.push_labelling, person)) - ONE)
        clipped, after = 0, before
        if before == EMPLOYED:
            push = pushed(m.push_retention, person)
            after, clipped = _from_work(w, age, m.age_sex[person] & 1, x, push, chances[i])
        elif m.custody[person] == 0:
            words = block(m.key[person], sheet, month, 0, k0, k1)
            if before == EDUCATION:
                after = _from_education(w, age, attained, x, september, chances[i], words[0])
            else:
                push = pushed(m.push_entry, person) + w.aspiration * m.aspiration[person] + labour_market
                months = m.months_in_work_state[person] - 1
                spell = np.int64(months >= w.entry_first_months) + np.int64(months >= w.entry_later_months)
                after, clipped = _from_neet(w, age, months, x, push, chances[i], words[1], most_entry[age, spell])
        clips += clipped
        if after != before:
            m.work[person], m.months_in_work_state[person] = after, 0
    return clips
