"""Levers: the named quantities a programme may move.

Rooms offer levers, programmes push them, rooms read the combination. A lever nobody pushes is an array of length
zero, so it costs nothing and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SUM, STRONGEST, SUM_TO_FLOOR = "sum", "strongest", "sum to a floor"
PERSON, FAMILY, COMMUNITY = "person", "family", "community"


@dataclass(frozen=True)
class Lever:
    """Declare a lever: at which level it acts, how pushes combine, and what a push of one unit means.

    ``sum``: pushes add (log or standard-deviation scale). ``strongest``: the push furthest from zero counts.
    ``sum to a floor``: pushes add down to ``floor``.
    """

    name: str
    level: str
    combine: str
    unit: str
    meaning: str
    floor: float = -np.inf


def _lever(name: str, level: str, combine: str, unit: str, meaning: str, floor: float = -np.inf) -> tuple[str, Lever]:
    return name, Lever(name, level, combine, unit, meaning, floor)


LEVERS: dict[str, Lever] = dict(
    (
        _lever("parental_stress", FAMILY, SUM, "sd", "shift of the mean of parental stress"),
        _lever("parenting", FAMILY, SUM, "sd", "shift of the mean of parenting quality"),
        _lever("supervision", FAMILY, SUM, "sd", "shift of the mean of parental supervision"),
        _lever("ace_hazard", FAMILY, SUM_TO_FLOOR, "log", "log hazard of abuse and neglect in the home", -3.0),
        _lever("self_control", PERSON, SUM, "sd", "shift of the mean of self-control while it forms"),
        _lever("school_engagement", PERSON, SUM, "sd", "shift of the mean of school engagement"),
        _lever("exclusion_hazard", PERSON, SUM_TO_FLOOR, "log", "log hazard of permanent exclusion", -3.0),
        _lever("acceptance_of_violence", PERSON, SUM, "sd", "shift of the level acceptance of violence moves to"),
        _lever("aspiration", PERSON, SUM, "sd", "shift of the level aspiration moves to"),
        _lever("trusted_adult", PERSON, STRONGEST, "share", "trusted adult supplied, 0 none to 1 always available"),
        _lever("job_entry", PERSON, SUM, "log", "log hazard of leaving NEET"),
        _lever("job_retention", PERSON, SUM, "log", "log hazard of keeping work (lowers the hazard of losing it)"),
        _lever(
            "unstructured_time", PERSON, SUM_TO_FLOOR, "log", "log hazard of peer and public violence by time", -2.0
        ),
        _lever("alcohol_start", PERSON, SUM, "log", "log hazard of starting heavier drinking"),
        _lever("trauma_recovery", PERSON, SUM, "log", "log rate at which trauma decays"),
        _lever("retaliation", PERSON, SUM_TO_FLOOR, "log", "log hazard of violence due to retaliation", -3.0),
        _lever("weapon_carrying", PERSON, SUM, "log odds", "log odds of carrying a weapon"),
        _lever("violence_hazard", PERSON, SUM_TO_FLOOR, "log", "log hazard of violence in every context", -3.0),
        _lever("victimisation_risk", PERSON, SUM_TO_FLOOR, "log", "log weight of being chosen as a victim", -3.0),
        _lever("opportunity", COMMUNITY, SUM_TO_FLOOR, "log", "log hazard of public violence placed there", -3.0),
        _lever("collective_efficacy", COMMUNITY, SUM, "sd", "shift of the mean of collective efficacy"),
        _lever("legitimacy", COMMUNITY, SUM, "sd", "shift of the mean of legitimacy"),
        _lever("fear", COMMUNITY, SUM, "sd", "shift of the mean of fear"),
    )
)

NOT_USED: Array = np.zeros(0, np.float32)


class Levers:
    """Hold the combined pushes of this month, one float32 array a lever in use."""

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}

    def person(self, name: str) -> Array:
        """Return the lever by person row, or an array of length 0 when nothing pushes it."""
        return self._read(name, PERSON)

    def family(self, name: str) -> Array:
        """Return the lever by family row, or an array of length 0 when nothing pushes it."""
        return self._read(name, FAMILY)

    def community(self, name: str) -> Array:
        """Return the lever by community row, or an array of length 0 when nothing pushes it."""
        return self._read(name, COMMUNITY)

    def _read(self, name: str, level: str) -> Array:
        if LEVERS[name].level != level:
            raise KeyError(f"lever {name} acts on a {LEVERS[name].level}, not on a {level}")
        return self._arrays.get(name, NOT_USED)

    @property
    def in_use(self) -> list[str]:
        return sorted(self._arrays)

    def clear(self) -> None:
        """Forget all pushes (programmes push anew each month)."""
        self._arrays = {}

    def push(self, name: str, rows: Array, values: Array, length: int) -> None:
        """Add pushes of one programme on ``rows`` of a column set of ``length`` rows (each row once)."""
        lever = LEVERS[name]
        array = self._arrays.get(name)
        if array is None:
            array = self._arrays[name] = np.zeros(length, np.float32)
        elif array.size < length:
            array = self._arrays[name] = np.concatenate([array, np.zeros(length - array.size, np.float32)])
        if lever.combine == STRONGEST:
            current = array[rows]
            array[rows] = np.where(np.abs(values) > np.abs(current), values, current)
        else:
            array[rows] = np.maximum(array[rows] + values, np.float32(lever.floor))

    def fit(self, people: int, families: int) -> None:
        """Lengthen levers in use with zeros after rows were appended."""
        lengths = {PERSON: people, FAMILY: families}
        for name, array in self._arrays.items():
            length = lengths.get(LEVERS[name].level, array.size)
            if array.size < length:
                self._arrays[name] = np.concatenate([array, np.zeros(length - array.size, np.float32)])

    def remap(self, people_order: Array, families_order: Array) -> None:
        """Follow a compaction: ``order`` lists the old rows that are kept, in their new order."""
        orders = {PERSON: people_order, FAMILY: families_order}
        for name, array in self._arrays.items():
            order = orders.get(LEVERS[name].level)
            if order is not None:
                self._arrays[name] = np.ascontiguousarray(array[order])
