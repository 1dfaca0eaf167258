"""Samples of England's LSOAs: some for fitting, others kept apart for validation.

LSOAs are ordered by income deprivation. Every fifth is kept for validation; those of the London boroughs whose
recorded violence by LSOA the model is held against are in neither. A sample takes LSOAs at equal steps along the order,
so each fifth of deprivation has its share and no weights are needed. Every run of the fit lives in another sample: what
is peculiar to one sample is noise that the emulators average out, and a fit sees thousands of LSOAs in places small
enough to be cheap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.population import open_data
from sim.population.places import PlaceData, from_codes

Codes = npt.NDArray[np.str_]
EVERY, KEPT_APART = 5, 2
GOLDEN = 0.6180339887498949
LEFT_OUT = (
    "Barnet",
    "Bromley",
    "Camden",
    "Croydon",
    "Ealing",
    "Greenwich",
    "Hackney",
    "Hammersmith and Fulham",
    "Havering",
    "Hillingdon",
    "Kensington and Chelsea",
    "Kingston upon Thames",
    "Richmond upon Thames",
    "Southwark",
    "Tower Hamlets",
    "Waltham Forest",
)


def pools() -> tuple[Codes, Codes]:
    """Return the LSOAs for fitting and those for validation, each in the order of income deprivation."""
    rows = open_data.read_lsoa_columns(("lsoa", "income_rank", "la_name"))
    order = np.argsort(rows["income_rank"], kind="stable")
    order = order[~np.isin(rows["la_name"][order].astype(str), LEFT_OUT)]
    codes = rows["lsoa"][order].astype(str)
    apart = np.arange(codes.size) % EVERY == KEPT_APART
    return codes[~apart], codes[apart]


def sample(pool: Codes, communities: int, number: int) -> list[str]:
    """Return a sample of LSOAs at equal steps along the order of deprivation.

    Parameters
    ----------
    number
        Which sample: its start within the first step. Consecutive numbers begin as far apart as they can.
    """
    step = pool.size / communities
    start = (0.5 + number * GOLDEN) % 1.0
    return sorted(str(pool[int((i + start) * step)]) for i in range(communities))


def validation_place(communities: int) -> PlaceData:
    """Return a place of LSOAs that no run of the fit has seen."""
    return from_codes(sample(pools()[1], communities, 0), name="Sample of England kept apart from the fit")
