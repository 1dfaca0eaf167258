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
def past_births(keys, ages, rates, by_parity, at_home, limits, stream, out):  # type: ignore[no-untyped-def]
    """Live through the births of women in the given order until enough children are still at home.

    ``rates`` are births a year by age from 14, before ``by_parity`` (0, 1, 2, 3 and more children); ``at_home`` is
    the chance by age that a child lives with its parents. ``limits`` are the least whole years between births, the
    children at home and the mothers of such children to stop after, and the most children at home a woman may have.
    ``stream`` is the sheet and the seed's two words. ``out`` are int32 arrays to write: owner (position in ``keys``)
    and age of each child at home, then parity and age at the last birth of each woman. Returns how many children at
    home were found, and how many mothers they have.
    """
    spacing, wanted, most_mothers, most_children = limits
    sheet, k0, k1 = stream
    owner, slot_age, parity, last_age = out
    count = 0
    mothers = 0
    for i in range(keys.size):
        if count >= wanted or mothers >= most_mothers:
            break
        before = count
        last = -spacing
        born = 0
        for year in range(EARLIEST_BIRTH_AGE, min(ages[i], LATEST_BIRTH_AGE) + 1):
            if year - last < spacing or count - before >= most_children:
                continue
            w0, w1, w2, _ = block(keys[i], sheet, year, 0, k0, k1)
            if uniform(w0) >= rates[year - EARLIEST_BIRTH_AGE] * by_parity[min(born, 3)]:
                continue
            born += 1
            last = year
            age = ages[i] - year
            if age > 0 and uniform(w1) < 0.5:
                age -= 1
            if uniform(w2) < at_home[age]:
                owner[count] = i
                slot_age[count] = age
                count += 1
        parity[i] = born
        last_age[i] = last
        if count > before:
            mothers += 1
    return count, mothers


@kernel
def repair_gaps(mother, child_keys, child_age, woman_age, least, most, tries, sheet, k0, k1):  # type: ignore[no-untyped-def]
    """Exchange children between mothers until as few as possible have an impossible gap in age.

    ``mother[k]`` is the woman (position in ``woman_age``) of child ``k`` and is changed in place. Each child in turn
    is exchanged with a random other one as soon as both gaps are possible afterwards.
    """
    for k in range(mother.size):
        gap = woman_age[mother[k]] - child_age[k]
        if least <= gap <= most:
            continue
        for attempt in range(tries):
            word, _, _, _ = block(child_keys[k], sheet, 0, attempt, k0, k1)
            other = np.int64(word % np.uint64(mother.size))
            mine = woman_age[mother[other]] - child_age[k]
            theirs = woman_age[mother[k]] - child_age[other]
            if least <= mine <= most and least <= theirs <= most:
                mother[k], mother[other] = mother[other], mother[k]
                break


@kernel
def nearest_by_age(wanted_age, least_age, taken, following, found):  # type: ignore[no-untyped-def]
    """Give each seeker, in order, the next candidate of the age nearest to the one wanted.

    Candidates are sorted by age: those of age ``a`` start at ``taken[a]``, which moves on as they are taken, and end
    before ``following[a]``. Writes the place of the candidate in that order to ``found``, which stays as it was when
    none is left. Nobody under the seeker's ``least_age`` is taken while there is anybody else.
    """
    ages = taken.size
    for seeker in range(wanted_age.size):
        best, distance = -1, 10 * ages
        for age in range(ages):
            if taken[age] < following[age]:
                away = abs(age - wanted_age[seeker]) + (2 * ages if age < least_age[seeker] else 0)
                if away < distance:
                    best, distance = age, away
        if best >= 0:
            found[seeker] = taken[best]
            taken[best] += 1
