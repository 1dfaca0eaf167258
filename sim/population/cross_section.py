"""Count a population once: by age, sex, place in the household, community and kind of household."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.time import MONTHS_PER_YEAR
from sim.population.columns import CHILD, INSTITUTION, PARTNER, RELATIVE, SHARER

Array = npt.NDArray[Any]
AGES = 101
SEXES = 2
KINDS = (
    "one person",
    "couple",
    "couple with dependent children",
    "lone parent with dependent children",
    "parents with grown-up children only",
    "shared or with relatives",
    "resident of an institution",
)
ONE_PERSON, COUPLE, COUPLE_CHILDREN, LONE_PARENT, GROWN_UP, SHARED, INSTITUTIONAL = range(len(KINDS))


@dataclass(frozen=True, eq=False)
class CrossSection:
    """Hold the counts of one moment, and where each resident stands in them.

    Attributes
    ----------
    rows : present people; everything called ``_of_row`` is aligned with it.
    age_sex : int, 2 x age in years (at most 100) + sex, of each row.
    kind : int8, kind of each family (see KINDS), -1 where nobody lives. Institutions are no families.
    residents, at_home, coupled, institutional : float64[ages, sexes].
    by_kind : float64[kinds]: households, residents for institutions.
    by_community : float64[communities]: residents.
    """

    rows: Array
    age_sex: Array
    kind: Array
    residents: Array
    at_home: Array
    coupled: Array
    institutional: Array
    by_kind: Array
    by_community: Array

    def totals(self) -> CrossSection:
        """Return the counts alone, without the rows they were taken from."""
        nobody = np.empty(0, np.int64)
        return replace(self, rows=nobody, age_sex=nobody, kind=nobody)


def by_age_sex(age_sex: Array, weights: Array | None = None) -> Array:
    """Sum rows into a table of ages by sexes."""
    table: Array = np.bincount(age_sex, weights, AGES * SEXES).reshape(AGES, SEXES).astype(np.float64)
    return table


def take(
    people: Columns, families: Columns, communities: int, month: int, dependent_below_years: float
) -> CrossSection:
    """Count everybody present.

    Parameters
    ----------
    communities
        Number of communities.
    dependent_below_years
        Age below which a child at home is dependent.
    """
    rows = np.flatnonzero(people.present == 1)
    age_months = month - people.birth_month[rows].astype(np.int32)
    age_sex = np.clip(age_months // MONTHS_PER_YEAR, 0, AGES - 1) * SEXES + people.sex[rows]
    role, family = people.role[rows], people.family[rows]
    kind = _kinds(role, family, age_months < dependent_below_years * MONTHS_PER_YEAR, families.n)
    by_kind = np.bincount(kind[kind >= 0], minlength=len(KINDS)).astype(np.float64)
    by_kind[INSTITUTIONAL] = np.count_nonzero(role == INSTITUTION)
    return CrossSection(
        rows=rows,
        age_sex=age_sex,
        kind=kind,
        residents=by_age_sex(age_sex),
        at_home=by_age_sex(age_sex[role == CHILD]),
        coupled=by_age_sex(age_sex[people.partner[rows] >= 0]),
        institutional=by_age_sex(age_sex[role == INSTITUTION]),
        by_kind=by_kind,
        by_community=np.bincount(people.community[rows], minlength=communities).astype(np.float64),
    )


def _kinds(role: Array, family: Array, dependent: Array, families: int) -> Array:
    def holds(chosen: Array) -> Array:
        return np.bincount(family[chosen & (family >= 0)], minlength=families)

    everybody = holds(np.ones(role.size, bool))
    extra = holds((role == SHARER) | (role == RELATIVE))
    partners = holds(role == PARTNER)
    children = holds((role == CHILD) & dependent)
    grown_up = holds((role == CHILD) & ~dependent)
    kind = np.select(
        [
            everybody == 0,
            extra > 0,
            (children > 0) & (partners > 0),
            children > 0,
            grown_up > 0,
            partners > 0,
        ],
        [-1, SHARED, COUPLE_CHILDREN, LONE_PARENT, GROWN_UP, COUPLE],
        ONE_PERSON,
    )
    result: Array = kind.astype(np.int8)
    return result


def smooth(table: Array, deviation_years: float) -> Array:
    """Smooth a table along age with a normal kernel, repeating the ends."""
    reach = int(np.ceil(3 * deviation_years))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation_years) ** 2)
    weights /= weights.sum()
    padded = np.concatenate((np.repeat(table[:1], reach, axis=0), table, np.repeat(table[-1:], reach, axis=0)))
    columns = [np.convolve(padded[:, sex], weights, "valid") for sex in range(table.shape[1])]
    result: Array = np.stack(columns, axis=1)
    return result
