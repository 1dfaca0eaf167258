"""Complete the open data of a place: fill suppressed figures and keep overridden columns consistent."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.attributes import AGE_COLUMNS, ATTRIBUTES, SHARE

Array = npt.NDArray[Any]
Table = dict[str, Array]

SUPPRESSED_CHILDREN = 5.0
"""Children in income-deprived families are not published below ten: the middle of what may have been left out."""
_COUNTS_OF_AUTHORITY = "births_"


def normal_score(rank: Array, count: int) -> Array:
    """Return the standard normal quantile of each rank among ``count``, float32; rank 1 scores highest."""
    inverse = NormalDist().inv_cdf
    return np.array([-inverse((r - 0.5) / count) for r in rank.tolist()], dtype=np.float32)


def complete_lsoas(lsoa: Table, overrides: Table, national_income: Array) -> tuple[Table, dict[str, int]]:
    """Apply local overrides and fill what is missing.

    Ages and residents stay consistent: overriding residents alone scales the ages; overriding ages alone sets the
    residents to their sum. An overridden income deprivation is ranked among the national figures.
    """
    lsoa = dict(lsoa)
    filled: dict[str, int] = {}
    for column, fallback in (("children_income_deprived", SUPPRESSED_CHILDREN), ("he_entry", None)):
        missing = np.isnan(lsoa[column])
        if missing.any():
            known = lsoa[column][~missing]
            typical = float(np.median(known)) if known.size else 0.5 * (ATTRIBUTES[column].high or 0.0)
            lsoa[column] = np.where(missing, np.float32(fallback if fallback is not None else typical), lsoa[column])
            filled[column] = int(missing.sum())
    for column, attribute in ATTRIBUTES.items():
        if attribute.kind == SHARE:
            lsoa[column] = np.clip(lsoa[column], 0.0, 1.0)
    for column, values in overrides.items():
        given = ~np.isnan(values)
        lsoa[column] = np.where(given, values, lsoa[column]).astype(lsoa[column].dtype)
    _reconcile_ages(lsoa, overrides)
    if "income_deprivation" in overrides and "income_rank" not in overrides:
        changed = ~np.isnan(overrides["income_deprivation"])
        descending = np.sort(-national_income)
        ranks = np.searchsorted(descending, -lsoa["income_deprivation"], side="left") + 1
        lsoa["income_rank"] = np.where(changed, np.minimum(ranks, national_income.size), lsoa["income_rank"])
    return lsoa, filled


def _reconcile_ages(lsoa: Table, overrides: Table) -> None:
    ages_given = np.zeros(lsoa["population"].size, dtype=bool)
    for column in AGE_COLUMNS:
        if column in overrides:
            ages_given |= ~np.isnan(overrides[column])
    people_given = ~np.isnan(overrides["population"]) if "population" in overrides else np.zeros_like(ages_given)
    total = np.sum([lsoa[column] for column in AGE_COLUMNS], axis=0, dtype=np.float64)
    lsoa["population"] = np.where(ages_given & ~people_given, np.rint(total), lsoa["population"]).astype(np.int64)
    scale = np.where(people_given & (total > 0), lsoa["population"] / np.maximum(total, 1.0), 1.0)
    if people_given.any():
        for column in AGE_COLUMNS:
            lsoa[column] = (lsoa[column] * scale).astype(np.float32)


def complete_authorities(codes: Array, authorities: Table) -> tuple[Table, Array, dict[str, int]]:
    """Give each community the figures of its authority, a missing one filled from the region.

    Births are filled in proportion to residents, other figures by the region's mean weighted by residents; where the
    whole region lacks a figure, England's stands in.

    Returns
    -------
    columns aligned with ``codes``; int32 number of each community's authority among those present; and how many
    communities were filled, by column.
    """
    present, index = np.unique(codes.astype(str), return_inverse=True)
    positions = np.searchsorted(authorities["la"].astype(str), present)
    people, region = authorities["population"].astype(np.float64), authorities["region"]
    aligned: Table = {}
    filled: dict[str, int] = {}
    for column, values in authorities.items():
        here = values[positions]
        if values.dtype.kind == "f" and np.isnan(here).any():
            here = here.copy()
            for slot in np.flatnonzero(np.isnan(here)):
                here[slot] = _comparable(column, values, people, region, int(positions[slot]))
            filled[column] = int(np.isnan(values[positions])[index].sum())
        aligned[column] = here[index]
    return aligned, index.astype(np.int32), filled


def _comparable(column: str, values: Array, people: Array, region: Array, position: int) -> float:
    known = ~np.isnan(values)
    if (known & (region == region[position])).any():
        known &= region == region[position]
    if column.startswith(_COUNTS_OF_AUTHORITY):
        return float(values[known].sum() / people[known].sum() * people[position])
    return float((values[known] * people[known]).sum() / people[known].sum())
