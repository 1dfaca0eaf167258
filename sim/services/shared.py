"""What services and programmes share: the record of where violence happens, and the time of staff."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR
from sim.services.names import SERVICES

Array = npt.NDArray[Any]

ROUNDING = 1e-9


class SharedWithProgrammes:
    """Hold what programmes may know and take of services.

    Attributes
    ----------
    recorded : violence police recorded in each of the last twelve months, shape (12, communities).
    capacity : cases each service could begin this month, on average over months.
    free : cases of each service's capacity that programmes may still take.
    lent : cases of each service's capacity that programmes have taken and the service has not yet gone without.
    """

    def __init__(self, communities: int) -> None:
        self.recorded = np.zeros((MONTHS_PER_YEAR, communities), np.int32)
        self.capacity = np.zeros(len(SERVICES))
        self.free = np.zeros(len(SERVICES))
        self.lent = np.zeros(len(SERVICES))

    def note_recorded(self, month: int, location: Array) -> None:
        """Note the communities in which the recorded incidents of a month happened; those of a year ago go."""
        self.recorded[month % MONTHS_PER_YEAR] = np.bincount(location, minlength=self.recorded.shape[1])

    @property
    def recorded_last_year(self) -> Array:
        """Incidents recorded in the last twelve months, by community."""
        return np.asarray(self.recorded.sum(axis=0))

    def open_month(self, most_share: float) -> None:
        """Let programmes take up to a share of this month's capacity; where that is less than a case, it adds up."""
        most = most_share * self.capacity
        self.free = np.minimum(self.free + most, np.maximum(most, 1.0)) * (most > 0.0)

    def free_for_programmes(self, service: int) -> int:
        """Return how many more cases programmes may begin with a service's staff this month."""
        return int(self.free[service] + ROUNDING)

    def take(self, service: int, cases: float) -> None:
        """Use the capacity of a service for a programme: the service can begin that many cases fewer."""
        self.free[service] -= cases
        self.lent[service] += cases

    def settle(self, credit: Array, capacity: Array) -> None:
        """Take what was lent from what services can begin this month; what is not there is taken from later months."""
        self.capacity = capacity
        credit -= self.lent
        self.lent[:] = 0.0
