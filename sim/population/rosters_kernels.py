"""Keep the rosters' hash tables in step with who lives where."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.compiling import inline, kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
EMPTY = -1
YOUTH, ADULT = np.uint32(1), np.uint32(2)
ONE, TWO = np.uint32(1), np.uint32(2)


@inline
def pick_slot(uniform, start, mask):  # type: ignore[no-untyped-def]
    """Turn a uniform into a slot of a table that begins at ``start``; the slot may be empty."""
    return start + np.int64(uniform * (mask + 1))


@inline
def _home(key, shift):  # type: ignore[no-untyped-def]
    # The high bits keep a member near the same place of the table when the table doubles.
    return np.int64((key * GOLDEN) >> shift)


@inline
def _insert(row, keys, slots, base, last, shift):  # type: ignore[no-untyped-def]
    position = _home(keys[row], shift)
    occupant = slots[base + position]
    while occupant != EMPTY:
        if keys[occupant] < keys[row]:
            slots[base + position] = row
            row = occupant
        position = (position + 1) & last
        occupant = slots[base + position]
    slots[base + position] = row


@inline
def _remove(row, keys, slots, base, last, shift):  # type: ignore[no-untyped-def]
    hole = _home(keys[row], shift)
    while slots[base + hole] != row:
        hole = (hole + 1) & last
    position = (hole + 1) & last
    occupant = slots[base + position]
    while occupant != EMPTY:
        if ((position - _home(keys[occupant], shift)) & last) >= ((position - hole) & last):
            # The first member that may stand in the hole has the largest key of all that may.
            slots[base + hole] = occupant
            hole = position
        position = (position + 1) & last
        occupant = slots[base + position]
    slots[base + hole] = EMPTY


@kernel
def update_rosters(
    listed: npt.NDArray[np.unsignedinteger[Any]],
    groups_of_age_sex: npt.NDArray[np.uint8],
    keys: npt.NDArray[np.uint64],
    present: npt.NDArray[np.uint8],
    age_sex: npt.NDArray[np.uint8],
    community: npt.NDArray[np.uint16],
    slots: npt.NDArray[np.int32],
    start: npt.NDArray[np.int64],
    mask: npt.NDArray[np.int64],
    shift: npt.NDArray[np.uint64],
    members: npt.NDArray[np.int32],
) -> bool:
    """Move everybody who stands elsewhere than ``listed``; return False when a table cannot hold its members.

    Parameters
    ----------
    listed
        uint16 or uint32[n]: 4 x community + groups (1 youth, 2 adults) under which a row stands, 0 when nowhere.
    groups_of_age_sex
        uint8[256]: groups to which somebody with this value of ``age_sex`` belongs.
    slots, start, mask, shift, members
        Slots of all tables, and each table's first slot, mask, shift and members: those of the youth of all
        communities, then those of the adults.
    """
    communities = mask.size // 2
    changed = np.empty(keys.size + 1, np.int32)
    count = np.uint64(0)
    for row in range(np.uint64(keys.size)):
        groups = np.uint32(groups_of_age_sex[np.uint64(age_sex[row])] * present[row])
        # Written in any case and kept if it has changed.
        changed[count] = row
        wanted = np.uint32((np.uint32(community[row]) << TWO) | groups) * np.uint32(groups != 0)
        count += np.uint64(np.uint32(wanted) != np.uint32(listed[row]))
    # Two passes, because a branch on who comes and who goes in one loop costs more than the second pass.
    for i in range(count):
        row = int(changed[i])
        for group in range(2):
            if listed[row] >> np.uint32(group) & ONE:
                table = group * communities + np.int64(listed[row] >> TWO)
                _remove(row, keys, slots, start[table], mask[table], shift[table])
                members[table] -= 1
        listed[row] = np.uint32(0)
    for i in range(count):
        row = int(changed[i])
        groups = np.uint32(groups_of_age_sex[age_sex[row]] * present[row])
        for group in range(2):
            if groups >> np.uint32(group) & ONE:
                table = group * communities + np.int64(community[row])
                if members[table] >= mask[table]:
                    return False
                _insert(row, keys, slots, start[table], mask[table], shift[table])
                members[table] += 1
        listed[row] = ((np.uint32(community[row]) << TWO) | groups) * np.uint32(groups != 0)
    return True


@kernel
def move_listed(listed, new_rows, moved):  # type: ignore[no-untyped-def]
    """Write what everybody is listed under at their new row; return False when somebody listed is gone (-1)."""
    gone = False
    for row in range(listed.size):
        new = new_rows[row]
        if new >= 0:
            moved[new] = listed[row]
        elif listed[row] != 0:
            gone = True
    return not gone


@kernel
def move_slots(slots, new_rows):  # type: ignore[no-untyped-def]
    """Replace the rows in the slots by their new ones; empty slots stay so."""
    for i in range(slots.size):
        if slots[i] >= 0:
            slots[i] = new_rows[slots[i]]
