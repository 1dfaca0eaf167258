"""Follow who is sanctioned, and who is released from custody, month by month."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]
MALE = 1
COLUMNS = ("month", "person", "age", "male", "first", "released", "held")


class SanctionLog:
    """Note the sanctions and releases of each month just lived.

    One row a person and month, with columns ``month`` (from the decision date), ``person`` (key), ``age`` in years,
    ``male``, ``first`` (their first sanction ever), ``released`` (from custody, not sanctioned) and ``held`` (in
    custody after it, so not yet at risk of offending in the place).
    """

    def __init__(self, world: Any) -> None:
        self.world, self.since = world, world.month
        self._rows: list[tuple[Array, ...]] = []
        self._inside = self._held()

    def note(self) -> None:
        """Note the month just lived."""
        world, people = self.world, self.world.people
        inside = self._held()
        free = np.flatnonzero((people.present == 1) & (people.custody == 0))
        out = free[np.isin(people.key[free], self._inside)] if self._inside.size else free[:0]
        self._inside = inside
        sanctioned = np.flatnonzero((people.present == 1) & (people.months_since_sanction == 0))
        rows = np.concatenate([sanctioned, np.setdiff1d(out, sanctioned)])
        of_sanction = np.arange(rows.size) < sanctioned.size
        month = world.month - 1
        age = (month - people.birth_month[rows].astype(np.int64)) // MONTHS_PER_YEAR
        self._rows.append(
            (
                np.full(rows.size, month - self.since),
                people.key[rows],
                age,
                people.sex[rows] == MALE,
                of_sanction & (people.sanctions[rows] == 1),
                ~of_sanction,
                people.custody[rows] > 0,
            )
        )

    def table(self) -> dict[str, Array]:
        """Return everything noted, column by column."""
        return {name: np.concatenate(parts) for name, parts in zip(COLUMNS, zip(*self._rows, strict=True), strict=True)}

    def _held(self) -> Array:
        people = self.world.people
        return np.asarray(people.key[people.custody > 0])
