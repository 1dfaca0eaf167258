# mypy: disable-error-code="no-untyped-def"
"""Move rows, and follow references to them."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel


@kernel
def follow_references(column, order, new_rows, moved):
    """Write to ``moved`` the rows ``order`` of a column of references, each replaced by its new row; -1 is nobody.

    ``column`` and ``moved`` are int32 of shape (rows, slots); ``new_rows`` holds -1 for rows that are gone.
    """
    for i in range(order.size):
        row = np.uint64(order[i])
        for slot in range(column.shape[1]):
            old = column[row, slot]
            moved[i, slot] = new_rows[np.uint64(old)] if old >= 0 else np.int32(-1)


@kernel
def pick_rows(column, order, moved):
    """Write to ``moved`` the rows ``order`` of a column."""
    for i in range(order.size):
        moved[i] = column[np.uint64(order[i])]
