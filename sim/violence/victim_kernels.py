# mypy: disable-error-code="no-untyped-def"
"""From an offender to a victim and a place: ties, retaliation, and encounters weighted by lifestyle.

Nobody is chosen by position in a list. Everybody who might be the victim runs a race with an exponential time keyed
by the incident and the person, at a rate equal to their weight: the first home is chosen with probability in
proportion to weight, and one more resident changes only the races they win.
"""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, mix64, uniform
from sim.core.compiling import inline, kernel

MOST_HOUSEHOLD = 64
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
ONE = np.uint8(1)


@inline
def _there(row, offender, present, custody):
    return row >= 0 and row != offender and present[row] == 1 and custody[row] == 0


@inline
def _luck(key, mixed):
    """Return a uniform in (0, 1) for an incident and a person (whose key is mixed already) who might be its victim."""
    return (np.float64(mix64(key + GOLDEN * mixed) >> np.uint64(11)) + 0.5) / 9007199254740992.0


@kernel
def list_victims(age_sex, present, custody, keys, community, birth_month, risk, vulnerability, exposure, exponent,
                 spread, lever, start, mixed, weight, rows, born):  # fmt: skip
    """List who might be hurt, by community and sex, with everything a race needs side by side.

    The weight is lifestyle x vulnerability x exposure by age and sex; those without exposure are left out. ``start``
    (2 x communities + 1) receives the bounds of the lists: people of sex s in community c are in list 2 c + s.
    """
    pushed = lever.size > 0
    start[:] = 0
    for i in range(age_sex.size):
        if exposure[age_sex[i]] > np.float32(0.0) and present[i] == 1 and custody[i] == 0:
            start[2 * np.int64(community[i]) + np.int64(age_sex[i] & ONE) + 1] += 1
    for group in range(1, start.size):
        start[group] += start[group - 1]
    cursor = start.copy()
    for i in range(age_sex.size):
        by_age = exposure[age_sex[i]]
        if by_age > np.float32(0.0) and present[i] == 1 and custody[i] == 0:
            logarithm = exponent * risk[i] + spread * vulnerability[i]
            if pushed:
                logarithm += lever[i]
            here = 2 * np.int64(community[i]) + np.int64(age_sex[i] & ONE)
            at = cursor[here]
            cursor[here] += 1
            mixed[at] = mix64(keys[i])
            weight[at] = by_age * np.exp(logarithm)
            rows[at] = i
            born[at] = birth_month[i]


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
def _race(best, best_time, row, weight, key, mixed):
    """Let one more person run: times are exponential with rate ``weight``, the first home is chosen."""
    luck = _luck(key, mixed)
    # The exponential of luck is at least luck itself: most runners are seen to be late without a logarithm.
    if luck >= best_time * weight:
        return best, best_time
    time = -np.log1p(-luck) / weight
    if time < best_time:
        return np.int64(row), time
    return best, best_time


@inline
def _among_adults(key, offender, group, lists):
    """Choose from a list of adults in proportion to weight; -1 when nobody is on it."""
    start, mixed, weight, rows = lists[0], lists[1], lists[2], lists[3]
    best, best_time = np.int64(-1), np.inf
    for position in range(start[group], start[group + 1]):
        if rows[position] != offender:
            best, best_time = _race(best, best_time, rows[position], np.float64(weight[position]), key, mixed[position])
    return best


@inline
def _among_youth(key, offender, group, born, by_gap, lists):
    """Choose from a list of young people in proportion to weight and nearness in age; -1 when nobody is near."""
    start, mixed, weight, rows, birth_month = lists[0], lists[1], lists[2], lists[3], lists[4]
    best, best_time = np.int64(-1), np.inf
    middle = by_gap.size // 2
    for position in range(start[group], start[group + 1]):
        gap = np.int64(np.floor((np.int64(born) - birth_month[position] + 6) / 12)) + middle
        if gap >= 0 and gap < by_gap.size and rows[position] != offender:
            best, best_time = _race(
                best, best_time, rows[position], np.float64(weight[position]) * by_gap[gap], key, mixed[position]
            )
    return best


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
    friend_count, risk, vulnerability, last_aggressor, last_target, months_since_victim, youth, adults,
    indptr, indices, night_time, household_head, following, peer_ages, chances, peer_rule, male_victim, sheet, month,
    k0, k1, victim, location,
):  # fmt: skip
    """Choose whom each incident hurts and where it takes place; -1 where there is nobody.

    ``chances``: aimed at the aggressor, months the aggressor is remembered, at the previous target, at a friend,
    own community, same sex (peers), placed by the night-time economy, victim from the offender's neighbourhood.
    ``night_time`` is the cumulative share of public violence by community, ``youth`` and ``adults`` the lists of
    :func:`list_victims`, ``peer_rule`` the exponent of own risk and the spread of vulnerability for peers.
    """
    for i in range(offender.size):
        o = offender[i]
        key = incident_key[i]
        home = np.int64(community[o])
        w0, w1, w2, w3 = block(key, sheet, month, 0, k0, k1)
        u_target, u_sex, u_near, u_place = uniform(w0), uniform(w1), uniform(w2), uniform(w3)
        chosen, best_time = np.int64(-1), np.inf
        place = home
        kind = stream[i]
        aimed = _there(last_aggressor[o], o, present, custody) and months_since_victim[o] <= chances[1]
        if kind == 5:
            if _there(last_target[o], o, present, custody):
                chosen = np.int64(last_target[o])
        elif kind == 2:
            if _there(partner[o], o, present, custody):
                chosen = np.int64(partner[o])
        elif kind == 3:
            other = household_head[family[o]] if family[o] >= 0 else np.int32(-1)
            for _ in range(MOST_HOUSEHOLD):
                if other < 0:
                    break
                if other != partner[o] and _there(other, o, present, custody):
                    chosen, best_time = _race(chosen, best_time, other, 1.0, key, mix64(keys[other]))
                other = following[other]
        elif kind == 0 or kind == 6:
            if kind == 6 and aimed and u_target < chances[0]:
                chosen = np.int64(last_aggressor[o])
            elif kind == 0 and u_target < chances[2] and _there(last_target[o], o, present, custody):
                chosen = np.int64(last_target[o])
            elif u_place < chances[3] and friend_count[o] > 0:
                for f in range(friends.shape[1]):
                    friend = friends[o, f]
                    if _there(friend, o, present, custody):
                        logarithm = peer_rule[0] * risk[friend] + peer_rule[1] * vulnerability[friend]
                        weight = np.exp(np.float64(logarithm))
                        chosen, best_time = _race(chosen, best_time, friend, weight, key, mix64(keys[friend]))
            if chosen < 0:
                wanted = np.int64(sex[o]) if u_sex < chances[5] else 1 - np.int64(sex[o])
                around = _near(chances[4], u_near, home, indptr, indices)
                chosen = _among_youth(key, o, 2 * around + wanted, birth_month[o], peer_ages, youth)
        else:
            if u_place < chances[6]:
                place = np.int64(np.searchsorted(night_time, u_place / chances[6]))
                place = min(place, np.int64(night_time.size - 1))
            if kind == 7 and aimed and u_target < chances[0]:
                chosen = np.int64(last_aggressor[o])
            else:
                wanted = np.int64(u_sex < male_victim[sex[o]])
                around = home if u_target < chances[7] else place
                around = _near(chances[4], u_near, around, indptr, indices)
                chosen = _among_adults(key, o, 2 * around + wanted, adults)
        victim[i] = chosen
        location[i] = place
