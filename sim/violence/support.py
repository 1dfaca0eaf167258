"""What mediation does about retaliation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns

Array = npt.NDArray[Any]


def calm(people: Columns, rows: Array, kept: float) -> None:
    """Leave of the urge of ``rows`` to retaliate the share ``kept``."""
    people.retaliation[rows] *= np.float32(kept)
