"""What services do for the homes and children they support, through the equations of this room."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns

Array = npt.NDArray[Any]


def relieve(families: Columns, reversion: float, homes: Array, shift: Array) -> None:
    """Move the stress of homes (each once) as a push of ``shift`` on the lever ``parental_stress`` would in a month."""
    families.stress[homes] += (reversion * shift).astype(np.float32)


def look_after(people: Columns, children: Array, inside: Array) -> None:
    """Take children into care; whoever is ``inside`` (in custody) is looked after there and nowhere else."""
    people.care[children] = 1
    people.care[inside] = 0
