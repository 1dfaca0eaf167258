"""Acceptance of violence, aspiration and trusted adults."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, code_key, declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.hazards import interpolate_by_age
from sim.core.levers import Push
from sim.core.tools import ParameterValues, Tools
from sim.population.arrivals import Arrivals
from sim.population.columns import NEVER
from sim.relationship.norms_kernels import (
    ADULT_YEARS,
    ALL_DUE,
    FAST_DUE,
    FRIENDS,
    MESSAGES,
    NOBODY_DUE,
    SCHOOL_LEAVING_YEARS,
    SPEED,
    list_due,
    renew_trusted_adults,
    spread_norms,
)

Array = npt.NDArray[Any]
SETTLING_ROUNDS = 12
AT_ONCE = np.inf
age_of_stratum = np.arange(256) // 2
NO_PUSH = Push(np.zeros(1, np.uint32), np.zeros(1, np.float32))

TRUSTED_ADULT = declare_sheet("norms.trusted_adult", ("decided_anew", "has_one"))

_NORMS_COLUMNS = (
    *("age_sex", "partner", "mother", "father", "friends", "friend_count"),
    *("key", "family", "community", "gang", "propensity", "self_control", "ability", "school_engagement"),
    *("qualification", "work", "trusted_adult", "months_since_victim"),
)
_DUE_COLUMNS = ("present", "age_sex", "community", "acceptance_of_violence", "aspiration")
_TRUST_COLUMNS = ("key", "age_sex", "family", "ace_count", "community")


class Norms:
    """Spread norms among friends, within households and communities.

    Acceptance of violence and aspiration have mean 0 and standard deviation 1 in England. Everybody is drawn to a
    level made of friends' mean, the partner's or parents' level, the mean of the community, own traits, recent
    experience and a lasting disposition; the speed and the pull of friends peak at 12 to 18. All means are taken
    before anybody moves, so the order of rows does not matter.
    """

    def __init__(self, people: Columns, families: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        p = tools.parameters
        months = np.arange(NEVER + 1)
        since_victim = p["norms.victim"] * 0.5 ** (months / p["norms.victim_half_life"])
        self.set_weights(p)
        self._by_state = (
            np.where(months < NEVER, since_victim, 0.0).astype(np.float32),
            np.asarray(p["norms.aspiration_by_qualification"], np.float32),
            np.asarray(p["norms.aspiration_by_work"], np.float32),
        )
        self._coefficients = _coefficients(p)
        self._fast_interval, self._interval = int(p["norms.fast_interval"]), int(p["norms.interval"])
        if self._interval % self._fast_interval:
            raise ValueError("norms.interval must be a multiple of norms.fast_interval")
        from_age, to_age = (int(age) for age in p["norms.fast_ages"])
        fast = (age_of_stratum >= from_age) & (age_of_stratum < to_age)
        self._steps = np.where(fast, self._fast_interval, self._interval)
        self._of_community = np.zeros((communities.n, 2), np.float32)
        renewal = interpolate_by_age(p["norms.trusted_adult_ages"], p["norms.trusted_adult_renewal"])
        self._renewal = renewal[: int(p["norms.trusted_adult_until_age"])]
        self._ages = (fast.astype(np.uint8), (age_of_stratum < self._renewal.size).astype(np.uint8))
        self._log_odds = (
            float(p["norms.trusted_adult_log_odds"]),
            float(p["norms.trusted_adult_ace"]),
            float(p["norms.trusted_adult_parenting"]),
        )
        self._disposition = _disposition_seed(tools.chance)
        self._newborns = self._migrants = np.empty(0, np.int32)

    def set_weights(self, p: ParameterValues) -> None:
        """Lay out by age how fast, and by whom, people are drawn."""
        self._by_age = _by_age(p)

    def start(self, month: int) -> None:
        """Give everybody norms and a trusted adult as in a steady state. Traits and friends must have been set."""
        self.people.acceptance_of_violence[:] = 0.0
        self.people.aspiration[:] = 0.0
        for settling in range(SETTLING_ROUNDS):
            rows, young = self._due(np.full(self.communities.n, ALL_DUE, np.uint8))
            if settling == 0:
                self._renew_trusted_adults(month, young, np.ones(self._renewal.size))
            self._move(rows, AT_ONCE, 0.0)

    def welcome(self, arrivals: Arrivals) -> None:
        """Remember newborns and in-migrants; this month's spread gives them norms of their own."""
        self._newborns, self._migrants = arrivals.newborns, arrivals.migrants

    def spread(self, month: int, message_climate: float = 0.0) -> None:
        """Renew trusted adults and move both norms.

        Those at the ages of fast change move every few months, everybody else more seldom, by as much as in all the
        months together; trusted adults are looked at as seldom. A share of the communities has its turn each month.

        Parameters
        ----------
        message_climate
            National climate of messages about violence, in standard deviations; above 0 it condones violence more.
        """
        key = self.communities.key
        due = np.where(key % np.uint64(self._fast_interval) == month % self._fast_interval, FAST_DUE, NOBODY_DUE)
        due[key % np.uint64(self._interval) == month % self._interval] = ALL_DUE
        self._settle_newcomers(month, message_climate)
        rows, young = self._due(due.astype(np.uint8))
        self._renew_trusted_adults(month, young, 1.0 - (1.0 - self._renewal) ** self._interval)
        self._move(rows, self._steps, message_climate)

    def _settle_newcomers(self, month: int, message_climate: float) -> None:
        # In-migrants carry the norms of those they were copied from, which do not fit their own dispositions:
        # without this the spread of norms would shrink with every year of migration.
        present = self.people.present
        newborns = self._newborns[present[self._newborns] == 1]
        migrants = self._migrants[present[self._migrants] == 1]
        self._renew_trusted_adults(month, newborns, np.ones(self._renewal.size))
        self._move(np.concatenate([newborns, migrants]), AT_ONCE, message_climate)
        self._newborns = self._migrants = np.empty(0, np.int32)

    def _due(self, due: Array) -> tuple[Array, Array]:
        rows = np.empty((2, self.people.n + 1), np.int32)
        columns = tuple(getattr(self.people, name) for name in _DUE_COLUMNS)
        count, young_count = list_due(columns, self._ages, due, self._of_community, rows)
        return rows[0, :count], rows[1, :young_count]

    def _move(self, rows: Array, steps: Array | float, message_climate: float) -> None:
        people = self.people
        by_age = self._by_age.copy()
        by_age[:, SPEED] = np.minimum(by_age[:, SPEED] * steps, 1.0)
        by_age[:, MESSAGES] *= message_climate
        spread_norms(
            rows,
            tuple(self._column(name) for name in _NORMS_COLUMNS),
            self.families.states,
            self._of_community,
            (by_age, *self._by_state),
            self._coefficients,
            self._disposition,
            (self._push_on_acceptance(), self._push("aspiration"), self._push("trusted_adult")),
            people.acceptance_of_violence,
            people.aspiration,
        )

    def _column(self, name: str) -> Array:
        """Return a column of people; of gangs, whether somebody has to do with one (1) or not (0)."""
        column: Array = getattr(self.people, name)
        return (column > 0).view(np.uint8) if name == "gang" else column

    def _push(self, name: str) -> Push:
        push = self.tools.levers.person(name)
        return push if push.value.size else NO_PUSH

    def _push_on_acceptance(self) -> Push:
        """Return the lever on acceptance of violence, and what other weights of friends make of the friends' mean."""
        people, levers = self.people, self.tools.levers
        rows, push = levers.pushed_rows("peer_influence"), self._push("acceptance_of_violence")
        if rows.size == 0:
            return push
        influence, now = levers.person("peer_influence"), people.acceptance_of_violence
        # An unused slot holds the own row and adds nothing.
        apart = (now[people.friends[rows]] - now[rows, None]).sum(axis=1)
        friends = now[rows] + apart / np.maximum(people.friend_count[rows], 1)
        weight = self._by_age[people.age_sex[rows], FRIENDS]
        values = levers.person("acceptance_of_violence").value
        values = values.copy() if values.size else np.zeros_like(influence.value)
        values[influence.seat[rows]] += np.expm1(influence.of(rows)) * weight * friends
        return Push(influence.seat, values)

    def _renew_trusted_adults(self, month: int, rows: Array, chance_by_age: Array) -> None:
        people, chance = self.people, self.tools.chance
        renew_trusted_adults(
            month,
            rows,
            tuple(getattr(people, name) for name in _TRUST_COLUMNS),
            self.families.parenting,
            np.float32(self.tools.parameters["norms.trusted_adult_youth_provision"]) * self.communities.youth_provision,
            np.ascontiguousarray(chance_by_age, np.float64),
            self._log_odds,
            int(self.tools.parameters["norms.trusted_adult_most_aces"]),
            (TRUSTED_ADULT.number, chance.k0, chance.k1),
            people.trusted_adult,
        )


def _by_age(p: ParameterValues) -> Array:
    """Lay out by ``age_sex`` what the kernel looks up by age."""
    tables = (
        np.minimum(p["norms.speed"], 1.0),
        p["norms.friends_weight"],
        p["norms.family_weight"],
        p["norms.community_weight"],
        p["norms.own_weight"],
        p["norms.message_reach"],
    )
    columns = [interpolate_by_age(p["norms.ages"], table) for table in tables]
    years = np.minimum(age_of_stratum, columns[0].size - 1)
    pupil, minor = years < SCHOOL_LEAVING_YEARS, years < ADULT_YEARS
    laid_out: Array = np.stack([*(column[years] for column in columns), pupil, ~pupil, minor], axis=1)
    return laid_out.astype(np.float32)


def _coefficients(p: ParameterValues) -> Array:
    """Return the coefficients in the order the kernel numbers them."""
    return np.array(
        [
            p["norms.acceptance_propensity"],
            p["norms.acceptance_self_control"],
            p["norms.acceptance_gang"],
            p["norms.acceptance_trusted_adult"],
            p["norms.acceptance_disposition"],
            p["norms.acceptance_centre"],
            p["norms.aspiration_engagement"],
            p["norms.aspiration_ability"],
            p["norms.aspiration_workless_home"],
            p["norms.aspiration_trusted_adult"],
            p["norms.aspiration_disposition"],
            p["norms.aspiration_centre"],
            p["norms.trusted_adult_mean"],
        ],
        np.float32,
    )


def _disposition_seed(chance: Chance) -> np.uint64:
    seed_word = np.uint64(chance.k0) | np.uint64(chance.k1) << np.uint64(32)
    return np.uint64(
        pair_key(np.array([code_key("norms.disposition")], np.uint64), np.array([seed_word], np.uint64))[0]
    )
