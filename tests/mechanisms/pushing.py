"""Push levers in a place, by hand: for this month and, as a hold, for those to come."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.levers import LEVERS
from sim.place import Place


class Pushing:
    """Push levers by a value for everybody, or for chosen rows, beside what programmes push."""

    def __init__(self, values: dict[str, float], rows: np.ndarray | None = None) -> None:
        self.values, self.rows = values, rows

    def apply(self, world: Any, month: int = 0) -> None:
        """Push everything."""
        sizes = {"person": world.people.n, "family": world.families.n, "community": world.communities.n}
        for name, value in self.values.items():
            size = sizes[LEVERS[name].level]
            rows = np.arange(size) if self.rows is None else self.rows
            world.tools.levers.push(name, rows, np.full(rows.size, value, np.float32), size)


def pushed(world: Place, rows: np.ndarray | None = None, **values: float) -> Place:
    """Return a fork in which levers are pushed from now on."""
    twin = world.fork()
    push = Pushing(values, rows)
    push.apply(twin)
    twin.holds.append(push)
    return twin
