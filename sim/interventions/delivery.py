"""Deliver programmes month by month: identify, offer, enrol, deliver, complete or drop out, fade.

A programme changes nothing but levers (and what a service can take on, where they share staff): nobody's columns are
written here. With no places, or with no strength, it leaves every lever as it is.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.levers import FAMILY, LEVERS
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.interventions.budget import Budget
from sim.interventions.capacity import Places
from sim.interventions.conditions import Registers
from sim.interventions.eligibility import eligible_rows
from sim.interventions.enrolments import COMPLETED, DECLINED, DROPPED_OUT
from sim.interventions.offering import enrol, may_return
from sim.interventions.partnership import (
    PartnershipEffects,
    partnership_cost_gbp_per_year,
    partnership_effects,
    push_community_levers,
)
from sim.interventions.place_delivery import (
    count_residents,
    deliver_to_places,
    is_affordable_this_month,
    push_to_places,
)
from sim.interventions.pushing import attend, push_levers
from sim.interventions.resolved import Dials, Programme, Scenario
from sim.interventions.running import DRAWN_IN, Circumstances, Running
from sim.interventions.schema import PLACE
from sim.interventions.strengths import drawn_strengths, drop_out_hazard
from sim.interventions.where import served_communities
from sim.population.columns import CHILD
from sim.services.shared import SharedWithProgrammes

Array = npt.NDArray[Any]

DECISIONS = ("lottery", "uptake", "drop_out", "referral")
MORE_DECISIONS = ("misread", "drawn_in", "attendance", "hand_over")


class Programmes:
    """Deliver the programmes of a scenario. Before `switch_on` nothing happens.

    Attributes
    ----------
    dials : the partnership dials in force: of the scenario and of the programmes that set some, the higher.
    running : the programmes in the order of their ids; ``in_turn`` in the order in which they take money and staff.
    """

    def __init__(
        self,
        people: Columns,
        families: Columns,
        communities: Columns,
        tools: Tools,
        adjacency: tuple[Array, Array],
        shared: SharedWithProgrammes,
    ) -> None:
        self.registers = Registers(people, families, communities)
        self.tools = tools
        self.dials = self.own_dials = Dials()
        effects = partnership_effects(self.dials, tools.parameters)
        self.now = Circumstances(self.registers, tools, effects, Budget(), shared, adjacency)
        self.origin = 0
        self.running: list[Running] = []
        self.in_turn: list[Running] = []

    @property
    def effects(self) -> PartnershipEffects:
        """What the dials in force do to programmes."""
        return self.now.effects

    def switch_on(self, scenario: Scenario, month: int) -> None:
        """Prepare the programmes of a scenario; ``month`` is its decision date. Call it once, after the fork."""
        self.origin = month
        self.own_dials = scenario.dials
        self.dials, self.now.effects = scenario.dials, partnership_effects(scenario.dials, self.tools.parameters)
        self.now.budget = Budget(scenario, self.tools.parameters)
        self.running = [self._prepare(programme) for programme in sorted(scenario.programmes, key=lambda p: p.id)]
        self.in_turn = [self.running[i] for i in scenario.turns([each.programme.id for each in self.running])]

    def deliver(self, month: int) -> None:
        """Live one month of every programme and push the levers anew."""
        levers = self.tools.levers
        levers.clear()
        if not self.running and not any(vars(self.dials).values()):
            return
        now = self.now
        now.month, now.since_decision = month, month - self.origin
        now.year, of_year = divmod(now.since_decision, MONTHS_PER_YEAR)
        residents = int(np.count_nonzero(self.registers.people.present))
        if of_year == 0:
            now.budget.open_year()
        now.shared.open_month(self.tools.parameters["programmes.service_share"])
        active = [running for running in self.in_turn if self._is_active(running, of_year, residents)]
        self._set_dials(_highest(self.own_dials, [running.programme for running in active]))
        taking_part = self._taking_part()
        for running in self.in_turn:
            self._deliver(running, any(running is each for each in active), taking_part)
        # In the order of ids, so that what levers add up to does not depend on the order in which programmes are paid.
        for running in self.running:
            self._push(running)
            if of_year == MONTHS_PER_YEAR - 1:
                self._forget(running)
        push_community_levers(self.dials, self.tools.parameters, levers, self.registers)
        self._pay_for_partnership(residents)

    def counts(self, years: int) -> dict[str, dict[str, Array]]:
        """Return what each programme did, by its id: counts by year, shape (years,)."""
        return {running.programme.id: running.counts.arrays(years) for running in self.running}

    def remap(self, new_row_of_old_people: Array, new_row_of_old_families: Array) -> None:
        """Follow a compaction; -1 stands for rows that are gone."""
        stayed = np.flatnonzero(new_row_of_old_people >= 0)
        old_row_of_new = np.empty_like(stayed)
        old_row_of_new[new_row_of_old_people[stayed]] = stayed
        for running in self.running:
            if running.programme.mode == PLACE:
                continue
            running.enrolments.remap(new_row_of_old_people, new_row_of_old_families)
            running.counts.remap(old_row_of_new)
            running.pool.remap(new_row_of_old_people)
            gone = running.waiting.remap(new_row_of_old_people)
            running.waiting.at = running.pool.find(running.waiting.person)
            if gone:
                running.counts.add("left_waiting", gone, self.now.year)

    def _set_dials(self, dials: Dials) -> None:
        if dials != self.dials:
            self.dials = dials
            self.now.effects = partnership_effects(dials, self.tools.parameters)

    def _prepare(self, programme: Programme) -> Running:
        parameters = self.tools.parameters
        start_up = programme.start_up_months
        start_up = round(parameters["programmes.start_up_months"]) if start_up is None else start_up
        carried = round(parameters["programmes.places_carried_months"])
        running = Running(
            programme=programme,
            sheet=declare_sheet(f"programmes.{programme.id}", DECISIONS),
            more=declare_sheet(f"programmes.{programme.id}.more", MORE_DECISIONS),
            places=Places(programme.places_per_year or 0.0, start_up, carried, programme.calendar_months),
            strengths=drawn_strengths(
                programme,
                getattr(parameters, "number", None),
                1.0,
                parameters["programmes.transport_correlation"],
            ),
        )
        self._choose_communities(running, int(np.count_nonzero(self.registers.people.present)))
        if programme.places_per_year is None and programme.mode != PLACE:
            eligible = eligible_rows(self.registers, programme.who, running.served).size
            running.places.per_year = programme.places_per_10000_eligible_per_year * eligible / 10_000
        return running

    def _choose_communities(self, running: Running, residents: int) -> None:
        recorded = self.now.shared.recorded_last_year
        running.served = served_communities(self.registers, running.programme, recorded, residents)

    def _is_active(self, running: Running, of_year: int, residents: int) -> bool:
        """Open a programme's year and say whether it is on and its yearly cost is paid this month."""
        counts, programme, now = running.counts, running.programme, self.now
        if of_year == 0 or not counts.by_year["eligible"]:
            counts.open_year(now.year)
        if programme.mode != PLACE:
            counts.fit(self.registers.people.n)
        stopped = programme.stop_month is not None and now.since_decision >= programme.stop_month
        if now.since_decision < programme.start_month or stopped:
            return False
        if of_year == 0:
            self._choose_communities(running, residents)
        if not is_affordable_this_month(running, now, residents):
            counts.add("not_funded", 1, now.year)
            return False
        count_residents(running, now, residents)
        return True

    def _deliver(self, running: Running, active: bool, taking_part: dict[str, Array]) -> None:
        """Live one month of one programme, up to what it pushes."""
        now, counts = self.now, running.counts
        if running.programme.mode == PLACE:
            deliver_to_places(running, now, active)
            return
        self._follow(running)
        self._end_enrolments(running)
        if active:
            enrol(running, now, taking_part)
        elif len(running.waiting):
            counts.add("turned_away", running.waiting.keep(np.zeros(len(running.waiting), bool)), now.year)
        counts.add("place_months", running.enrolments.enrolled.size, now.year)
        counts.add("waiting_months", len(running.waiting), now.year)
        attend(running, now)

    def _push(self, running: Running) -> None:
        push = push_to_places if running.programme.mode == PLACE else push_levers
        push(running, self.now)

    def _taking_part(self) -> dict[str, Array]:
        """Return by strand who takes part in its programmes, as the month begins."""
        if not self.now.effects.duplicates_avoided:
            return {}
        rows: dict[str, list[Array]] = {}
        for running in self.running:
            table = running.enrolments
            rows.setdefault(running.programme.strand, []).append(table.person[table.enrolled])
        return {strand: np.concatenate(each) for strand, each in rows.items()}

    def _follow(self, running: Running) -> None:
        """Follow families, where a lever moves them: a child's while the child lives in it, an adult's always."""
        if not any(LEVERS[lever.name].level == FAMILY for lever in running.programme.levers):
            return
        people, table = self.registers.people, running.enrolments
        follows = table.adult | (people.role[table.person] == CHILD)
        table.family = np.where(follows, people.family[table.person], table.family).astype(np.int32)

    def _end_enrolments(self, running: Running) -> None:
        people, table, programme, now = self.registers.people, running.enrolments, running.programme, self.now
        rows = table.enrolled
        if not rows.size:
            return
        person = table.person[rows]
        gone = (people.present[person] == 0) | (people.custody[person] > 0)
        hazard = drop_out_hazard(programme, now.effects.drop_out_log_hazard)
        uniforms = now.uniforms(running.sheet, "drop_out", person)
        dropped = ~gone & (uniforms < hazard) & (now.month > table.started[rows])
        done = ~gone & ~dropped & (now.month - table.started[rows] >= programme.months)
        table.end(rows[gone | dropped], now.month, DROPPED_OUT)
        table.end(rows[done], now.month, COMPLETED)
        running.counts.add("left_place", int(gone.sum()), now.year)
        running.counts.add("dropped_out", int(dropped.sum()), now.year)
        running.counts.add("completed", int(done.sum()), now.year)

    def _pay_for_partnership(self, residents: int) -> None:
        """Record what the scenario's own dials cost this month, GBP at 2024/25 prices."""
        costs = partnership_cost_gbp_per_year(self.own_dials, self.tools.parameters, residents)
        for dial, gbp in costs.items():
            if gbp > 0.0:
                self.tools.ledger.use(f"partnership_{dial}_gbp", gbp / MONTHS_PER_YEAR)

    def _forget(self, running: Running) -> None:
        """Drop table rows whose effects have faded and who may be offered the programme again."""
        table, programme, month = running.enrolments, running.programme, self.now.month
        over = may_return(running, self.now)
        if programme.again_after_months is None:
            over &= table.status == DECLINED
        least = self.tools.parameters["programmes.least_weight"]
        for lever in programme.levers:
            over &= table.weights(lever, programme.months, month, programme.sessions) < least
            over &= month - table.started >= lever.lag_months
        if programme.labelling > 0.0:
            over &= table.route != DRAWN_IN
        table.keep(~over)


def _highest(dials: Dials, programmes: list[Programme]) -> Dials:
    """Return the dials of a scenario, each raised to the highest that one of the programmes sets."""
    positions = asdict(dials)
    for programme in programmes:
        for name, position in programme.dials.items():
            positions[name] = max(positions[name], position)
    return Dials(**positions)
