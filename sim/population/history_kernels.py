# mypy: disable-error-code="no-untyped-def"
"""Kernels of the pre-history of homes, in yearly steps up to now.

A home's background is a row of float32: see ``BACKGROUND``. ``h`` and ``y`` are the coefficients of homes and of
yearly steps.
"""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import DOMESTIC_ABUSE, MENTAL_ILLNESS, SUBSTANCE_USE
from sim.population.life_course_kernels import NONE, ONE, adversity, stress_level, supervision_level, symmetric

MONTHS = np.float32(12.0)
BACKGROUND = ("deprivation", "lone parent", "workless", "parents' propensity", "stress trait", "parenting trait")
DEPRIVATION, LONE, WORKLESS_HOME, THETA, STRESS_TRAIT, PARENTING_TRAIT = range(len(BACKGROUND))


@kernel
def words_of(key, sheet, index, k0, k1):
    """Return the four words of one block. Not inlined: yearly kernels draw from several sheets."""
    return block(key, sheet, 0, index, k0, k1)


@inline
def _state_after(held, bit, onset, end, word):
    """Return the state bit at the end of a year of monthly hazards."""
    turned = uniform(word) < ONE - np.exp(-MONTHS * (end if held & bit else onset))
    return (bit if not turned else 0) if held & bit else (bit if turned else 0)


@inline
def next_year(h, y, background, home, past, age, words):
    """Move a home by a year; return its stocks and states, mean adversity, and its factor on hazards."""
    stress, parenting, supervision, states = past
    lone, theta = background[home, LONE], background[home, THETA]
    idle, trait = background[home, WORKLESS_HOME], background[home, STRESS_TRAIT]
    level = stress_level(h, background[home, DEPRIVATION], lone, idle, theta, states, trait)
    after = level + y.stress_kept * (stress - level) + y.stress_noise * symmetric(words[0])
    mean = np.float32(0.5) * (stress + after)
    warmth = h.parenting_stress * mean + background[home, PARENTING_TRAIT]
    parenting = warmth + y.parenting_kept * (parenting - warmth)
    watch = supervision_level(h, mean, lone, age)
    supervision = watch + y.supervision_kept * (supervision - watch)
    exposure = adversity(h, mean, parenting, theta)
    hazard = y.hazard * np.exp(h.adversity_slope * exposure)
    onset = h.domestic_abuse_onset * hazard * (y.lone_abuse if lone > NONE else ONE)
    turned = _state_after(states, DOMESTIC_ABUSE, min(h.onset_ceiling, onset), h.domestic_abuse_end, words[1])
    onset = min(h.onset_ceiling, h.substance_use_onset * hazard)
    turned |= _state_after(states, SUBSTANCE_USE, onset, h.substance_use_end, words[2])
    onset = min(h.onset_ceiling, h.mental_illness_onset * hazard)
    turned |= _state_after(states, MENTAL_ILLNESS, onset, h.mental_illness_end, words[3])
    return (after, parenting, supervision, turned), exposure, hazard


@inline
def before_years(h, background, home):
    """Return where a home stands before its first year: at the mean its traits imply, without states."""
    stress, trait = background[home, STRESS_TRAIT], background[home, PARENTING_TRAIT]
    return stress, h.parenting_stress * stress + trait, h.supervision_stress * stress, np.int64(0)


@kernel
def live_homes(rows, keys, background, children_age, years, h, y, stress, parenting, supervision, states, luck):
    """Follow homes (``rows``) through ``years`` years up to now and write where they stand.

    ``luck`` is the sheet and the two words of the seed.
    """
    sheet, k0, k1 = luck
    for i in range(rows.size):
        home = rows[i]
        past = before_years(h, background, home)
        for year in range(1, years + 1):
            age = max(NONE, children_age[home] - np.float32(years - year))
            words = words_of(keys[home], sheet, year, k0, k1)
            past, _, _ = next_year(h, y, background, home, past, age, words)
        stress[home], parenting[home], supervision[home], states[home] = past
