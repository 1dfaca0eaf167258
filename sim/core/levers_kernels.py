# mypy: disable-error-code="no-untyped-def"
"""Read a lever inside a kernel."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import inline

NONE = np.float32(0.0)


@inline
def pushed(push, row):
    """Return what a lever (`sim.core.levers.Push`) pushes a row by; a lever nobody pushes is empty."""
    return push.value[push.seat[row]] if row < push.seat.size else NONE
