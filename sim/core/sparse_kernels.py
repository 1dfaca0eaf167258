# mypy: disable-error-code="no-untyped-def"
"""Find and merge the rows of a sparse column, which are held in order."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel

STEPS = 16
LOW, SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


@kernel
def find_places(held, rows, places):
    """Write where in ``held`` each of ``rows`` is, or would have to be put: quick when rows ascend."""
    at = 0
    for i in range(rows.size):
        row, last = rows[i], held.size
        if i > 0 and row < rows[i - 1]:
            at = 0
        for _ in range(STEPS):
            if at == last or held[at] >= row:
                last = at
                break
            at += 1
        while at < last:
            middle = (at + last) // 2
            if held[middle] < row:
                at = middle + 1
            else:
                last = middle
        places[i] = at


@kernel
def merge(held, values, order, given, fill, adds, rows_out, values_out):
    """Merge what is given to rows with what is held; return how many rows are held then.

    Parameters
    ----------
    order
        uint64, ascending: row in the upper 32 bits, position in ``given`` in the lower. What is given to one row
        comes in the order of positions.
    adds
        Whether what is given is added to what is held; otherwise it replaces it.
    """
    count, old = 0, 0
    begin = 0
    while begin < order.size:
        row = np.int32(order[begin] >> SHIFT)
        while old < held.size and held[old] < row:
            rows_out[count], values_out[count] = held[old], values[old]
            count += 1
            old += 1
        known = old < held.size and held[old] == row
        rows_out[count], values_out[count] = row, fill
        if known:
            values_out[count] = values[old]
            old += 1
        while begin < order.size and np.int32(order[begin] >> SHIFT) == row:
            what = given[order[begin] & LOW]
            if adds:
                values_out[count] += what
            else:
                values_out[count] = what
            begin += 1
        # A row that holds what all others hold need not be listed.
        if known or values_out[count] != fill:
            count += 1
    while old < held.size:
        rows_out[count], values_out[count] = held[old], values[old]
        count += 1
        old += 1
    return count
