"""Weapon carrying: a state that people reconsider from time to time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import logistic
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools

Array = npt.NDArray[Any]

STATE = declare_sheet("violence.state", ("weapon", "transitory"))
LEVEL = declare_sheet("violence.carrying", ("level",))
MOST_INCIDENTS = 2


class Weapons:
    """Let people take up and give up carrying a weapon."""

    def __init__(self, people: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        p = tools.parameters
        ages = np.arange(120)
        reconsider = np.where(ages >= p["violence.weapon_from_age"], p["violence.weapon_refresh"], 0.0)
        renew = np.where(
            ages >= p["violence.youngest_offender_age"], 1.0 - 0.5 ** (1.0 / p["violence.transitory_half_life"]), 0.0
        )
        self.ceilings = age_sex_ceilings(reconsider, renew)

    def log_odds(self, rows: Array, month: int) -> Array:
        """Return the log odds of carrying for ``rows`` (equation of the trial fit of the violence step, part (a))."""
        people, p = self.people, self.tools.parameters
        age = (month - people.birth_month[rows]) / MONTHS_PER_YEAR
        past = age - p["violence.weapon_peak_age"]
        width = np.where(past < 0, p["violence.weapon_lower_width"], p["violence.weapon_upper_width"])
        friends = people.friends[rows]
        has_friends = people.friend_count[rows] > 0
        others = (friends != rows[:, None]) & (friends >= 0)
        carrying = (people.weapon[np.maximum(friends, 0)] * others).sum(axis=1) / np.maximum(others.sum(axis=1), 1)
        odds = (
            p["violence.weapon_level"]
            + p["violence.weapon_age"] * np.exp(-(past**2) / (2.0 * width**2))
            + p["violence.weapon_male"] * people.sex[rows]
            + p["violence.weapon_propensity"] * people.propensity[rows]
            + p["violence.weapon_acceptance"] * people.acceptance_of_violence[rows]
            + p["violence.weapon_gang"] * people.gang[rows]
            + p["violence.weapon_victim"] * np.minimum(people.year_victim_count[rows], MOST_INCIDENTS)
            + p["violence.weapon_friends"] * carrying * has_friends
            + p["violence.weapon_fear"] * self.communities.fear[people.community[rows]]
        )
        lever = self.tools.levers.person("weapon_carrying")
        return np.asarray(odds + lever[rows] if lever.size else odds)

    def turn(self, month: int) -> Array:
        """Let some people reconsider; return the rows whose transitory risk is renewed this month."""
        people, chance = self.people, self.tools.chance
        found = chance.sweep(STATE, people.key, people.age_sex, self.ceilings, month)
        rows, _ = found.of("weapon")
        level = chance.uniforms(LEVEL, 0, people.key[rows], month)
        people.weapon[rows] = level < logistic(self.log_odds(rows, month))
        renewed, _ = found.of("transitory")
        return renewed
