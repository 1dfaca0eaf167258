"""Compiled parts of household synthesis: identities, past births, gap repair and partner matching."""

from __future__ import annotations

import numpy as np

from sim.core.chance import block, uniform
from sim.core.compiling import kernel

LATEST_BIRTH_AGE = 45
EARLIEST_BIRTH_AGE = 14


@kernel
def identities(community_keys, starts, sheet, k0, k1, keys, month_words, role_uniforms):  # type: ignore[no-untyped-def]
    """Draw the key, month of birth and role uniform of each person from (community key, ordinal in it).

    ``starts`` has one more entry than there are communities: person ``starts[c] + i`` is number ``i`` of ``c``.
    """
    for c in range(community_keys.size):
        for row in range(starts[c], starts[c + 1]):
            w0, w1, w2, w3 = block(community_keys[c], sheet, row - starts[c], 0, k0, k1)
            keys[row] = w0 | (w1 << np.uint64(32))
            month_words[row] = uniform(w2)
            role_uniforms[row] = uniform(w3)


@kernel
def past_births(keys, ages, rates, by_parity, spacing, at_home, wanted, most_mothers, sheet, k0, k1):  # type: ignore[no-untyped-def]
    """Live through the births of women in the given order until enough children are still at home.

    Parameters
    ----------
    keys, ages
        Of the women, in the order in which they are visited.
    rates
        Probability of a birth by age in years from 14, before ``by_parity`` (0, 1, 2, 3 and more children).
    spacing
        Least whole years between births.
    at_home
        Chance that a child of each age in years lives with its parents.
    wanted, most_mothers
        Stop after this many children at home, or mothers of such children.

    Returns
    -------
    owner, slot_age, parity, last_age
        Woman (position in ``keys``) and age of each child at home; births and age at the last birth by woman.
    """
    owner = np.empty(wanted + 32, np.int32)
    slot_age = np.empty(wanted + 32, np.int16)
    parity = np.zeros(keys.size, np.uint8)
    last_age = np.full(keys.size, -1, np.int16)
    count = 0
    mothers = 0
    for i in range(keys.size):
        if count >= wanted or mothers >= most_mothers:
            break
        before = count
        last = -spacing
        for year in range(EARLIEST_BIRTH_AGE, min(ages[i], LATEST_BIRTH_AGE) + 1):
            if year - last < spacing:
                continue
            w0, w1, w2, _ = block(keys[i], sheet, year, 0, k0, k1)
            if uniform(w0) >= rates[year - EARLIEST_BIRTH_AGE] * by_parity[min(parity[i], by_parity.size - 1)]:
                continue
            parity[i] += 1
            last = year
            last_age[i] = year
            age = ages[i] - year
            if age > 0 and uniform(w1) < 0.5:
                age -= 1
            if uniform(w2) < at_home[min(age, at_home.size - 1)]:
                owner[count] = i
                slot_age[count] = age
                count += 1
        if count > before:
            mothers += 1
    return owner[:count], slot_age[:count], parity, last_age


@kernel
def repair_gaps(mother, child_keys, child_age, woman_age, least, most, tries, most_children, sheet, k0, k1):  # type: ignore[no-untyped-def]
    """Exchange or move children until as few as possible have an impossible gap to their mother.

    ``mother[k]`` is the woman (position in ``woman_age``) of child ``k`` and is changed in place. A child is first
    exchanged with a random other one when both gaps become possible, then moved to a mother whose gap is possible,
    then to any such woman, searched from a random start.
    """
    children = mother.size
    load = np.zeros(woman_age.size, np.int32)
    for k in range(children):
        load[mother[k]] += 1
    for k in range(children):
        gap = woman_age[mother[k]] - child_age[k]
        if least <= gap <= most:
            continue
        done = False
        for attempt in range(tries):
            w0, _, _, _ = block(child_keys[k], sheet, 0, attempt + 1, k0, k1)
            other = np.int64(w0 % np.uint64(children))
            mine = woman_age[mother[other]] - child_age[k]
            theirs = woman_age[mother[k]] - child_age[other]
            if least <= mine <= most and least <= theirs <= most:
                mother[k], mother[other] = mother[other], mother[k]
                done = True
                break
        if done:
            continue
        w0, _, _, _ = block(child_keys[k], sheet, 1, 0, k0, k1)
        start = np.int64(w0 % np.uint64(woman_age.size))
        for round_number in range(2):
            for step in range(woman_age.size):
                woman = (start + step) % woman_age.size
                possible = least <= woman_age[woman] - child_age[k] <= most and load[woman] < most_children
                if possible and (round_number == 1 or load[woman] > 0):
                    load[mother[k]] -= 1
                    load[woman] += 1
                    mother[k] = woman
                    done = True
                    break
            if done:
                break


@kernel
def nearest_by_age(wanted_age, least_age, candidate_age, queue):  # type: ignore[no-untyped-def]
    """Give each seeker, in order, the candidate nearest in age to the one wanted.

    ``queue`` orders the candidates of one age. Returns the position of the candidate, -1 when none is left; nobody
    under the seeker's ``least_age`` is taken while the candidates last who are not.
    """
    ages = 128
    first = np.zeros(ages + 1, np.int32)
    for candidate in range(candidate_age.size):
        first[candidate_age[candidate] + 1] += 1
    for age in range(ages):
        first[age + 1] += first[age]
    following = first[:-1].copy()
    bucket = np.empty(candidate_age.size, np.int32)
    for position in range(queue.size):
        candidate = queue[position]
        bucket[following[candidate_age[candidate]]] = candidate
        following[candidate_age[candidate]] += 1
    taken = first[:-1].copy()
    found = np.full(wanted_age.size, -1, np.int32)
    for seeker in range(wanted_age.size):
        centre = min(max(wanted_age[seeker], 0), ages - 1)
        best, distance = -1, 10 * ages
        for age in range(ages):
            if taken[age] < first[age + 1]:
                away = abs(age - centre) + (ages if age < least_age[seeker] else 0)
                if away < distance:
                    best, distance = age, away
        if best >= 0:
            found[seeker] = bucket[taken[best]]
            taken[best] += 1
    return found
