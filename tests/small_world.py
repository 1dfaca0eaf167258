"""A few thousand people in columns, with no model behind them: what delivery needs to be tested on its own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from sim.core.chance import Chance, mix64
from sim.core.columns import Columns
from sim.core.levers import Levers
from sim.core.time import Clock
from sim.core.tools import Tools
from sim.core.yaml_files import read_shipped_yaml
from sim.interventions.delivery import Programmes
from sim.interventions.resolved import Amount, Cost, Dials, Eligibility, Lever, Programme, Scenario
from sim.parameters.checking import build
from sim.parameters.registry import HERE
from sim.population.columns import COMMUNITIES, FAMILIES, PEOPLE
from sim.services.shared import SharedWithProgrammes

DECISION_MONTH = 60
FEMALE_MALE = 2


def programme_parameters() -> dict[str, float]:
    rows = read_shipped_yaml(HERE / "programmes.yaml")["parameters"]
    return {f"programmes.{name}": float(build("programmes", name, row, "").value) for name, row in rows.items()}


def mentoring(**changed) -> Programme:
    """A programme for 10 to 18 year olds whom school knows; fields can be changed."""
    money = Amount(2000.0, 1500.0, 3500.0, 2023)
    programme = Programme(
        id="mentoring",
        name="Mentoring",
        strand="counter_narrative",
        level="relationship",
        who=Eligibility(10, 18, None, (), (), ()),
        identified_by=("school",),
        delivered_by="youth_services",
        start_month=0,
        stop_month=None,
        places_per_year=120.0,
        places_per_10000_eligible_per_year=800.0,
        uptake=0.6,
        completion=0.55,
        months=9,
        calendar_months=(),
        start_up_months=0,
        again_after_months=24,
        communities=None,
        levers=(
            Lever("violence_hazard", "fades", -0.1, -0.05, 12.0, 0, True),
            Lever("trusted_adult", "while_enrolled", 0.7, 0.3, 0.0, 0, True),
            Lever("parenting", "builds", 0.3, 0.1, 36.0, 0, True),
        ),
        cost=Cost(money, None, {"local_authority": 1.0}),
        uncertainty_sd=0.08,
        provisional=True,
    )
    return replace(programme, **changed)


def scenario(*programmes: Programme, dials: Dials | None = None) -> Scenario:
    return Scenario("test", "Test", "2026-04", 10, tuple(programmes), dials or Dials())


def row_of(communities: int) -> tuple[np.ndarray, np.ndarray]:
    """Adjacency of communities in a row: each next to the one before and the one after."""
    next_to = [[j for j in (i - 1, i + 1) if 0 <= j < communities] for i in range(communities)]
    return np.cumsum([0, *map(len, next_to)]), np.concatenate([np.array(each) for each in next_to])


class SmallWorld:
    """People of all ages in families of four; two in three of the young are known to school."""

    def __init__(self, people: int = 4000, seed: int = 1, order: np.ndarray | None = None) -> None:
        self.people = Columns(PEOPLE, people)
        self.families = Columns(FAMILIES, people // 4 + 1)
        self.communities = Columns(COMMUNITIES, 10)
        self.people.append(people)
        self.families.append(people // 4 + 1)
        self.communities.append(10)
        number = np.arange(people) if order is None else order
        self.people.key[:] = [int(mix64(np.uint64(i + 1))) for i in number]
        self.people.sex[:] = number % FEMALE_MALE
        self.people.birth_month[:] = DECISION_MONTH - (number * 7 % 960)
        self.people.present[:] = 1
        self.people.family[:] = number // 4
        self.people.community[:] = number % 10
        self.people.known_to[:] = np.where(number % 3 == 0, 4, 1)
        self.communities.deprivation[:] = np.linspace(-1, 1, 10)
        self.communities.key[:] = np.arange(10)
        self.clock = Clock.for_decision("2026-04", 5)
        self.levers = Levers()
        self.used: dict[str, float] = {}
        ledger = SimpleNamespace(use=self._use)
        tools = Tools(programme_parameters(), Chance(seed), self.levers, ledger, self.clock)
        self.shared = SharedWithProgrammes(10)
        self.programmes = Programmes(self.people, self.families, self.communities, tools, row_of(10), self.shared)
        self.month = DECISION_MONTH
        self.set_ages()

    def _use(self, resource: str, amount: float) -> None:
        self.used[resource] = self.used.get(resource, 0.0) + amount

    def set_ages(self) -> None:
        years = np.clip((self.month - self.people.birth_month) // 12, 0, 119)
        self.people.age_sex[:] = np.where(self.people.present != 0, 2 * years + self.people.sex, 255)

    def start(self, *programmes: Programme, dials: Dials | None = None) -> SmallWorld:
        self.programmes.switch_on(scenario(*programmes, dials=dials), self.month)
        return self

    def live(self, months: int) -> SmallWorld:
        for _ in range(months):
            self.set_ages()
            self.programmes.deliver(self.month)
            self.month += 1
        return self

    def totals(self, identifier: str = "mentoring", years: int = 10) -> dict[str, float]:
        return {name: float(values.sum()) for name, values in self.programmes.counts(years)[identifier].items()}

    @property
    def table(self):
        return self.programmes.running[0].enrolments

    def ever_enrolled(self) -> set[int]:
        """Keys of people in the table who started."""
        table = self.table
        return {int(key) for key in self.people.key[table.person[table.status != 3]]}
