"""What services do for the homes they support, through the equations of this room."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns

Array = npt.NDArray[Any]


def relieve(families: Columns, reversion: float, homes: Array, shift: Array) -> None:
    """Move the stress of homes (each once) as a push of ``shift`` on the lever ``parental_stress`` would in a month."""
    families.stress[homes] += (reversion * shift).astype(np.float32)


def leave_care(people: Columns, inside: Array) -> None:
    """End the care of whoever is ``inside`` (in custody): they are looked after there and nowhere else."""
    people.care[inside] = 0
