"""Households of a few kinds with the rooms of family and individual, and nothing else of the model."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.chance import Chance, mix64
from sim.core.columns import Columns
from sim.core.ledger import Ledger
from sim.core.levers import LEVERS, Levers
from sim.core.time import Clock
from sim.core.tools import Tools
from sim.individual.individuals import Individuals
from sim.parameters.registry import load_registry
from sim.population.columns import CHILD, COMMUNITIES, FAMILIES, HEAD, PARTNER, PEOPLE
from sim.population.history import fill_starting_traits
from sim.relationship.families import Families

KINDS = ((HEAD, PARTNER, CHILD, CHILD), (HEAD, CHILD), (HEAD, PARTNER), (HEAD,), (HEAD, PARTNER, CHILD, CHILD, CHILD))
PLACES = 20
MEASURES = ("suspensions", "exclusions", "aces", "neet_months")


def keyed(number: np.ndarray, salt: int) -> np.ndarray:
    """Return a uniform that depends on the number alone."""
    return np.array([int(mix64(np.uint64(int(i) * 64 + salt))) / 2.0**64 for i in number])


class LifeWorld:
    """Couples with two or three children, lone parents with one, couples, and people alone, in twenty communities.

    Parameters
    ----------
    homes
        Number of households.
    changes
        Parameter values to replace.
    shuffled
        Lay people and households out in another order; everybody keeps their key.
    """

    def __init__(
        self, homes: int = 1000, changes: dict[str, Any] | None = None, seed: int = 3, shuffled: bool = False
    ) -> None:
        registry = load_registry()
        self.parameters = registry.replace(changes) if changes else registry
        roles = [KINDS[home % len(KINDS)] for home in range(homes)]
        home = np.repeat(np.arange(homes), [len(kind) for kind in roles])
        role = np.concatenate([np.array(kind) for kind in roles])
        slot = np.concatenate([np.arange(len(kind)) for kind in roles])
        order = np.random.default_rng(0).permutation(home.size) if shuffled else np.arange(home.size)
        home_order = np.random.default_rng(1).permutation(homes) if shuffled else np.arange(homes)
        self._communities()
        self._homes(home_order)
        self._people(home, role, slot, order, np.argsort(home_order))
        self.clock = Clock(2021, 4, 0)
        self.tools = Tools(self.parameters, Chance(seed), Levers(), self._ledger(), self.clock)
        columns = (self.people, self.families, self.communities)
        fill_starting_traits(*columns, self.parameters, self.tools.chance)
        self.room = Families(*columns, self.tools)
        self.individuals = Individuals(*columns, self.tools)
        self.month = 0
        self.set_ages()

    def _communities(self) -> None:
        self.communities = Columns(COMMUNITIES, PLACES)
        self.communities.append(PLACES)
        self.communities.deprivation[:] = np.linspace(-1.8, 1.8, PLACES)
        self.communities.fifth[:] = np.arange(PLACES)[::-1] * 5 // PLACES

    def _homes(self, order: np.ndarray) -> None:
        self.families = Columns(FAMILIES, order.size)
        self.families.append(order.size)
        self.families.key[:] = [int(mix64(np.uint64(10_000_000 + i))) for i in order]
        self.families.community[:] = order * 7 % PLACES
        self.families.present[:] = 1

    def _people(
        self, home: np.ndarray, role: np.ndarray, slot: np.ndarray, order: np.ndarray, row_of_home: np.ndarray
    ) -> None:
        people = self.people = Columns(PEOPLE, home.size)
        people.append(home.size)
        parents_age = 20 + 40 * keyed(home, 1)
        child_age = np.minimum(24 * keyed(np.arange(home.size), 2), parents_age - 17)
        age = np.where(role == CHILD, child_age, parents_age)
        first = np.searchsorted(home, home)
        row_of = np.argsort(order)
        mother = np.where(role == CHILD, row_of[first], -1)
        couple = np.isin(home, home[role == PARTNER])
        second = row_of[np.minimum(first + 1, home.size - 1)]
        father = np.where((role == CHILD) & couple, second, -1)
        partner = np.where(role == PARTNER, row_of[first], np.where((role == HEAD) & couple, second, -1))
        people.key[:] = np.array([int(mix64(np.uint64(i + 1))) for i in range(home.size)], np.uint64)[order]
        people.birth_month[:] = -np.floor(12 * age).astype(int)[order]
        people.sex[:] = np.where(role == CHILD, np.arange(home.size) % 2, slot % 2)[order]
        people.present[:] = 1
        people.role[:] = role[order]
        people.family[:] = row_of_home[home[order]]
        people.community[:] = (home * 7 % PLACES)[order]
        people.mother[:], people.father[:], people.partner[:] = mother[order], father[order], partner[order]

    def _ledger(self) -> Ledger:
        return Ledger(self.communities.fifth, self.clock, MEASURES, 40)

    def set_ages(self) -> None:
        years = np.clip((self.month - self.people.birth_month.astype(int)) // 12, 0, 119)
        self.people.age_sex[:] = np.where(self.people.present != 0, 2 * years + self.people.sex, 255)

    @property
    def age(self) -> np.ndarray:
        return self.people.age_sex >> 1

    def push(self, lever: str, value: float) -> None:
        """Push everybody (or every family) by the same amount from now on."""
        count = {"person": self.people.n, "family": self.families.n}[LEVERS[lever].level]
        self.tools.levers.push(lever, np.arange(count), np.full(count, value, np.float32), count)

    def live(self, months: int, labour_market: float = 1.0) -> LifeWorld:
        for _ in range(months):
            self.tools.ledger.month = self.month
            self.set_ages()
            self.room.turn(self.month)
            # With no violence room every child whom a home would hurt is hurt.
            self.room.experience(self.room.abused, "physical_abuse", self.month)
            self.individuals.develop(self.month)
            self.individuals.work(self.month, labour_market)
            self.month += 1
        self.set_ages()
        return self

    def total(self, measure: str) -> float:
        """Return a measure of the ledger, over all years and communities."""
        return float(self.tools.ledger.tables[measure].by_community.sum())
