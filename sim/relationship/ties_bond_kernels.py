"""Name somebody a friend."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.chance import pair_key_scalar
from sim.core.compiling import kernel


@kernel
def name_friends(
    first: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    friends: npt.NDArray[np.int32],
    count: npt.NDArray[np.uint8],
    keys: npt.NDArray[np.uint64],
    slots: int,
) -> int:
    """Let each of ``first`` name the one of ``second`` a friend, if they do not yet; return how many names are new.

    Where all ``slots`` are taken the new friend takes the place of the old one with the lowest key of the pair.
    """
    named = 0
    for i in range(first.size):
        row, other = first[i], second[i]
        known = row == other
        for slot in range(count[row]):
            known |= friends[row, slot] == other
        if known:
            continue
        place = np.int64(count[row])
        if place >= slots:
            place, lowest = np.int64(0), np.uint64(0xFFFFFFFFFFFFFFFF)
            for slot in range(slots):
                friend = friends[row, slot]
                key = pair_key_scalar(keys[row], keys[friend]) if friend >= 0 else np.uint64(0)
                if key < lowest:
                    place, lowest = np.int64(slot), key
        else:
            count[row] += 1
        friends[row, place] = other
        named += 1
    return named
