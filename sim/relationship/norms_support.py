"""What services do for the norms and trusted adults of those they support."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns

Array = npt.NDArray[Any]


def befriend(people: Columns, rows: Array) -> None:
    """Give each of ``rows`` a trusted adult."""
    people.trusted_adult[rows] = 1


def talk_over(people: Columns, rows: Array, shift: float) -> None:
    """Move the acceptance of violence of ``rows`` by ``shift``."""
    people.acceptance_of_violence[rows] += np.float32(shift)
