"""Co-offending: who of an offender's friends takes part in an incident."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, code_key, declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.tools import ParameterValues
from sim.population.coefficients import by_age
from sim.population.columns import GANG_MEMBER, NOBODY
from sim.violence.incidents import SERIES, Incidents

Array = npt.NDArray[Any]

TOGETHER = declare_sheet("violence.together", ("with_another",))
RACE = code_key("violence.accomplice")
MONTHS_TOGETHER = 6
MANTISSA_BITS = np.uint64(11)
MANTISSA = 2.0**53


class Accomplices:
    """Choose at most one accomplice for an incident in public or among peers, by the offender's age.

    Suitable friends run a race keyed by offender, half year and friend, at a rate that rises with their own risk: so
    an offender goes with the same friend for a while. An incident of a series is the offender's own. Incidents become
    no more frequent: the offender would have acted alone.
    """

    def __init__(self, people: Columns, parameters: ParameterValues, chance: Chance) -> None:
        self.people, self.chance, self.parameters = people, chance, parameters
        self.share = by_age(parameters["violence.accomplice_ages"], parameters["violence.accomplice_share"])
        self.lowest_age_sex = 2 * int(parameters["violence.youngest_offender_age"])

    def join(self, incidents: Incidents) -> None:
        """Write the accomplices of a month's incidents (rows of people, -1 where the offender acts alone)."""
        people, p = self.people, self.parameters
        offender = incidents.offender
        share = self.share[people.age_sex[offender] // 2]
        member = (people.gang[offender] == GANG_MEMBER) & (share > 0)
        share = np.minimum(share + p["violence.accomplice_gang"] * member, 1.0)
        luck = self.chance.uniforms(TOGETHER, 0, incidents.key, incidents.month)
        shared = np.flatnonzero(incidents.visible & (incidents.cause != SERIES) & (luck < share))
        incidents.accomplice[shared] = self._first(offender[shared], incidents.victim[shared], incidents.month)

    def _first(self, offender: Array, victim: Array, month: int) -> Array:
        """Return the friend who is first home in each offender's race, -1 without a suitable friend."""
        people = self.people
        if offender.size == 0:
            return np.empty(0, np.int32)
        friends = people.friends[offender]
        row = np.maximum(friends, 0)
        suitable = (friends >= 0) & (row != offender[:, None]) & (row != victim[:, None])
        suitable &= (people.present[row] == 1) & (people.custody[row] == 0)
        suitable &= people.age_sex[row] >= self.lowest_age_sex
        half_year = RACE + np.uint64(month // MONTHS_TOGETHER)
        of_offender = np.repeat(pair_key(people.key[offender], np.full(offender.size, half_year)), friends.shape[1])
        luck = pair_key(of_offender, people.key[row].ravel()) >> MANTISSA_BITS
        rate = np.exp(self.parameters["violence.accomplice_risk"] * people.risk_log[row].astype(np.float64))
        time = -np.log1p(-(luck.astype(np.float64).reshape(row.shape) + 0.5) / MANTISSA) / rate
        time[~suitable] = np.inf
        first = np.argmin(time, axis=1)
        found = np.arange(first.size)
        return np.where(np.isfinite(time[found, first]), row[found, first], NOBODY).astype(np.int32)
