# mypy: disable-error-code="no-untyped-def"
"""Give seats to the rows that levers push."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel


@kernel
def take_seats(rows, taken, seat, seats, new):
    """Write the seat of each of ``rows`` into ``seats``; list in ``new`` those given the next one; return how many.

    ``taken`` seats were given before.
    """
    count = 0
    for i in range(rows.size):
        row = np.uint64(rows[i])
        if seat[row] == 0:
            new[count] = rows[i]
            count += 1
            seat[row] = taken + count
        seats[i] = seat[row]
    return count
