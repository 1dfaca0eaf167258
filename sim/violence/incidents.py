"""Incidents of one month as columns: who, whom, where, how bad."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.columns import NOBODY

Array = npt.NDArray[Any]

PEER, PUBLIC, PARTNER, FAMILY, ACQUISITIVE = range(5)
CONTEXTS = ("peer", "public", "partner", "family", "acquisitive")

ORDINARY, RETALIATION, SERIES = range(3)
CAUSES = ("ordinary", "retaliation", "series")

NO_INJURY, INJURY, TREATED, ADMITTED, FATAL = range(5)
YES_OR_NO = ("weapon", "alcohol", "reported", "recorded", "arrested", "sanctioned")
SEVERITIES = ("no injury", "injury", "treated in an emergency department", "admitted", "fatal")


@dataclass
class Incidents:
    """Hold the incidents of one month, one element an incident; rows are person rows.

    ``key`` is the incident's own key: follow-up chance (severity, reporting, sanction) is keyed by it.
    ``accomplice`` is the row of who takes part beside the offender, -1 where nobody does.
    """

    month: int
    key: Array
    offender: Array
    victim: Array
    context: Array
    cause: Array
    location: Array
    accomplice: Array = field(init=False)
    weapon: Array = field(init=False)
    alcohol: Array = field(init=False)
    severity: Array = field(init=False)
    expected_ed: Array = field(init=False)
    expected_admission: Array = field(init=False)
    expected_death: Array = field(init=False)
    reported: Array = field(init=False)
    recorded: Array = field(init=False)
    arrested: Array = field(init=False)
    sanctioned: Array = field(init=False)

    def __post_init__(self) -> None:
        size = self.key.size
        for name in YES_OR_NO:
            setattr(self, name, np.zeros(size, bool))
        self.severity = np.zeros(size, np.uint8)
        self.accomplice = np.full(size, NOBODY, np.int32)
        self.expected_ed, self.expected_admission, self.expected_death = (np.zeros(size) for _ in range(3))

    def __len__(self) -> int:
        return int(self.key.size)

    def where(self, mask: Array) -> Array:
        """Return the positions of incidents for which ``mask`` holds."""
        return np.flatnonzero(mask)

    @property
    def stranger(self) -> Array:
        """Whether each incident is public or acquisitive."""
        return np.asarray((self.context == PUBLIC) | (self.context == ACQUISITIVE))

    @property
    def visible(self) -> Array:
        """Whether neighbours can see it: all but partner and family violence."""
        return np.asarray((self.context != PARTNER) & (self.context != FAMILY))

    @property
    def at_home(self) -> Array:
        """Positions of partner and family violence."""
        return np.flatnonzero(~self.visible)

    @property
    def together(self) -> Array:
        """Positions of incidents with an accomplice."""
        return np.flatnonzero(self.accomplice != NOBODY)

    @property
    def injured(self) -> Array:
        return np.asarray(self.severity >= INJURY)

    @property
    def treated(self) -> Array:
        return np.asarray(self.severity >= TREATED)
