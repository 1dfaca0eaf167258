"""Classify households as the census does."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.population.columns import CHILD, NOBODY, PARTNER, RELATIVE, SHARER

Array = npt.NDArray[Any]
MONTHS_PER_YEAR = 12
OLDER_FROM_AGE = 66

TYPES = (
    "one person under 66",
    "one person 66 and over",
    "family all 66 and over",
    "couple without children",
    "couple with dependent children",
    "couple with grown-up children",
    "lone parent with dependent children",
    "lone parent with grown-up children",
    "shared or with relatives",
)
(
    ONE_YOUNGER,
    ONE_OLDER,
    ALL_OLDER,
    COUPLE,
    COUPLE_DEPENDENT,
    COUPLE_ADULT_CHILDREN,
    LONE_DEPENDENT,
    LONE_ADULT_CHILDREN,
    SHARED,
) = range(len(TYPES))


def ages_in_years(people: Columns, month: int = 0) -> Array:
    """Return everybody's age in whole years in a month, int64."""
    years: Array = (month - people.birth_month.astype(np.int64)) // MONTHS_PER_YEAR
    return years


def household_types(people: Columns, families: Columns, dependent_below_age: float, month: int = 0) -> Array:
    """Return the type of each household, a position in ``TYPES``; -1 for households nobody lives in.

    A household with a relative or sharer counts as shared, whatever else it holds.
    """
    age = ages_in_years(people, month)
    housed = (people.family >= 0) & (people.present == 1)
    family = people.family[housed]

    def count(members: Array) -> Array:
        return np.bincount(people.family[housed & members], minlength=families.n)

    size = np.bincount(family, minlength=families.n)
    older = count(age >= OLDER_FROM_AGE)
    children = count(people.role == CHILD) > 0
    dependent = count((people.role == CHILD) & (age < dependent_below_age)) > 0
    coupled = count(people.role == PARTNER) > 0
    types = np.full(families.n, COUPLE, np.int8)
    types[coupled & children] = COUPLE_ADULT_CHILDREN
    types[coupled & dependent] = COUPLE_DEPENDENT
    types[~coupled & children] = LONE_ADULT_CHILDREN
    types[~coupled & dependent] = LONE_DEPENDENT
    types[(size > 1) & (older == size)] = ALL_OLDER
    types[(size == 1) & (older == 0)] = ONE_YOUNGER
    types[(size == 1) & (older == 1)] = ONE_OLDER
    types[count((people.role == RELATIVE) | (people.role == SHARER)) > 0] = SHARED
    types[size == 0] = NOBODY
    return types
