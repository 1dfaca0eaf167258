# mypy: disable-error-code="no-untyped-def"
"""From states to individual risk, and from risk and chance to the few people who are violent this month."""

from __future__ import annotations

import numpy as np

from sim.core.chance import CHUNK_ROWS, block, uniform
from sim.core.compiling import inline, kernel

NOBODY = np.uint8(255)
NEVER = np.uint8(255)
LAST_MONTH = np.uint8(254)
ONE = np.uint8(1)
MOST_COUNT = 60
EXPONENT_STEP = np.float32(4.0)
EXPONENT_SHIFT = np.float32(16.0)
EXPONENT_CELLS = 160
STREAMS = 8
STRATA = 256
STILL = np.float32(0.02)
GENEROUS = np.float32(1.001)
WORD_SCALE = np.float32(1.0 / 4294967296.0)
DOMESTIC_ABUSE = np.uint8(1)


@kernel
def update_risk(
    age_sex,
    propensity,
    transitory,
    self_control,
    trauma,
    acceptance,
    school_engagement,
    ace_count,
    alcohol,
    drugs,
    gang,
    weapon,
    trusted_adult,
    exclusion,
    work,
    months_since_sanction,
    family,
    community,
    supervision,
    community_risk,
    youth_risk,
    beta,
    by_age_sex,
    by_state,
    trusted_lever,
    due,
    out,
):
    """Write the individual log-risk of the residents of communities that are ``due``.

    ``beta`` holds the coefficients in the order of :data:`sim.violence.factors.FACTORS`; ``by_age_sex`` has four rows
    by stratum: the negative centring constant, and 1 where school engagement, supervision and a trusted adult count;
    ``by_state`` has the effects of the number of ACEs, the work state, months since exclusion and since a sanction.
    """
    centre, pupil, minor, young = by_age_sex[0], by_age_sex[1], by_age_sex[2], by_age_sex[3]
    of_aces, of_work, of_exclusion, of_sanction = by_state[0], by_state[1], by_state[2], by_state[3]
    supplied = trusted_lever.shape[0] > 0
    for i in range(age_sex.size):
        if due[community[i]] == 0:
            continue
        stratum = age_sex[i]
        aces = ace_count[i]
        trusted = np.float32(trusted_adult[i])
        if supplied:
            trusted = max(trusted, min(trusted_lever[i], np.float32(1.0)))
        out[i] = (
            centre[stratum]
            + community_risk[community[i]]
            + minor[stratum] * youth_risk[community[i]]
            + beta[0] * propensity[i]
            + beta[1] * transitory[i]
            + beta[2] * self_control[i]
            + of_aces[aces]
            + beta[6] * trauma[i]
            + beta[7] * acceptance[i]
            + np.float32(alcohol[i]) * (beta[8] + beta[9] * np.float32(aces >= 4))
            + beta[10] * np.float32(drugs[i])
            + beta[11] * np.float32(gang[i])
            + beta[12] * np.float32(weapon[i])
            + of_exclusion[exclusion[i]]
            + of_work[work[i]]
            + beta[16] * school_engagement[i] * pupil[stratum]
            + beta[17] * trusted * young[stratum]
            + of_sanction[months_since_sanction[i]]
        )
    for i in range(age_sex.size):
        if minor[age_sex[i]] > np.float32(0.0) and family[i] >= 0 and due[community[i]] > 0:
            out[i] += beta[15] * supervision[family[i]]


@kernel
def fade_memory(retaliation, series, months_since_victim, months_since_perpetrator, left):
    """Let retaliation and series decay by a month and count the months since."""
    for i in range(retaliation.size):
        retaliation[i] *= left
        series[i] *= left
    for i in range(retaliation.size):
        months_since_victim[i] += np.uint8(months_since_victim[i] < LAST_MONTH)
        months_since_perpetrator[i] += np.uint8(months_since_perpetrator[i] < LAST_MONTH)


@inline
def saturate(rate, most):
    """Keep a hazard below ``most``."""
    return rate / (1.0 + rate / most)


@inline
def truncated_poisson(u, rate):
    """Return a Poisson count of at least one, from a uniform."""
    nothing = np.exp(-rate)
    target = nothing + u * (1.0 - nothing)
    count = 1
    term = nothing * rate
    total = nothing + term
    while total < target and count < MOST_COUNT:
        count += 1
        term *= rate / count
        total += term
    return count


@inline
def street_rates(rates, base, stratum, multiplier, partnered, stirring, constants):
    """Fill the rates of peer, public and acquisitive violence, and of retaliation on top of them."""
    most = constants[0]
    peer, public = base[0, stratum] * multiplier, base[1, stratum] * multiplier
    if partnered:
        public *= constants[6]
    rates[0] = saturate(peer, most)
    rates[1] = saturate(public, most)
    rates[4] = saturate(base[4, stratum] * multiplier, most)
    rates[6] = saturate(peer * (1.0 + constants[1] * stirring), most) - rates[0]
    rates[7] = (saturate(public * (1.0 + constants[2] * stirring), most) - rates[1]) * base[5, stratum]


@inline
def home_rates(rates, base, stratum, log_risk, partnered, abusive, constants):
    """Fill the rates of partner and family violence."""
    at_home = np.exp(constants[11] * log_risk)
    partner_ratio = constants[8] if abusive else constants[7]
    family_ratio = constants[10] if abusive else constants[9]
    rates[2] = saturate(base[2, stratum] * at_home * partner_ratio, constants[0]) if partnered else 0.0
    rates[3] = saturate(base[3, stratum] * at_home * family_ratio, constants[0])


@inline
def screening_bounds(base):
    """Return the largest level of violence outside and at home by stratum, a little above the truth."""
    outside, at_home = np.empty(STRATA, np.float32), np.empty(STRATA, np.float32)
    for stratum in range(STRATA):
        outside[stratum] = max(base[0, stratum], max(base[1, stratum], base[4, stratum])) * GENEROUS
        at_home[stratum] = max(base[2, stratum], base[3, stratum]) * GENEROUS
    return outside, at_home


@kernel
def find_offenders(
    keys, age_sex, custody, risk, partner, family, family_states, retaliation, series, base, exponent,
    domestic_exponent, constants, lever_hazard, lever_time, lever_retaliation, sheets, month, k0, k1,
    rows, streams, counts,
):  # fmt: skip
    """Find who is violent this month, in which stream and how often; return how many were found.

    Streams: 0 peer, 1 public, 2 partner, 3 family, 4 acquisitive, 5 peer series, 6 peer retaliation,
    7 public retaliation. Each has its own uniform; the probability of at least one is 1 - exp(-rate).
    ``base`` is (6, 256): level x age curve x season by stratum for the five contexts, and 1 where public
    retaliation acts. ``constants``: saturation, peer and public retaliation, cap, series rate, series cap,
    partnered effect on public, and the abuse-state ratios (partner no/yes, family no/yes), domestic exponent.
    """
    words = np.empty((STREAMS, CHUNK_ROWS), np.uint32)
    a0, a1, a2, a3 = words[0], words[1], words[2], words[3]
    b0, b1, b2, b3 = words[4], words[5], words[6], words[7]
    outside_bound, home_bound = screening_bounds(base)
    any_lever = lever_hazard.size + lever_time.size + lever_retaliation.size > 0
    rates = np.empty(STREAMS, np.float64)
    found = 0
    for begin in range(0, keys.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, keys.size - begin)
        chunk = keys[begin : begin + size]
        for j in range(size):
            w0, w1, w2, w3 = block(chunk[j], sheets[0], month, 0, k0, k1)
            a0[j], a1[j], a2[j], a3[j] = np.uint32(w0), np.uint32(w1), np.uint32(w2), np.uint32(w3)
        for j in range(size):
            w0, w1, w2, w3 = block(chunk[j], sheets[1], month, 0, k0, k1)
            b0[j], b1[j], b2[j], b3[j] = np.uint32(w0), np.uint32(w1), np.uint32(w2), np.uint32(w3)
        for j in range(size):
            i = begin + j
            stratum = age_sex[i]
            if stratum == NOBODY or custody[i] > 0:
                continue
            stirred = retaliation[i] > STILL or series[i] > STILL
            if not stirred and not any_lever:
                # Nobody whose smallest uniform is above a generous bound needs a closer look.
                cell = np.int64((risk[i] + EXPONENT_SHIFT) * EXPONENT_STEP) + 1
                cell = min(max(cell, np.int64(0)), np.int64(EXPONENT_CELLS - 1))
                least = min(min(min(a0[j], a1[j]), min(a2[j], a3[j])), b0[j])
                bound = max(outside_bound[stratum] * exponent[cell], home_bound[stratum] * domestic_exponent[cell])
                if np.float32(least) * WORD_SCALE > bound:
                    continue
            log_risk = np.float64(risk[i])
            if lever_hazard.size > 0:
                log_risk += lever_hazard[i]
            outside = np.exp(log_risk + (lever_time[i] if lever_time.size > 0 else 0.0))
            stirring = min(np.float64(retaliation[i]), constants[3]) if stirred else 0.0
            if lever_retaliation.size > 0:
                stirring *= np.exp(np.float64(lever_retaliation[i]))
            partnered = partner[i] >= 0
            abusive = family[i] >= 0 and (family_states[family[i]] & DOMESTIC_ABUSE) > 0
            street_rates(rates, base, stratum, outside, partnered, stirring, constants)
            home_rates(rates, base, stratum, log_risk, partnered, abusive, constants)
            rates[5] = constants[4] * min(np.float64(series[i]), constants[5]) if stirred else 0.0
            if lever_hazard.size > 0:
                rates[5] *= np.exp(np.float64(lever_hazard[i]))
            for stream in range(STREAMS):
                rate = rates[stream]
                if rate > 0.0 and uniform(words[stream, j]) < 1.0 - np.exp(-rate):
                    if found < rows.size:
                        w0, _, _, _ = block(keys[i], sheets[2], month, 1 + stream, k0, k1)
                        rows[found], streams[found] = i, stream
                        counts[found] = truncated_poisson(uniform(w0), rate)
                    found += 1
    return found
