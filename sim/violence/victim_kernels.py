# mypy: disable-error-code="no-untyped-def"
"""From an offender to a victim and a place: ties, retaliation, and encounters weighted by lifestyle.

Nobody is chosen by position in a list. Everybody who might be the victim runs a race with an exponential time keyed
by the incident and the person, at a rate equal to their weight: the first home is chosen with probability in
proportion to weight, and one more resident changes only the races they win.
"""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, pair_key_scalar, uniform
from sim.core.compiling import inline, kernel
from sim.core.levers_kernels import pushed
from sim.core.screening import above_exp

MOST_HOUSEHOLD = 64
YEAR, HALF_YEAR = 12, 6
LOWEST_ADULT = np.uint8(2 * 18)
ONE, ONE_BIT = np.uint8(1), np.uint64(1)
FIRST_ROW, NO_EXPOSURE = np.int32(0), np.float32(0.0)


@inline
def _there(row, offender, present, custody):
    return row >= 0 and row != offender and present[row] == 1 and custody[row] == 0


@inline
def _luck(key, other):
    """Return a uniform in (0, 1) for an incident and a person who might be its victim, from their keys."""
    return (np.float64(pair_key_scalar(key, other) >> np.uint64(11)) + 0.5) / 9007199254740992.0


@kernel
def link_households(family, present, head, following):
    """Link the people of each household: ``head`` by family and ``following`` by person row, -1 at the end."""
    head[:] = -1
    for i in range(family.size):
        f = family[i]
        if present[i] == 1 and f >= 0:
            following[i] = head[f]
            head[f] = i


@inline
def _race(best, best_time, row, weight, luck):
    """Let one more person run: times are exponential with rate ``weight``, the first home is chosen."""
    # The exponential of luck is at least luck itself: most runners are seen to be late without a logarithm.
    if luck >= best_time * weight:
        return best, best_time
    time = -np.log1p(-luck) / weight
    if time < best_time:
        return np.int64(row), time
    return best, best_time


@inline
def _log_weight(row, risk, vulnerability, rule, lever):
    """Return log lifestyle x vulnerability: ``rule`` is the exponent of own risk and the spread of vulnerability."""
    return rule[0] * np.float64(risk[row]) + rule[1] * np.float64(vulnerability[row]) + pushed(lever, row)


@inline
def _may_win(best_time, scale, log_weight, luck):
    """Return whether somebody whose weight is ``scale`` x exp(``log_weight``) may be the first so far.

    Most are seen to be late by a bound of their weight, without an exponential.
    """
    return luck < best_time * (scale * above_exp(np.float32(log_weight)))


@inline
def _adults_met(key, wanted_sex, community, adults, age_sex, exposure, sheet, month, k0, k1, words, met, scales):
    """List in ``met`` the residents of a community met at random who may be hurt in public; return how many.

    ``words`` has room for the words of as many blocks of chance as it takes to meet everybody who is met.
    """
    slots, start, mask = adults
    for index in range(np.uint64(words.shape[1])):
        drawn = block(key, sheet, month, index + ONE_BIT, k0, k1)
        words[0, index], words[1, index], words[2, index], words[3, index] = drawn
    found, first, size = np.uint64(0), start[community], mask[community] + 1
    for index in range(np.uint64(words.shape[1])):
        for word in range(4):
            row = slots[first + np.int64(uniform(np.int64(words[word, index])) * size)]
            stratum = np.uint64(age_sex[np.uint64(max(row, FIRST_ROW))])
            # Written in any case and kept if suitable: no branch that nobody can foresee.
            met[found], scales[found] = row, exposure[stratum]
            suits = (row >= FIRST_ROW) & (np.int64(stratum & ONE_BIT) == wanted_sex)
            found += np.uint64(suits & (exposure[stratum] > NO_EXPOSURE))
    return np.int64(found)


@inline
def _youth_near(wanted_sex, born, community, youth, age_sex, birth_month, by_gap, near, scales):
    """List in ``near`` the young people of a community of a sex who are near in age; return how many.

    Years older than the victim, rounded, are counted from the middle of ``by_gap``.
    """
    (slots, start), gaps = youth, by_gap.size
    found, latest = np.uint64(0), np.int64(born) + HALF_YEAR + YEAR * (gaps // 2)
    for slot in range(start[community], start[community + 1]):
        row = slots[slot]
        safe = np.uint64(max(row, FIRST_ROW))
        months = latest - birth_month[safe]
        # Written in any case and kept if suitable: no branch that nobody can foresee.
        near[found] = row
        suits = (row >= FIRST_ROW) & (np.int64(age_sex[safe] & ONE) == wanted_sex)
        found += np.uint64(suits & (months >= 0) & (months < YEAR * gaps))
    for i in range(found):
        scales[i] = by_gap[np.uint64(latest - birth_month[np.uint64(near[i])]) // np.uint64(YEAR)]
    return np.int64(found)


@inline
def _first_home(key, offender, found, runners, scales, lucks, log_weights, keys, risk, vulnerability, present, custody,
                rule, lever):  # fmt: skip
    """Choose among the first ``found`` runners in proportion to weight times scale; -1 if there is nobody."""
    for i in range(np.uint64(found)):
        row = np.int64(runners[i])
        lucks[i] = _luck(key, keys[np.uint64(row)])
        log_weights[i] = _log_weight(row, risk, vulnerability, rule, lever)
    best, best_time = np.int64(-1), np.inf
    for i in range(np.uint64(found)):
        may_win = _may_win(best_time, scales[i], log_weights[i], lucks[i])
        if may_win and _there(runners[i], offender, present, custody):
            best, best_time = _race(best, best_time, runners[i], scales[i] * np.exp(log_weights[i]), lucks[i])
    return best


@inline
def _near(own_share, u, community, indptr, indices):
    """Choose the own community or, beyond ``own_share``, one next door."""
    neighbours = indptr[community + 1] - indptr[community]
    if u < own_share or neighbours == 0:
        return np.int64(community)
    position = np.int64((u - own_share) / (1.0 - own_share) * neighbours)
    return np.int64(indices[indptr[community] + min(position, neighbours - 1)])


@inline
def _longest(starts):
    """Return the number of slots of the fullest roster."""
    longest = starts[1] - starts[0]
    for k in range(2, starts.size):
        longest = max(longest, starts[k] - starts[k - 1])
    return longest


@inline
def _first_at_least(ordered, value):
    """Return the position of the first of ordered numbers that is no less than a value."""
    low, high = np.int64(0), np.int64(ordered.size)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def choose_victims(
    incident_key, offender, stream, keys, sex, age_sex, birth_month, present, custody, community, family, partner,
    friends, friend_count, risk, vulnerability, last_aggressor, last_target, months_since_victim, youth, adults,
    indptr, indices, night_time, household_head, following, exposure, lever, peer_ages, chances, peer_rule,
    public_rule, male_victim, encounters, sheets, month, k0, k1, victim, location,
):  # fmt: skip
    """Choose whom each incident hurts and where it takes place; -1 where there is nobody.

    ``chances``: aimed at the aggressor, months the aggressor is remembered, at the previous target, at a friend,
    own community, same sex (peers), placed by the night-time economy, victim from the offender's neighbourhood.
    ``last_aggressor`` and ``last_target`` are those of each offender.
    ``night_time`` is the cumulative share of public violence by community, ``youth`` and ``adults`` the slots, starts
    and masks of the rosters; rules are the exponent of own risk and the spread of vulnerability.
    """
    room = max(_longest(youth[1]), encounters) + 1
    runners, words = np.empty(room, np.int32), np.empty((4, encounters // 4), np.uint64)
    scales, lucks, log_weights = np.empty(room, np.float64), np.empty(room, np.float64), np.empty(room, np.float64)
    for i in range(offender.size):
        o = offender[i]
        key = incident_key[i]
        home = np.int64(community[o])
        w0, w1, w2, w3 = block(key, sheets[0], month, 0, k0, k1)
        u_target, u_sex, u_near, u_place = uniform(w0), uniform(w1), uniform(w2), uniform(w3)
        chosen, best_time = np.int64(-1), np.inf
        place = home
        kind = stream[i]
        aimed = _there(last_aggressor[i], o, present, custody) and months_since_victim[o] <= chances[1]
        if kind == 5:
            if _there(last_target[i], o, present, custody):
                chosen = np.int64(last_target[i])
        elif kind == 2:
            if _there(partner[o], o, present, custody):
                chosen = np.int64(partner[o])
        elif kind == 3:
            other = household_head[family[o]] if family[o] >= 0 else np.int32(-1)
            for _ in range(MOST_HOUSEHOLD):
                if other < 0:
                    break
                # An adult who hurts a child is abuse at home, which is decided by the home.
                spared = age_sex[o] >= LOWEST_ADULT and age_sex[other] < LOWEST_ADULT
                if not spared and other != partner[o] and _there(other, o, present, custody):
                    chosen, best_time = _race(chosen, best_time, other, 1.0, _luck(key, keys[other]))
                other = following[other]
        elif kind == 0 or kind == 6:
            if kind == 6 and aimed and u_target < chances[0]:
                chosen = np.int64(last_aggressor[i])
            elif kind == 0 and u_target < chances[2] and _there(last_target[i], o, present, custody):
                chosen = np.int64(last_target[i])
            elif u_place < chances[3] and friend_count[o] > 0:
                for f in range(friends.shape[1]):
                    friend = friends[o, f]
                    if _there(friend, o, present, custody):
                        log_weight = _log_weight(friend, risk, vulnerability, peer_rule, lever)
                        luck = _luck(key, keys[friend])
                        if _may_win(best_time, 1.0, log_weight, luck):
                            chosen, best_time = _race(chosen, best_time, friend, np.exp(log_weight), luck)
            if chosen < 0:
                wanted = np.int64(sex[o]) if u_sex < chances[5] else 1 - np.int64(sex[o])
                around = _near(chances[4], u_near, home, indptr, indices)
                found = _youth_near(
                    wanted, birth_month[o], around, youth, age_sex, birth_month, peer_ages, runners, scales
                )
                chosen = _first_home(
                    key, o, found, runners, scales, lucks, log_weights, keys, risk, vulnerability, present, custody,
                    peer_rule, lever,
                )  # fmt: skip
        else:
            if u_place < chances[6]:
                place = _first_at_least(night_time, u_place / chances[6])
                place = min(place, np.int64(night_time.size - 1))
            if kind == 7 and aimed and u_target < chances[0]:
                chosen = np.int64(last_aggressor[i])
            else:
                wanted = np.int64(u_sex < male_victim[sex[o]])
                around = home if u_target < chances[7] else place
                around = _near(chances[4], u_near, around, indptr, indices)
                found = _adults_met(
                    key, wanted, around, adults, age_sex, exposure, sheets[1], month, k0, k1, words, runners, scales
                )
                chosen = _first_home(
                    key, o, found, runners, scales, lucks, log_weights, keys, risk, vulnerability, present, custody,
                    public_rule, lever,
                )  # fmt: skip
        victim[i] = chosen
        location[i] = place
