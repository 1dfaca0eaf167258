"""What services do for the individuals they support, through the equations of this room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.hazards import half_life_factor
from sim.population.columns import EMPLOYED

Array = npt.NDArray[Any]


def ease_trauma(people: Columns, parameters: Mapping[str, Any] | Any, rows: Array, recovery: float) -> None:
    """Let the trauma of ``rows`` decay faster, as a push of ``recovery`` on the lever ``trauma_recovery`` would."""
    kept = half_life_factor(parameters["individuals.trauma_half_life"])
    people.trauma[rows] *= np.float32(kept ** (np.exp(recovery) - 1.0))


def quit_habits(people: Columns, rows: Array) -> None:
    """Let ``rows`` stop heavier drinking and drug use."""
    people.alcohol[rows] = 0
    people.drugs[rows] = 0


def start_work(people: Columns, rows: Array) -> None:
    """Let ``rows`` begin a job."""
    people.work[rows] = EMPLOYED
    people.months_in_work_state[rows] = 0


def engage(people: Columns, reversion: float, rows: Array, shift: float) -> None:
    """Move the engagement of pupils as a push of ``shift`` on the lever ``school_engagement`` would in a month."""
    people.school_engagement[rows] += np.float32(reversion * shift)
