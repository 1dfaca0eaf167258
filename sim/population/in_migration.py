"""The stream of households that move into the place: a fixed schedule that nothing in the population can change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import migrant_key
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.chance_sheets import STREAM
from sim.population.columns import NOBODY
from sim.population.donors import TIMES, WITHIN, Donors
from sim.population.households import Households

Array = npt.NDArray[Any]
HOUSEHOLD = 65_535


@dataclass(eq=False)
class Stream:
    """Bring households in: slot ``j`` of month ``m`` picks its donor by a keyed uniform on fixed weights.

    Attributes
    ----------
    donors : the pool.
    weights : float64[households of the pool]: arrivals expected in a year of each.
    """

    donors: Donors
    weights: Array

    def __post_init__(self) -> None:
        self._cumulative = np.cumsum(self.weights)
        self.households_a_year = float(self._cumulative[-1]) if self.weights.size else 0.0

    def __deepcopy__(self, memo: dict[int, Any]) -> Stream:
        return self

    def slots(self, month: int) -> int:
        """Return how many households arrive in a month: the whole numbers that add up to the yearly rate."""
        rate = self.households_a_year / MONTHS_PER_YEAR
        return int(rate * (month + 1)) - int(rate * month)

    def bring(self, households: Households, tools: Tools, month: int) -> tuple[Array, Array]:
        """Add a month's arrivals as copies of their donors; return the new people and the new families."""
        slots = np.arange(self.slots(month), dtype=np.uint64)
        if not slots.size:
            return np.empty(0, np.int32), np.empty(0, np.int32)
        slot_keys = migrant_key(slots, np.full(slots.size, HOUSEHOLD), month)
        luck = tools.chance.uniforms(STREAM, 0, slot_keys, month) * self._cumulative[-1]
        picked = np.minimum(np.searchsorted(self._cumulative, luck, "right"), self.donors.n - 1)
        # Copying is quicker in the order of the pool; who arrives does not depend on it.
        in_order = np.argsort(picked, kind="stable")
        slots, slot_keys, picked = slots[in_order], slot_keys[in_order], picked[in_order]
        families, family_of_slot = self._add_families(households, picked, slot_keys)
        rows = self._add_people(households, picked, slots, family_of_slot, month)
        sizes = np.diff(self.donors.start)[picked]
        head = np.cumsum(sizes) - sizes + self.donors.head[picked]
        households.families.reference_person[families] = rows[head[family_of_slot >= 0]]
        households.list_new(rows)
        households.moved_in += np.bincount(households.people.community[rows], minlength=households.communities.n)
        return rows, families

    def _add_families(self, households: Households, picked: Array, slot_keys: Array) -> tuple[Array, Array]:
        source = self.donors.family_row[picked]
        with_family = source >= 0
        added = households.families.append(int(with_family.sum()))
        rows = np.arange(added.start, added.stop, dtype=np.int32)
        for name, column in self.donors.families.items():
            getattr(households.families, name)[added] = column[source[with_family]]
        households.families.key[added] = slot_keys[with_family]
        households.families.present[added] = 1
        family_of_slot = np.full(picked.size, NOBODY, np.int32)
        family_of_slot[with_family] = rows
        return rows, family_of_slot

    def _add_people(
        self, households: Households, picked: Array, slots: Array, family_of_slot: Array, month: int
    ) -> Array:
        donors, people = self.donors, households.people
        sizes = np.diff(donors.start)[picked]
        member = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        source = np.repeat(donors.start[picked], sizes) + member
        added = people.append(source.size)
        rows = np.arange(added.start, added.stop, dtype=np.int32)
        for name, column in donors.people.items():
            if people.specs[name].sparse:
                getattr(people, name)[added] = column[source]
                continue
            new = getattr(people, name)[added]
            np.take(column, source, axis=0, out=new, mode="clip")
            if people.specs[name].unit == TIMES:
                new += month - donors.month
            elif name in WITHIN:
                new[:] = np.where(new >= 0, new + (rows - source), NOBODY)
        people.key[added] = migrant_key(np.repeat(slots, sizes), member, month)
        people.family[added] = np.repeat(family_of_slot, sizes)
        people.present[added] = 1
        years = np.clip((month - people.birth_month[added].astype(np.int32)) // MONTHS_PER_YEAR, 0, 119)
        people.age_sex[added] = 2 * years + people.sex[added]
        return rows
