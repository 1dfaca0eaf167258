"""Sets of rows: for the short lists of a month these are several times faster than NumPy's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def distinct(rows: Array) -> Array:
    """Return rows in order, each once."""
    ordered = np.sort(rows)
    return np.asarray(ordered[last_of_equals(ordered)])


def last_of_equals(ordered: Array) -> Array:
    """Return which elements differ from the one after (boolean); the last of all does."""
    last = np.ones(ordered.size, bool)
    np.not_equal(ordered[1:], ordered[:-1], out=last[:-1])
    return last


def counted(rows: Array) -> tuple[Array, Array]:
    """Return rows in order, each once, and how often each was given."""
    ordered = np.sort(rows)
    ends = np.flatnonzero(last_of_equals(ordered))
    return np.asarray(ordered[ends]), np.diff(ends, prepend=-1)
