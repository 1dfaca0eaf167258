"""Clear friends who are gone and find new ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel

MOST_FRIENDS = 6
BLOCKS_PER_FRIEND = 24
OWN_SHARE, OTHER_SEX, CLOSENESS, ADULT_FROM = range(4)
THREE, SEVEN = np.uint32(3), np.uint32(7)
WORD_BITS, WORD_MASK, WORD_RANGE = np.uint64(32), np.uint64(0xFFFFFFFF), 4294967296.0

Roster = tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]]
Traits = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.float32]]
Taste = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]
Luck = tuple[np.uint32, np.uint32, int, np.uint32, np.uint32]


@kernel
def clear_gone(
    friends: npt.NDArray[np.int32],
    count: npt.NDArray[np.uint8],
    present: npt.NDArray[np.uint8],
    present_bits: npt.NDArray[np.uint8],
) -> int:
    """Take friends who died or left out of everybody's slots; later friends move up. Return how many.

    ``present_bits`` holds ``present`` with eight rows to a byte (lowest bit first), small enough for the fastest cache.
    """
    cleared = 0
    for row in range(count.size):
        if count[row] == 0 or present[row] == 0:
            continue
        lowest = np.int32(0)
        everybody = np.uint32(1)
        for slot in range(MOST_FRIENDS):
            friend = friends[row, slot]
            lowest |= friend
            safe = np.uint32(max(friend, np.int32(0)))
            everybody &= np.uint32(present_bits[safe >> THREE]) >> (safe & SEVEN)
        if lowest >= 0 and everybody & np.uint32(1):
            continue
        kept = 0
        for slot in range(count[row]):
            friend = friends[row, slot]
            if friend >= 0 and present[friend] == 1 and friend != row:
                friends[row, kept] = friend
                kept += 1
        for slot in range(kept, MOST_FRIENDS):
            friends[row, slot] = row
        cleared += count[row] - kept
        count[row] = kept
    return cleared


@inline
def _is_friend(row, other, friends):  # type: ignore[no-untyped-def]
    known = other == row
    for slot in range(MOST_FRIENDS):
        known |= friends[row, slot] == other
    return known


@inline
def _where(own, word0, word1, own_share, start, neighbours):  # type: ignore[no-untyped-def]
    near = start[own + 1] - start[own]
    if near == 0 or uniform(word0) < own_share:
        return np.int64(own)
    return np.int64(neighbours[start[own] + np.int64(uniform(word1) * near)])


@inline
def _leave_one(row, key, have, friends, luck):  # type: ignore[no-untyped-def]
    where_sheet, _, month, k0, k1 = luck
    word0, _, _, _ = block(key, where_sheet, month, 0, k0, k1)
    friends[row, np.int64(uniform(word0) * have)] = friends[row, have - 1]
    friends[row, have - 1] = row


@inline
def _weight(gap, step, same_sex, gap_weight, other_sex):  # type: ignore[no-untyped-def]
    steps = np.int64(np.float64(gap) / step)
    if steps >= gap_weight.size:
        return 0.0
    return gap_weight[steps] if same_sex else gap_weight[steps] * other_sex


@inline
def _search(row, have, table, base, slots, step, friends, traits, gap_weight, numbers, luck):  # type: ignore[no-untyped-def]
    keys, age_sex, _, propensity = traits
    _, sheet, month, k0, k1 = luck
    own = np.int64(age_sex[row])
    for tried in range(BLOCKS_PER_FRIEND):
        for word in block(keys[row], sheet, month, 1 + have * BLOCKS_PER_FRIEND + tried, k0, k1):
            # The high part of the product is the slot, the low part a uniform of its own.
            product = word * np.uint64(slots)
            other = np.int64(table[base + np.int64(product >> WORD_BITS)])
            if other < 0:
                continue
            its = np.int64(age_sex[other])
            weight = _weight(abs((its >> 1) - (own >> 1)), step, (its ^ own) & 1 == 0, gap_weight, numbers[OTHER_SEX])
            chance = np.float64(product & WORD_MASK) / WORD_RANGE
            if chance >= weight or _is_friend(row, other, friends):
                continue
            difference = np.float64(propensity[other] - propensity[row])
            if chance < weight * np.exp(-difference * difference * numbers[CLOSENESS]):
                return other
    return np.int64(-1)


@kernel
def make_friends(
    rows: npt.NDArray[np.int32],
    replace: bool,
    friends: npt.NDArray[np.int32],
    count: npt.NDArray[np.uint8],
    traits: Traits,
    taste: Taste,
    adjacency: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    youth: Roster,
    adult: Roster,
    luck: Luck,
) -> None:
    """Fill the free friend slots of some people, who may first exchange one friend (``replace``).

    A candidate is drawn from the roster of the own or a neighbouring community and taken with probability
    w(age gap) x w(sex) x exp(-(gap in propensity)^2 / 2 s^2); otherwise another is drawn, up to a limit.

    Parameters
    ----------
    traits
        Of everybody: key, 2 x age in years + sex, community, propensity.
    taste
        Friends wanted by age in years; age gap in years that counts as one step, by age; weight by steps of age
        gap; and the numbers in the order of the constants of this module.
    luck
        Sheet of the place of search, sheet of the search, month, and the two words of the seed.
    """
    keys, age_sex, community, _ = traits
    wanted_by_age, step_by_age, gap_weight, numbers = taste
    start, neighbours = adjacency
    slots_y, start_y, mask_y = youth
    slots_a, start_a, mask_a = adult
    where_sheet, _, month, k0, k1 = luck
    for i in range(rows.size):
        row = rows[i]
        age = np.int64(age_sex[row]) >> 1
        step, wanted, have = step_by_age[age], np.int64(wanted_by_age[age]), np.int64(count[row])
        if have > 0 and (have > wanted or (have == wanted and replace)):
            _leave_one(row, keys[row], have, friends, luck)
            have -= 1
        while have < wanted:
            word0, word1, _, _ = block(keys[row], where_sheet, month, 1 + have, k0, k1)
            there = _where(community[row], word0, word1, numbers[OWN_SHARE], start, neighbours)
            if age >= numbers[ADULT_FROM]:
                base, slots = start_a[there], mask_a[there] + 1
                taken = _search(row, have, slots_a, base, slots, step, friends, traits, gap_weight, numbers, luck)
            else:
                base, slots = start_y[there], mask_y[there] + 1
                taken = _search(row, have, slots_y, base, slots, step, friends, traits, gap_weight, numbers, luck)
            if taken < 0:
                break
            friends[row, have] = taken
            have += 1
        count[row] = have
