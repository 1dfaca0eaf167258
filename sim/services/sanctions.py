"""Sanctions: from arrest, and from offences other than violence, to charge, diversion, sentence, custody and release.

Everybody charged is diverted (a caution or another disposal out of court), sentenced in the community, or sent to
custody. All three are sanctions: they are counted on the person and label them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import STRATA, age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import shifted_shares
from sim.core.rows_kernels import rows_between
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.monthly_sweep import MonthlySweep
from sim.services.queues import distinct
from sim.services.sanction_kernels import recede

Array = npt.NDArray[Any]

COURT = declare_sheet("services.court", ("sanction", "disposal", "length"))
ADULT_MONTHS = 18 * MONTHS_PER_YEAR
BAND_STARTS_YEARS = (10, 18, 21)
LONGEST_MONTHS = 250
LARGEST_COUNT = 255
DIVERTED, COMMUNITY, CUSTODY = range(3)


def by_age_band(table: Array, age_months: Array, sex: Array) -> Array:
    """Look up a table of age 10-17, 18-20, 21 and over by sex (female, male)."""
    band = np.searchsorted(np.multiply(BAND_STARTS_YEARS, MONTHS_PER_YEAR), age_months, "right") - 1
    return np.asarray(table).reshape(-1, 2)[np.maximum(band, 0), sex]


@dataclass(frozen=True)
class Outcome:
    """List who was charged in a month (rows, each once) and what became of each: diverted, community or custody."""

    rows: Array
    disposal: Array


class Sanctions:
    """Sentence people, keep custody and count the months since a sanction."""

    def __init__(self, people: Columns, tools: Tools, monthly: MonthlySweep) -> None:
        self.people, self.tools, self.monthly = people, tools, monthly
        years = np.arange(STRATA // 2)
        ceiling = np.where(years >= BAND_STARTS_YEARS[0], tools.parameters["services.other_offending_ceiling"], 0.0)
        monthly.screen("other_offending", age_sex_ceilings(ceiling)[0])
        ages, sexes = np.repeat(years, 2) * MONTHS_PER_YEAR, np.tile([0, 1], years.size)
        self._most_at_average_risk = self._at_average_risk(ages, sexes)

    def pass_month(self) -> Array:
        """Serve a month of custody and let sanctions recede; return who is released into the place."""
        people = self.people
        recede(people.months_since_sanction, people.months_since_ed)
        inside = rows_between(people.custody, 1, LONGEST_MONTHS)
        people.custody[inside] -= 1
        gone = inside[people.present[inside] == 0]
        people.custody[gone] = 0
        free = inside[people.custody[inside] == 0]
        return np.asarray(free[people.present[free] == 1])

    def other_offending(self, month: int) -> Array:
        """Return the rows sanctioned this month for an offence other than violence."""
        people, tools = self.people, self.tools
        rows, uniforms = self.monthly.of("other_offending", month)
        push = tools.levers.person("other_offending").of(rows)
        risk = np.exp(people.risk_log[rows].astype(np.float64) + push)
        # Within a year of age the level only falls, so nobody left out here could have been sanctioned.
        possible = uniforms < self._most_at_average_risk[people.age_sex[rows]] * risk
        rows, uniforms, risk = rows[possible], uniforms[possible], risk[possible]
        there = (people.present[rows] == 1) & (people.custody[rows] == 0)
        level = self._at_average_risk(month - people.birth_month[rows].astype(np.int64), people.sex[rows])
        hazard = level * risk * there
        ceiling = tools.parameters["services.other_offending_ceiling"]
        tools.ledger.clip("services.other_offending", int((hazard > ceiling).sum()))
        return np.asarray(rows[uniforms < hazard])

    def _at_average_risk(self, age_months: Array, sex: Array) -> Array:
        """Return the monthly hazard of a sanction for another offence at average risk."""
        p = self.tools.parameters
        level = by_age_band(p["services.other_offending"], age_months, sex) / 1000.0 / MONTHS_PER_YEAR
        past = age_months / MONTHS_PER_YEAR - p["services.other_offending_decline_age"]
        return np.asarray(level * np.exp(-np.maximum(past, 0.0) / p["services.other_offending_decay_years"]))

    def after_arrest(self, month: int, keys: Array, rows: Array) -> Array:
        """Return whether each of the arrested people (``keys`` of the incidents, person ``rows``) is sanctioned."""
        adult = (month - self.people.birth_month[rows] >= ADULT_MONTHS).astype(np.int64)
        uniforms = self.tools.chance.uniforms(COURT, 0, keys, month)
        return np.asarray(uniforms < np.asarray(self.tools.parameters["services.sanction"])[adult])

    def sentence(self, month: int, rows: Array) -> Outcome:
        """Record a sanction for each row once, and decide between diversion, community sentence and custody.

        The levers ``diversion`` and ``custody`` move who is diverted and who goes to custody at the expense of
        community sentences; where both would have somebody, it is custody.
        """
        people, p, chance, levers = self.people, self.tools.parameters, self.tools.chance, self.tools.levers
        rows = distinct(rows)
        age_months = month - people.birth_month[rows].astype(np.int64)
        band = np.searchsorted(np.multiply(BAND_STARTS_YEARS, MONTHS_PER_YEAR), age_months, "right") - 1
        cell = np.maximum(band, 0) * 2 + (people.sanctions[rows] > 0)
        uniforms = chance.uniforms(COURT, 1, people.key[rows], month)
        disposal = np.full(rows.size, COMMUNITY)
        diverted = shifted_shares(np.asarray(p["services.diverted"])[cell], levers.person("diversion").of(rows))
        sent_down = shifted_shares(np.asarray(p["services.custody"])[cell], levers.person("custody").of(rows))
        disposal[uniforms >= 1.0 - diverted] = DIVERTED
        disposal[uniforms < sent_down] = CUSTODY
        people.sanctions[rows] = np.minimum(people.sanctions[rows].astype(np.int64) + 1, LARGEST_COUNT)
        people.months_since_sanction[rows] = 0
        sent = disposal == CUSTODY
        length = -np.log(chance.uniforms(COURT, 2, people.key[rows[sent]], month)) * p["services.custody_months"]
        people.custody[rows[sent]] = np.clip(np.ceil(length), 1, LONGEST_MONTHS).astype(np.uint8)
        self._count(rows, disposal, age_months)
        return Outcome(rows, disposal)

    def _count(self, rows: Array, disposal: Array, age_months: Array) -> None:
        people, ledger = self.people, self.tools.ledger
        for measure, which in (
            ("sanctions", disposal >= 0),
            ("charged", disposal >= 0),
            ("diverted", disposal == DIVERTED),
            ("community_sentences", disposal == COMMUNITY),
            ("custody_starts", disposal == CUSTODY),
        ):
            ledger.add(measure, people.community[rows[which]], age_months[which], people.sex[rows[which]])
