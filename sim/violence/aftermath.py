"""What an incident leaves behind: retaliation, series and memory, and its place in the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.rows import counted, distinct
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

ADULT_MONTHS = 18 * MONTHS_PER_YEAR
YOUNGEST_SURVEYED_MONTHS = 10 * MONTHS_PER_YEAR
LARGEST_COUNT = 255


VICTIMS = {"victims": VICTIM_SINCE_DECISION, "victims_in_year": VICTIM_THIS_YEAR}
PERPETRATORS = {"perpetrators": PERPETRATOR_SINCE_DECISION, "perpetrators_in_year": PERPETRATOR_THIS_YEAR}
"""Flags by the measure that counts the people who get them."""


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
            self.people.sparse("flags").change(lambda flags: flags & keep)
        self._count(month, incidents)
        hurt, suffered = counted(incidents.victim)
        self._count_people(month, hurt, VICTIMS)
        violent = np.concatenate([incidents.offender, incidents.accomplice[incidents.together]])
        self._count_people(month, distinct(violent), PERPETRATORS)
        self._remember(incidents, hurt, suffered)
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

    def _count_people(self, month: int, rows: Array, flags_of_measures: dict[str, int]) -> None:
        """Count those of ``rows`` (each once) who do not have a flag yet, and give it to them."""
        had = self.people.flags[rows]
        for measure, flag in flags_of_measures.items():
            self._add(measure, month, rows[(had & flag) == 0])
        self.people.flags[rows] = had | np.uint8(sum(flags_of_measures.values()))

    def _remember(self, incidents: Incidents, hurt: Array, suffered: Array) -> None:
        people = self.people
        together = incidents.together
        offender, victim, accomplice = incidents.offender, incidents.victim, incidents.accomplice[together]
        people.months_since_victim[victim] = 0
        people.months_since_perpetrator[offender] = 0
        people.months_since_perpetrator[accomplice] = 0
        # The last of somebody's incidents by key is remembered, and one's own before one taken part in.
        in_order, shared = np.argsort(incidents.key), np.argsort(incidents.key[together])
        people.last_aggressor[victim[in_order]] = offender[in_order]
        violent = np.concatenate([accomplice[shared], offender[in_order]])
        people.last_target[violent] = np.concatenate([victim[together][shared], victim[in_order]])
        total = people.year_victim_count[hurt] + suffered
        people.year_victim_count[hurt] = np.minimum(total, LARGEST_COUNT)
        self._stir(hurt, suffered)
        if self.series_follow:
            self._begin_series(incidents)

    def _stir(self, hurt: Array, suffered: Array) -> None:
        """Let those who were hurt, some times each, and their friends think of retaliation."""
        people = self.people
        friends = people.friends[hurt]
        victims, slots = np.nonzero((friends != hurt[:, None]) & (friends >= 0))
        passed = self.tools.parameters["violence.share_to_friends"] * suffered[victims]
        takes_on = friends[victims, slots] if self.friends_take_on else hurt[victims]
        people.sparse("retaliation").add(np.concatenate([hurt, takes_on]), np.concatenate([suffered, passed]))

    def _begin_series(self, incidents: Incidents) -> None:
        """Let peer incidents be the start of a series, which offender and accomplice carry on between them."""
        peer = incidents.context == PEER
        share = np.where(incidents.accomplice == NOBODY, 0.0, self.tools.parameters["violence.accomplice_series_share"])
        shared = incidents.together[peer[incidents.together]]
        violent = np.concatenate([incidents.offender[peer], incidents.accomplice[shared]])
        self.people.sparse("series").add(violent, np.concatenate([1.0 - share[peer], share[shared]]))
