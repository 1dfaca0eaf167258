"""Sanctions: from arrest, and from offences other than violence, to caution, sentence and custody."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import STRATA, age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.monthly_sweep import MonthlySweep

Array = npt.NDArray[Any]

COURT = declare_sheet("services.court", ("sanction", "custody", "length"))
ADULT_MONTHS = 18 * MONTHS_PER_YEAR
BAND_STARTS_YEARS = (10, 18, 21)
LONGEST_MONTHS = 250
LARGEST_COUNT = 255
LAST_MONTH = 254


def by_age_band(table: Array, age_months: Array, sex: Array) -> Array:
    """Look up a table of age 10-17, 18-20, 21 and over by sex (female, male)."""
    band = np.searchsorted(np.multiply(BAND_STARTS_YEARS, MONTHS_PER_YEAR), age_months, "right") - 1
    return np.asarray(table).reshape(-1, 2)[np.maximum(band, 0), sex]


class Sanctions:
    """Sentence people, keep custody and count the months since a sanction."""

    def __init__(self, people: Columns, tools: Tools, monthly: MonthlySweep) -> None:
        self.people, self.tools, self.monthly = people, tools, monthly
        years = np.arange(STRATA // 2)
        ceiling = np.where(years >= BAND_STARTS_YEARS[0], tools.parameters["services.other_offending_ceiling"], 0.0)
        monthly.screen("other_offending", age_sex_ceilings(ceiling)[0])
        ages, sexes = np.repeat(years, 2) * MONTHS_PER_YEAR, np.tile([0, 1], years.size)
        self._most_at_average_risk = self._at_average_risk(ages, sexes)

    def pass_month(self) -> None:
        """Serve a month of custody and let sanctions recede."""
        people = self.people
        people.custody[people.custody > 0] -= 1
        since = people.months_since_sanction
        since += (since < LAST_MONTH).astype(np.uint8)
        since = people.months_since_ed
        since += (since < LAST_MONTH).astype(np.uint8)

    def other_offending(self, month: int) -> Array:
        """Return the rows sanctioned this month for an offence other than violence."""
        people, tools = self.people, self.tools
        rows, uniforms = self.monthly.of("other_offending", month)
        risk = np.exp(people.risk_log[rows].astype(np.float64))
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

    def sentence(self, month: int, rows: Array) -> None:
        """Record a sanction for each row once, and send some to custody."""
        people, p, chance = self.people, self.tools.parameters, self.tools.chance
        rows = np.unique(rows)
        people.sanctions[rows] = np.minimum(people.sanctions[rows].astype(np.int64) + 1, LARGEST_COUNT)
        people.months_since_sanction[rows] = 0
        age_months = month - people.birth_month[rows]
        self.tools.ledger.add("sanctions", people.community[rows], age_months, people.sex[rows])
        share = np.asarray(p["services.custody"])[(age_months >= ADULT_MONTHS).astype(np.int64)]
        sent = rows[chance.uniforms(COURT, 1, people.key[rows], month) < share]
        length = -np.log(chance.uniforms(COURT, 2, people.key[sent], month)) * p["services.custody_months"]
        people.custody[sent] = np.clip(np.ceil(length), 1, LONGEST_MONTHS).astype(np.uint8)
