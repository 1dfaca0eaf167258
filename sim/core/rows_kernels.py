# mypy: disable-error-code="no-untyped-def"
"""Find rows by a column of small numbers."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel

BLOCK_ROWS = np.uint64(64)


@kernel
def rows_between(column, lowest, highest):
    """Return the rows (int64, in order) where a uint8 column is from ``lowest`` to ``highest``.

    Blocks of rows without any are passed over at the speed of memory: what is looked for is mostly rare.
    """
    # Subtraction wraps around in 8 bits, so one comparison does for both ends.
    first, width = np.uint8(lowest), np.uint8(highest - lowest)
    rows = np.empty(column.size + 1, np.int64)
    found, blocks = np.uint64(0), np.uint64(column.size) // BLOCK_ROWS
    for block in range(blocks):
        begin = block * BLOCK_ROWS
        least = np.uint8(255)
        for i in range(BLOCK_ROWS):
            past = np.uint8(column[begin + i] - first)
            least = past if past < least else least
        if least > width:
            continue
        for i in range(BLOCK_ROWS):
            # Written in any case and kept if it belongs: no branch that nobody can foresee.
            rows[found] = begin + i
            found += np.uint64(np.uint8(column[begin + i] - first) <= width)
    for row in range(blocks * BLOCK_ROWS, np.uint64(column.size)):
        rows[found] = row
        found += np.uint64(np.uint8(column[row] - first) <= width)
    return rows[:found]
