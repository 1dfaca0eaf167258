# mypy: disable-error-code="no-untyped-def"
"""Read a lever inside a kernel."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import inline

NONE = np.float32(0.0)


@inline
def pushed_each(push, row, ratios):
    """Fill ``ratios`` with what several levers (a row of ``push.value`` each) multiply by; return whether any did."""
    if row >= push.seat.size or push.seat[row] == 0:
        return False
    for lever in range(ratios.size):
        ratios[lever] = np.exp(np.float64(push.value[lever, push.seat[row]]))
    return True


@inline
def pushed(push, row):
    """Return what a lever (`sim.core.levers.Push`) pushes a row by; a lever nobody pushes is empty."""
    return push.value[push.seat[row]] if row < push.seat.size else NONE
