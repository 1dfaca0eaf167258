"""Everybody once a year as a row: who they are, how they live, and what has happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.outcomes.records import FEMALE_MALE, Field, TableForm, chosen
from sim.population.columns import NEVER, WORK_STATES

Array = npt.NDArray[Any]

NOBODY_KEY = np.uint64(0)
GANG_STATES = ("none", "in a gang", "exploited by a gang")
"""By value of the column ``gang``."""
SEPARATOR = ";"


@dataclass
class PeopleView:
    """Hold a world, some of its person rows and what a recorder has counted about them, for the columns to read."""

    world: Any
    run: int
    year: int
    rows: Array
    perpetrated: Any
    suffered: Any
    programmes: dict[str, Array]

    def of(self, column: str) -> Array:
        """Return a column of these people."""
        return np.asarray(getattr(self.world.people, column)[self.rows])

    def is_set(self, column: str) -> Array:
        """Return whether a column is above zero."""
        return np.asarray(self.of(column) > 0)

    def key_of(self, column: str, members: str = "people") -> Array:
        """Return the keys of the rows a column refers to, 0 where it refers to nobody."""
        rows, keys = self.of(column), getattr(self.world, members).key
        return np.where(rows >= 0, keys[np.maximum(rows, 0)], NOBODY_KEY)

    def every(self, value: Any, dtype: Any) -> Array:
        """Return the same value for everybody."""
        return np.full(self.rows.size, value, dtype)

    def programmes_received(self) -> Array:
        """Return the programmes each person has ever been enrolled in, joined by semicolons; '' for none."""
        names: Array = self.every("", object)
        keys = self.of("key")
        for programme, enrolled in sorted(self.programmes.items()):
            took_part = np.flatnonzero(np.isin(keys, enrolled))
            for position in took_part:
                names[position] += (SEPARATOR if names[position] else "") + programme
        return names


PEOPLE = TableForm(
    "people",
    "one resident at the end of one year after the decision date, and at the decision date (year 0)",
    (
        Field("run", "UINTEGER", "", "Number of the run", lambda v: v.every(v.run, np.uint32)),
        Field(
            "year",
            "USMALLINT",
            "years",
            "Years lived since the decision date; 0 is the decision date itself",
            lambda v: v.every(v.year, np.uint16),
        ),
        Field("person", "UBIGINT", "key", "Synthetic key, the same in every year", lambda v: v.of("key")),
        Field("age", "UTINYINT", "years", "Age in completed years", lambda v: v.of("age_sex") >> 1),
        Field("sex", "VARCHAR", "", "female or male", lambda v: FEMALE_MALE[v.of("sex")]),
        Field(
            "community",
            "VARCHAR",
            "LSOA",
            "Where the person lives",
            lambda v: np.asarray(v.world.place_data.codes, object)[v.of("community")],
        ),
        Field(
            "family",
            "UBIGINT",
            "key",
            "Synthetic key of the household; NULL in an institution",
            lambda v: v.key_of("family", "families"),
            NOBODY_KEY,
        ),
        Field(
            "mother",
            "UBIGINT",
            "key",
            "Key of the mother, NULL if not in the place",
            lambda v: v.key_of("mother"),
            NOBODY_KEY,
        ),
        Field(
            "father",
            "UBIGINT",
            "key",
            "Key of the father, NULL if not in the place",
            lambda v: v.key_of("father"),
            NOBODY_KEY,
        ),
        Field(
            "ace_count",
            "UTINYINT",
            "kinds",
            "Kinds of adverse childhood experience so far",
            lambda v: v.of("ace_count"),
        ),
        Field("excluded", "BOOLEAN", "", "Ever permanently excluded from school", lambda v: v.of("exclusion") != NEVER),
        Field("in_care", "BOOLEAN", "", "Looked after", lambda v: v.is_set("care")),
        Field(
            "school_or_work",
            "VARCHAR",
            "",
            f"One of {', '.join(WORK_STATES)}",
            lambda v: chosen(WORK_STATES, v.of("work")),
        ),
        Field("heavier_drinker", "BOOLEAN", "", "Drinks heavily", lambda v: v.is_set("alcohol")),
        Field("weapon", "BOOLEAN", "", "Carries a weapon", lambda v: v.is_set("weapon")),
        Field("gang", "VARCHAR", "", f"One of {', '.join(GANG_STATES)}", lambda v: chosen(GANG_STATES, v.of("gang"))),
        Field(
            "incidents_as_perpetrator",
            "UINTEGER",
            "incidents",
            "Incidents as perpetrator since the decision date",
            lambda v: v.perpetrated.of(v.of("key")),
        ),
        Field(
            "incidents_as_victim",
            "UINTEGER",
            "incidents",
            "Incidents as victim since the decision date",
            lambda v: v.suffered.of(v.of("key")),
        ),
        Field(
            "sanctions",
            "UTINYINT",
            "sanctions",
            "Cautions and convictions in life so far, at most 255",
            lambda v: v.of("sanctions"),
        ),
        Field("in_custody", "BOOLEAN", "", "In custody", lambda v: v.is_set("custody")),
        Field(
            "programmes",
            "VARCHAR",
            "ids",
            "Programmes ever enrolled in since the decision date, joined by semicolons; NULL for none",
            lambda v: v.programmes_received(),
            "",
        ),
    ),
)
