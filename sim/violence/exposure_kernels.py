# mypy: disable-error-code="no-untyped-def"
"""From states to individual risk, and from risk and chance to the few people who are violent this month."""

from __future__ import annotations

import numpy as np

from sim.core.chance import CHUNK_ROWS, block, uniform
from sim.core.compiling import inline, inline_allocating, kernel
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
MANY_ACES = np.uint64(4)
STREAMS, CONTEXTS = 8, 5
STRATA = 256
STILL = np.float32(0.02)
GENEROUS = np.float32(1.001)
WORDS_IN_ALL, HALF_OF_WORDS = np.float32(4294967296.0), np.float32(2147483648.0)
LOG2_OF_E, BIT, EXPONENT_BIAS = np.float32(np.log2(np.e)), np.float32(2.0**-23), np.float32(127.0)
ONE_BIT, NOTHING = np.uint64(1), np.float32(0.0)
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
    rows = np.empty(age_sex.size + 1, np.uint32)
    count = np.uint64(0)
    for row in range(np.uint64(age_sex.size)):
        rows[count] = row
        count += np.uint64(due[np.uint64(community[row])])
    for position in range(count):
        i = np.uint64(rows[position])
        stratum, there, aces = np.uint64(age_sex[i]), np.uint64(community[i]), np.uint64(ace_count[i])
        trusted = max(np.float32(trusted_adult[i]), min(pushed(trusted_lever, np.int64(i)), ONE_MORE))
        log_risk = (
            centre[stratum]
            + community_risk[there]
            + minor[stratum] * youth_risk[there]
            + beta[0] * propensity[i]
            + beta[1] * transitory[i]
            + beta[2] * self_control[i]
            + of_aces[aces]
            + beta[6] * trauma[i]
            + beta[7] * acceptance[i]
            + np.float32(alcohol[i]) * (beta[8] + beta[9] * np.float32(aces >= MANY_ACES))
            + beta[10] * np.float32(drugs[i])
            + beta[11] * np.float32(gang[i])
            + beta[12] * np.float32(weapon[i])
            + of_exclusion[np.uint64(exclusion[i])]
            + of_work[np.uint64(work[i])]
            + beta[16] * school_engagement[i] * pupil[stratum]
            + beta[17] * trusted * young[stratum]
            + of_sanction[np.uint64(months_since_sanction[i])]
        )
        if minor[stratum] > FIRST_CELL and family[i] >= 0:
            log_risk += beta[15] * supervision[np.uint64(family[i])]
        out[i] = log_risk


@kernel
def count_months(months_since_victim, months_since_perpetrator):
    """Count the months since people were last hurt and last hurt somebody."""
    for i in range(months_since_victim.size):
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


@inline_allocating
def screening_bounds(base, lift, constants):
    """Return how far the logarithms (base 2) of words outside and at home may go at a log-risk of 0, by stratum.

    They are a little generous, and lie ``EXPONENT_BIAS`` higher, as the logarithms in `fill_margins` do.
    """
    outside, at_home = np.empty(STRATA, np.float32), np.empty(STRATA, np.float32)
    largest = max(max(constants[7], constants[8]), max(max(constants[9], constants[10]), 1.0))
    for stratum in range(STRATA):
        most = max(base[0, stratum], max(base[1, stratum], base[4, stratum]))
        outside[stratum] = LOG2_OF_E * np.log(np.float64(most) * GENEROUS * lift * HALF_OF_WORDS) + EXPONENT_BIAS
        most = max(base[2, stratum], base[3, stratum]) * largest
        at_home[stratum] = LOG2_OF_E * np.log(np.float64(most) * GENEROUS * lift * WORDS_IN_ALL) + EXPONENT_BIAS
    return outside, at_home


@inline
def exponent_cell(log_risk):
    """Return the cell of the tables of exponentials whose value is just above that of ``log_risk``."""
    scaled = (log_risk + EXPONENT_SHIFT) * EXPONENT_STEP + ONE_MORE
    return np.uint64(np.int32(min(max(scaled, FIRST_CELL), LAST_CELL)))


@inline
def still_late(words, base, stratum, outside, stirring, repeated, lift, constants):
    """Return whether the uniforms of a series and of retaliation are above generous bounds of their rates."""
    peer, public = GENEROUS * base[0, stratum] * outside, GENEROUS * base[1, stratum] * outside
    stirring = min(stirring, constants[3])
    return (
        uniform(words[0]) > constants[4] * min(repeated, constants[5]) * lift
        and uniform(words[1]) > peer * constants[1] * stirring * lift
        and uniform(words[2]) > public * constants[2] * stirring * lift
    )


@inline
def fill_margins(lowest, age_sex, risk, bounds, slope_at_home, margin):
    """Fill by how much the largest bound of each row of a chunk is above its word, as logarithms (base 2).

    ``lowest`` (float32[2, rows]) holds the lowest word outside, halved, and the word at home. Read as integers they
    are logarithms, up to 0.09 too low: so nobody whose word is under its bound has a margin below 0.
    """
    bits, of_stratum, at_home = lowest.view(np.int32), bounds[0], bounds[1]
    for j in range(np.uint64(age_sex.size)):
        stratum, log_risk = np.uint64(age_sex[j]), risk[j]
        outside = of_stratum[stratum] + LOG2_OF_E * log_risk - BIT * np.float32(bits[0, j])
        home = at_home[stratum] + slope_at_home * log_risk - BIT * np.float32(bits[1, j])
        margin[j] = outside if outside > home else home


@inline
def spread_out(memory, first, begin, chunk):
    """Fill a chunk of rows from ``begin`` with what rows remember, from place ``first`` on; return the next place.

    ``memory`` holds the rows that remember anything, in order, and how much.
    """
    rows, values = memory
    chunk[:] = NOTHING
    place, end = np.uint64(first), begin + chunk.size
    while place < rows.size and rows[place] < end:
        chunk[np.uint64(rows[place] - begin)] = values[place]
        place += ONE_BIT
    return np.int64(place)


@inline
def look_closer(margin, retaliation, series, near):
    """List in ``near`` the rows of a chunk with a word under its bound, or with something stirring; return how many."""
    found = np.uint64(0)
    for j in range(np.uint64(margin.size)):
        # Written in any case and kept if near: no branch that nobody can foresee.
        near[found] = j
        found += np.uint64(margin[j] > FIRST_CELL) | np.uint64(max(retaliation[j], series[j]) > STILL)
    return np.int64(found)


@kernel
def find_offenders(
    keys, age_sex, custody, risk, partner, family, family_states, retaliations, repeats, base, exponent, constants,
    lift, lever_hazard, lever_contexts, lever_time, lever_retaliation, sheets, month, k0, k1, rows, streams, counts,
):  # fmt: skip
    """Find who is violent this month, in which stream and how often; return how many were found and clipped.

    Streams: 0 peer, 1 public, 2 partner, 3 family, 4 acquisitive, 5 peer series, 6 peer retaliation,
    7 public retaliation. The probability of at least one is 1 - exp(-rate). Peer, public and acquisitive violence have
    a uniform each; partner and family violence have one half each of a fourth, so their probability ends at 0.5.
    ``base`` is (6, 256): level x age curve x season by stratum for the five contexts, and 1 where public
    retaliation acts. ``constants``: saturation, peer and public retaliation, cap, series rate, series cap,
    partnered effect on public, and the abuse-state ratios (partner no/yes, family no/yes), domestic exponent.
    ``retaliations`` and ``repeats`` hold the rows with recent retaliation and series, in order, and how much.
    ``lever_contexts`` are the levers of the five contexts, a row each; ``lift`` is at least the ratio by which any
    lever raises a rate.
    """
    lowest, margin = np.empty((2, CHUNK_ROWS), np.float32), np.empty(CHUNK_ROWS, np.float32)
    near, near_keys = np.empty(CHUNK_ROWS + 1, np.uint32), np.empty(CHUNK_ROWS, np.uint64)
    words, rates = np.empty((3, CHUNK_ROWS), np.uint64), np.empty(STREAMS, np.float64)
    uniforms, bounds = np.empty(STREAMS, np.float64), screening_bounds(base, lift, constants)
    slope_at_home = np.float32(constants[11]) * LOG2_OF_E
    retaliation, series = np.empty(CHUNK_ROWS, np.float32), np.empty(CHUNK_ROWS, np.float32)
    found, clips, ratios, at_retaliation, at_series = 0, 0, np.ones(CONTEXTS, np.float64), 0, 0
    for begin in range(0, keys.size, CHUNK_ROWS):
        end = min(begin + CHUNK_ROWS, keys.size)
        size = end - begin
        chunk = keys[begin:end]
        for j in range(size):
            w0, w1, w2, w3 = block(chunk[j], sheets[0], month, 0, k0, k1)
            lowest[0, j] = np.float32(np.int32(min(min(w0, w1), w2) >> ONE_BIT))
            lowest[1, j] = np.float32(np.int32(w3 & HALF_LESS_ONE))
        fill_margins(lowest, age_sex[begin:end], risk[begin:end], bounds, slope_at_home, margin[:size])
        at_retaliation = spread_out(retaliations, at_retaliation, begin, retaliation)
        at_series = spread_out(repeats, at_series, begin, series)
        closer = look_closer(margin[:size], retaliation, series, near)
        for k in range(closer):
            near_keys[k] = chunk[np.uint64(near[k])]
        for k in range(closer):
            words[0, k], words[1, k], words[2, k], _ = block(near_keys[k], sheets[1], month, 0, k0, k1)
        for k in range(closer):
            here = np.uint64(near[k])
            i = begin + np.int64(here)
            stratum = age_sex[i]
            stirred = retaliation[here] > STILL or series[here] > STILL
            if margin[here] <= FIRST_CELL and still_late(
                (words[0, k], words[1, k], words[2, k]), base, stratum, exponent[exponent_cell(risk[i])] * lift,
                np.float64(retaliation[here]), np.float64(series[here]), lift, constants,
            ):  # fmt: skip
                continue
            if stratum == NOBODY or custody[i] > 0:
                continue
            fill_uniforms(block(keys[i], sheets[0], month, 0, k0, k1), uniforms)
            if stirred:
                for word in range(3):
                    uniforms[5 + word] = uniform(words[word, k])
            push = np.float64(pushed(lever_hazard, i))
            log_risk = np.float64(risk[i]) + push
            outside = np.exp(log_risk + pushed(lever_time, i))
            stirring = min(np.float64(retaliation[here]), constants[3]) if stirred else 0.0
            stirring *= np.exp(np.float64(pushed(lever_retaliation, i)))
            partnered = partner[i] >= 0
            abusive = family[i] >= 0 and (family_states[family[i]] & DOMESTIC_ABUSE) > 0
            differs = pushed_each(lever_contexts, i, ratios)
            street_rates(rates, base, stratum, outside, ratios, partnered, stirring, constants)
            home_rates(rates, base, stratum, log_risk, ratios, partnered, abusive, constants)
            again = np.exp(push) * ratios[0]
            rates[5] = constants[4] * min(np.float64(series[here]), constants[5]) * again if stirred else 0.0
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
