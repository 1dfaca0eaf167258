"""Compiled parts of demography: ages, household lists, heads of households, couples, hosts and raking."""

from __future__ import annotations

import numpy as np

from sim.core.chance import pair_key_scalar
from sim.core.compiling import kernel
from sim.population.columns import CHILD, HEAD, PARTNER, RELATIVE

END, UNLISTED = -1, -2
MONTHS_PER_YEAR = np.uint32(12)
MOST_MONTHS = np.int32(119 * 12)
HEAD_FROM_MONTHS = 16 * 12
ADULT_FROM_MONTHS = 18 * 12
NO_STRATUM = np.uint8(255)
LARGEST_KEY = np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel
def write_age_sex(birth_month, sex, present, month, age_sex):  # type: ignore[no-untyped-def]
    """Write 2 x age in years + sex for everybody present and 255 for everybody else."""
    for i in range(age_sex.size):
        months = np.uint32(min(max(np.int32(month) - np.int32(birth_month[i]), np.int32(0)), MOST_MONTHS))
        years = months // MONTHS_PER_YEAR
        code = np.uint8(np.uint8(2) * np.uint8(years) + sex[i])
        age_sex[i] = code if present[i] != np.uint8(0) else NO_STRATUM


@kernel
def counting_order(rank, ranks):  # type: ignore[no-untyped-def]
    """Return the rows in order of rank (below ``ranks``), equal ones in row order; those of rank -1 are left out."""
    begin = np.zeros(ranks + 1, np.int32)
    for row in range(rank.size):
        if rank[row] >= 0:
            begin[rank[row] + 1] += 1
    for i in range(ranks):
        begin[i + 1] += begin[i]
    order = np.empty(begin[ranks], np.int32)
    for row in range(rank.size):
        if rank[row] >= 0:
            order[begin[rank[row]]] = row
            begin[rank[row]] += 1
    return order


@kernel
def ranks_of_people(present, community, family, new_family, families_until):  # type: ignore[no-untyped-def]
    """Return where people stand in order of family, int32, -1 for those who are gone.

    Residents of institutions come after the last family of their community, before the first of the next.

    Parameters
    ----------
    new_family
        int32: new row of every family.
    families_until
        int64[communities]: families of a community and of those before it.
    """
    rank = np.full(present.size, END, np.int32)
    for row in range(present.size):
        if present[row]:
            home = community[row]
            housed = family[row] >= 0
            rank[row] = np.int64(home) + (new_family[family[row]] if housed else families_until[home])
    return rank


@kernel
def relink(rows, targets, family, first, following):  # type: ignore[no-untyped-def]
    """Move each row from the list of its household to that of its target; -1 takes it off all lists.

    ``first`` is the first member of each household, ``following`` the next member after each person.
    """
    for i in range(rows.size):
        row, target = rows[i], targets[i]
        if following[row] != UNLISTED:
            old = family[row]
            if first[old] == row:
                first[old] = following[row]
            else:
                before = first[old]
                while following[before] != row:
                    before = following[before]
                following[before] = following[row]
            following[row] = UNLISTED
        if target >= 0:
            family[row] = target
            following[row] = first[target]
            first[target] = row


@kernel
def members_of(families, first, following):  # type: ignore[no-untyped-def]
    """Return the members of households and, aligned, the position of their household in ``families``; -1 has none."""
    count = 0
    for i in range(families.size):
        row = first[families[i]] if families[i] >= 0 else END
        while row >= 0:
            count += 1
            row = following[row]
    rows, which = np.empty(count, np.int32), np.empty(count, np.int32)
    count = 0
    for i in range(families.size):
        row = first[families[i]] if families[i] >= 0 else END
        while row >= 0:
            rows[count] = row
            which[count] = i
            count += 1
            row = following[row]
    return rows, which


@kernel
def settle_heads(families, month, first, following, people, households):  # type: ignore[no-untyped-def]
    """Give each household a head, retire empty ones and return those with nobody old enough to head them.

    A head who is gone is followed by the partner, else by the eldest member (the smaller key between equals).
    Adults who live with neither parent and are not the head's partner become relatives.

    Parameters
    ----------
    people
        role, birth_month, key, partner, mother, father.
    households
        present, reference_person.
    """
    role, birth_month, key, partner, mother, father = people
    present, reference_person = households
    alone = np.empty(families.size, np.int32)
    count = 0
    for i in range(families.size):
        family = families[i]
        if family < 0:
            continue
        head, spouse, eldest = END, END, END
        row = first[family]
        if row < 0:
            present[family] = 0
            reference_person[family] = END
            continue
        while row >= 0:
            if role[row] == HEAD:
                head = row
            elif role[row] == PARTNER:
                spouse = row
            elif month - birth_month[row] >= HEAD_FROM_MONTHS:
                older = eldest < 0 or birth_month[row] < birth_month[eldest]
                if older or (birth_month[row] == birth_month[eldest] and key[row] < key[eldest]):
                    eldest = row
            row = following[row]
        if head < 0:
            head = spouse if spouse >= 0 else eldest
        if head < 0:
            reference_person[family] = END
            if present[family]:
                alone[count] = family
                count += 1
            continue
        role[head] = HEAD
        reference_person[family] = head
        spouse = partner[head]
        row = first[family]
        while row >= 0:
            if role[row] == PARTNER and row != spouse:
                role[row] = RELATIVE
            elif role[row] == CHILD and month - birth_month[row] >= ADULT_FROM_MONTHS:
                of_head = mother[row] == head or father[row] == head
                of_spouse = spouse >= 0 and (mother[row] == spouse or father[row] == spouse)
                if not of_head and not of_spouse:
                    role[row] = RELATIVE
            row = following[row]
    return alone[:count]


@kernel
def match_couples(women, wanted, men, men_start, farthest, scale, likeness, home_deprivation, people):  # type: ignore[no-untyped-def]
    """Return the man each woman takes, -1 for none: the best keyed score in the age nearest to the one wanted.

    The score of a pair is a keyed exponential race, so one more person changes few pairs. A man's chance is in
    proportion to exp(-difference in income deprivation of the homes / scale - likeness x d^2 / 2), d the difference
    in propensity.

    Parameters
    ----------
    wanted
        int32: age in years each woman wants.
    men, men_start
        Rows of the men by age in years, and the first of each age.
    home_deprivation
        float64[communities]: share of residents in income deprivation.
    people
        key, family, mother, father, community, propensity.
    """
    key, family, mother, father, community, propensity = people
    taken = np.zeros(men.size, np.bool_)
    chosen = np.full(women.size, END, np.int32)
    oldest = men_start.size - 2
    for i in range(women.size):
        woman = women[i]
        at_home = home_deprivation[community[woman]]
        best, position = -np.inf, -1
        for distance in range(farthest + 1):
            for side in range(2 if distance > 0 else 1):
                age = wanted[i] - distance if side == 0 else wanted[i] + distance
                if age < 0 or age > oldest:
                    continue
                for j in range(men_start[age], men_start[age + 1]):
                    man = men[j]
                    if taken[j] or family[man] == family[woman]:
                        continue
                    if (mother[man] >= 0 and mother[man] == mother[woman]) or mother[man] == woman:
                        continue
                    if (father[man] >= 0 and father[man] == father[woman]) or father[woman] == man:
                        continue
                    hashed = pair_key_scalar(key[woman], key[man]) >> np.uint64(11)
                    luck = (np.float64(hashed) + 0.5) / 9007199254740992.0
                    difference = np.abs(at_home - home_deprivation[community[man]])
                    unlike = np.float64(propensity[woman]) - np.float64(propensity[man])
                    score = np.log(luck) * np.exp(difference / scale + likeness * unlike * unlike / 2.0)
                    if score > best:
                        best, position = score, j
            if position >= 0:
                break
        if position >= 0:
            taken[position] = True
            chosen[i] = men[position]
    return chosen


@kernel
def choose_hosts(keys, communities, hosts, family_key, start, most, first, following):  # type: ignore[no-untyped-def]
    """Return the position in ``hosts`` of each joiner's: the highest keyed score in the community, -1 for none.

    ``hosts`` are families ordered by community, ``start`` the first of each community, ``family_key`` the keys of all
    families; hosts that are empty or hold ``most`` people are passed over.
    """
    chosen = np.full(keys.size, END, np.int32)
    for i in range(keys.size):
        below = LARGEST_KEY
        while True:
            best, position = np.uint64(0), END
            for j in range(start[communities[i]], start[communities[i] + 1]):
                score = pair_key_scalar(family_key[hosts[j]], keys[i])
                if best <= score < below:
                    best, position = score, j
            if position < 0:
                break
            size = 0
            row = first[hosts[position]]
            while row >= 0:
                size += 1
                row = following[row]
            if 0 < size < most:
                chosen[i] = position
                break
            below = best
    return chosen


@kernel
def rake_moments(weights, start, cells, kinds, number_of_cells, number_of_kinds):  # type: ignore[no-untyped-def]
    """Return weighted totals of people by cell and households by kind, and the matrix of their joint totals."""
    size = number_of_cells + number_of_kinds
    totals, joint = np.zeros(size), np.zeros((size, size))
    for household in range(weights.size):
        weight = weights[household]
        kind = number_of_cells + kinds[household]
        totals[kind] += weight
        joint[kind, kind] += weight
        for i in range(start[household], start[household + 1]):
            cell = cells[i]
            totals[cell] += weight
            joint[cell, kind] += weight
            joint[kind, cell] += weight
            for j in range(start[household], start[household + 1]):
                joint[cell, cells[j]] += weight
    return totals, joint
