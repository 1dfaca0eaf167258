"""Hand the coefficients of an equation to kernels as one record with named fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.hazards import MOST_AGE_YEARS

Array = npt.NDArray[Any]
Values = Mapping[str, Any]
Coefficients = Any


def coefficients(**values: Any) -> Coefficients:
    """Return a record of float32 numbers and tables, read in kernels as ``record.name``."""
    tables = {name: np.asarray(value, np.float32) for name, value in values.items()}
    kind = np.dtype([(name, np.float32, table.shape) for name, table in tables.items()], align=True)
    record = np.zeros((), np.dtype((np.record, kind)))
    for name, table in tables.items():
        record[name] = table
    return record[()]


def by_age(ages_years: Any, values: Any) -> Array:
    """Hold each value from its age until the next age given: by age in years, 0 to 119."""
    steps = np.searchsorted(np.asarray(ages_years), np.arange(MOST_AGE_YEARS), "right") - 1
    held: Array = np.where(steps >= 0, np.asarray(values)[np.maximum(steps, 0)], 0.0)
    return held
