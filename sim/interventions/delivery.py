"""Deliver programmes month by month: identify, offer, enrol, deliver, complete or drop out, fade.

A programme changes nothing but levers: nobody's columns are written here. With no places, or with no strength, it
leaves every lever as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Sheet, declare_sheet
from sim.core.columns import Columns
from sim.core.levers import FAMILY, LEVERS
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.interventions.capacity import Places
from sim.interventions.conditions import Registers
from sim.interventions.counts import Counts
from sim.interventions.eligibility import (
    SHARING,
    chosen_communities,
    eligible_rows,
    known_mask,
)
from sim.interventions.enrolments import COMPLETED, DECLINED, DROPPED_OUT, ENROLLED, Enrolments
from sim.interventions.partnership import (
    partnership_cost_gbp_per_year,
    partnership_effects,
    push_community_levers,
    shifted_share,
)
from sim.interventions.resolved import Dials, Programme, Scenario
from sim.interventions.strengths import drawn_strengths, drop_out_hazard, strongest_by_row
from sim.population.columns import CHILD

Array = npt.NDArray[Any]

ADULT_AGE_MONTHS = 18 * MONTHS_PER_YEAR
DECISIONS = ("lottery", "uptake", "drop_out", "referral")


@dataclass
class Running:
    """Hold the state of one programme while a scenario runs."""

    programme: Programme
    sheet: Sheet
    served: Array | None
    places: Places
    strengths: dict[str, float]
    enrolments: Enrolments
    counts: Counts
    set_up: bool = False


class Programmes:
    """Deliver the programmes of a scenario. Before `switch_on` nothing happens."""

    def __init__(self, people: Columns, families: Columns, communities: Columns, tools: Tools) -> None:
        self.registers = Registers(people, families, communities)
        self.tools = tools
        self.dials = Dials()
        self.effects = partnership_effects(self.dials, tools.parameters)
        self.origin = 0
        self.running: list[Running] = []

    def switch_on(self, scenario: Scenario, month: int) -> None:
        """Prepare the programmes of a scenario; ``month`` is its decision date. Call it once, after the fork."""
        self.origin = month
        self.dials = scenario.dials
        self.effects = partnership_effects(scenario.dials, self.tools.parameters)
        self.running = [self._prepare(programme) for programme in sorted(scenario.programmes, key=lambda p: p.id)]

    def deliver(self, month: int) -> None:
        """Live one month of every programme and push the levers anew."""
        levers = self.tools.levers
        levers.clear()
        if not self.running and not any(vars(self.dials).values()):
            return
        year, of_year = divmod(month - self.origin, MONTHS_PER_YEAR)
        taking_part = self._taking_part()
        for running in self.running:
            if of_year == 0 or not running.counts.by_year["eligible"]:
                running.counts.open_year(year)
            running.counts.fit(self.registers.people.n)
            self._follow(running)
            self._end_enrolments(running, month, year)
            if self._is_open(running.programme, month - self.origin):
                self._enrol(running, month, year, taking_part)
            running.counts.add("place_months", running.enrolments.enrolled.size, year)
            self._push(running, month)
            if of_year == MONTHS_PER_YEAR - 1:
                self._forget(running, month)
        push_community_levers(self.dials, self.tools.parameters, levers, self.registers)
        self._pay_for_partnership()

    def counts(self, years: int) -> dict[str, dict[str, Array]]:
        """Return what each programme did, by its id: counts by year, shape (years,)."""
        return {running.programme.id: running.counts.arrays(years) for running in self.running}

    def remap(self, new_row_of_old_people: Array, new_row_of_old_families: Array) -> None:
        """Follow a compaction; -1 stands for rows that are gone."""
        people = int((new_row_of_old_people >= 0).sum())
        for running in self.running:
            running.enrolments.remap(new_row_of_old_people, new_row_of_old_families)
            running.counts.remap(new_row_of_old_people, people)

    def _prepare(self, programme: Programme) -> Running:
        parameters = self.tools.parameters
        served = chosen_communities(self.registers, programme.communities)
        per_year = programme.places_per_year
        if per_year is None:
            eligible = eligible_rows(self.registers, programme.who, served).size
            per_year = programme.places_per_10000_eligible_per_year * eligible / 10_000
        start_up = programme.start_up_months
        start_up = round(parameters["programmes.start_up_months"]) if start_up is None else start_up
        carried = round(parameters["programmes.places_carried_months"])
        return Running(
            programme=programme,
            sheet=declare_sheet(f"programmes.{programme.id}", DECISIONS),
            served=served,
            places=Places(per_year, start_up, carried, programme.calendar_months),
            strengths=drawn_strengths(programme, getattr(parameters, "number", None), self.effects.fidelity),
            enrolments=Enrolments(),
            counts=Counts(),
        )

    @staticmethod
    def _is_open(programme: Programme, since_decision: int) -> bool:
        stopped = programme.stop_month is not None and since_decision >= programme.stop_month
        return since_decision >= programme.start_month and not stopped

    def _taking_part(self) -> dict[str, Array]:
        """Return by strand how many programmes each person takes part in, as the month begins."""
        if not self.effects.duplicates_avoided:
            return {}
        counted: dict[str, Array] = {}
        for running in self.running:
            strand = running.programme.strand
            rows = running.enrolments.person[running.enrolments.enrolled]
            counted.setdefault(strand, np.zeros(self.registers.people.n, np.uint8))[rows] += 1
        return counted

    def _follow(self, running: Running) -> None:
        """Follow families: a child's while the child lives in it, an adult's always."""
        people, table = self.registers.people, running.enrolments
        follows = table.adult | (people.role[table.person] == CHILD)
        table.family = np.where(follows, people.family[table.person], table.family).astype(np.int32)

    def _end_enrolments(self, running: Running, month: int, year: int) -> None:
        people, table, programme = self.registers.people, running.enrolments, running.programme
        rows = table.enrolled
        person = table.person[rows]
        gone = (people.present[person] == 0) | (people.custody[person] > 0)
        hazard = drop_out_hazard(programme, self.effects.drop_out_log_hazard)
        uniforms = self._uniforms(running, "drop_out", person, month)
        dropped = ~gone & (uniforms < hazard) & (month > table.started[rows])
        done = ~gone & ~dropped & (month - table.started[rows] >= programme.months)
        table.end(rows[gone | dropped], month, DROPPED_OUT)
        table.end(rows[done], month, COMPLETED)
        running.counts.add("left_place", int(gone.sum()), year)
        running.counts.add("dropped_out", int(dropped.sum()), year)
        running.counts.add("completed", int(done.sum()), year)

    def _enrol(self, running: Running, month: int, year: int, taking_part: Mapping[str, Array]) -> None:
        """Find eligible people, offer the open places by lottery, and enrol those who accept."""
        people, chance, table, counts = self.registers.people, self.tools.chance, running.enrolments, running.counts
        places = running.places.next_month(self.tools.clock.calendar_month(month))
        if places == 0 and counts.by_year["eligible"][year] > 0:
            return
        eligible = eligible_rows(self.registers, running.programme.who, running.served)
        counts.see("eligible", eligible, year)
        known = eligible[known_mask(self.registers, running.programme, eligible, chance, self.effects.shared)]
        counts.see("known", known, year)
        if places == 0:
            return
        if not running.set_up:
            running.set_up = True
            counts.add("setups", 1, year)
        free = self._free(running, known, month, taking_part.get(running.programme.strand))
        offered, accepted = self._lottery(running, free, places, month)
        counts.see("offered", offered, year)
        enrolled, declined = offered[accepted], offered[~accepted]
        counts.see("enrolled", enrolled, year)
        counts.add("participants", enrolled.size, year)
        running.places.take(enrolled.size)
        for rows, status in ((enrolled, ENROLLED), (declined, DECLINED)):
            adult = month - people.birth_month[rows] >= ADULT_AGE_MONTHS
            table.add(rows, people.family[rows], adult, month, status)

    def _free(self, running: Running, known: Array, month: int, taking_part: Array | None) -> Array:
        """Leave out those taking part, those who did or declined too recently, and duplicates that are avoided."""
        people, table = self.registers.people, running.enrolments
        blocked = np.zeros(people.n, bool)
        blocked[table.person[~self._may_return(running, month)]] = True
        free = known[~blocked[known]]
        if taking_part is not None:
            elsewhere = taking_part[free] > 0
            keys = people.key[free[elsewhere]]
            avoided = self.tools.chance.uniforms(SHARING, SHARING.word("duplicate"), keys, 0)
            free = np.delete(free, np.flatnonzero(elsewhere)[avoided < self.effects.duplicates_avoided])
        return free

    def _may_return(self, running: Running, month: int) -> Array:
        """Return by table row whether the person may be offered the programme again."""
        table, programme = running.enrolments, running.programme
        since = month - table.ended
        offer_again = round(self.tools.parameters["programmes.offer_again_months"])
        took_part = (table.status == COMPLETED) | (table.status == DROPPED_OUT)
        again = programme.again_after_months
        returns = took_part & (since >= again) if again is not None else np.zeros(len(table), bool)
        return np.asarray(returns | ((table.status == DECLINED) & (since >= offer_again)))

    def _lottery(self, running: Running, free: Array, places: int, month: int) -> tuple[Array, Array]:
        """Offer places in the order of each person's own chance until they are filled.

        Returns
        -------
        Those offered a place in the order of the lottery, and which of them accept.
        """
        free = free[self._uniforms(running, "referral", free, month) < self.effects.referral]
        free = free[np.argsort(self._uniforms(running, "lottery", free, month))]
        uptake = shifted_share(running.programme.uptake, self.effects.uptake_log_odds)
        accepts = self._uniforms(running, "uptake", free, month) < uptake
        filled = np.searchsorted(np.cumsum(accepts), places) + 1
        return free[:filled], accepts[:filled]

    def _pay_for_partnership(self) -> None:
        """Record what the dials cost this month, GBP at 2024/25 prices."""
        residents = int(np.count_nonzero(self.registers.people.present.view(np.bool_)))
        costs = partnership_cost_gbp_per_year(self.dials, self.tools.parameters, residents)
        for dial, gbp in costs.items():
            if gbp > 0.0:
                self.tools.ledger.use(f"partnership_{dial}_gbp", gbp / MONTHS_PER_YEAR)

    def _uniforms(self, running: Running, decision: str, rows: Array, month: int) -> Array:
        sheet = running.sheet
        return self.tools.chance.uniforms(sheet, sheet.word(decision), self.registers.people.key[rows], month)

    def _push(self, running: Running, month: int) -> None:
        """Push the levers of one programme: its strength times what is left of each person's dose."""
        table, levers = running.enrolments, self.tools.levers
        if not len(table):
            return
        for lever in running.programme.levers:
            strength = running.strengths[lever.name]
            if strength == 0.0:
                continue
            weights = table.weights(lever, running.programme.months, month)
            if LEVERS[lever.name].level == FAMILY:
                rows, weights = strongest_by_row(table.family, weights)
                length = self.registers.families.n
            else:
                rows, length = table.person, self.registers.people.n
            moved = weights > 0.0
            if moved.any():
                levers.push(lever.name, rows[moved], (strength * weights[moved]).astype(np.float32), length)

    def _forget(self, running: Running, month: int) -> None:
        """Drop table rows whose effects have faded and who may be offered the programme again."""
        table, programme = running.enrolments, running.programme
        if programme.again_after_months is None:
            over = (table.status == DECLINED) & self._may_return(running, month)
        else:
            over = self._may_return(running, month)
        least = self.tools.parameters["programmes.least_weight"]
        for lever in programme.levers:
            over &= table.weights(lever, programme.months, month) < least
            over &= month - table.started >= lever.lag_months
        table.keep(~over)
