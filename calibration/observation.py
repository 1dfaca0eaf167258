"""What is observed of one simulated world: every incident and sanction of some years, everybody at each year's end.

Statistics are computed from these tables alone, so that a definition means the same for any world and for any log
of the same form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from calibration.sanction_log import SanctionLog
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.recorder import InMemory, TableRecorder
from sim.population.places import PlaceData
from sim.run import RunSpec, build
from sim.violence.incidents import CONTEXTS, PARTNER
from sim.violence.severity import probabilities

Array = npt.NDArray[Any]
Table = dict[str, Array]
EXPECTED = "expected_"
HALF_A_YEAR = 0.5


@dataclass(frozen=True)
class Observation:
    """Hold the incidents and the people of one run.

    Attributes
    ----------
    incidents, people
        Columns by name, see `sim/outcomes/README.md`.
    years
        Years observed after the decision date.
    fifth
        National fifth of income deprivation of each community (0 most deprived), by LSOA code.
    sanctions
        Sanctions and releases, see `calibration.sanction_log`; empty where they were not followed.
    """

    incidents: Table
    people: Table
    years: int
    fifth: dict[str, int]
    sanctions: Table = field(default_factory=dict)

    def everybody(self, year: int) -> Table:
        """Return the people present at the end of a year (0: the decision date)."""
        rows = np.flatnonzero(self.people["year"] == year)
        return {name: column[rows] for name, column in self.people.items()}

    def within(self, year: int) -> Table:
        """Return the incidents of the year that ends with `everybody(year)`; years count from 1."""
        rows = np.flatnonzero(self.incidents["month"] // MONTHS_PER_YEAR == year - 1)
        return {name: column[rows] for name, column in self.incidents.items()}

    def events(self, what: str) -> Array:
        """Return the expected number of such events of each incident, or what happened where nothing is expected.

        Attendances, admissions and homicides are expected given the incident: rare outcomes are counted as the sum of
        their chances, which has the same mean as their number and far less noise.
        """
        expected = self.incidents.get(EXPECTED + what)
        return np.asarray(self.incidents[what] if expected is None else expected, np.float64)

    @cached_property
    def survey_years(self) -> list[tuple[Table, Table]]:
        """For each year, the people at its end and its incidents."""
        return [(self.everybody(year), self.within(year)) for year in range(1, self.years + 1)]

    def person_years(self, chosen: Any) -> float:
        """Return person-years of those for whom ``chosen(table)`` holds, from the people at the year ends."""
        return float(sum(np.count_nonzero(chosen(people)) for people, _ in self.survey_years))

    def fifth_of(self, codes: Array) -> Array:
        """Return the fifth of deprivation of communities given by code."""
        known, inverse = np.unique(codes, return_inverse=True)
        return np.array([self.fifth[str(code)] for code in known])[inverse]


def observe(
    place: PlaceData,
    seed: int,
    draw: int | None,
    years: int,
    burn_in_years: int = 5,
    parameters: Any = None,
    tick: Callable[[int], None] = lambda months: None,
) -> Observation:
    """Live a place through its burn-in and some years, and return what is observed of these years.

    ``tick`` is called with the number of months just lived.
    """
    world = build(RunSpec(place, draw=draw, seed=seed, years=years, burn_in_years=burn_in_years), parameters)
    try:
        for _ in range(burn_in_years):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        return observe_from(world, years, tick)
    finally:
        world.close()


def observe_from(world: Any, years: int, tick: Callable[[int], None] = lambda months: None) -> Observation:
    """Live some years from the decision date and return what is observed of them."""
    tables = InMemory()
    world.recorder = TableRecorder(tables)
    world.recorder.begin(world)
    sanctions = SanctionLog(world)
    for month in range(years * MONTHS_PER_YEAR):
        world.run(1)
        sanctions.note()
        if month % MONTHS_PER_YEAR == MONTHS_PER_YEAR - 1:
            tick(MONTHS_PER_YEAR)
    data = world.place_data
    fifth = {str(code): int(f) for code, f in zip(data.codes, data.fifth, strict=True)}
    incidents = tables.table("incidents")
    incidents = incidents | expected_harm(world, incidents)
    return Observation(incidents, tables.table("people"), years, fifth, sanctions.table())


def expected_harm(world: Any, incidents: Table) -> Table:
    """Return the chance that each incident leads to attendance, admission and death, given all but its severity."""
    data = world.place_data
    deprivation = data.z[np.searchsorted(data.codes, incidents["victim_community"].astype(str))].astype(np.float64)
    injury, treatment, admission, death = probabilities(
        world.parameters,
        incidents["weapon"],
        incidents["context"] == CONTEXTS[PARTNER],
        incidents["victim_sex"] == "male",
        incidents["victim_age"] + HALF_A_YEAR,
        deprivation,
    )
    treated = injury * treatment
    return {
        EXPECTED + "ed_treated": treated,
        EXPECTED + "admitted": treated * admission,
        EXPECTED + "fatal": treated * admission * death,
    }


def count_by_key(keys: Array, counted: Array) -> Array:
    """Return how often each of ``keys`` (any order) is among ``counted``."""
    found, number = np.unique(counted, return_counts=True)
    at = np.minimum(np.searchsorted(found, keys), max(found.size - 1, 0))
    if found.size == 0:
        return np.zeros(keys.size, np.int64)
    return np.where(found[at] == keys, number[at], 0)
