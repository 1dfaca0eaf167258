"""Households copied from the place's own population, as models of those who will move in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance
from sim.core.columns import Columns
from sim.core.sparse_column import SparseColumn
from sim.core.time import MONTHS_PER_YEAR
from sim.population.chance_sheets import DONOR
from sim.population.columns import NOBODY
from sim.population.cross_section import AGES, INSTITUTIONAL, SEXES, CrossSection
from sim.population.households import Households

Array = npt.NDArray[Any]
WITHIN = ("partner", "mother", "father")
ANEW = ("key", "present", "age_sex", "friend_count", "community")
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
    people, families : one record a person and a family, without the columns that everybody who arrives begins anew:
        copies are made record by record. ``partner``, ``mother`` and ``father`` say how many records away they are, 0
        where they are not in the household. Residents of institutions are households of one that come after all
        others, and have no family.
    rare : columns in which few people differ from the fill value.
    cell : age and sex group of each member, see :func:`cell_of`.
    """

    month: int
    start: Array
    kind: Array
    community: Array
    base: Array
    head: Array
    people: Array
    families: Array
    rare: dict[str, SparseColumn]
    cell: Array

    def __deepcopy__(self, memo: dict[int, Any]) -> Donors:
        return self

    @property
    def n(self) -> int:
        return int(self.community.size)

    def for_copying(self) -> Donors:
        """Leave out what only the choice of weights needs."""
        nothing = np.empty(0)
        return replace(self, kind=nothing, base=nothing, cell=nothing)


def cell_of(age_sex: Array) -> Array:
    """Return the five-year group by sex (38 of them) of 2 x age in years + sex."""
    years = np.minimum(age_sex // SEXES, LAST_CELL_FROM_YEARS)
    cell: Array = years // CELL_YEARS * SEXES + age_sex % SEXES
    return cell


def take_records(records: Array, rows: Array) -> Array:
    """Return some records; taken as bytes, they are copied whole and not field by field."""
    as_bytes = records.view(np.uint8).reshape(records.size, records.dtype.itemsize)
    taken: Array = np.take(as_bytes, rows, axis=0, mode="clip").view(records.dtype)[:, 0]
    return taken


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
    start = np.searchsorted(household, np.arange(size + 1)).astype(np.int32)
    position = np.full(people.n, NOBODY, np.int32)
    position[rows] = np.arange(rows.size)
    age_months = month - people.birth_month[rows].astype(np.int32)
    age_sex = np.clip(age_months // MONTHS_PER_YEAR, 0, AGES - 1) * SEXES + people.sex[rows]
    kind = np.full(size, INSTITUTIONAL, np.int8)
    kind[: chosen_families.size] = present.kind[chosen_families]
    head = np.zeros(size, np.int16)
    head[: chosen_families.size] = position[families.reference_person[chosen_families]] - start[: chosen_families.size]
    # One byte, unless a household is too large for it.
    records, rare = _records(people, rows, np.min_scalar_type(-int(np.diff(start).max(initial=0))))
    for name in WITHIN:
        away = position[getattr(people, name)[rows]]
        beside = (getattr(people, name)[rows] >= 0) & (away >= 0)
        beside[beside] = household[away[beside]] == household[beside]
        records[name] = np.where(beside, away - np.arange(rows.size), 0)
    return Donors(
        month=month,
        start=start,
        kind=kind,
        community=people.community[rows[start[:-1]]],
        base=base,
        head=head,
        people=records,
        families=_family_records(families, chosen_families),
        rare=rare,
        cell=cell_of(age_sex).astype(np.uint8),
    )


def _records(people: Columns, rows: Array, away_type: np.dtype[Any]) -> tuple[Array, dict[str, SparseColumn]]:
    """Copy people, but for their relatives in the household, which are left 0, of a type that holds any distance."""
    plain = {name: spec for name, spec in people.specs.items() if name not in ANEW and not spec.row_reference}
    fields = [(name, spec.dtype, spec.width) for name, spec in plain.items() if not spec.sparse]
    kept = [(name, dtype) if width == 1 else (name, dtype, (width,)) for name, dtype, width in fields]
    records = np.zeros(rows.size, np.dtype([*kept, *((name, away_type) for name in WITHIN)]))
    for name, *_ in kept:
        records[name] = getattr(people, name)[rows]
    rare = {name: SparseColumn(spec, rows.size) for name, spec in plain.items() if spec.sparse}
    for name, column in rare.items():
        column[:] = getattr(people, name)[rows]
    return records, rare


def _family_records(families: Columns, rows: Array) -> Array:
    plain = [(name, spec.dtype) for name, spec in families.specs.items() if name not in FAMILIES_ANEW]
    records = np.zeros(rows.size, np.dtype(plain))
    for name, _ in plain:
        records[name] = getattr(families, name)[rows]
    return records
