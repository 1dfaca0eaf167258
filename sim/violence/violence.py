"""The violence room: exposure, encounter, incident, harm and aftermath."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Sheet, declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.hazards import half_life_factor
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.arrivals import Arrivals
from sim.population.rosters import Rosters
from sim.violence.accomplices import Accomplices
from sim.violence.context_levers import largest_ratio, push_by_context
from sim.violence.exposure_kernels import count_months, find_offenders
from sim.violence.factors import base_by_stratum, exposure_by_stratum
from sim.violence.further_incidents import FurtherIncidents
from sim.violence.incidents import (
    ACQUISITIVE,
    CONTEXTS,
    FAMILY,
    ORDINARY,
    PARTNER,
    PEER,
    PUBLIC,
    RETALIATION,
    SERIES,
    Incidents,
)
from sim.violence.opportunity import ENCOUNTER, IN_PUBLIC, Opportunity
from sim.violence.risk import PUPIL, Risk
from sim.violence.rules import MONTHS_REMEMBERED, SERIES_RATE, rate_constants, screening_exponents, victim_rules
from sim.violence.severity import draw_circumstances, draw_severity
from sim.violence.standing_pairs import PEER_STREAM, StandingPairs
from sim.violence.victim_kernels import choose_victims, link_households
from sim.violence.weapons import Weapons

Array = npt.NDArray[Any]

STREET = declare_sheet("violence.exposure", ("peer", "public", "acquisitive", "home"))
STIRRED = declare_sheet("violence.exposure_stirred", ("series", "peer_retaliation", "public_retaliation"))
COUNT = declare_sheet("violence.count", ("count",))
MEETING = declare_sheet("violence.meeting", ("first", "second", "third", "fourth"))
RENEWAL = declare_sheet("violence.renewal", ("radius", "angle"))

CONTEXT_OF_STREAM = np.array([PEER, PUBLIC, PARTNER, FAMILY, ACQUISITIVE, PEER, PEER, PUBLIC, ACQUISITIVE], np.uint8)
CAUSE_OF_STREAM = np.array(
    [ORDINARY, ORDINARY, ORDINARY, ORDINARY, ORDINARY, SERIES, RETALIATION, RETALIATION, ORDINARY], np.uint8
)
MADE_TO_ROB = np.uint8(8)
"""Number of the stream after those of individual hazards: robbery by exploited people."""
INCIDENT_NUMBERS = 4096
ALWAYS_THE_SAME = 0
"""Month by which lasting opponents are chosen."""
MEMORIES = ("retaliation", "series")
LOST_WHEN_ADDED = 2.0**-25
"""Less than this share of a number (float32) is lost when it is added to that number."""
NO_ROWS: Array = np.empty(0, np.int32)


def sheet_numbers(*sheets: Sheet) -> Array:
    """Return the numbers of sheets for a kernel."""
    return np.array([sheet.number for sheet in sheets], np.uint64)


class Violence:
    """Turn individual risk, opportunity and chance into incidents between people of the place."""

    def __init__(
        self,
        people: Columns,
        families: Columns,
        communities: Columns,
        rosters: Rosters,
        tools: Tools,
        adjacency: tuple[Array, Array],
    ) -> None:
        self.people, self.families, self.communities = people, families, communities
        self.rosters, self.tools = rosters, tools
        self.indptr, self.indices = adjacency
        self.weapons = Weapons(people, communities, tools)
        self.opportunity = Opportunity(communities, tools)
        p = tools.parameters
        self.further = FurtherIncidents(people, rosters, tools, adjacency)
        self.accomplices = Accomplices(people, p, tools.chance)
        self.risk = Risk(people, families, communities, tools)
        self.base = base_by_stratum(p)
        self.peer_ages = np.asarray(p["violence.peer_age_weights"]) / np.max(p["violence.peer_age_weights"])
        self.exposure = exposure_by_stratum(p)
        self._set_rules()

    def welcome(self, arrivals: Arrivals) -> None:
        """Give the newborn a transitory risk, so that nobody reaches the age of violence without one."""
        rows = arrivals.newborns
        month = self.tools.ledger.month
        self.people.transitory_risk[rows] = self.tools.chance.normals(RENEWAL, 0, self.people.key[rows], month)

    def _set_rules(self) -> None:
        p = self.tools.parameters
        left = half_life_factor(p["violence.retaliation_half_life"])
        self.left = np.float32(left)
        shared = p["violence.accomplice_series_share"]
        remembered = p["violence.share_to_friends"], shared, 1.0 - shared, 1.0
        # So little does not stir anybody by itself, either: see STILL in the kernels.
        self.indiscernible = np.float32(LOST_WHEN_ADDED * min(amount for amount in remembered if amount > 0))
        self.constants = rate_constants(p, left)
        self.exponent = screening_exponents()
        self.chances, self.peer_rule, self.public_rule = victim_rules(p)
        self.pairs = StandingPairs(self.people, p, self.tools.chance)

    def unfold(
        self,
        month: int,
        season: float,
        abused: Array = NO_ROWS,
        peer: float | None = None,
        acquisitive: float | None = None,
        school_part: float = 0.0,
        household: tuple[Array, Array] | None = None,
    ) -> Incidents:
        """Let a month of violence happen and return its incidents.

        Parameters
        ----------
        season
            Multiplier of all hazards this month: season of the year, trend and shocks.
        abused
            Rows of children whom an adult at home hurts this month.
        peer, acquisitive
            Multipliers of these two contexts in its place; None for no difference.
        school_part
            Share of violence among peers that is tied to school this month.
        household
            First member of each household, and the next after each person; linked here when not given.
        """
        people = self.people
        self._renew(month)
        self.risk.refresh(month, everybody=month == 0)
        acquisitive = season if acquisitive is None else acquisitive
        levels = np.full(len(CONTEXTS), season, np.float32)
        levels[PEER] = season if peer is None else peer
        levels[ACQUISITIVE] = acquisitive
        # Before thinning where incidents would take place.
        levels[list(IN_PUBLIC)] *= np.float32(np.exp(self.opportunity.busiest))
        self.pairs.ready(self.base[PEER] * levels[PEER], float(self.constants[SERIES_RATE]))
        rows, streams, counts = self._offenders(month, levels, school_part)
        exploited = self.further.exploited()
        robbing = self.further.made_to_rob(month, float(levels[ACQUISITIVE]), exploited)
        offender = np.concatenate([np.repeat(rows, counts), robbing])
        stream = np.concatenate([np.repeat(streams, counts), np.full(robbing.size, MADE_TO_ROB)])
        counts = np.concatenate([counts, np.ones(robbing.size, np.int64)])
        number = np.arange(offender.size) - np.repeat(np.cumsum(counts) - counts, counts)
        key = pair_key(
            people.key[offender], stream.astype(np.uint64) * np.uint64(INCIDENT_NUMBERS) + number.astype(np.uint64)
        )
        household = self._households() if household is None else household
        victim, location = self._victims(month, key, offender, stream, household)
        happens = (victim >= 0) & ~self.opportunity.prevents(month, key, CONTEXT_OF_STREAM[stream], location)
        self.lost = int(np.count_nonzero(victim < 0))
        found = (key, offender, victim, CONTEXT_OF_STREAM[stream], CAUSE_OF_STREAM[stream], location)
        incidents = self._gather(
            month,
            tuple(of_all[happens] for of_all in found),
            self._known_victims(self.further.abuse(month, abused, household), FAMILY),
            self._known_victims(self.further.hurt_by_members(month, acquisitive, exploited), ACQUISITIVE),
        )
        self.accomplices.join(incidents)
        self._harm(incidents)
        return incidents

    def _known_victims(self, found: tuple[Array, Array, Array], context: int) -> tuple[Array, ...]:
        """Complete incidents whose victims were known first: they take place where the victim lives."""
        key, offender, victim = found
        kind, cause = np.full(key.size, context, np.uint8), np.full(key.size, ORDINARY, np.uint8)
        return key, offender, victim, kind, cause, self.people.community[victim]

    @staticmethod
    def _gather(month: int, *parts: tuple[Array, ...]) -> Incidents:
        """Put the columns of several kinds of incidents together."""
        return Incidents(month, *(np.concatenate(of_all) for of_all in zip(*parts, strict=True)))

    def _renew(self, month: int) -> None:
        people = self.people
        for memory in MEMORIES:
            people.sparse(memory).change(self._faded)
        count_months(people.months_since_victim, people.months_since_perpetrator)
        if self.tools.clock.calendar_month(month) == 1 or month == 0:
            people.year_victim_count[:] = 0
            aggressors = people.sparse("last_aggressor")
            aggressors.forget(people.months_since_victim[aggressors.rows] > self.chances[MONTHS_REMEMBERED])
        renewed = self.weapons.turn(month)
        people.transitory_risk[renewed] = self.tools.chance.normals(RENEWAL, 0, people.key[renewed], month)

    def _faded(self, values: Array) -> Array:
        """Return what is left of memory after a month; what nothing could tell from nothing is let go."""
        left = values * self.left
        left[left < self.indiscernible] = 0.0
        return left

    def _offenders(self, month: int, levels: Array, school_part: float = 0.0) -> tuple[Array, Array, Array]:
        people, tools = self.people, self.tools
        base = self.base.copy()
        base[: len(CONTEXTS)] *= levels[:, None]
        levers = tools.levers
        hazard, time, back = (levers.person(n) for n in ("violence_hazard", "unstructured_time", "retaliation"))
        by_context = push_by_context(levers, people.age_sex, self.risk.strata[PUPIL], school_part)
        lift = largest_ratio(hazard, time, back, by_context)
        retaliation, series = (people.sparse(memory).held for memory in MEMORIES)
        room = people.n // 50 + 1024
        while True:
            rows, streams, counts = np.empty(room, np.int32), np.empty(room, np.uint8), np.empty(room, np.int64)
            found, clips = find_offenders(
                people.key, people.age_sex, people.custody, people.risk_log, people.partner, people.family,
                self.families.states,
                retaliation, series, base, self.exponent, self.constants, lift,
                hazard, by_context, time, back, sheet_numbers(STREET, STIRRED, COUNT), month,
                tools.chance.k0, tools.chance.k1, rows, streams, counts,
            )  # fmt: skip
            if found <= room:
                tools.ledger.clip("violence.home", clips)
                return rows[:found], streams[:found], counts[:found]
            room = int(found * 1.2)

    def _households(self) -> tuple[Array, Array]:
        head, following = np.empty(self.families.n, np.int32), np.empty(self.people.n, np.int32)
        link_households(self.people.family, self.people.present, head, following)
        return head, following

    def _victims(
        self, month: int, key: Array, offender: Array, stream: Array, household: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        victim, location = self._choose(month, key, offender, stream, household)
        at = self.pairs.clashing(month, key, stream)
        if at.size:
            same = offender[at]
            keys, as_first = self.pairs.keys(same), np.full(at.size, PEER_STREAM)
            victim[at], location[at] = self._choose(ALWAYS_THE_SAME, keys, same, as_first, household)
        return victim, location

    def _choose(
        self, month: int, key: Array, offender: Array, stream: Array, household: tuple[Array, Array]
    ) -> tuple[Array, Array]:
        people, tools, rosters, p = self.people, self.tools, self.rosters, self.tools.parameters
        pull = self.communities.night_time_economy.astype(np.float64)
        night_time = np.cumsum(pull) / pull.sum()
        victim, location = np.empty(offender.size, np.int32), np.empty(offender.size, np.uint16)
        choose_victims(
            key, offender, stream, people.key, people.sex, people.age_sex, people.birth_month, people.present,
            people.custody, people.community, people.family, people.partner, people.friends, people.friend_count,
            people.risk_log, people.vulnerability, people.last_aggressor[offender], people.last_target[offender],
            people.months_since_victim, (rosters.youth_slots, rosters.youth_start),
            (rosters.adult_slots, rosters.adult_start, rosters.adult_mask),
            self.indptr, self.indices, night_time, *household, self.exposure,
            tools.levers.person("victimisation_risk"), self.peer_ages, self.chances, self.peer_rule, self.public_rule,
            np.asarray(p["violence.public_male_victim"]), int(p["violence.encounters"]),
            sheet_numbers(ENCOUNTER, MEETING), month, tools.chance.k0, tools.chance.k1, victim, location,
        )  # fmt: skip
        return victim, location

    def _harm(self, incidents: Incidents) -> None:
        people, p, chance = self.people, self.tools.parameters, self.tools.chance
        offender, victim = incidents.offender, incidents.victim
        offender_years = (incidents.month - people.birth_month[offender]) / MONTHS_PER_YEAR
        draw_circumstances(incidents, p, chance, people.weapon[offender], people.alcohol[offender], offender_years)
        draw_severity(
            incidents,
            p,
            chance,
            people.sex[victim] == 1,
            incidents.month - people.birth_month[victim],
            self.communities.deprivation[people.community[victim]].astype(np.float64),
        )
