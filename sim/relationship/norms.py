"""Acceptance of violence, aspiration and trusted adults."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, code_key, declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.hazards import interpolate_by_age
from sim.core.tools import ParameterValues, Tools
from sim.population.arrivals import Arrivals
from sim.population.columns import NEVER
from sim.relationship.norms_kernels import CLIMATE, list_due, renew_trusted_adults, spread_norms

Array = npt.NDArray[Any]
SETTLING_ROUNDS = 12
NO_PUSH = np.zeros(1, np.float32)

TRUSTED_ADULT = declare_sheet("norms.trusted_adult", ("decided_anew", "has_one"))

_NORMS_COLUMNS = (
    *("key", "age_sex", "family", "community", "partner", "mother", "father", "friends", "friend_count"),
    *("gang", "propensity", "self_control", "ability", "school_engagement", "qualification", "work"),
    *("trusted_adult", "months_since_victim"),
)
_TRUST_COLUMNS = ("key", "age_sex", "family", "community", "ace_count")


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
        self._tables = (
            _tables_by_age(p),
            np.where(months < NEVER, since_victim, 0.0).astype(np.float32),
            np.asarray(p["norms.aspiration_by_qualification"], np.float32),
            np.asarray(p["norms.aspiration_by_work"], np.float32),
        )
        self._coefficients = _coefficients(p)
        self._fast_interval, self._interval = int(p["norms.fast_interval"]), int(p["norms.interval"])
        if self._interval % self._fast_interval:
            raise ValueError("norms.interval must be a multiple of norms.fast_interval")
        from_age, to_age = (int(age) for age in p["norms.fast_ages"])
        age = np.arange(256) // 2
        self._fast = ((age >= from_age) & (age < to_age)).astype(np.uint8)
        self._steps = np.where(self._fast, self._fast_interval, self._interval).astype(np.float32)
        self._of_community = np.zeros((communities.n, 2))
        renewal = interpolate_by_age(p["norms.trusted_adult_ages"], p["norms.trusted_adult_renewal"])
        self._renewal = renewal[: int(p["norms.trusted_adult_until_age"])]
        self._log_odds = (
            float(p["norms.trusted_adult_log_odds"]),
            float(p["norms.trusted_adult_ace"]),
            float(p["norms.trusted_adult_parenting"]),
        )
        self._disposition = _disposition_seed(tools.chance)
        self._newborns = self._migrants = np.empty(0, np.int32)

    def start(self, month: int) -> None:
        """Give everybody norms and a trusted adult as in a steady state. Traits and friends must have been set."""
        all_communities = np.ones(self.communities.n, np.uint8)
        self.people.acceptance_of_violence[:] = 0.0
        self.people.aspiration[:] = 0.0
        for settling in range(SETTLING_ROUNDS):
            rows = self._due(all_communities, all_communities)
            if settling == 0:
                self._renew_trusted_adults(month, rows, all_communities, np.ones(self._renewal.size))
            self._move(rows, np.full(256, np.inf, np.float32), 0.0)

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
        due_fast, due = (
            (self.communities.key % np.uint64(interval) == month % interval).astype(np.uint8)
            for interval in (self._fast_interval, self._interval)
        )
        self._settle_newcomers(month, message_climate)
        rows = self._due(due_fast, due)
        self._renew_trusted_adults(month, rows, due, 1.0 - (1.0 - self._renewal) ** self._interval)
        self._move(rows, self._steps, message_climate)

    def _settle_newcomers(self, month: int, message_climate: float) -> None:
        # In-migrants carry the norms of those they were copied from, which do not fit their own dispositions:
        # without this the spread of norms would shrink with every year of migration.
        everywhere, present = np.ones(self.communities.n, np.uint8), self.people.present
        newborns = self._newborns[present[self._newborns] == 1]
        migrants = self._migrants[present[self._migrants] == 1]
        self._renew_trusted_adults(month, newborns, everywhere, np.ones(self._renewal.size))
        self._move(np.concatenate([newborns, migrants]), np.full(256, np.inf, np.float32), message_climate)
        self._newborns = self._migrants = np.empty(0, np.int32)

    def _due(self, due_fast: Array, due: Array) -> Array:
        people = self.people
        rows = np.empty(people.n + 1, np.int32)
        count = list_due(
            people.present,
            people.age_sex,
            people.community,
            people.acceptance_of_violence,
            people.aspiration,
            self._fast,
            due_fast,
            due,
            self._of_community,
            rows,
        )
        return rows[:count]

    def _move(self, rows: Array, steps: Array, message_climate: float) -> None:
        people = self.people
        coefficients = self._coefficients.copy()
        coefficients[CLIMATE] = message_climate
        spread_norms(
            rows,
            steps,
            tuple(getattr(people, name) for name in _NORMS_COLUMNS),
            self.families.states,
            self._of_community,
            self._tables,
            coefficients,
            self._disposition,
            (self._push("acceptance_of_violence"), self._push("aspiration"), self._push("trusted_adult")),
            people.acceptance_of_violence,
            people.aspiration,
        )

    def _push(self, name: str) -> Array:
        push = self.tools.levers.person(name)
        return push if push.size else NO_PUSH

    def _renew_trusted_adults(self, month: int, rows: Array, due: Array, chance_by_age: Array) -> None:
        people, chance = self.people, self.tools.chance
        renew_trusted_adults(
            month,
            rows,
            due,
            tuple(getattr(people, name) for name in _TRUST_COLUMNS),
            self.families.parenting,
            np.ascontiguousarray(chance_by_age, np.float64),
            self._log_odds,
            int(self.tools.parameters["norms.trusted_adult_most_aces"]),
            (TRUSTED_ADULT.number, chance.k0, chance.k1),
            people.trusted_adult,
        )


def _tables_by_age(p: ParameterValues) -> Array:
    ages = p["norms.ages"]
    tables = (
        np.minimum(p["norms.speed"], 1.0),
        p["norms.friends_weight"],
        p["norms.family_weight"],
        p["norms.community_weight"],
        p["norms.own_weight"],
        p["norms.message_reach"],
    )
    stacked: Array = np.stack([interpolate_by_age(ages, table) for table in tables], axis=1).astype(np.float32)
    return stacked


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
            0.0,
        ],
        np.float32,
    )


def _disposition_seed(chance: Chance) -> np.uint64:
    seed_word = np.uint64(chance.k0) | np.uint64(chance.k1) << np.uint64(32)
    return np.uint64(
        pair_key(np.array([code_key("norms.disposition")], np.uint64), np.array([seed_word], np.uint64))[0]
    )
