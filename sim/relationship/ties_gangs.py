"""Gangs: who joins and leaves one, and who is exploited by one (county lines) and gets out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import MOST_AGE_YEARS, interpolate_by_age, logistic
from sim.core.rows_kernels import rows_between
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.coefficients import by_age
from sim.population.columns import EXPLOITED, GANG_MEMBER, MALE, NEVER, NOT_INVOLVED
from sim.population.monthly_sweep import MonthlySweep
from sim.relationship.ties_kernels import MOST_FRIENDS

Array = npt.NDArray[Any]

GANG = declare_sheet("ties.gang", ("leave", "start_inside", "start_exploited", "stay_as_member"))
ROUNDS_AT_START = 2
LEVER_OF = {"join_gang": "gang_entry", "be_exploited": "exploitation_entry"}


class Gangs:
    """Let people join gangs and leave them, and let gangs exploit children.

    Membership and exploitation are different states with their own hazards: members are drawn in by friends, place
    and propensity, exploited children are those nobody watches: looked after, excluded, absent from school. Whoever
    gets out of exploitation may stay as a member.

    Attributes
    ----------
    recruitment_log : log ratio of both kinds of recruitment to the usual, from the drug market of the month.
    """

    recruitment_log = 0.0

    def __init__(
        self, people: Columns, families: Columns, communities: Columns, tools: Tools, monthly: MonthlySweep
    ) -> None:
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        self.monthly = monthly
        p = tools.parameters
        ages = p["ties.ages"]
        old_enough = np.arange(MOST_AGE_YEARS) >= ages[0]
        self._entry = interpolate_by_age(ages, p["ties.gang_entry"]) * old_enough
        self._exit = np.minimum(interpolate_by_age(ages, p["ties.gang_exit"]), 1.0)
        self._exploitation = by_age(p["ties.exploitation_ages"], p["ties.exploitation_entry"])
        for decision, entry, ceiling in (
            ("join_gang", self._entry, p["ties.gang_entry_ceiling"]),
            ("be_exploited", self._exploitation, p["ties.exploitation_ceiling"]),
        ):
            monthly.screen(decision, age_sex_ceilings(np.where(entry > 0, ceiling, 0.0))[0])

    def turn(self, month: int) -> None:
        """Let some leave, some join and some be exploited; all look at how things were before."""
        people = self.people
        inside = rows_between(people.gang, GANG_MEMBER, EXPLOITED)
        inside = inside[people.present[inside] == 1]
        freed = self._leaving(inside, month)
        joining = self._entering("join_gang", self._entry, self._ratio_of_joining, "ties.gang_entry_ceiling", month)
        exploited = self._entering(
            "be_exploited", self._exploitation, self._ratio_of_exploitation, "ties.exploitation_ceiling", month
        )
        people.gang[freed] = self._state_after(freed, month)
        people.gang[exploited] = EXPLOITED
        people.gang[joining] = GANG_MEMBER

    def start(self, rows: Array, month: int) -> None:
        """Set who is inside at the start: the share that entry and exit up to each age lead to."""
        people, p, chance = self.people, self.tools.parameters, self.tools.chance
        age = people.age_sex[rows] // 2
        inside = _steady(self._entry, self._exit)[age]
        exploited = _steady(self._exploitation, np.full(MOST_AGE_YEARS, p["ties.exploitation_exit"]))[age]
        luck = chance.uniforms(GANG, GANG.word("start_inside"), people.key[rows], month)
        others = chance.uniforms(GANG, GANG.word("start_exploited"), people.key[rows], month)
        people.gang[:] = NOT_INVOLVED
        # The friends' part needs a second round.
        for _ in range(ROUNDS_AT_START):
            member = luck < inside * self._ratio_of_joining(rows)
            held = others < exploited * self._ratio_of_exploitation(rows)
            people.gang[rows] = np.where(member, GANG_MEMBER, np.where(held, EXPLOITED, NOT_INVOLVED))

    def _leaving(self, inside: Array, month: int) -> Array:
        people, p = self.people, self.tools.parameters
        push = self.tools.levers.person("gang_exit").of(inside)
        stay = np.exp(p["ties.gang_exit_friends"] * self._friends_inside(inside) + push)
        member = people.gang[inside] == GANG_MEMBER
        hazard = np.where(member, self._exit[people.age_sex[inside] // 2], p["ties.exploitation_exit"]) * stay
        luck = self.tools.chance.uniforms(GANG, GANG.word("leave"), people.key[inside], month)
        leaving: Array = inside[luck < hazard]
        return leaving

    def _state_after(self, leaving: Array, month: int) -> Array:
        people, share = self.people, self.tools.parameters["ties.exploited_stay_as_member"]
        luck = self.tools.chance.uniforms(GANG, GANG.word("stay_as_member"), people.key[leaving], month)
        stays = (people.gang[leaving] == EXPLOITED) & (luck < share)
        return np.where(stays, GANG_MEMBER, NOT_INVOLVED).astype(np.uint8)

    def _entering(self, decision: str, entry: Array, ratio: Any, ceiling_of: str, month: int) -> Array:
        people, ceiling = self.people, float(self.tools.parameters[ceiling_of])
        rows, luck = self.monthly.of(decision, month)
        outside = (people.present[rows] == 1) & (people.gang[rows] == NOT_INVOLVED) & (people.custody[rows] == 0)
        rows, luck = rows[outside], luck[outside]
        push = self.tools.levers.person(LEVER_OF[decision]).of(rows)
        hazard = entry[people.age_sex[rows] // 2] * ratio(rows) * np.exp(self.recruitment_log + push)
        self.tools.ledger.clip(f"ties.{decision}", int(np.count_nonzero(hazard > ceiling)))
        entering: Array = rows[luck < np.minimum(hazard, ceiling)]
        return entering

    def _ratio_of_joining(self, rows: Array) -> Array:
        people, p = self.people, self.tools.parameters
        log_ratio = (
            p["ties.gang_entry_male"] * (people.sex[rows] == MALE)
            + p["ties.gang_entry_propensity"] * people.propensity[rows]
            + p["ties.gang_entry_deprivation"] * self.communities.deprivation[people.community[rows]]
            + p["ties.gang_entry_friends"] * self._friends_inside(rows)
            + p["ties.gang_entry_exclusion"] * self._recently_excluded(rows)
        )
        ratio: Array = np.exp(log_ratio.astype(np.float64))
        return ratio

    def _ratio_of_exploitation(self, rows: Array) -> Array:
        people, p = self.people, self.tools.parameters
        log_ratio = (
            p["ties.exploitation_male"] * (people.sex[rows] == MALE)
            + p["ties.exploitation_care"] * (people.care[rows] > 0)
            + p["ties.exploitation_exclusion"] * self._recently_excluded(rows)
            + p["ties.exploitation_absence"] * self._absence(rows)
            + p["ties.exploitation_supervision"] * self._supervision(rows)
            + p["ties.exploitation_deprivation"] * self.communities.deprivation[people.community[rows]]
            + p["ties.exploitation_friends"] * self._friends_inside(rows)
        )
        ratio: Array = np.exp(log_ratio.astype(np.float64))
        return ratio

    def _recently_excluded(self, rows: Array) -> Array:
        months = min(self.tools.parameters["ties.gang_exclusion_months"], NEVER)
        recently: Array = self.people.exclusion[rows] < months
        return recently

    def _absence(self, rows: Array) -> Array:
        """Return the chance of persistent absence from school; what it is like at 15 holds for 16 and 17."""
        people, p = self.people, self.tools.parameters
        odds = p["individuals.absence_level"] + p["individuals.absence_engagement"] * people.school_engagement[rows]
        chance: Array = logistic(odds + p["individuals.absence_suspensions"] * people.recent_suspensions[rows])
        return chance

    def _supervision(self, rows: Array) -> Array:
        people, families = self.people, self.families
        family = people.family[rows]
        at_home = np.where(family >= 0, families.supervision[np.maximum(family, 0)], 0.0)
        watched: Array = np.where(people.care[rows] > 0, self.tools.parameters["families.supervision_in_care"], at_home)
        return watched

    def _friends_inside(self, rows: Array) -> Array:
        people = self.people
        # An unused slot holds the own row.
        spare = (MOST_FRIENDS - people.friend_count[rows].astype(np.int64)) * (people.gang[rows] > 0)
        inside = (people.gang[people.friends[rows]] > 0).sum(axis=1) - spare
        share: Array = inside / np.maximum(people.friend_count[rows], 1)
        return share


def _steady(entry: Array, leave: Array) -> Array:
    """Return the share inside at each age that monthly entry and exit up to that age lead to."""
    share = np.zeros(entry.size)
    for year in range(1, share.size):
        both = entry[year - 1] + leave[year - 1]
        steady = entry[year - 1] / both
        share[year] = steady + (share[year - 1] - steady) * (1.0 - both) ** MONTHS_PER_YEAR
    return share
