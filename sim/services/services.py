"""The services room: fourteen services with finite capacity, what they see of violence and need, and what they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.hazards import logistic, shifted_shares
from sim.core.levers import by_community
from sim.core.light_mesa import mesa
from sim.core.rows import distinct
from sim.core.rows_kernels import among, rows_between
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.monthly_sweep import MonthlySweep
from sim.services.names import (
    AMBULANCE,
    BIT_OF_SERVICE,
    EDGES,
    EMERGENCY_DEPARTMENT,
    HOUSING,
    NOTICED_BY_CONTACT,
    POLICE,
    SENTENCE_EDGES,
    SERVICE_OF_BIT,
    SERVICES,
)
from sim.services.needs import Needs
from sim.services.organisations import Service
from sim.services.partnership import ServicePartnership
from sim.services.queues import Queues, Table, case_key
from sim.services.records import Records
from sim.services.routes import Routes
from sim.services.sanctions import CUSTODY, LONGEST_MONTHS, Outcome, Sanctions, by_age_band
from sim.services.shared import SharedWithProgrammes
from sim.services.support import Support, Supporting
from sim.services.visibility import IncidentsSeen, Visibility

Array = npt.NDArray[Any]

REPORTING = declare_sheet("services.police", ("report", "record", "arrest", "told_by_hospital"))
ADULT_YEARS = 18


class Services:
    """Record, treat, arrest, sanction, refer and support."""

    def __init__(
        self,
        model: mesa.Model,
        people: Columns,
        families: Columns,
        communities: Columns,
        tools: Tools,
        monthly: MonthlySweep,
        shared: SharedWithProgrammes | None = None,
    ) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        p = tools.parameters
        self.partnership = ServicePartnership()
        self.sanctions = Sanctions(people, tools, monthly)
        self.records = Records(people, families, communities, tools)
        self.visibility = Visibility(people, communities, tools)
        self.needs = Needs(people, families, p)
        self.shared = shared or SharedWithProgrammes(communities.n)
        self.queues = Queues(
            p["services.capacity"], p["services.longest_wait_months"], p["services.support_months"], self.shared
        )
        self.routes = Routes(people, tools, self.queues, self.needs)
        self.supporting = Supporting(people, tools)
        self.support: Support | None = None
        self.organisations = {name: Service(model, name, self.queues, p) for name in SERVICES}

    def start(self, month: int) -> None:
        """Let services know whom they would know by now; their lists and caseloads begin empty."""
        self.records.update(month)

    def respond(self, month: int, incidents: IncidentsSeen, funding: float = 1.0) -> None:
        """Let incidents and needs reach services and let services act; ``funding`` multiplies what they can take on."""
        people, queues = self.people, self.queues
        queues.funding = funding
        queues.open_month()
        released = self.sanctions.pass_month()
        queues.end(month, people.present, people.custody)
        self._record(month, incidents)
        self._bring_in_incidents(month, incidents)
        self._notice_needs(month)
        seen = queues.serve(month, int(np.count_nonzero(people.present.view(np.bool_))))
        self._treat(seen)
        arrested = self._arrest(month, incidents, seen)
        outcome = self.sanctions.sentence(month, np.concatenate([arrested, self.sanctions.other_offending(month)]))
        self._refer(month, incidents, seen, outcome, released)
        inside = rows_between(people.custody, 1, LONGEST_MONTHS)
        self.support = self.supporting.of(month, queues.caseload, seen, inside)
        self.records.add_cases(queues.waiting, queues.caseload)
        self._add("custody_months", month, inside[people.present[inside] == 1])
        self._count_use()

    def remap(self, new_rows: Array) -> None:
        """Follow a compaction of people."""
        self.queues.remap(new_rows)
        self.support = None

    def _record(self, month: int, incidents: IncidentsSeen) -> None:
        """Decide what is reported to police, what police record, and what hospitals tell them under data sharing."""
        people, p, chance, levers = self.people, self.tools.parameters, self.tools.chance, self.tools.levers
        victim = incidents.victim
        years = (month - people.birth_month[victim]) / MONTHS_PER_YEAR
        child = 1.0 - np.asarray(
            logistic((years - p["violence.severity_adult_age"]) / p["violence.severity_adult_width"])
        )
        odds = (
            p["services.report"]
            + p["services.report_injury"] * incidents.injured
            + p["services.report_treated"] * incidents.treated
            + p["services.report_child"] * child
            + p["services.report_stranger"] * incidents.stranger
            + p["services.report_legitimacy"] * self.communities.legitimacy[people.community[victim]]
            + self.partnership.reporting_log_odds
        )
        odds = odds + by_community(levers.community("reporting"), people.community[victim])
        incidents.reported = chance.uniforms(REPORTING, 0, incidents.key, month) < logistic(odds)
        share = np.asarray(np.where(years >= ADULT_YEARS, p["services.recorded_adult"], p["services.recorded_child"]))
        push = by_community(levers.community("recording"), incidents.location)
        share = shifted_shares(share, push)
        incidents.recorded = incidents.reported & (chance.uniforms(REPORTING, 1, incidents.key, month) < share)
        told = self._told_by_hospital(month, incidents)
        incidents.reported |= told
        incidents.recorded |= told
        self.shared.note_recorded(month, incidents.location[incidents.recorded])
        measures = {"reported": (incidents.reported, None), "recorded": (incidents.recorded, None)}
        ages = month - people.birth_month[victim]
        self.tools.ledger.add_each(people.community[victim], ages, people.sex[victim], measures)

    def _told_by_hospital(self, month: int, incidents: IncidentsSeen) -> Array:
        """Return the treated incidents that police record only because the hospital shares what it can link."""
        share = self.partnership.shared_share * self.tools.parameters["services.hospital_tells_police"]
        if share == 0.0:
            return np.zeros(incidents.key.size, bool)
        sees = self.visibility.holds(incidents, EMERGENCY_DEPARTMENT)
        sees &= self.visibility.linkable(incidents, EMERGENCY_DEPARTMENT)
        return np.asarray(sees & (self.tools.chance.uniforms(REPORTING, 3, incidents.key, month) < share))

    def _bring_in_incidents(self, month: int, incidents: IncidentsSeen) -> None:
        """Put incidents on the lists of police, ambulance and emergency department."""
        carried = np.flatnonzero(self.visibility.holds(incidents, AMBULANCE))
        recorded, treated = np.flatnonzero(incidents.recorded), np.flatnonzero(incidents.treated)
        which = np.concatenate([recorded, carried, treated])
        service = np.repeat([POLICE, AMBULANCE, EMERGENCY_DEPARTMENT], [recorded.size, carried.size, treated.size])
        source = service.copy()
        source[recorded.size + carried.size :][among(treated, carried)] = AMBULANCE
        key = case_key(incidents.key[which], service)
        arrives, comes = np.full(which.size, month), np.full(which.size, True)
        self.queues.refer(self.tools.chance, incidents.victim[which], service, source, key, arrives, comes)

    def _notice_needs(self, month: int) -> None:
        """Let services take on the people they have come to know of, and housing those who left abuse.

        Contacts with police, court, ambulance and emergency department make cases of their own.
        """
        rows, fresh = self.records.refresh(month)
        known, numbers = [self.needs.separated_from_abuse()], [HOUSING]
        for number in SERVICE_OF_BIT:
            if number not in NOTICED_BY_CONTACT:
                known.append(rows[(fresh & BIT_OF_SERVICE[number]) > 0])
                numbers.append(number)
        service = np.repeat(numbers, [each.size for each in known])
        self.routes.by_own_sight(month, np.concatenate(known), service)

    def _treat(self, seen: Table) -> None:
        self.people.months_since_ed[seen.person[seen.service == EMERGENCY_DEPARTMENT]] = 0

    def _arrest(self, month: int, incidents: IncidentsSeen, seen: Table) -> Array:
        """Return who is charged after an arrest: police act on the incidents they have the capacity to look into."""
        people = self.people
        looked_into = incidents.recorded.copy()
        looked_into &= among(case_key(incidents.key, POLICE), seen.key[seen.service == POLICE])
        known, together = np.flatnonzero(looked_into), incidents.together
        together = together[looked_into[together]]
        offender = np.concatenate([incidents.offender[known], incidents.accomplice[together]])
        with_accomplice = pair_key(incidents.key[together], people.key[incidents.accomplice[together]])
        key = np.concatenate([incidents.key[known], with_accomplice])
        share = by_age_band(
            self.tools.parameters["services.arrest"], month - people.birth_month[offender], people.sex[offender]
        )
        caught = np.flatnonzero(self.tools.chance.uniforms(REPORTING, 2, key, month) < share)
        self._add("arrests", month, offender[caught])
        guilty = caught[self.sanctions.after_arrest(month, key[caught], offender[caught])]
        # Accomplices stand behind the perpetrators, whose arrest and sanction are noted with the incident.
        incidents.arrested[known[caught[caught < known.size]]] = True
        incidents.sanctioned[known[guilty[guilty < known.size]]] = True
        return np.asarray(offender[guilty])

    def _refer(self, month: int, incidents: IncidentsSeen, seen: Table, outcome: Outcome, released: Array) -> None:
        """Refer those seen onward, and the sanctioned and released to youth justice or probation."""
        recognised = self.visibility.holds(incidents, EMERGENCY_DEPARTMENT)
        as_violence = case_key(incidents.key[recognised], EMERGENCY_DEPARTMENT)
        refers = (seen.service != EMERGENCY_DEPARTMENT) | among(seen.key, as_violence)
        persons, edges = self.routes.onward(seen.take(refers))
        supervised = np.concatenate([outcome.rows[outcome.disposal != CUSTODY], released])
        sentenced = np.repeat([EDGES.index(edge) for edge in SENTENCE_EDGES], supervised.size)
        persons = np.concatenate([persons, np.tile(supervised, len(SENTENCE_EDGES))])
        self.routes.refer(month, persons.astype(np.int32), np.concatenate([edges, sentenced]), self.partnership)
        treated = seen.person[seen.service == EMERGENCY_DEPARTMENT]
        noticed = distinct(np.concatenate([outcome.rows, treated])).astype(np.int32)
        self.records.notice_contact(month, noticed)

    def _count_use(self) -> None:
        ledger, counts = self.tools.ledger, self.queues.this_month
        if not ledger.counting:
            return
        waiting = self.queues.number_waiting()
        for number, name in enumerate(SERVICES):
            for what in ("referred", "seen", "turned_away", "waited_months"):
                if counts[what][number]:
                    ledger.use(f"{name}_{what}", int(counts[what][number]))
            if waiting[number]:
                ledger.use(f"{name}_waiting_months", int(waiting[number]))

    def _add(self, measure: str, month: int, rows: Array) -> None:
        people = self.people
        self.tools.ledger.add(measure, people.community[rows], month - people.birth_month[rows], people.sex[rows])
