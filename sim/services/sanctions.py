"""Sanctions: from arrest, and from offences other than violence, to charge, diversion, sentence, custody and release.

Other offending rises with the same log-risk as violence and, more steeply than violence, with its passing part: at any
time a few people offend month after month, while most offenders stop for years. Everybody charged is diverted (a
caution or another disposal out of court), sentenced in the community, or sent to custody. All three are sanctions: they
are counted on the person and label them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import STRATA, age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import shifted_shares
from sim.core.rows import distinct
from sim.core.rows_kernels import rows_between
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.monthly_sweep import MonthlySweep
from sim.population.views import view
from sim.services.sanction_kernels import Offending, find_frequent, recede, screen_other_offending

Array = npt.NDArray[Any]

COURT = declare_sheet("services.court", ("sanction", "disposal", "length"))
FREQUENT = declare_sheet("services.frequent_offending", ("other_offending",))
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
        p = tools.parameters
        self._ceiling, self._steeper = p["services.other_offending_ceiling"], p["services.other_offending_passing"]
        ceiling = np.where(years >= BAND_STARTS_YEARS[0], self._ceiling, 0.0)
        monthly.screen("other_offending", age_sex_ceilings(ceiling)[0])
        ages, sexes = np.repeat(years, 2) * MONTHS_PER_YEAR, np.tile([0, 1], years.size)
        self._most_at_average_risk = np.where(
            ages >= BAND_STARTS_YEARS[0] * MONTHS_PER_YEAR, self._at_average_risk(ages, sexes), 0.0
        )
        self._frequent_from = self._start_of_frequent()

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
        """Return the rows sanctioned this month for an offence other than violence.

        Probabilities up to the ceiling share everybody's monthly sweep. Of the few people who are above it, the part
        above has a chance of its own.
        """
        people, tools = self.people, self.tools
        rows, uniforms = self.monthly.of("other_offending", month)
        near = self._near(rows, uniforms)
        rows, uniforms = rows[near], uniforms[near]
        rate = self._most_at_average_risk[people.age_sex[rows]] * np.exp(self._log_risk(rows))
        # Within a year of age the level only falls, so nobody left out here could have been sanctioned.
        rows, uniforms = rows[uniforms < rate], uniforms[uniforms < rate]
        frequent = np.empty(people.n, np.int32)
        steeper = np.float32(self._steeper)
        frequent_from = self._frequent_from - tools.levers.person("other_offending").largest
        frequent = frequent[
            : find_frequent(
                people.age_sex, people.risk_log, people.transitory_risk, steeper, frequent_from, frequent,
            )
        ]  # fmt: skip
        probability = self._probability(np.concatenate([rows, frequent]), month)
        seldom = rows[uniforms < np.minimum(probability[: rows.size], self._ceiling)]
        above = (probability[rows.size :] - self._ceiling) / (1.0 - self._ceiling)
        luck = tools.chance.uniforms(FREQUENT, 0, people.key[frequent], month)
        return distinct(np.concatenate([seldom, frequent[luck < above]]))

    def _near(self, rows: Array, uniforms: Array) -> Array:
        """Return the positions in ``rows`` of those whose uniform may be under the rate of other offending."""
        people, p = self.people, self.tools.parameters
        push = self.tools.levers.person("other_offending")
        log_risk = self._steeper, self._mean(), p["services.other_offending_known"], p["services.record_months"]
        near = np.empty(rows.size + 1, np.int64)
        bundle, level = view(Offending, people), self._most_at_average_risk
        return near[: screen_other_offending(rows, uniforms, bundle, push, level, *log_risk, near)]

    def _start_of_frequent(self) -> Array:
        """Return, by stratum, the log-risk from which a probability may lie above the ceiling."""
        p = self.tools.parameters
        # Inverts the saturation: the rate which, saturated, has the ceiling as its probability.
        rate = -np.log1p(-self._ceiling)
        left = 1.0 - rate / p["services.other_offending_most"]
        if left <= 0.0:
            return np.full(STRATA, np.inf)
        level = np.maximum(self._most_at_average_risk, np.finfo(float).tiny)
        known = max(0.0, p["services.other_offending_known"])
        return np.asarray(np.log(rate / left / level) + self._mean() - known)

    def _mean(self) -> float:
        """Return the log of the mean factor by which the steeper passing part raises everybody, taken off again."""
        usual = self.tools.parameters["violence.factor_transitory"]
        return float(self._steeper * (usual + self._steeper / 2.0))

    def _log_risk(self, rows: Array) -> Array:
        """Return the log ratio of the rate of other sanctions of ``rows`` to that at average risk."""
        people, p = self.people, self.tools.parameters
        passing = people.transitory_risk[rows].astype(np.float64)
        known = people.months_since_sanction[rows] < p["services.record_months"]
        log = people.risk_log[rows].astype(np.float64) + self._steeper * passing - self._mean()
        push = self.tools.levers.person("other_offending").of(rows)
        return np.asarray(log + p["services.other_offending_known"] * known + push)

    def _probability(self, rows: Array, month: int) -> Array:
        """Return the probability that each of ``rows`` is sanctioned this month for another offence."""
        people = self.people
        level = self._at_average_risk(month - people.birth_month[rows].astype(np.int64), people.sex[rows])
        rate = level * np.exp(self._log_risk(rows))
        rate /= 1.0 + rate / self.tools.parameters["services.other_offending_most"]
        there = (people.present[rows] == 1) & (people.custody[rows] == 0)
        return np.asarray(-np.expm1(-rate) * there)

    def _at_average_risk(self, age_months: Array, sex: Array) -> Array:
        """Return the monthly rate of sanctions for other offences at average risk."""
        p = self.tools.parameters
        level = by_age_band(p["services.other_offending"], age_months, sex) / 1000.0 / MONTHS_PER_YEAR
        by_age = np.asarray(p["services.other_offending_by_age"])
        years = age_months // MONTHS_PER_YEAR - BAND_STARTS_YEARS[0]
        young = np.where(age_months < ADULT_MONTHS, by_age[np.clip(years, 0, by_age.size - 1)], 1.0)
        past = age_months / MONTHS_PER_YEAR - p["services.other_offending_decline_age"]
        decline = np.exp(-np.maximum(past, 0.0) / p["services.other_offending_decay_years"])
        return np.asarray(level * young * decline)

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
        measures = {
            "sanctions": (None, None),
            "charged": (None, None),
            "diverted": (disposal == DIVERTED, None),
            "community_sentences": (disposal == COMMUNITY, None),
            "custody_starts": (disposal == CUSTODY, None),
        }
        ledger.add_each(people.community[rows], age_months, people.sex[rows], measures)
