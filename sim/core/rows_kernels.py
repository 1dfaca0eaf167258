# mypy: disable-error-code="no-untyped-def"
"""Find rows by a column of small numbers, or among other rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.compiling import kernel

Array = npt.NDArray[Any]
BLOCK_ROWS = np.uint64(64)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ONE, _WORD_BITS, _LEAST_BITS = np.uint64(1), 64, 4


def among(values: Array, others: Array) -> Array:
    """Return which of some integers are in ``others``."""
    return np.asarray(places_among(values, others) >= 0)


def places_among(values: Array, others: Array) -> Array:
    """Return the last place of each of some integers in ``others`` (int32), -1 for those not there."""
    places = np.full(values.size, -1, np.int32)
    if values.size and others.size:
        _find_places(values.astype(np.int64, copy=False), others.astype(np.int64, copy=False), places)
    return places


@kernel
def _find_places(values, others, places):
    """Note in ``places`` where ``values`` are in ``others``, by a table by hash of which at least half is empty."""
    bits = _LEAST_BITS
    while (1 << bits) < 2 * others.size:
        bits += 1
    shift, last = np.uint64(_WORD_BITS - bits), np.uint64((1 << bits) - 1)
    # An entry is a place counted from 1; 0 is an empty one.
    table = np.zeros(1 << bits, np.int32)
    for j in range(others.size):
        at = (np.uint64(others[j]) * _GOLDEN) >> shift
        while table[at] != 0 and others[table[at] - 1] != others[j]:
            at = (at + _ONE) & last
        table[at] = j + 1
    for i in range(values.size):
        at = (np.uint64(values[i]) * _GOLDEN) >> shift
        while table[at] != 0 and others[table[at] - 1] != values[i]:
            at = (at + _ONE) & last
        places[i] = table[at] - 1


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
