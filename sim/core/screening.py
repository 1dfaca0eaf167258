# mypy: disable-error-code="no-untyped-def"
"""Bound a hazard at little cost, so that most chances need not be compared with the hazard itself."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import inline

_POWERS = np.append(np.exp(np.arange(-7, 11)), np.inf).astype(np.float32)
_SHIFT, _LAST, _FIRST = np.float32(8.0), np.float32(_POWERS.size - 1), np.float32(0.0)


@inline
def above_exp(number):
    """Return a float32 above exp(``number``), at most e times as large between -8 and 10."""
    return _POWERS[np.int64(min(max(number + _SHIFT, _FIRST), _LAST))]
