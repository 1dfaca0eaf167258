"""What a month of demography hands to the rooms that come after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int32]


def _nobody() -> Rows:
    return np.empty(0, np.int32)


@dataclass
class Arrivals:
    """List who came, who went and which households are new, as row numbers that hold until the next compaction.

    Attributes
    ----------
    newborns, mothers, fathers
        Children born this month and their parents, aligned; a father is -1 where unknown.
    migrants
        People who moved into the place, with the traits of the donors they are copied from.
    left, died
        People who moved out of the place, and who died.
    separated
        Families whose couple separated this month; the one who stays and the children are still in them.
    parted
        Who lives in these families now.
    founded, founded_from
        Households founded inside the place, and the household their head came from, aligned.
    migrant_families
        Households that moved into the place, with the states of their donors.
    """

    newborns: Rows = field(default_factory=_nobody)
    mothers: Rows = field(default_factory=_nobody)
    fathers: Rows = field(default_factory=_nobody)
    migrants: Rows = field(default_factory=_nobody)
    left: Rows = field(default_factory=_nobody)
    died: Rows = field(default_factory=_nobody)
    separated: Rows = field(default_factory=_nobody)
    parted: Rows = field(default_factory=_nobody)
    founded: Rows = field(default_factory=_nobody)
    founded_from: Rows = field(default_factory=_nobody)
    migrant_families: Rows = field(default_factory=_nobody)


def join_rows(parts: list[Any]) -> Rows:
    """Put lists of rows one after another."""
    return np.concatenate(parts).astype(np.int32) if parts else _nobody()
