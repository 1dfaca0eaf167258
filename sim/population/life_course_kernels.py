# mypy: disable-error-code="no-untyped-def"
"""Equations of family life, development and work, each written once for the monthly rooms and the pre-history.

All arguments and results are scalars; latent states are on a unit scale. ``h``, ``c``, ``g``, ``a`` and ``w`` are
the coefficients of homes, children, growth, attainment and work (home_rates, growth_rates, work_rates).
"""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel
from sim.population.columns import DOMESTIC_ABUSE, MENTAL_ILLNESS, NEVER, SUBSTANCE_USE, VIOLENCE_AT_HOME

ONE = np.float32(1.0)
NONE = np.float32(0.0)


@kernel
def draw_words(keys, rows, begin, size, sheet, month, k0, k1, gathered, drawn):
    """Draw the blocks of ``size`` rows from ``begin`` of ``rows`` into ``drawn``: uint32 of shape (4, CHUNK_ROWS).

    ``gathered`` is scratch: uint64 of CHUNK_ROWS. Gathering first lets the draws run several at a time.
    """
    for i in range(size):
        gathered[i] = keys[rows[begin + i]]
    first, second, third, fourth = drawn[0], drawn[1], drawn[2], drawn[3]
    for i in range(size):
        w0, w1, w2, w3 = block(gathered[i], sheet, month, 0, k0, k1)
        first[i], second[i], third[i], fourth[i] = np.uint32(w0), np.uint32(w1), np.uint32(w2), np.uint32(w3)


@inline
def symmetric(word):
    """Turn a word into a symmetric shock between -1 and 1, standard deviation 0.58."""
    return np.float32(uniform(word) * 2.0 - 1.0)


@inline
def capped(number, most):
    """Return a count as a float, at most ``most``."""
    return min(np.float32(number), most)


@inline
def flag(condition):
    """Return 1 or 0 as a float."""
    return ONE if condition else NONE


@inline
def bit_count(number):
    """Return the number of bits set."""
    count = 0
    while number:
        number &= number - 1
        count += 1
    return count


@inline
def stress_level(h, deprivation, lone, workless, theta, states, trait):
    """Return the mean that family stress moves to."""
    level = h.stress_deprivation * deprivation + h.stress_lone_parent * (lone - h.lone_parent_mean)
    level += h.stress_workless * (workless - h.workless_mean) + h.stress_propensity * theta + trait
    if states & DOMESTIC_ABUSE:
        level += h.stress_domestic_abuse
    if states & SUBSTANCE_USE:
        level += h.stress_substance_use
    if states & MENTAL_ILLNESS:
        level += h.stress_mental_illness
    if states & VIOLENCE_AT_HOME:
        level += h.stress_violence
    return level


@inline
def supervision_level(h, stress, lone, age_years):
    """Return the mean that supervision moves to."""
    older = max(NONE, age_years - h.supervision_from_age)
    return h.supervision_stress * stress + h.supervision_lone_parent * lone + h.supervision_age * older


@inline
def adversity(h, stress, parenting, theta):
    """Return adversity in the home: the weighted sum behind every hazard of adverse experiences."""
    return h.adversity_stress * stress + h.adversity_parenting * parenting + h.adversity_propensity * theta


@inline
def parents_theta(h, propensity, parents):
    """Standardise the mean propensity of one or two parents."""
    return propensity / (h.two_parents_sd if parents > 1 else h.one_parent_sd)


@inline
def self_control_level(g, propensity, parenting, aces, ability, male):
    """Return the mean that self-control moves to."""
    level = g.self_control_propensity * propensity + g.self_control_parenting * parenting
    level += g.self_control_aces * capped(aces, g.most_aces) + g.self_control_ability * ability
    return level + g.self_control_male * (male - np.float32(0.5))


@inline
def engagement_level(g, self_control, ability, parenting, deprivation, aces, recent):
    """Return the mean that engagement with school moves to."""
    level = g.engagement_self_control * self_control + g.engagement_ability * ability
    level += g.engagement_parenting * parenting + g.engagement_deprivation * deprivation
    return level + g.engagement_aces * capped(aces, g.most_aces) + g.engagement_suspensions * recent


@inline
def suspension_log_odds(g, self_control, propensity, aces, deprivation, male, engagement, recent, previous):
    """Return the log of the factor on the hazard of suspension."""
    log = g.suspension_self_control * self_control + g.suspension_propensity * propensity
    log += g.suspension_aces * capped(aces, g.most_aces) + g.suspension_deprivation * deprivation
    log += g.suspension_male * male + g.suspension_engagement * engagement
    if recent > g.suspension_recent_threshold:
        log += g.suspension_recent
    return log + g.suspension_previous * capped(previous, g.suspension_most_previous)


@inline
def exclusion_chance(g, previous):
    """Return the chance that a suspension becomes a permanent exclusion."""
    return g.exclusion_probability * (ONE + g.exclusion_previous * capped(previous, g.exclusion_most_previous))


@inline
def absence(a, engagement, recent):
    """Return the chance that a pupil is persistently absent, by engagement and recent suspensions.

    Attendance is no state of its own: it follows engagement within weeks, so a column would only repeat it with noise.
    """
    return ONE / (ONE + np.exp(-(a.absence_level + a.absence_engagement * engagement + a.absence_suspensions * recent)))


@inline
def qualification(a, ability, engagement, self_control, deprivation, aces, excluded, recent, noise):
    """Return the qualification at 16: 1 low, 2 middle, 3 high."""
    score = a.attainment_ability * ability + a.attainment_engagement * engagement
    score += a.attainment_self_control * self_control + a.attainment_deprivation * deprivation
    score += a.attainment_aces * capped(aces, a.most_aces) + a.attainment_noise * noise
    score += a.attainment_absence * (absence(a, engagement, recent) - a.absence_mean)
    if excluded:
        score += a.attainment_excluded
    if score < a.low_attainment_below:
        return np.uint8(1)
    return np.uint8(3) if score > a.high_attainment_above else np.uint8(2)


@inline
def disadvantage(w, deprivation, attained, aces, engagement, exclusion, sanctions, lone_parent):
    """Return disadvantage on the labour market."""
    x = w.deprivation * deprivation + w.qualification[attained] + w.aces * capped(aces, w.most_aces)
    x += w.engagement * engagement
    if exclusion != NEVER:
        x += w.excluded
    if sanctions > 0:
        x += w.sanctioned
    if lone_parent:
        x += w.lone_parent
    return x


@inline
def leaving_hazard(w, age, attained, september):
    """Return the chance of leaving education this month."""
    chance = w.leave_in_september[age] if september else w.leave_otherwise[age]
    return chance * w.leave_by_qualification[attained]


@inline
def jobless_chance(w, x):
    """Return the chance that somebody who leaves education has no work."""
    return min(w.jobless_leaver_most, w.jobless_leaver * np.exp(w.loss_slope * x))


@inline
def loss_hazard(w, age, sex, x):
    """Return the chance of losing work this month."""
    return w.loss[age, sex] * np.exp(w.loss_slope * x)


@inline
def entry_hazard(w, age, months, x):
    """Return the chance of leaving NEET this month, by months out of work."""
    row = 0 if months < w.entry_first_months else 1 if months < w.entry_later_months else 2
    return w.entry[age, row] * np.exp(-w.entry_slope * x)


@kernel
def qualify(
    rows, noise, ability, engagement, self_control, aces, exclusion, recent, community, deprivation, attained, a
):
    """Write the qualification at 16 of ``rows``; ``noise`` is one standard normal a row."""
    for i in range(rows.size):
        row = rows[i]
        place = deprivation[community[row]]
        excluded = exclusion[row] != NEVER
        attained[row] = qualification(
            a, ability[row], engagement[row], self_control[row], place, aces[row], excluded, recent[row], noise[i]
        )
