"""The ledger: what happened, counted by year, deprivation fifth, age, sex and community. Money comes afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.time import MONTHS_PER_YEAR, Clock

Array = npt.NDArray[Any]

FIFTHS = 5
SEXES = 2
AGE_BAND_STARTS_YEARS = (0, 10, 18, 25, 35, 50, 65)
AGE_BANDS = tuple(
    f"{start}-{stop - 1}" if stop else f"{start}+"
    for start, stop in zip(AGE_BAND_STARTS_YEARS, (*AGE_BAND_STARTS_YEARS[1:], 0), strict=True)
)
NO_VALUES: Array = np.zeros(0)
# The last band by one entry, which holds for everybody older.
_STARTS_MONTHS = np.multiply(AGE_BAND_STARTS_YEARS, MONTHS_PER_YEAR)
BAND_OF_MONTH: Array = np.repeat(np.arange(_STARTS_MONTHS.size), np.diff(_STARTS_MONTHS, append=_STARTS_MONTHS[-1] + 1))


@cache
def _tally() -> Callable[..., Array]:
    # Ledgers are opened where nothing is compiled: import the kernel when people are first counted.
    from sim.core.ledger_kernels import tally

    return tally


class Tables:
    """Hold the totals of one measure."""

    def __init__(self, years: int, communities: int) -> None:
        self.by_year_fifth = np.zeros((years, FIFTHS))
        self.by_year_band_sex = np.zeros((years, len(AGE_BAND_STARTS_YEARS), SEXES))
        self.by_community = np.zeros(communities)
        self.by_month = np.zeros(years * MONTHS_PER_YEAR)


class Ledger:
    """Count measures of people and resources used. Nothing is written before the decision date."""

    def __init__(self, fifth: Array, clock: Clock, measures: Sequence[str] = (), years: int = 0) -> None:
        self.fifth = np.ascontiguousarray(fifth, np.int64)
        self.clock = clock
        self.declared = tuple(measures)
        self.clips: dict[str, int] = {}
        self.month = 0
        self.open(years)

    def open(self, years: int) -> None:
        """Begin afresh with room for ``years`` years after the decision date."""
        self.years = years
        self.tables = {name: Tables(years, self.fifth.size) for name in self.declared}
        self.resources: dict[str, Array] = {}

    def make_room(self, years: int) -> None:
        """Lengthen the tables to ``years`` years after the decision date, keeping what has been counted."""
        if years <= self.years:
            return
        old, kept_resources = self.tables, self.resources
        self.open(years)
        for name, tables in old.items():
            longer = self.tables.setdefault(name, Tables(years, self.fifth.size))
            longer.by_community[:] = tables.by_community
            for what in ("by_year_fifth", "by_year_band_sex", "by_month"):
                short = getattr(tables, what)
                getattr(longer, what)[: len(short)] = short
        for name, amounts in kept_resources.items():
            self.resources[name] = np.concatenate([amounts, np.zeros(years - amounts.size)])

    @property
    def measures(self) -> list[str]:
        return list(self.tables)

    def stack(self, what: str) -> Array:
        """Return one kind of table (``by_year_fifth`` ...) of all measures, stacked in their order."""
        return np.stack([getattr(tables, what) for tables in self.tables.values()])

    @property
    def year(self) -> int:
        return self.clock.year_index(self.month)

    @property
    def counting(self) -> bool:
        return 0 <= self.year < self.years

    def add(self, measure: str, community: Array, age_months: Array, sex: Array, values: Array | None = None) -> None:
        """Count one (or ``values``) for each person given by home community, age and sex."""
        year = self.year
        if not 0 <= year < self.years or community.size == 0:
            return
        who = np.asarray(community, np.int64), np.asarray(age_months, np.int64), np.asarray(sex, np.int64)
        self._add(measure, year, who, NO_VALUES if values is None else np.asarray(values, np.float64))

    def add_each(
        self, community: Array, age_months: Array, sex: Array, measures: Mapping[str, tuple[Array | None, Array | None]]
    ) -> None:
        """Count the same people in several measures: by measure which of them (a mask or None) and values (or None)."""
        year = self.year
        if not 0 <= year < self.years or community.size == 0:
            return
        who = np.asarray(community, np.int64), np.asarray(age_months, np.int64), np.asarray(sex, np.int64)
        for measure, (which, values) in measures.items():
            if which is None:
                self._add(measure, year, who, NO_VALUES if values is None else values)
            elif which.any():
                # Somebody left out adds nothing.
                self._add(measure, year, who, which.astype(np.float64) if values is None else which * values)

    def _add(self, measure: str, year: int, who: tuple[Array, Array, Array], values: Array) -> None:
        tables = self._tables(measure)
        of_year = tables.by_year_fifth[year], tables.by_year_band_sex[year]
        here = _tally()(*who, values, BAND_OF_MONTH, self.fifth, *of_year, tables.by_community)
        tables.by_month[self.month - self.clock.decision_month] += here.sum()

    def add_tables(self, measure: str, by_community: Array, by_band_sex: Array) -> None:
        """Count totals already summed by community and by (age band, sex): for whole-population measures."""
        if not self.counting:
            return
        tables, year = self._tables(measure), self.year
        tables.by_year_fifth[year] += np.bincount(self.fifth, by_community, FIFTHS)
        tables.by_year_band_sex[year] += by_band_sex
        tables.by_community += by_community
        tables.by_month[self.month - self.clock.decision_month] += by_community.sum()

    def _tables(self, measure: str) -> Tables:
        if measure not in self.tables:
            self.tables[measure] = Tables(self.years, self.fifth.size)
        return self.tables[measure]

    def use(self, resource: str, amount: float) -> None:
        """Record the use of a resource this month, such as places of a programme."""
        if not self.counting:
            return
        if resource not in self.resources:
            self.resources[resource] = np.zeros(self.years)
        self.resources[resource][self.year] += amount

    def clip(self, decision: str, number: int) -> None:
        """Record that ``number`` hazards were above the ceiling of their decision."""
        if number:
            self.clips[decision] = self.clips.get(decision, 0) + int(number)

    def close(self, month: int) -> None:
        """End the month: what is added next belongs to the month after."""
        self.month = month + 1
