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
    beta,
    by_age_sex,
    by_state,
    trusted_lever,
    out,
):
    """Write the log-risk of everybody present (equation of the individual log-risk in the model description).

    ``beta`` holds the coefficients in the order of :data:`sim.violence.factors.FACTORS`; ``by_age_sex`` has four rows
    by stratum: the negative centring constant, and 1 where school engagement, supervision and a trusted adult count;
    ``by_state`` has the effects of the number of ACEs, the work state, months since exclusion and since a sanction.
    """
    centre, pupil, minor, young = by_age_sex[0], by_age_sex[1], by_age_sex[2], by_age_sex[3]
    of_aces, of_work, of_exclusion, of_sanction = by_state[0], by_state[1], by_state[2], by_state[3]
    supplied = trusted_lever.shape[0] > 0
    for i in range(age_sex.size):
        stratum = age_sex[i]
        aces = ace_count[i]
        trusted = np.float32(trusted_adult[i])
        if supplied:
            trusted = max(trusted, min(trusted_lever[i], np.float32(1.0)))
        out[i] = (
            centre[stratum]
            + community_risk[community[i]]
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
        if minor[age_sex[i]] > np.float32(0.0) and family[i] >= 0:
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
def _emit(found, row, stream, rate, key, sheet, month, k0, k1, rows, streams, counts):
    if found < rows.size:
        w0, _, _, _ = block(key, sheet, month, 1 + stream, k0, k1)
        rows[found] = row
        streams[found] = stream
        counts[found] = truncated_poisson(uniform(w0), rate)
    return found + 1


@kernel
def find_offenders(
    keys,
    age_sex,
    custody,
    risk,
    partner,
    family,
    family_abuse,
    retaliation,
    series,
    base,
    exponent,
    domestic_exponent,
    constants,
    lever_hazard,
    lever_time,
    lever_retaliation,
    sheets,
    month,
    k0,
    k1,
    rows,
    streams,
    counts,
):
    """Find who is violent this month, in which stream and how often; return how many were found.

    Streams: 0 peer, 1 public, 2 partner, 3 family, 4 acquisitive, 5 peer series, 6 peer retaliation,
    7 public retaliation. Each has its own uniform; the probability of at least one is 1 - exp(-rate).
    ``base`` is (6, 256): level x age curve x season by stratum for the five contexts, and 1 where public
    retaliation acts. ``constants``: saturation, peer and public retaliation, cap, series rate, series cap,
    partnered effect on public, and the abuse-state ratios (partner no/yes, family no/yes).
    """
    most, per_peer, per_public, cap, series_rate, series_cap, partnered = (
        constants[0], constants[1], constants[2], constants[3], constants[4], constants[5], constants[6],
    )  # fmt: skip
    words = np.empty((8, CHUNK_ROWS), np.uint32)
    a0, a1, a2, a3 = words[0], words[1], words[2], words[3]
    b0, b1, b2, b3 = words[4], words[5], words[6], words[7]
    scale = np.float32(1.0 / 4294967296.0)
    any_lever = lever_hazard.size + lever_time.size + lever_retaliation.size > 0
    outside_bound, home_bound = np.empty(256, np.float32), np.empty(256, np.float32)
    for stratum in range(256):
        outside_bound[stratum] = max(base[0, stratum], max(base[1, stratum], base[4, stratum])) * np.float32(1.001)
        home_bound[stratum] = max(base[2, stratum], base[3, stratum]) * np.float32(1.001)
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
            cell = np.int64((risk[i] + EXPONENT_SHIFT) * EXPONENT_STEP) + 1
            cell = min(max(cell, np.int64(0)), np.int64(EXPONENT_CELLS - 1))
            stirred = retaliation[i] > np.float32(0.02) or series[i] > np.float32(0.02)
            if not stirred and not any_lever:
                # Nobody whose smallest uniform is above a generous bound needs a closer look.
                least = min(min(min(a0[j], a1[j]), min(a2[j], a3[j])), b0[j])
                bound = max(outside_bound[stratum] * exponent[cell], home_bound[stratum] * domestic_exponent[cell])
                if np.float32(least) * scale > bound:
                    continue
            log_risk = np.float64(risk[i])
            if lever_hazard.size > 0:
                log_risk += lever_hazard[i]
            multiplier = np.exp(log_risk)
            outside = multiplier
            if lever_time.size > 0:
                outside *= np.exp(np.float64(lever_time[i]))
            stirring = min(np.float64(retaliation[i]), cap)
            if lever_retaliation.size > 0:
                stirring *= np.exp(np.float64(lever_retaliation[i]))
            key = keys[i]
            peer = base[0, stratum] * outside
            rate = saturate(peer, most)
            if uniform(a0[j]) < 1.0 - np.exp(-rate):
                found = _emit(found, i, 0, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
            public = base[1, stratum] * outside
            if partner[i] >= 0:
                public *= partnered
            rate = saturate(public, most)
            if uniform(a1[j]) < 1.0 - np.exp(-rate):
                found = _emit(found, i, 1, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
            acquisitive = base[4, stratum] * outside
            rate = saturate(acquisitive, most)
            if uniform(b0[j]) < 1.0 - np.exp(-rate):
                found = _emit(found, i, 4, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
            if base[2, stratum] + base[3, stratum] > 0.0:
                home = np.exp(constants[11] * log_risk)
                abusive = family[i] >= 0 and family_abuse[family[i]] > 0
                if partner[i] >= 0:
                    rate = saturate(base[2, stratum] * home * (constants[8] if abusive else constants[7]), most)
                    if uniform(a2[j]) < 1.0 - np.exp(-rate):
                        found = _emit(found, i, 2, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
                rate = saturate(base[3, stratum] * home * (constants[10] if abusive else constants[9]), most)
                if uniform(a3[j]) < 1.0 - np.exp(-rate):
                    found = _emit(found, i, 3, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
            if stirred:
                rate = series_rate * min(np.float64(series[i]), series_cap)
                if lever_hazard.size > 0:
                    rate *= np.exp(np.float64(lever_hazard[i]))
                if rate > 0.0 and uniform(b1[j]) < 1.0 - np.exp(-rate):
                    found = _emit(found, i, 5, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
                rate = saturate(peer * (1.0 + per_peer * stirring), most) - saturate(peer, most)
                if rate > 0.0 and uniform(b2[j]) < 1.0 - np.exp(-rate):
                    found = _emit(found, i, 6, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
                rate = (saturate(public * (1.0 + per_public * stirring), most) - saturate(public, most)) * base[
                    5, stratum
                ]
                if rate > 0.0 and uniform(b3[j]) < 1.0 - np.exp(-rate):
                    found = _emit(found, i, 7, rate, key, sheets[2], month, k0, k1, rows, streams, counts)
    return found
