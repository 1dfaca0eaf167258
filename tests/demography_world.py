"""A few real communities with people in households and nothing but demography."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import numpy as np

from sim.core.chance import Chance
from sim.core.columns import Columns
from sim.core.ledger import Ledger
from sim.core.levers import Levers
from sim.core.time import Clock
from sim.core.tools import Tools
from sim.parameters.registry import load_registry
from sim.population.arrivals import Arrivals
from sim.population.cross_section import CrossSection, take
from sim.population.demography import Demography, compact_order
from sim.population.neighbourhoods import make_communities
from sim.population.places import resolve
from sim.population.synthesis import synthesise

MEASURES = ("births", "deaths", "arrived", "left")
BURN_IN_MONTHS = 12


@cache
def _place_codes(name: str, communities: int) -> tuple[str, ...]:
    return tuple(str(code) for code in resolve(name).codes[:communities])


class DemographyWorld:
    """Live months of demography alone; ``communities`` None takes the whole place."""

    def __init__(
        self,
        name: str = "Rutland",
        communities: int | None = 5,
        seed: int = 1,
        changed: dict[str, Any] | None = None,
        burn_in_months: int = BURN_IN_MONTHS,
    ) -> None:
        place = resolve(name if communities is None else list(_place_codes(name, communities)))
        self.parameters = load_registry().replace(changed or {})
        clock = Clock(2021, 4, burn_in_months)
        chance = Chance(seed)
        ledger = Ledger(place.fifth, clock, MEASURES, 60)
        self.tools = Tools(self.parameters, chance, Levers(), ledger, clock)
        population = synthesise(place, self.parameters, seed)
        self.people, self.families = population.people, population.families
        self.communities = make_communities(place, chance, self.parameters)
        self.demography = Demography(self.people, self.families, self.communities, self.tools, place)
        self.month = 0

    def turn(self) -> Arrivals:
        """Live one month."""
        self.tools.ledger.month = self.month
        arrivals = self.demography.turn(self.month)
        self.month += 1
        return arrivals

    def live(self, months: int) -> DemographyWorld:
        """Live months, freezing at the end of burn-in and compacting once a year."""
        for _ in range(months):
            if self.month == self.tools.clock.decision_month and not self.demography.frozen:
                self.compact()
                self.demography.freeze()
            self.turn()
            if self.month % 12 == 9:
                self.compact()
        return self

    def compact(self) -> None:
        orders = compact_order(self.people, self.families)
        new_rows = {}
        for name, columns, order in zip(("people", "families"), (self.people, self.families), orders, strict=True):
            new_row = np.full(columns.n + 1, -1, np.int32)
            new_row[order] = np.arange(order.size)
            new_rows[name] = new_row
            columns.take(order)
        for columns in (self.people, self.families):
            for name, spec in columns.specs.items():
                if spec.row_reference:
                    column = getattr(columns, name)
                    column[...] = new_rows[spec.row_reference][column]
        self.demography.remap(new_rows["people"])

    def remove(self, rows: np.ndarray) -> DemographyWorld:
        """Take people out of the world, as if they had never come."""
        self.demography.bury(np.asarray(rows, np.int32))
        return self

    def twin(self) -> DemographyWorld:
        return copy.deepcopy(self)

    @property
    def present(self) -> np.ndarray:
        return np.flatnonzero(self.people.present)

    def count(self) -> CrossSection:
        return take(self.people, self.families, self.communities.n, self.month, 18)


def columns_by_key(people: Columns, names: tuple[str, ...]) -> dict[int, tuple[int, ...]]:
    """Return what the present people have in some columns, by their keys."""
    rows = np.flatnonzero(people.present)
    values = zip(*(getattr(people, name)[rows].tolist() for name in names), strict=True)
    return dict(zip(people.key[rows].tolist(), values, strict=True))
