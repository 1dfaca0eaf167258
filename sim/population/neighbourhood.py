"""Hold the people of one community while its households are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, Sheet, declare_sheet
from sim.population.columns import FEMALE, MALE, NOBODY
from sim.population.synthesis_tables import SynthesisTables

Array = npt.NDArray[Any]
AT_HOME, INDEPENDENT, IN_INSTITUTION = range(3)

ORDER = declare_sheet("population.order", ("motherhood", "lone_parent", "couple", "extra_adult"))
ORDER_MORE = declare_sheet("population.order_more", ("institution",))
PAIR = declare_sheet("population.pair", ("gap", "queue", "head", "company"))


@dataclass(frozen=True)
class Facts:
    """Hold what is published about one community: households (0 when unknown) and shares between 0 and 1.

    ``student_excess`` is the share of residents at student ages above the usual one; ``mother_age_shift`` by how many
    years births come later than in England; the lucks are uniforms that round expected counts up or down.
    """

    households: int
    income_deprivation: float
    social_rent: float
    private_rent: float
    overcrowded: float
    flats: float
    student_excess: float
    mother_age_shift: float
    lone_parent_luck: float
    lone_parent_adult_luck: float
    same_sex_luck: tuple[float, float]


@dataclass
class Neighbourhood:
    """Hold the people of one community in order of age; people are known by their position.

    Attributes
    ----------
    living
        AT_HOME (a child of the household, of any age), INDEPENDENT or IN_INSTITUTION.
    mother, father, partner
        Positions, -1 for nobody.
    parity, last_birth_age
        Births of a woman and her age in years at the last (-1 without births).
    households
        Number of households to be reached.
    """

    facts: Facts
    tables: SynthesisTables
    chance: Chance
    key: Array
    age: Array
    sex: Array
    living: Array
    households: int = 0
    mother: Array = field(init=False)
    father: Array = field(init=False)
    partner: Array = field(init=False)
    parity: Array = field(init=False)
    last_birth_age: Array = field(init=False)

    def __post_init__(self) -> None:
        self.mother, self.father, self.partner = (np.full(self.n, NOBODY, np.int32) for _ in range(3))
        self.parity = np.zeros(self.n, np.uint8)
        self.last_birth_age = np.full(self.n, -1, np.int16)

    @property
    def n(self) -> int:
        return int(self.age.size)

    def draw(self, sheet: Sheet, decision: str, people: Array) -> Array:
        """Return one uniform for each of some people."""
        return self.chance.uniforms(sheet, sheet.word(decision), self.key[people], 0)

    def race(self, decision: str, people: Array, weights: Array | float = 1.0) -> Array:
        """Return people in a keyed random order in which larger weights tend to come first."""
        luck = self.draw(ORDER if decision in ORDER.names else ORDER_MORE, decision, people)
        order: Array = people[np.argsort(-np.log(luck) / weights, kind="stable")]
        return order

    def dependent_children(self) -> int:
        """Return the number of dependent children living with parents."""
        young = self.age < self.tables.parameters["population.dependent_below_age"]
        return int(((self.living == AT_HOME) & young).sum())

    def single(self) -> Array:
        """Return independent adults without partner or children."""
        parent = np.zeros(self.n, bool)
        parent[self.mother[self.mother >= 0]] = True
        parent[self.father[self.father >= 0]] = True
        people: Array = np.flatnonzero((self.living == INDEPENDENT) & (self.partner == NOBODY) & ~parent)
        return people

    def marry(self, first: Array, second: Array) -> None:
        self.partner[first] = second
        self.partner[second] = first

    def women(self, people: Array) -> Array:
        chosen: Array = people[self.sex[people] == FEMALE]
        return chosen

    def men(self, people: Array) -> Array:
        chosen: Array = people[self.sex[people] == MALE]
        return chosen


def living_arrangements(
    age: Array, sex: Array, uniforms: Array, student_excess: float, tables: SynthesisTables
) -> Array:
    """Decide who lives with parents, in an institution or independently, before households are balanced."""
    p = tables.parameters
    at_home = tables.at_home[age, sex]
    fall = min(p["population.student_leaves_home_most"], p["population.student_leaves_home"] * student_excess)
    at_home = np.where(tables.student[age], at_home * (1.0 - fall), at_home)
    living = np.full(age.size, INDEPENDENT, np.int8)
    living[uniforms > 1.0 - tables.institution[age, sex]] = IN_INSTITUTION
    living[uniforms < at_home] = AT_HOME
    return living
