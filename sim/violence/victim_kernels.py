# mypy: disable-error-code="no-untyped-def"
"""From an offender to a victim and a place: ties, retaliation, and encounters weighted by lifestyle.

Nobody is chosen by position in a list. An encounter turns a keyed uniform into a slot of a community's roster and
is accepted in proportion to the person's weight, so one more resident changes only the encounters with them.
"""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, pair_key_scalar, uniform
from sim.core.compiling import inline, kernel

MOST_HOUSEHOLD = 64
STREAM_KEYS = 4096


@inline
def _there(row, offender, present, custody):
    return row >= 0 and row != offender and present[row] == 1 and custody[row] == 0


@inline
def _lifestyle(risk, vulnerability, exponent, spread):
    return np.exp(exponent * np.float64(risk) + spread * np.float64(vulnerability))


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
def _race(best, best_score, row, weight, key, keys, sheet, month, k0, k1):
    w0, _, _, _ = block(pair_key_scalar(key, keys[row]), sheet, month, 0, k0, k1)
    score = -np.log(uniform(w0)) / weight
    if best < 0 or score < best_score:
        return row, score
    return best, best_score


@inline
def _meet(key, sheet, month, k0, k1, offender, community, slots, start, mask, wanted_sex, age_months, is_peer,
          keys, sex, birth_month, present, custody, risk, vulnerability, lever, by_age, rule, tries):  # fmt: skip
    """Meet residents of a community until one is accepted; -1 after ``tries`` encounters."""
    first, size = start[community], mask[community] + 1
    years = age_months // 12
    for attempt in range(1, tries + 1, 2):
        words = block(key, sheet, month, attempt, k0, k1)
        for half in range(2):
            u_slot = uniform(words[0]) if half == 0 else uniform(words[2])
            u_accept = uniform(words[1]) if half == 0 else uniform(words[3])
            row = slots[first + np.int64(u_slot * size)]
            if not _there(row, offender, present, custody):
                continue
            if wanted_sex >= 0 and sex[row] != wanted_sex:
                continue
            own = (month - birth_month[row]) // 12
            if is_peer:
                gap = own - years
                if gap < -2 or gap > 2:
                    continue
                suitable = by_age[gap + 2]
            else:
                suitable = by_age[min(own, by_age.size - 1)]
            if u_accept >= suitable:
                continue
            weight = _lifestyle(risk[row], vulnerability[row], rule[0], rule[1]) / rule[2]
            if lever.size > 0:
                weight *= np.exp(np.float64(lever[row]))
            if u_accept < suitable * weight:
                return row
    return -1


@inline
def _near(own_share, u, community, indptr, indices):
    """Choose the own community or, beyond ``own_share``, one next door."""
    neighbours = indptr[community + 1] - indptr[community]
    if u < own_share or neighbours == 0:
        return np.int64(community)
    position = np.int64((u - own_share) / (1.0 - own_share) * neighbours)
    return np.int64(indices[indptr[community] + min(position, neighbours - 1)])


@kernel
def choose_victims(
    incident_key, offender, stream, keys, sex, birth_month, present, custody, community, family, partner, friends,
    friend_count, risk, vulnerability, last_aggressor, last_target, months_since_victim, youth_slots, youth_start,
    youth_mask, adult_slots, adult_start, adult_mask, indptr, indices, night_time, household_head, following, lever,
    peer_ages, public_ages, chances, peer_rule, public_rule, male_victim, sheets, month, tries, k0, k1,
    victim, location,
):  # fmt: skip
    """Choose whom each incident hurts and where it takes place; -1 where nobody was met.

    ``chances``: aimed at the aggressor, months the aggressor is remembered, at the previous target, at a friend,
    own community, same sex (peers), placed by the night-time economy, victim from the offender's neighbourhood.
    ``night_time`` is the cumulative share of public violence by community. Rules hold the exponent of own risk, the
    spread of vulnerability and the largest weight.
    """
    for i in range(offender.size):
        o = offender[i]
        home = np.int64(community[o])
        age = month - birth_month[o]
        w0, w1, w2, w3 = block(incident_key[i], sheets[0], month, 0, k0, k1)
        u_target, u_sex, u_near, u_place = uniform(w0), uniform(w1), uniform(w2), uniform(w3)
        chosen = np.int64(-1)
        place = home
        kind = stream[i]
        if kind == 5:
            if _there(last_target[o], o, present, custody):
                chosen = np.int64(last_target[o])
        elif kind == 2:
            if _there(partner[o], o, present, custody):
                chosen = np.int64(partner[o])
        elif kind == 3:
            score = 0.0
            other = household_head[family[o]] if family[o] >= 0 else -1
            for _ in range(MOST_HOUSEHOLD):
                if other < 0:
                    break
                if other != partner[o] and _there(other, o, present, custody):
                    chosen, score = _race(chosen, score, other, 1.0, incident_key[i], keys, sheets[2], month, k0, k1)
                other = following[other]
        elif kind == 0 or kind == 6:
            remembered = _there(last_aggressor[o], o, present, custody) and months_since_victim[o] <= chances[1]
            if kind == 6 and remembered and u_target < chances[0]:
                chosen = np.int64(last_aggressor[o])
            elif kind == 0 and u_target < chances[2] and _there(last_target[o], o, present, custody):
                chosen = np.int64(last_target[o])
            elif u_place < chances[3] and friend_count[o] > 0:
                score = 0.0
                for f in range(friends.shape[1]):
                    friend = friends[o, f]
                    if _there(friend, o, present, custody):
                        weight = _lifestyle(risk[friend], vulnerability[friend], peer_rule[0], peer_rule[1])
                        chosen, score = _race(
                            chosen, score, friend, weight, incident_key[i], keys, sheets[2], month, k0, k1
                        )
            if chosen < 0:
                wanted = np.int64(sex[o]) if u_sex < chances[5] else 1 - np.int64(sex[o])
                around = _near(chances[4], u_near, home, indptr, indices)
                chosen = np.int64(
                    _meet(incident_key[i], sheets[1], month, k0, k1, o, around, youth_slots, youth_start, youth_mask,
                          wanted, age, True, keys, sex, birth_month, present, custody, risk, vulnerability, lever,
                          peer_ages, peer_rule, tries)
                )  # fmt: skip
        else:
            if u_place < chances[6]:
                place = np.int64(np.searchsorted(night_time, u_place / chances[6]))
                place = min(place, night_time.size - 1)
            aimed = _there(last_aggressor[o], o, present, custody) and months_since_victim[o] <= chances[1]
            if kind == 7 and aimed and u_target < chances[0]:
                chosen = np.int64(last_aggressor[o])
            else:
                wanted = np.int64(u_sex < male_victim[sex[o]])
                around = home if u_target < chances[7] else place
                around = _near(chances[4], u_near, around, indptr, indices)
                chosen = np.int64(
                    _meet(incident_key[i], sheets[1], month, k0, k1, o, around, adult_slots, adult_start, adult_mask,
                          wanted, age, False, keys, sex, birth_month, present, custody, risk, vulnerability, lever,
                          public_ages, public_rule, tries)
                )  # fmt: skip
        victim[i] = chosen
        location[i] = place
