"""Draws of the fitted parameters, read from the file that a fit has written; none where there is no such file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).parents[2] / "calibration" / "posterior" / "draws.csv"


@cache
def read_draws(path: Path = PATH) -> Mapping[str, NDArray[np.float64]]:
    """Return the draws of each fitted parameter by identifier: values, or factors on the central value of a table."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    table = np.array(rows, dtype=np.float64)
    if not np.array_equal(table[:, 0], np.arange(len(table))) or not np.isfinite(table).all():
        raise ValueError(f"{path.name}: draws must be numbered from 0 and hold finite numbers.")
    return {name: table[:, column] for column, name in enumerate(head) if name != "draw"}
