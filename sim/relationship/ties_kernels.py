"""Clear friends who are gone and find new ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.chance import block, uniform
from sim.core.compiling import inline, kernel
from sim.population.rosters_kernels import pick_slot

MOST_FRIENDS = 6
OWN_SHARE, SAME_SEX, SPREAD, ADULT_FROM = range(4)
THREE, SEVEN = np.uint32(3), np.uint32(7)
SIGN = np.int64(63)

Roster = tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]]
Traits = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.float32]]
Taste = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]
Luck = tuple[np.uint32, np.uint32, int, np.uint32, np.uint32]


@kernel
def clear_gone(
    friends: npt.NDArray[np.int32],
    count: npt.NDArray[np.uint8],
    community: npt.NDArray[np.uint16],
    present: npt.NDArray[np.uint8],
    present_bits: npt.NDArray[np.uint8],
    turn: int,
    turns: int,
) -> int:
    """Take friends who died or left out of people's slots; later friends move up. Return how many.

    Communities whose row is ``turn`` modulo ``turns`` are looked at. ``present_bits`` holds ``present`` with eight
    rows to a byte (lowest bit first), small enough for the fastest cache.
    """
    cleared = 0
    last, due = np.int64(-1), False
    for row in range(count.size):
        if community[row] != last:
            last = np.int64(community[row])
            due = last % turns == turn
        if not due or count[row] == 0 or present[row] == 0:
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
def _leave_one(row, have, word, friends, community):  # type: ignore[no-untyped-def]
    # Friends who live elsewhere are lost first, or moving house would scatter everybody's friends in time.
    leaving = np.int64(uniform(word) * have)
    for walked in range(have):
        slot = (leaving + walked) % have
        if community[friends[row, slot]] != community[row]:
            leaving = slot
            break
    friends[row, leaving] = friends[row, have - 1]
    friends[row, have - 1] = row


@inline
def _search(row, words, slots, base, mask, step, friends, age_sex, propensity, gap_limits, numbers):  # type: ignore[no-untyped-def]
    word0, word1, word2, word3 = words
    gap, share = 0, uniform(word1)
    while gap < gap_limits.size - 1 and share >= gap_limits[gap]:
        gap += 1
    widest = np.int64((gap + 1) * step) - 1
    own_age, own_sex = np.int64(age_sex[row]) >> 1, np.int64(age_sex[row]) & 1
    sex = own_sex if uniform(word2) < numbers[SAME_SEX] else 1 - own_sex
    closest = np.float32(np.sqrt(-2.0 * np.log(uniform(word3))) * numbers[SPREAD])
    first = pick_slot(uniform(word0), 0, mask)
    target, reach = 2 * own_age + sex, 4 * widest * widest
    for walked in range(mask + 1):
        other = np.int64(slots[base + ((first + walked) & mask)])
        gap_doubled = np.int64(age_sex[np.uint64(other & ~(other >> SIGN))]) - target
        # Signs and lowest bits instead of comparisons: one branch seldom taken, not three that nobody can foresee.
        unsuitable = (gap_doubled & 1) | (other >> SIGN) | ((reach - gap_doubled * gap_doubled) >> SIGN)
        close = unsuitable == 0 and abs(propensity[other] - propensity[row]) < closest
        if close and not _is_friend(row, other, friends):
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
    rosters: Roster,
    luck: Luck,
) -> None:
    """Fill the free friend slots of some people, who may first exchange one friend (``replace``).

    Chance draws what is looked for (widest age gap, sex, widest gap in propensity with tail exp(-gap^2 / 2 s^2)) and a
    slot in the roster of the own or an adjacent community; the first to suit from that slot on becomes a friend. So
    one more resident changes only the searches that meet this resident first.

    Parameters
    ----------
    traits
        Of everybody: key, 2 x age in years + sex, community, propensity.
    taste
        Friends wanted by age in years; years in a step of age gap, by age; cumulative chance of a widest age gap of 0,
        1 and 2 steps; and the numbers in the order of the constants of this module.
    rosters
        Slots of all tables (youth of all communities, then adults), first slot and mask of each table.
    luck
        Sheet of the place of search, sheet of the search, month, and the two words of the seed.
    """
    keys, age_sex, community, propensity = traits
    wanted_by_age, step_by_age, gap_limits, numbers = taste
    start, neighbours = adjacency
    slots, first_slot, mask = rosters
    communities = start.size - 1
    where_sheet, search_sheet, month, k0, k1 = luck
    for i in range(rows.size):
        row = rows[i]
        age = np.int64(age_sex[row]) >> 1
        step, wanted, have = step_by_age[age], np.int64(wanted_by_age[age]), np.int64(count[row])
        if have > 0 and (have > wanted or (have == wanted and replace)):
            word0, _, _, _ = block(keys[row], where_sheet, month, 0, k0, k1)
            _leave_one(row, have, word0, friends, community)
            have -= 1
        while have < wanted:
            word0, word1, _, _ = block(keys[row], where_sheet, month, 1 + have, k0, k1)
            there = _where(community[row], word0, word1, numbers[OWN_SHARE], start, neighbours)
            words = block(keys[row], search_sheet, month, 1 + have, k0, k1)
            table = there + communities if age >= numbers[ADULT_FROM] else there
            taken = _search(
                row,
                words,
                slots,
                first_slot[table],
                mask[table],
                step,
                friends,
                age_sex,
                propensity,
                gap_limits,
                numbers,
            )
            if taken < 0:
                break
            friends[row, have] = taken
            have += 1
        count[row] = have
