"""What an incident leaves behind: retaliation, series and memory, and its place in the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.rows import distinct
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.parameters.structure import CAUSAL, CONTAGION, OWN_ONLY, form_of
from sim.parameters.structure import SERIES as FORM_OF_SERIES
from sim.population.columns import (
    NOBODY,
    PERPETRATOR_SINCE_DECISION,
    PERPETRATOR_THIS_YEAR,
    VICTIM_SINCE_DECISION,
    VICTIM_THIS_YEAR,
)
from sim.violence.incidents import (
    ACQUISITIVE,
    ADMITTED,
    CONTEXTS,
    FATAL,
    INJURY,
    PEER,
    RETALIATION,
    SERIES,
    TREATED,
    Incidents,
)

Array = npt.NDArray[Any]

SURVEY = declare_sheet("violence.survey", ("counted",))
ADULT_MONTHS = 18 * MONTHS_PER_YEAR
YOUNGEST_SURVEYED_MONTHS = 10 * MONTHS_PER_YEAR
LARGEST_COUNT = 255


def order_among_equals(values: Array, keys: Array) -> Array:
    """Return 0, 1, 2 ... for the elements that share a value, in the order of their keys."""
    order = np.lexsort((keys, values))
    ordered = values[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if ordered.size else np.zeros(0, np.int64)
    numbers = np.arange(ordered.size) - np.repeat(starts, np.diff(np.r_[starts, ordered.size]))
    out = np.empty(ordered.size, np.int64)
    out[order] = numbers
    return out


class Aftermath:
    """Settle the consequences of a month's incidents for the people in them."""

    def __init__(self, people: Columns, tools: Tools) -> None:
        self.people, self.tools = people, tools
        self.friends_take_on = form_of(tools.parameters, CONTAGION) != OWN_ONLY
        self.series_follow = form_of(tools.parameters, FORM_OF_SERIES) == CAUSAL

    def settle(self, month: int, incidents: Incidents) -> Array:
        """Write down the incidents and what they leave behind; return the rows of those who died."""
        since_decision = month - self.tools.clock.decision_month
        if since_decision % MONTHS_PER_YEAR == 0:
            keep = np.uint8(0 if since_decision == 0 else ~np.uint8(VICTIM_THIS_YEAR | PERPETRATOR_THIS_YEAR))
            self.people.flags[:] &= keep
        self._count(month, incidents)
        self._count_people(month, incidents.victim, VICTIM_SINCE_DECISION, "victims")
        self._count_people(month, incidents.victim, VICTIM_THIS_YEAR, "victims_in_year")
        violent = np.concatenate([incidents.offender, incidents.accomplice[incidents.together]])
        self._count_people(month, violent, PERPETRATOR_SINCE_DECISION, "perpetrators")
        self._count_people(month, violent, PERPETRATOR_THIS_YEAR, "perpetrators_in_year")
        self._remember(incidents)
        return distinct(incidents.victim[incidents.severity == FATAL])

    def _add(self, measure: str, month: int, rows: Array, values: Array | None = None) -> None:
        people = self.people
        self.tools.ledger.add(
            measure, people.community[rows], month - people.birth_month[rows], people.sex[rows], values
        )

    def _count(self, month: int, incidents: Incidents) -> None:
        people, victim, severity = self.people, incidents.victim, incidents.severity
        injured, admitted = severity >= INJURY, severity >= ADMITTED
        retaliation, robbery = incidents.cause == RETALIATION, incidents.context == ACQUISITIVE
        counted = self.survey_weight(month, incidents)
        measures: dict[str, tuple[Array | None, Array | None]] = {
            "incidents": (None, None),
            "incidents_with_injury": (injured, None),
            "ed_attendances": (severity >= TREATED, None),
            "admissions": (admitted, None),
            "sharp_admissions": (admitted & incidents.weapon, None),
            "homicides": (severity == FATAL, None),
            "expected_ed_attendances": (None, incidents.expected_ed),
            "expected_admissions": (None, incidents.expected_admission),
            "expected_homicides": (None, incidents.expected_death),
        }
        measures |= {f"incidents_{context}": (incidents.context == n, None) for n, context in enumerate(CONTEXTS)}
        measures |= {
            "incidents_retaliation": (retaliation, None),
            "incidents_retaliation_peer": (retaliation & (incidents.context == PEER), None),
            "incidents_series": (incidents.cause == SERIES, None),
            "counted_robbery": (robbery, counted),
            "counted_with_injury": (~robbery & injured, counted),
            "counted_without_injury": (~robbery & ~injured, counted),
        }
        who = people.community[victim], month - people.birth_month[victim], people.sex[victim]
        self.tools.ledger.add_each(*who, measures)

    def survey_weight(self, month: int, incidents: Incidents) -> Array:
        """Return how much of each incident a crime survey would count.

        Victims from 10; at most a stated number of incidents of one victim in a year; of the uninjured incidents of
        10 to 17 year olds only a share.
        """
        p, people, victim = self.tools.parameters, self.people, incidents.victim
        age_months = month - people.birth_month[victim]
        number = people.year_victim_count[victim] + order_among_equals(victim, incidents.key)
        weight = (number < p["violence.survey_series_cap"]) & (age_months >= YOUNGEST_SURVEYED_MONTHS)
        minor = (age_months < ADULT_MONTHS) & (incidents.severity < INJURY)
        return np.asarray(weight * np.where(minor, p["violence.survey_minor_under_18"], 1.0))

    def _count_people(self, month: int, rows: Array, flag: int, measure: str) -> None:
        flags = self.people.flags
        new = distinct(rows)
        new = new[(flags[new] & flag) == 0]
        flags[new] |= np.uint8(flag)
        self._add(measure, month, new)

    def _remember(self, incidents: Incidents) -> None:
        people, p = self.people, self.tools.parameters
        offender, victim = incidents.offender, incidents.victim
        people.months_since_victim[victim] = 0
        together = incidents.together
        accomplice = incidents.accomplice[together]
        people.months_since_perpetrator[offender] = 0
        people.months_since_perpetrator[accomplice] = 0
        in_order = np.argsort(incidents.key[together])
        people.last_target[accomplice[in_order]] = victim[together][in_order]
        in_order = np.argsort(incidents.key)
        people.last_aggressor[victim[in_order]] = offender[in_order]
        people.last_target[offender[in_order]] = victim[in_order]
        hurt, suffered = np.unique(victim, return_counts=True)
        total = people.year_victim_count[hurt] + suffered
        people.year_victim_count[hurt] = np.minimum(total, LARGEST_COUNT).astype(np.uint8)
        people.retaliation[hurt] += suffered.astype(np.float32)
        friends = people.friends[hurt]
        own = (friends == hurt[:, None]) | (friends < 0)
        passed = np.where(own, 0.0, p["violence.share_to_friends"] * suffered[:, None])
        takes_on = (
            np.maximum(friends, 0) if self.friends_take_on else np.repeat(hurt[:, None], friends.shape[1], axis=1)
        )
        np.add.at(people.retaliation, takes_on.ravel(), passed.ravel().astype(np.float32))
        if self.series_follow:
            self._begin_series(incidents)

    def _begin_series(self, incidents: Incidents) -> None:
        """Let peer incidents be the start of a series, which offender and accomplice carry on between them."""
        series, peer = self.people.series, incidents.context == PEER
        share = np.where(incidents.accomplice == NOBODY, 0.0, self.tools.parameters["violence.accomplice_series_share"])
        np.add.at(series, incidents.offender[peer], (1.0 - share[peer]).astype(np.float32))
        shared = incidents.together[peer[incidents.together]]
        np.add.at(series, incidents.accomplice[shared], share[shared].astype(np.float32))
