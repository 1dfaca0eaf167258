"""Households copied from the place's own population, as models of those who will move in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance
from sim.core.time import MONTHS_PER_YEAR
from sim.population.chance_sheets import DONOR
from sim.population.columns import NOBODY
from sim.population.cross_section import AGES, INSTITUTIONAL, SEXES, CrossSection
from sim.population.households import Households

Array = npt.NDArray[Any]
WITHIN = ("partner", "mother", "father")
ANEW = ("key", "present", "age_sex", "friend_count")
FAMILIES_ANEW = ("key", "present", "reference_person")
TIMES = "months from month 0"
CELL_YEARS = 5
LAST_CELL_FROM_YEARS = 90
CELLS = (LAST_CELL_FROM_YEARS // CELL_YEARS + 1) * SEXES


@dataclass(frozen=True, eq=False)
class Donors:
    """Hold the columns of a pool of households; nothing in it refers to rows of the population.

    Attributes
    ----------
    month : when the pool was packed; times are shifted when somebody is copied later.
    start : first member of each household, and the end.
    kind, community : of each household.
    base : arrivals a year in proportion to the moves out of the place expected of such households.
    head : position of the head among the members of each household.
    people, families : columns by name, without those that everybody who arrives begins anew; ``partner``,
        ``mother`` and ``father`` are positions in the pool. Residents of institutions are households of one with no row
        in ``families`` (``family_row`` -1).
    cell : age and sex group of each member, see :func:`cell_of`.
    """

    month: int
    start: Array
    kind: Array
    community: Array
    base: Array
    head: Array
    family_row: Array
    people: dict[str, Array]
    families: dict[str, Array]
    cell: Array

    def __deepcopy__(self, memo: dict[int, Any]) -> Donors:
        return self

    @property
    def n(self) -> int:
        return int(self.kind.size)


def cell_of(age_sex: Array) -> Array:
    """Return the five-year group by sex (38 of them) of 2 x age in years + sex."""
    years = np.minimum(age_sex // SEXES, LAST_CELL_FROM_YEARS)
    cell: Array = years // CELL_YEARS * SEXES + age_sex % SEXES
    return cell


def pack(
    households: Households, chance: Chance, present: CrossSection, weights: Array, resident_weights: Array, most: int
) -> Donors:
    """Choose up to ``most`` households and residents of institutions in each community, and copy them.

    They are chosen without replacement with chances in proportion to their weights, by a keyed race.

    Parameters
    ----------
    weights
        float64[families]: moves out of the place expected of each household, 0 where nobody lives.
    resident_weights
        float64[rows of ``present``]: the same for residents of institutions, 0 for everybody else.
    """
    people, families = households.people, households.families
    residents = np.flatnonzero(resident_weights > 0)
    candidates = np.flatnonzero(weights > 0)
    keys = np.concatenate((families.key[candidates], people.key[present.rows[residents]]))
    homes = np.concatenate((families.community[candidates], people.community[present.rows[residents]])).astype(np.int64)
    leaving = np.concatenate((weights[candidates], resident_weights[residents]))
    race = -np.log(chance.uniforms(DONOR, 0, keys, households.month)) / leaving
    order = np.lexsort((race, homes))
    sizes = np.bincount(homes, minlength=households.communities.n)
    rank = np.arange(order.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    chosen = np.sort(order[rank < most])
    sampled = np.bincount(homes, leaving, sizes.size)[homes] / most
    base = np.where(sizes[homes] > most, sampled, leaving)[chosen]
    chosen_families = candidates[chosen[chosen < candidates.size]].astype(np.int32)
    chosen_residents = present.rows[residents[chosen[chosen >= candidates.size] - candidates.size]]
    members, which = households.members(chosen_families)
    in_order = np.lexsort((people.key[members], which))
    rows = np.concatenate((members[in_order], chosen_residents))
    household = np.concatenate((which[in_order], chosen_families.size + np.arange(chosen_residents.size)))
    return _copy(households, present, rows, household, chosen_families, base)


def _copy(
    households: Households, present: CrossSection, rows: Array, household: Array, chosen_families: Array, base: Array
) -> Donors:
    people, families, month = households.people, households.families, households.month
    size = int(household[-1]) + 1 if household.size else 0
    start = np.searchsorted(household, np.arange(size + 1)).astype(np.int64)
    position = np.full(people.n, NOBODY, np.int32)
    position[rows] = np.arange(rows.size)
    columns: dict[str, Array] = {}
    for name, spec in people.specs.items():
        if name in ANEW or (spec.row_reference and name not in WITHIN):
            continue
        column = getattr(people, name)[rows]
        if name in WITHIN:
            column = np.where(column >= 0, position[column], NOBODY)
            beside = column >= 0
            beside[beside] = household[column[beside]] == household[beside]
            column = np.where(beside, column, NOBODY).astype(np.int32)
        columns[name] = column
    age_months = month - columns["birth_month"].astype(np.int32)
    age_sex = np.clip(age_months // MONTHS_PER_YEAR, 0, AGES - 1) * SEXES + columns["sex"]
    kind = np.full(size, INSTITUTIONAL, np.int64)
    kind[: chosen_families.size] = present.kind[chosen_families]
    head = np.zeros(size, np.int64)
    head[: chosen_families.size] = position[families.reference_person[chosen_families]] - start[: chosen_families.size]
    return Donors(
        month=month,
        start=start,
        kind=kind,
        community=columns["community"][start[:-1]].astype(np.int64),
        base=base,
        head=head.astype(np.int32),
        family_row=np.where(kind == INSTITUTIONAL, NOBODY, np.arange(size)).astype(np.int32),
        people=columns,
        families={
            name: getattr(families, name)[chosen_families] for name in families.specs if name not in FAMILIES_ANEW
        },
        cell=cell_of(age_sex).astype(np.uint8),
    )
