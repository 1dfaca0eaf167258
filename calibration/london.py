"""Recorded violence of London communities: two years, some boroughs for benchmarks and six held out for scoring.

None of the sixteen boroughs is in a sample of the fit. Three inner and three outer ones are scored; which ones is
decided by the hash of their names, so nobody has chosen them for what they show.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.keys import code_key
from sim.population import open_data

Array = npt.NDArray[Any]

PATH = Path(__file__).with_name("data") / "london_lsoa_year.csv"
INNER = (
    "Camden",
    "Greenwich",
    "Hackney",
    "Hammersmith and Fulham",
    "Kensington and Chelsea",
    "Southwark",
    "Tower Hamlets",
)
OUTER = (
    "Barnet",
    "Bromley",
    "Croydon",
    "Ealing",
    "Havering",
    "Hillingdon",
    "Kingston upon Thames",
    "Richmond upon Thames",
    "Waltham Forest",
)
"""The London Government Act 1963 has twelve inner and twenty outer boroughs; of these there are records here."""
HELD_OUT_OF_EACH = 3
YOUNG_ADULT_AGES = tuple(f"age_{age}" for age in range(15, 25))
ONE_IN = 5


def drawn(boroughs: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return boroughs drawn by the hash of their names, the first drawn first."""
    return tuple(sorted(boroughs, key=lambda name: code_key(f"held out|{name}"))[:count])


@dataclass(frozen=True, eq=False)
class Records:
    """Hold recorded violence with injury and what a regression may know, one value a community in code order.

    Attributes
    ----------
    first, second : offences recorded in the earlier and in the later year.
    deprivation : share of residents in income deprivation.
    young : share of residents of 15 to 24.
    """

    codes: Array
    borough: Array
    first: Array
    second: Array
    population: Array
    deprivation: Array
    young: Array

    def of(self, chosen: Array) -> Records:
        """Return some communities."""
        return Records(*(np.asarray(column)[chosen] for column in vars(self).values()))

    def held_out(self) -> Records:
        """Return the boroughs to which nothing is fitted."""
        return self.of(np.isin(self.borough, HELD_OUT))

    def for_benchmarks(self) -> Records:
        """Return the boroughs that benchmarks may learn from."""
        return self.of(~np.isin(self.borough, HELD_OUT))

    def hidden(self) -> Array:
        """Return which communities keep their earlier records to themselves: one in five, by the hash of codes."""
        return np.array([code_key(f"hidden|{code}") % ONE_IN == 0 for code in self.codes], bool)


HELD_OUT = (*drawn(INNER, HELD_OUT_OF_EACH), *drawn(OUTER, HELD_OUT_OF_EACH))


def read_records() -> Records:
    """Read recorded violence, with residents and deprivation from the open data of England."""
    with PATH.open(encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: row["lsoa"])
    codes = np.array([row["lsoa"] for row in rows])
    national = open_data.read_lsoa_columns(("lsoa", "population", "income_deprivation", *YOUNG_ADULT_AGES))
    at = np.searchsorted(np.asarray(national["lsoa"]).astype(str), codes)
    population = np.asarray(national["population"], np.float64)[at]
    young = sum(np.asarray(national[age], np.float64)[at] for age in YOUNG_ADULT_AGES)
    counts = (
        np.array([float(row[name]) for row in rows])
        for name in ("violence_with_injury_2024", "violence_with_injury_2025")
    )
    return Records(
        codes,
        np.array([row["borough"] for row in rows]),
        *counts,
        population,
        np.asarray(national["income_deprivation"], np.float64)[at],
        np.asarray(young / population),
    )
