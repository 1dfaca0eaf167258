"""Choose communities of a place: by their codes, or the most deprived part of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import code_key

Array = npt.NDArray[Any]
CommunityChoice = tuple[str, ...] | float | None


def chosen_rows(keys: Array, deprivation: Array, choice: CommunityChoice) -> Array | None:
    """Return which communities are chosen, boolean by community; None for all.

    A share chooses the most deprived communities of the place; equal ones are told apart by their key.
    """
    if choice is None:
        return None
    if isinstance(choice, tuple):
        wanted: Array = np.isin(keys, np.array([code_key(code) for code in choice], np.uint64))
        return wanted
    chosen = np.zeros(keys.size, bool)
    order = np.lexsort((keys, -deprivation))
    chosen[order[: int(np.ceil(choice * keys.size))]] = True
    return chosen
