"""A place and everyone in it: a Mesa model whose step is one month."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.community.communities import Communities
from sim.core.agents import ColumnarAgentSet
from sim.core.chance import Chance
from sim.core.hold import Hold
from sim.core.ledger import Ledger
from sim.core.levers import Levers
from sim.core.light_mesa import mesa
from sim.core.recorder import Recorder
from sim.core.result import RunResult
from sim.core.time import MONTHS_PER_YEAR, Clock
from sim.core.tools import Tools
from sim.individual.individuals import Individuals
from sim.individual.support import ease_trauma, engage, quit_habits, start_work
from sim.interventions.delivery import Programmes
from sim.interventions.resolved import Dials, Scenario
from sim.parameters.registry import Registry, load_registry
from sim.parameters.structure import COMBINATION, EFFECTS_OVERLAP, form_of
from sim.population.census import Census
from sim.population.demography import Demography, compact_order
from sim.population.history import fill_starting_traits
from sim.population.monthly_sweep import MonthlySweep
from sim.population.neighbourhoods import make_communities
from sim.population.places import PlaceData, resolve
from sim.population.synthesis import synthesise
from sim.relationship.families import Families
from sim.relationship.families_support import leave_care, relieve
from sim.relationship.norms import Norms
from sim.relationship.norms_support import befriend, talk_over
from sim.relationship.ties import Ties
from sim.services.partnership import service_partnership
from sim.services.services import Services
from sim.services.shared import SharedWithProgrammes
from sim.society.society import Shock, Society
from sim.violence.aftermath import Aftermath
from sim.violence.incidents import FAMILY, Incidents
from sim.violence.support import calm
from sim.violence.violence import Violence

Array = npt.NDArray[Any]

DECEMBER = 12
DEFAULT_DECISION_DATE = "2026-04"
DEFAULT_BURN_IN_YEARS = 5


class Place(mesa.Model):
    """A place and everyone in it. One step is one month.

    Parameters
    ----------
    place
        Name or data of the place, see :func:`sim.population.places.resolve`.
    seed
        Luck of the run: the synthetic population and every event are keyed by it; 0 if not given.
    parameters
        Registry of parameters, or one of its joint draws.
    decision_date
        Month (``YYYY-MM``) in which scenarios begin to differ.
    burn_in_years
        Years lived before the decision date.
    scenario
        A resolved scenario, switched on at the decision date; nothing is switched on by default.
    measures
        Names the ledger lists even when nothing is counted under them.
    """

    def __init__(
        self,
        place: str | PlaceData = "Rutland",
        seed: int | None = None,
        parameters: Registry | None = None,
        decision_date: str = DEFAULT_DECISION_DATE,
        burn_in_years: int = DEFAULT_BURN_IN_YEARS,
        scenario: Scenario | None = None,
        measures: Sequence[str] = (),
    ) -> None:
        seed = seed or 0
        super().__init__(rng=seed)
        self.place_data = place if isinstance(place, PlaceData) else resolve(place)
        self.parameters = parameters if parameters is not None else load_registry()
        self.scenario_in_force = scenario
        self.month = 0
        self.clock = Clock.for_decision(decision_date, burn_in_years)
        chance = Chance(seed)
        ledger = Ledger(self.place_data.fifth, self.clock, measures)
        levers = Levers(overlap=form_of(self.parameters, COMBINATION) == EFFECTS_OVERLAP)
        self.tools = Tools(self.parameters, chance, levers, ledger, self.clock)
        self.communities = make_communities(self.place_data, chance, self.parameters)
        population = synthesise(self.place_data, self.parameters, seed)
        self.people, self.families = population.people, population.families
        fill_starting_traits(self.people, self.families, self.communities, self.parameters, chance, self.place_data)
        self._open_rooms()
        self.incidents_by_community: Array = np.zeros(self.communities.n, np.int64)
        self.incidents_this_month = 0
        self.recorder: Recorder | None = None
        self.holds: list[Hold] = []
        self.datacollector = mesa.DataCollector(
            model_reporters={"month": "month", "population": "population", "incidents": "incidents_this_month"}
        )
        if self.clock.decision_month == 0:
            self._decide()

    def _open_rooms(self) -> None:
        people, families, communities, tools = self.people, self.families, self.communities, self.tools
        place = self.place_data
        self.society = Society(tools, place)
        self.census = Census(people, communities, tools)
        self.community_room = Communities(people, communities, tools, place)
        self.community_room.start()
        self.monthly = MonthlySweep(people, tools)
        self.ties = Ties(people, families, communities, tools, place, monthly=self.monthly)
        self.ties.start(self.month)
        self.demography = Demography(people, families, communities, tools, place, self.monthly)
        self.family_room = Families(people, families, communities, tools)
        self.individuals = Individuals(people, families, communities, tools, self.monthly)
        self.norms = Norms(people, families, communities, tools)
        self.norms.start(self.month)
        self.dials_in_force = Dials()
        shared = SharedWithProgrammes(communities.n)
        self.programmes = Programmes(people, families, communities, tools, place.adjacency, shared)
        self.violence = Violence(people, families, communities, self.ties.rosters, tools, place.adjacency)
        self.aftermath = Aftermath(people, tools)
        self.services = Services(self, people, families, communities, tools, self.monthly, shared)
        self.services.start(self.month)

    def step(self) -> None:
        """Live one month: the thirteen processes, in this order."""
        month = self.month
        society = self.society
        society.advance(month)
        arrivals = self.demography.turn(month)
        self._welcome(arrivals)
        self.family_room.turn(month)
        self.individuals.develop(month, society.alcohol_affordability)
        self.individuals.work(month, float(np.exp(society.labour_market)))
        self.ties.turn(month, society.drug_market)
        # Supportive messages are positive in society and lower acceptance; norms count what condones violence.
        self.norms.spread(month, -society.message_climate)
        moves = self.demography.moved_in, self.demography.moved_out
        self.community_room.turn(month, *moves, self.incidents_by_community, society.youth_provision)
        self.programmes.deliver(month)
        self._work_together()
        for hold in self.holds:
            hold.apply(self, month)
        levels = society.violence_level, self.family_room.abused, society.peer_level, society.acquisitive_level
        incidents = self.violence.unfold(month, *levels, society.school_part, self.demography.households.lists)
        died = self._settle(month, incidents)
        self.services.respond(month, incidents, society.service_funding)
        self._support()
        if self.recorder is not None:
            self.recorder.record(self, month, incidents)
        self.demography.bury(died)
        self.census.count(month)
        self._close_month(month, incidents)

    def _welcome(self, arrivals: Any) -> None:
        self.tools.levers.fit(self.people.n, self.families.n)
        self.individuals.welcome(arrivals)
        self.family_room.welcome(arrivals)
        self.ties.welcome(arrivals)
        self.norms.welcome(arrivals)
        self.violence.welcome(arrivals)

    def _support(self) -> None:
        """Let the rooms take over what services do for the people they support."""
        people, families, given = self.people, self.families, self.services.support
        if given is None:
            return
        ease_trauma(people, self.parameters, given.recovering, given.recovery)
        quit_habits(people, given.quitting)
        start_work(people, given.starting_work)
        engage(people, self.individuals.growth.engagement_reversion, given.pupils, given.engagement)
        relieve(families, self.family_room.home_rates.stress_reversion, given.homes, given.stress)
        leave_care(people, given.inside)
        befriend(people, given.befriended)
        talk_over(people, given.supervised, given.acceptance)
        calm(people, given.calmed, given.retaliation_kept)

    def _settle(self, month: int, incidents: Incidents) -> Array:
        """Let the incidents of a month leave their mark on people, homes and ties; return the rows of who died."""
        died = self.aftermath.settle(month, incidents)
        home, together = incidents.at_home, incidents.together
        kin = incidents.context[home] == FAMILY
        self.family_room.note_violence(month, incidents.offender[home], incidents.victim[home], kin)
        self.ties.offend_together(month, incidents.offender[together], incidents.accomplice[together])
        return died

    def _close_month(self, month: int, incidents: Any) -> None:
        self.incidents_this_month = len(incidents)
        visible = incidents.location[incidents.visible]
        self.incidents_by_community = np.bincount(visible, minlength=self.communities.n)
        self.datacollector.collect(self)
        self.tools.ledger.close(month)
        self.monthly.forget()
        self.month = month + 1
        if self.clock.calendar_month(month) == DECEMBER:
            self._end_year(month)
        if self.month == self.clock.decision_month:
            self._decide()

    def _end_year(self, month: int) -> None:
        # Compacting costs more than a year of passing over the rows of those who are gone, and less than two.
        if self.clock.year_index(month) % 2:
            self.compact()
        else:
            self.demography.begin_year()

    def _decide(self) -> None:
        """End burn-in: what demography still corrected is frozen, and a scenario given at the start begins."""
        self.compact()
        self.demography.freeze()
        if self.scenario_in_force is not None:
            self.begin(self.scenario_in_force)

    def begin(self, scenario: Scenario) -> None:
        """Switch on a scenario at the decision date."""
        self.scenario_in_force = scenario
        start = self.clock.decision_month
        self.society.schedule(
            [Shock(s.what, start + s.start_month, s.change, s.months, s.communities) for s in scenario.shocks]
        )
        self.programmes.switch_on(scenario, self.month)
        self._work_together()

    def _work_together(self) -> None:
        """Let services work as the partnership dials of the scenario and of its programmes stand."""
        dials = self.programmes.dials
        if dials != self.dials_in_force:
            self.dials_in_force = dials
            self.services.partnership = service_partnership(dials.collaboration, dials.data_sharing, self.parameters)

    def compact(self) -> None:
        """Drop the rows of those who are gone and follow every row reference."""
        self.ties.rosters.rebuild(self.people, self.people.age_sex)
        people_order, family_order = compact_order(self.people, self.families)
        people_rows = _new_rows(people_order, self.people.n)
        family_rows = _new_rows(family_order, self.families.n)
        new_rows = {"people": people_rows, "families": family_rows}
        self.people.take(people_order, new_rows)
        self.families.take(family_order, new_rows)
        self.tools.levers.remap(people_order, family_order)
        self.demography.remap(people_rows)
        self.ties.remap(people_rows)
        self.programmes.remap(people_rows, family_rows)
        self.services.remap(people_rows)

    def burn_in(self) -> None:
        """Live until the decision date."""
        self.run(self.clock.decision_month - self.month)

    def run(self, months: int) -> None:
        """Live a number of months; the ledger gets room for the years after the decision date that this reaches."""
        last = self.month + months - self.clock.decision_month
        self.tools.ledger.make_room(-(-last // MONTHS_PER_YEAR))
        for _ in range(months):
            self.step()

    def fork(self, scenario: Scenario | None = None) -> Place:
        """Return a copy of this world that goes on by itself, under a scenario if one is given; nobody records it."""
        shared = (self.place_data, self.parameters, *self.demography.frozen_parts())
        recorder, self.recorder = self.recorder, None
        try:
            world: Place = copy.deepcopy(self, {id(thing): thing for thing in shared})
        finally:
            self.recorder = recorder
        if scenario is not None:
            world.begin(scenario)
        return world

    def result(self) -> RunResult:
        """Return the totals counted since the decision date."""
        ledger = self.tools.ledger
        return RunResult(
            measures=ledger.measures,
            by_year_fifth=ledger.stack("by_year_fifth"),
            by_year_band_sex=ledger.stack("by_year_band_sex"),
            by_community=ledger.stack("by_community"),
            by_month=ledger.stack("by_month"),
            years=ledger.years,
            programmes=self.programmes.counts(ledger.years),
            resources=dict(ledger.resources),
            clips=dict(ledger.clips),
        )

    def close(self) -> None:
        """Let go of this world: Mesa keeps a reference to every model that made an agent."""
        self.remove_all_agents()
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None and hasattr(ids, "pop"):
            ids.pop(self, None)

    @property
    def population(self) -> int:
        """Number of people who live in the place."""
        return int(np.count_nonzero(self.people.present.view(np.bool_)))

    @property
    def individuals_set(self) -> ColumnarAgentSet:
        """The people of the place in Mesa's vocabulary."""
        return ColumnarAgentSet(self.people, self, np.flatnonzero(self.people.present))

    @property
    def families_set(self) -> ColumnarAgentSet:
        """The households of the place in Mesa's vocabulary."""
        return ColumnarAgentSet(self.families, self, np.flatnonzero(self.families.present))

    @property
    def communities_set(self) -> ColumnarAgentSet:
        """The communities of the place in Mesa's vocabulary."""
        return ColumnarAgentSet(self.communities, self)


def _new_rows(order: Array, rows: int) -> Array:
    """Return the new row of every old row, -1 where it is gone."""
    new = np.full(rows + 1, -1, np.int32)
    new[order] = np.arange(order.size, dtype=np.int32)
    return new[:rows]
