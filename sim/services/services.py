"""The services room: police and emergency department, what they see of violence, and what they do about it."""

from __future__ import annotations

from typing import Any, Protocol

import mesa
import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.hazards import logistic
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.monthly_sweep import MonthlySweep
from sim.services.organisations import SERVICES, Service
from sim.services.records import Records
from sim.services.sanctions import Sanctions, by_age_band

Array = npt.NDArray[Any]

POLICE = declare_sheet("services.police", ("report", "record", "arrest"))
ADULT_YEARS = 18


class IncidentsSeen(Protocol):
    """What services need to know of a month's incidents (arrays, one element an incident)."""

    month: int
    key: Array
    offender: Array
    accomplice: Array
    victim: Array
    reported: Array
    recorded: Array
    arrested: Array
    sanctioned: Array

    @property
    def together(self) -> Array: ...
    @property
    def stranger(self) -> Array: ...
    @property
    def injured(self) -> Array: ...
    @property
    def treated(self) -> Array: ...


class Services:
    """Record, treat, arrest and sanction."""

    def __init__(
        self,
        model: mesa.Model,
        people: Columns,
        families: Columns,
        communities: Columns,
        tools: Tools,
        monthly: MonthlySweep,
    ) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        self.sanctions = Sanctions(people, tools, monthly)
        self.records = Records(people, families, tools)
        self.organisations: dict[str, Service] = {kind.name: kind(model) for kind in SERVICES}

    def respond(self, month: int, incidents: IncidentsSeen) -> None:
        """Let incidents reach services and let services act."""
        self.sanctions.pass_month()
        self._police(month, incidents)
        treated = np.unique(incidents.victim[incidents.treated])
        self.people.months_since_ed[treated] = 0
        self.organisations["emergency_department"].meet(treated.size)
        arrested = self._arrest(month, incidents)
        sanctioned = np.concatenate([arrested, self.sanctions.other_offending(month)])
        self.organisations["courts"].meet(sanctioned.size)
        self.sanctions.sentence(month, sanctioned)
        self._count_custody(month)

    def _police(self, month: int, incidents: IncidentsSeen) -> None:
        people, p, chance = self.people, self.tools.parameters, self.tools.chance
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
        )
        incidents.reported = chance.uniforms(POLICE, 0, incidents.key, month) < logistic(odds)
        recorded = np.where(years >= ADULT_YEARS, p["services.recorded_adult"], p["services.recorded_child"])
        incidents.recorded = incidents.reported & (chance.uniforms(POLICE, 1, incidents.key, month) < recorded)
        self._add("reported", month, victim[incidents.reported])
        self._add("recorded", month, victim[incidents.recorded])
        self.organisations["police"].meet(int(incidents.recorded.sum()))

    def _arrest(self, month: int, incidents: IncidentsSeen) -> Array:
        people = self.people
        known, together = np.flatnonzero(incidents.recorded), incidents.together
        together = together[incidents.recorded[together]]
        offender = np.concatenate([incidents.offender[known], incidents.accomplice[together]])
        with_accomplice = pair_key(incidents.key[together], people.key[incidents.accomplice[together]])
        key = np.concatenate([incidents.key[known], with_accomplice])
        share = by_age_band(
            self.tools.parameters["services.arrest"], month - people.birth_month[offender], people.sex[offender]
        )
        caught = np.flatnonzero(self.tools.chance.uniforms(POLICE, 2, key, month) < share)
        self._add("arrests", month, offender[caught])
        guilty = caught[self.sanctions.after_arrest(month, key[caught], offender[caught])]
        # Accomplices stand behind the perpetrators, whose arrest and sanction are noted with the incident.
        incidents.arrested[known[caught[caught < known.size]]] = True
        incidents.sanctioned[known[guilty[guilty < known.size]]] = True
        return np.asarray(offender[guilty])

    def _count_custody(self, month: int) -> None:
        held = np.flatnonzero((self.people.custody > 0) & (self.people.present == 1))
        self._add("custody_months", month, held)

    def _add(self, measure: str, month: int, rows: Array) -> None:
        people = self.people
        self.tools.ledger.add(measure, people.community[rows], month - people.birth_month[rows], people.sex[rows])
