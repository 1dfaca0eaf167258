"""A small made-up place for tests of ties, norms and communities: families of one to four in a ring of communities."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.core.chance import Chance
from sim.core.columns import Columns
from sim.core.ledger import Ledger
from sim.core.levers import Levers
from sim.core.time import Clock
from sim.core.tools import Tools
from sim.parameters.registry import load_registry
from sim.population.columns import CHILD, COMMUNITIES, FAMILIES, HEAD, MALE, PARTNER, PEOPLE

ADULT_YEARS = 18


class SmallWorld:
    """Hold people, families and communities with plausible traits; no births, deaths or moves."""

    def __init__(self, n_people: int = 6000, n_communities: int = 6, seed: int = 1, **changes: Any) -> None:
        generator = np.random.default_rng(seed)
        self.people, self.communities = Columns(PEOPLE, n_people), Columns(COMMUNITIES, n_communities)
        self.communities.append(n_communities)
        self.communities.deprivation[:] = np.linspace(1.5, -1.5, n_communities)
        self.communities.fifth[:] = np.arange(n_communities) * 5 // n_communities
        self.communities.key[:] = np.arange(n_communities) + 11
        self._settle(n_people, n_communities, generator)
        self._endow(generator)
        self.tools = Tools(
            load_registry().replace({name.replace("__", "."): value for name, value in changes.items()}),
            Chance(seed),
            Levers(),
            Ledger(self.communities.fifth, CLOCK, (), 10),
            CLOCK,
        )
        ring = np.arange(n_communities)
        neighbours = np.sort(np.stack([(ring - 1) % n_communities, (ring + 1) % n_communities], axis=1), axis=1)
        self.place_data: Any = SimpleNamespace(
            adjacency=(np.arange(n_communities + 1, dtype=np.int32) * 2, neighbours.ravel().astype(np.int32)),
            n=n_communities,
        )

    def _settle(self, n_people: int, n_communities: int, generator: np.random.Generator) -> None:
        people = self.people
        people.append(n_people)
        sizes = generator.integers(1, 5, n_people)
        family = np.repeat(np.arange(n_people), sizes)[:n_people]
        first = np.concatenate(([True], family[1:] != family[:-1]))
        position = np.arange(n_people) - np.maximum.accumulate(np.where(first, np.arange(n_people), 0))
        self.families = families = Columns(FAMILIES, family[-1] + 1)
        families.append(int(family[-1]) + 1)
        families.present[:] = 1
        families.community[:] = np.arange(families.n) * n_communities // families.n
        families.key[:] = np.arange(families.n) + 5_000_000
        families.reference_person[:] = np.flatnonzero(first)
        people.family[:] = family
        people.community[:] = families.community[family]
        people.role[:] = np.select([position == 0, position == 1], [HEAD, PARTNER], CHILD)
        head = np.flatnonzero(first)[family]
        has_partner = (position < 2) & (np.append(family[1:] == family[:-1], False) | (position == 1))
        people.partner[:] = np.where(has_partner, np.where(position == 0, head + 1, head), -1)
        people.mother[:] = np.where(position >= 2, head, -1)
        people.father[:] = np.where(position >= 2, head + 1, -1)
        age = np.where(position < 2, generator.integers(20, 90, n_people), generator.integers(0, 20, n_people))
        people.birth_month[:] = -(age * 12 + generator.integers(0, 12, n_people))
        people.sex[:] = generator.integers(0, 2, n_people)
        people.key[:] = generator.permutation(n_people).astype(np.uint64) * np.uint64(0xA24BAED4963EE407) + np.uint64(3)
        people.present[:] = 1

    def _endow(self, generator: np.random.Generator) -> None:
        people, families = self.people, self.families
        z = self.communities.deprivation[people.community]
        people.propensity[:] = 0.15 * z + generator.normal(size=people.n)
        people.self_control[:] = -0.3 * people.propensity + generator.normal(size=people.n)
        people.ace_count[:] = generator.poisson(0.8 + 0.2 * (z - z.min()))
        people.school_engagement[:] = generator.normal(size=people.n)
        people.qualification[:] = generator.integers(1, 4, people.n)
        people.work[:] = 2
        families.parenting[:] = generator.normal(size=families.n)
        families.states[:] = np.where(generator.random(families.n) < 0.1, 8, 0)
        self.set_ages(0)

    def set_ages(self, month: int) -> None:
        people = self.people
        years = np.clip((month - people.birth_month.astype(np.int64)) // 12, 0, 119)
        people.age_sex[:] = np.where(people.present == 1, 2 * years + people.sex, 255)

    @property
    def age(self) -> np.ndarray:
        return self.people.age_sex.astype(np.int64) // 2

    @property
    def male(self) -> np.ndarray:
        return self.people.sex == MALE


CLOCK = Clock(2021, 4, 60)
