"""Invented places for tests of the synthetic population."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.population.ages import band_columns
from sim.population.places import PlaceData
from sim.population.synthesis import BIRTH_COLUMNS

SHARES = ("income_deprivation", "social_rent", "private_rent", "overcrowded", "flats")


def invented_place(ages: Any, households: Any, shares: Any = 0.1, codes: list[str] | None = None) -> PlaceData:
    """Make a place of communities from people by published age column (rows are communities) and households."""
    table = np.atleast_2d(np.asarray(ages, np.float64))
    n = table.shape[0]
    lsoa = {name: table[:, i] for i, name in enumerate(band_columns())}
    lsoa |= {name: np.broadcast_to(np.asarray(shares, np.float64), (n,)) for name in SHARES}
    lsoa |= {"population": table.sum(axis=1), "households": np.broadcast_to(np.asarray(households, np.float64), (n,))}
    authority = {name: np.full(n, 100.0) for name in BIRTH_COLUMNS}
    authority |= {"male_under_15": np.full(n, 0.512), "male_15_64": np.full(n, 0.5), "male_65_plus": np.full(n, 0.47)}
    authority["lone_parent_households"] = np.full(n, 10.0)
    lsoa["lsoa"] = np.array(codes or [f"E0100000{i}" for i in range(n)], object)
    return SimpleNamespace(lsoa=lsoa, authority=authority, codes=lsoa["lsoa"], n=n, name="Invented")  # type: ignore[return-value]


def reordered(place: PlaceData, order: list[int]) -> PlaceData:
    """Return the communities of a place in another order, or some of them."""
    lsoa = {name: np.asarray(column)[order] for name, column in place.lsoa.items()}
    authority = {name: np.asarray(column)[order] for name, column in place.authority.items()}
    return SimpleNamespace(lsoa=lsoa, authority=authority, codes=lsoa["lsoa"], n=len(order), name="Part")  # type: ignore[return-value]
