# mypy: disable-error-code="no-untyped-def"
"""From states to individual risk, and from risk and chance to the few people who are violent this month."""

from __future__ import annotations

import numpy as np

from sim.core.chance import CHUNK_ROWS, block, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers_kernels import pushed, pushed_each

NOBODY = np.uint8(255)
NEVER = np.uint8(255)
LAST_MONTH = np.uint8(254)
ONE = np.uint8(1)
MOST_COUNT = 60
EXPONENT_STEP = np.float32(4.0)
EXPONENT_SHIFT = np.float32(16.0)
EXPONENT_CELLS = 160
ONE_MORE, FIRST_CELL, LAST_CELL = np.float32(1.0), np.float32(0.0), np.float32(EXPONENT_CELLS - 1)
STREAMS, CONTEXTS = 8, 5
STRATA = 256
STILL = np.float32(0.02)
GENEROUS = np.float32(1.001)
WORDS_IN_ALL = np.float32(4294967296.0)
WORD_BITS = np.uint64(32)
HALF_LESS_ONE = np.uint64(0x7FFFFFFF)
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
    for i in range(age_sex.size):
        if due[community[i]] == 0:
            continue
        stratum = age_sex[i]
        aces = ace_count[i]
        trusted = max(np.float32(trusted_adult[i]), min(pushed(trusted_lever, i), np.float32(1.0)))
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
def fill_uniforms(words, uniforms):
    """Fill the uniforms of peer, public, partner, family and acquisitive violence; those of others are above one."""
    uniforms[0], uniforms[1], uniforms[4] = uniform(words[0]), uniform(words[1]), uniform(words[2])
    home = uniform(words[3])
    uniforms[2] = home
    uniforms[3] = home - 0.5 if home >= 0.5 else 1.0
    uniforms[5:] = 1.0


@inline
def street_rates(rates, base, stratum, multiplier, ratios, partnered, stirring, constants):
    """Fill the rates of peer, public and acquisitive violence, and of retaliation on top of them.

    ``ratios`` multiply the rates of the five contexts.
    """
    most = constants[0]
    peer, public = base[0, stratum] * multiplier * ratios[0], base[1, stratum] * multiplier * ratios[1]
    if partnered:
        public *= constants[6]
    rates[0] = saturate(peer, most)
    rates[1] = saturate(public, most)
    rates[4] = saturate(base[4, stratum] * multiplier * ratios[4], most)
    rates[6] = saturate(peer * (1.0 + constants[1] * stirring), most) - rates[0]
    rates[7] = (saturate(public * (1.0 + constants[2] * stirring), most) - rates[1]) * base[5, stratum]


@inline
def home_rates(rates, base, stratum, log_risk, ratios, partnered, abusive, constants):
    """Fill the rates of partner and family violence."""
    at_home = np.exp(constants[11] * log_risk)
    partner_ratio = constants[8] if abusive else constants[7]
    family_ratio = constants[10] if abusive else constants[9]
    partner = base[2, stratum] * at_home * partner_ratio * ratios[2]
    rates[2] = saturate(partner, constants[0]) if partnered else 0.0
    rates[3] = saturate(base[3, stratum] * at_home * family_ratio * ratios[3], constants[0])


@inline
def screening_bounds(base, lift):
    """Return how far words outside and at home may go by stratum, a little generously (float32[256] each)."""
    outside, at_home = np.empty(STRATA, np.float32), np.empty(STRATA, np.float32)
    for stratum in range(STRATA):
        most = max(base[0, stratum], max(base[1, stratum], base[4, stratum]))
        outside[stratum] = most * GENEROUS * lift * WORDS_IN_ALL
        at_home[stratum] = max(base[2, stratum], base[3, stratum]) * GENEROUS * lift * WORDS_IN_ALL
    return outside, at_home


@inline
def exponent_cell(log_risk):
    """Return the cell of the tables of exponentials whose value is just above that of ``log_risk``."""
    scaled = (log_risk + EXPONENT_SHIFT) * EXPONENT_STEP + ONE_MORE
    return np.uint64(np.int32(min(max(scaled, FIRST_CELL), LAST_CELL)))


@inline
def too_late(uniforms, base, stratum, outside, at_home, stirring, repeated, lift, constants):
    """Return whether all uniforms of somebody with something stirring are above generous bounds of their rates."""
    peer, public = GENEROUS * base[0, stratum] * outside, GENEROUS * base[1, stratum] * outside
    home = GENEROUS * max(base[2, stratum], base[3, stratum]) * at_home
    stirring = min(stirring, constants[3])
    return (
        uniforms[0] > peer
        and uniforms[1] > public
        and uniforms[4] > GENEROUS * base[4, stratum] * outside
        and uniforms[2] > home
        and uniforms[3] > home
        and uniforms[5] > constants[4] * min(repeated, constants[5]) * lift
        and uniforms[6] > peer * constants[1] * stirring * lift
        and uniforms[7] > public * constants[2] * stirring * lift
    )


@inline
def look_closer(least, begin, size, age_sex, risk, retaliation, series, exponent, at_home, bounds, near):
    """List in ``near`` the rows of a chunk with a word under its bound, or with something stirring; return how many."""
    found = np.uint64(0)
    for j in range(np.uint64(size)):
        i = np.uint64(begin) + j
        cell, stratum = exponent_cell(risk[i]), np.uint64(age_sex[i])
        outside, home = np.float32(np.uint32(least[j])), np.float32(np.uint32(least[j] >> WORD_BITS))
        # Written in any case and kept if near: no branch that nobody can foresee.
        near[found] = i
        found += (
            np.uint64(outside < bounds[0][stratum] * exponent[cell])
            | np.uint64(home < bounds[1][stratum] * at_home[cell])
            | np.uint64(max(retaliation[i], series[i]) > STILL)
        )
    return np.int64(found)


@kernel
def find_offenders(
    keys, age_sex, custody, risk, partner, family, family_states, retaliation, series, base, exponent,
    domestic_exponent, constants, lift, lever_hazard, lever_contexts, lever_time, lever_retaliation, sheets, month,
    k0, k1, rows, streams, counts,
):  # fmt: skip
    """Find who is violent this month, in which stream and how often; return how many were found and clipped.

    Streams: 0 peer, 1 public, 2 partner, 3 family, 4 acquisitive, 5 peer series, 6 peer retaliation,
    7 public retaliation. The probability of at least one is 1 - exp(-rate). Peer, public and acquisitive violence have
    a uniform each; partner and family violence have one half each of a fourth, so their probability ends at 0.5.
    ``base`` is (6, 256): level x age curve x season by stratum for the five contexts, and 1 where public
    retaliation acts. ``constants``: saturation, peer and public retaliation, cap, series rate, series cap,
    partnered effect on public, and the abuse-state ratios (partner no/yes, family no/yes), domestic exponent.
    ``lever_contexts`` are the levers of the five contexts, a row each; ``lift`` is at least the ratio by which any
    lever raises a rate.
    """
    least = np.empty(CHUNK_ROWS, np.uint64)
    near, rates = np.empty(CHUNK_ROWS + 1, np.int32), np.empty(STREAMS, np.float64)
    uniforms, bounds = np.empty(STREAMS, np.float64), screening_bounds(base, lift)
    found, clips, ratios = 0, 0, np.ones(CONTEXTS, np.float64)
    for begin in range(0, keys.size, CHUNK_ROWS):
        size = min(CHUNK_ROWS, keys.size - begin)
        chunk = keys[begin : begin + size]
        for j in range(size):
            w0, w1, w2, w3 = block(chunk[j], sheets[0], month, 0, k0, k1)
            least[j] = min(min(w0, w1), w2) | ((w3 & HALF_LESS_ONE) << WORD_BITS)
        closer = look_closer(
            least, begin, size, age_sex, risk, retaliation, series, exponent, domestic_exponent, bounds, near
        )
        for k in range(closer):
            i = np.int64(near[k])
            stratum = age_sex[i]
            if stratum == NOBODY or custody[i] > 0:
                continue
            stirred = retaliation[i] > STILL or series[i] > STILL
            fill_uniforms(block(keys[i], sheets[0], month, 0, k0, k1), uniforms)
            if stirred:
                w0, w1, w2, _ = block(keys[i], sheets[1], month, 0, k0, k1)
                uniforms[5], uniforms[6], uniforms[7] = uniform(w0), uniform(w1), uniform(w2)
                cell = exponent_cell(risk[i])
                if too_late(uniforms, base, stratum, exponent[cell] * lift, domestic_exponent[cell] * lift,
                            np.float64(retaliation[i]), np.float64(series[i]), lift, constants):  # fmt: skip
                    continue
            push = np.float64(pushed(lever_hazard, i))
            log_risk = np.float64(risk[i]) + push
            outside = np.exp(log_risk + pushed(lever_time, i))
            stirring = min(np.float64(retaliation[i]), constants[3]) if stirred else 0.0
            stirring *= np.exp(np.float64(pushed(lever_retaliation, i)))
            partnered = partner[i] >= 0
            abusive = family[i] >= 0 and (family_states[family[i]] & DOMESTIC_ABUSE) > 0
            differs = pushed_each(lever_contexts, i, ratios)
            street_rates(rates, base, stratum, outside, ratios, partnered, stirring, constants)
            home_rates(rates, base, stratum, log_risk, ratios, partnered, abusive, constants)
            again = np.exp(push) * ratios[0]
            rates[5] = constants[4] * min(np.float64(series[i]), constants[5]) * again if stirred else 0.0
            if differs:
                ratios[:] = 1.0
            for stream in range(STREAMS if stirred else 5):
                rate = rates[stream]
                if rate <= 0.0 or uniforms[stream] >= rate:
                    continue
                probability = 1.0 - np.exp(-rate)
                if (stream == 2 or stream == 3) and probability > 0.5:
                    probability = 0.5
                    clips += 1
                if uniforms[stream] < probability:
                    if found < rows.size:
                        w0, _, _, _ = block(keys[i], sheets[2], month, 1 + stream, k0, k1)
                        rows[found], streams[found] = i, stream
                        counts[found] = truncated_poisson(uniform(w0), rate)
                    found += 1
    return found, clips
