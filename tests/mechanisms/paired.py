"""Pairs of worlds that differ in one thing: forks of a place, with one room made anew from changed parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from calibration.expected_rates import expected_rates
from sim.core.columns import Columns
from sim.place import Place
from sim.violence.incidents import Incidents
from sim.violence.violence import Violence

AFTER_VIOLENCE = frozenset({"violence", "services"})
LATE = frozenset(
    {"present", "age_sex", "family", "partner", "mother", "father", "role", "reference_person"}
    | {"friends", "friend_count", "states", "alcohol"}
)
"""Columns that violence may change in the same month: by a death, by acting together, by violence in the home, or
by whom services then help."""


def with_violence(world: Place, changes: dict[str, Any]) -> Place:
    """Return a fork whose violence room has other parameters."""
    twin = world.fork()
    parameters = world.parameters.replace(changes)
    room = twin.violence
    columns = (twin.people, twin.families, twin.communities)
    adjacency = (room.indptr, room.indices)
    twin.violence = Violence(*columns, room.rosters, replace(twin.tools, parameters=parameters), adjacency)
    return twin


def risk(world: Place) -> np.ndarray:
    """Return everybody's log-risk as of now."""
    world.violence.risk.refresh(world.month)
    return world.people.risk_log.astype(np.float64)


def rates(world: Place) -> np.ndarray:
    """Return the expected incidents of everybody by stream, float64[8, people], as of now."""
    risk(world)
    return expected_rates(world)


def a_month_of_violence(world: Place, level: float = 1.0) -> Incidents:
    """Let violence happen once, without anything before or after it in the month."""
    world.ties.rosters.rebuild(world.people, world.people.age_sex)
    return world.violence.unfold(world.month, level)


def aged(world: Place, youngest: int, oldest: int) -> np.ndarray:
    """Return who is of an age, both included."""
    strata = world.people.age_sex
    return (strata >= 2 * youngest) & (strata < 2 * (oldest + 1))


def every_second(world: Place) -> np.ndarray:
    """Return half of the people, chosen by their keys."""
    return world.people.key % np.uint64(2) == 0


def differing(one: Columns, other: Columns, writers_left_out: Iterable[str] = ()) -> list[str]:
    """Return the columns in which two worlds differ."""
    return [
        name
        for name, spec in one.specs.items()
        if spec.writer not in set(writers_left_out)
        and not np.array_equal(getattr(one, name), getattr(other, name), equal_nan=spec.dtype == "float32")
    ]


def differing_before_violence(one: Place, other: Place) -> list[str]:
    """Return the columns of rooms that come before violence in the month in which two worlds differ."""
    found = []
    for name in ("people", "families", "communities"):
        found += differing(getattr(one, name), getattr(other, name), AFTER_VIOLENCE)
    return [name for name in found if name not in LATE]
