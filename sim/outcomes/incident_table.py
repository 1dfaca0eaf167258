"""Every incident as a row: who, whom, where, why, how bad, and what services saw and did."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.records import FEMALE_MALE, Field, TableForm, chosen
from sim.violence.incidents import ADMITTED, CAUSES, CONTEXTS, FATAL, INJURY, RETALIATION, SERIES, SEVERITIES, TREATED

Array = npt.NDArray[Any]


@dataclass
class IncidentView:
    """Hold a world, a month and its incidents, for the columns to read."""

    world: Any
    run: int
    month: int
    incidents: Any

    @property
    def people(self) -> Any:
        return self.world.people

    @cached_property
    def codes(self) -> Array:
        """LSOA code by community row."""
        return np.asarray(self.world.place_data.codes, object)

    def years(self, rows: Array) -> Array:
        """Age in completed years."""
        months = self.month - self.people.birth_month[rows].astype(np.int64)
        return (months // MONTHS_PER_YEAR).astype(np.uint8)

    def home(self, rows: Array) -> Array:
        """LSOA code of the home community."""
        return np.asarray(self.codes[self.people.community[rows]])

    def every(self, value: Any, dtype: Any) -> Array:
        """Return the same value for every incident."""
        return np.full(len(self.incidents), value, dtype)

    def at_least(self, severity: int) -> Array:
        """Whether each incident is at least so severe."""
        return np.asarray(self.incidents.severity >= severity)


INCIDENTS = TableForm(
    "incidents",
    "one incident: one perpetrator, one victim, from the decision date on",
    (
        Field("run", "UINTEGER", "", "Number of the run", lambda v: v.every(v.run, np.uint32)),
        Field(
            "month",
            "USMALLINT",
            "months",
            "Months since the decision date; 0 is the first month after it",
            lambda v: v.every(v.month - v.world.clock.decision_month, np.uint16),
        ),
        Field(
            "calendar_month",
            "VARCHAR",
            "year-month",
            "The same as a date",
            lambda v: v.every(v.world.clock.label(v.month), object),
        ),
        Field("incident", "UBIGINT", "key", "Synthetic key, unique within run and month", lambda v: v.incidents.key),
        Field(
            "context", "VARCHAR", "", f"One of {', '.join(CONTEXTS)}", lambda v: chosen(CONTEXTS, v.incidents.context)
        ),
        Field("cause", "VARCHAR", "", f"One of {', '.join(CAUSES)}", lambda v: chosen(CAUSES, v.incidents.cause)),
        Field(
            "retaliation",
            "BOOLEAN",
            "",
            "Brought about by recent violence against the perpetrator or the perpetrator's friends",
            lambda v: v.incidents.cause == RETALIATION,
        ),
        Field(
            "series",
            "BOOLEAN",
            "",
            "One more of a series against the same victim",
            lambda v: v.incidents.cause == SERIES,
        ),
        Field(
            "perpetrator",
            "UBIGINT",
            "key",
            "Synthetic key of the perpetrator",
            lambda v: v.people.key[v.incidents.offender],
        ),
        Field(
            "perpetrator_age", "UTINYINT", "years", "Age of the perpetrator", lambda v: v.years(v.incidents.offender)
        ),
        Field(
            "perpetrator_sex",
            "VARCHAR",
            "",
            "female or male",
            lambda v: FEMALE_MALE[v.people.sex[v.incidents.offender]],
        ),
        Field(
            "perpetrator_community",
            "VARCHAR",
            "LSOA",
            "Where the perpetrator lives",
            lambda v: v.home(v.incidents.offender),
        ),
        Field("victim", "UBIGINT", "key", "Synthetic key of the victim", lambda v: v.people.key[v.incidents.victim]),
        Field("victim_age", "UTINYINT", "years", "Age of the victim", lambda v: v.years(v.incidents.victim)),
        Field("victim_sex", "VARCHAR", "", "female or male", lambda v: FEMALE_MALE[v.people.sex[v.incidents.victim]]),
        Field("victim_community", "VARCHAR", "LSOA", "Where the victim lives", lambda v: v.home(v.incidents.victim)),
        Field("community", "VARCHAR", "LSOA", "Where it took place", lambda v: v.codes[v.incidents.location]),
        Field(
            "severity",
            "VARCHAR",
            "",
            f"One of {', '.join(SEVERITIES)}",
            lambda v: chosen(SEVERITIES, v.incidents.severity),
        ),
        Field("injury", "BOOLEAN", "", "The victim was injured", lambda v: v.at_least(INJURY)),
        Field("weapon", "BOOLEAN", "", "A sharp object was used", lambda v: v.incidents.weapon),
        Field("alcohol", "BOOLEAN", "", "The perpetrator had been drinking", lambda v: v.incidents.alcohol),
        Field("ed_treated", "BOOLEAN", "", "Treated in an emergency department", lambda v: v.at_least(TREATED)),
        Field("admitted", "BOOLEAN", "", "Admitted to hospital", lambda v: v.at_least(ADMITTED)),
        Field("fatal", "BOOLEAN", "", "The victim died", lambda v: v.at_least(FATAL)),
        Field("reported", "BOOLEAN", "", "Somebody told the police", lambda v: v.incidents.reported),
        Field("recorded", "BOOLEAN", "", "Police recorded a crime", lambda v: v.incidents.recorded),
        Field("arrested", "BOOLEAN", "", "The perpetrator was arrested for it", lambda v: v.incidents.arrested),
        Field(
            "sanctioned",
            "BOOLEAN",
            "",
            "The perpetrator was cautioned or convicted for it",
            lambda v: v.incidents.sanctioned,
        ),
    ),
)
