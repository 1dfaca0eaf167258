"""Weapon carrying: a state that people reconsider from time to time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import STRATA, age_sex_ceilings, declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import MOST_AGE_YEARS
from sim.core.tools import ParameterValues, Tools
from sim.violence.weapon_kernels import reconsider

Array = npt.NDArray[Any]

STATE = declare_sheet("violence.state", ("weapon", "transitory"))
LEVEL = declare_sheet("violence.carrying", ("level",))
MOST_INCIDENTS = 2
YOUNG_TO_YEARS = 30


def level_by_stratum(p: ParameterValues) -> Array:
    """Return the log odds of carrying by age and sex, all else at zero (float64[256]).

    Source of the equation: the trial fit of the violence step, part (a).
    """
    years, sex = np.divmod(np.arange(STRATA), 2)
    past = years + 0.5 - p["violence.weapon_peak_age"]
    width = np.full(STRATA, p["violence.weapon_upper_width"])
    width[past < 0] = p["violence.weapon_lower_width"]
    bump = np.exp(-(past**2) / (2.0 * width**2))
    level: Array = p["violence.weapon_level"] + p["violence.weapon_age"] * bump + p["violence.weapon_male"] * sex
    return level


class Weapons:
    """Let people take up and give up carrying a weapon."""

    def __init__(self, people: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        p = tools.parameters
        ages = np.arange(MOST_AGE_YEARS)
        young, older = p["violence.weapon_refresh"]
        reconsidering = np.where(ages < YOUNG_TO_YEARS, young, older) * (ages >= p["violence.weapon_from_age"])
        renewing = np.where(
            ages >= p["violence.youngest_offender_age"], 1.0 - 0.5 ** (1.0 / p["violence.transitory_half_life"]), 0.0
        )
        self.interval = int(p["violence.state_interval"])
        self.ceilings = 1.0 - (1.0 - age_sex_ceilings(reconsidering, renewing)) ** self.interval
        self.level = level_by_stratum(p)
        self.beta = np.array(
            [
                p["violence.weapon_propensity"],
                p["violence.weapon_acceptance"],
                p["violence.weapon_gang"],
                p["violence.weapon_victim"],
                MOST_INCIDENTS,
                p["violence.weapon_friends"],
                p["violence.weapon_fear"],
            ]
        )

    def turn(self, month: int) -> Array:
        """Let some people reconsider; return the rows whose transitory risk is renewed this month.

        Once an interval of a few months, by as much as in all of them.
        """
        people, chance = self.people, self.tools.chance
        if month % self.interval:
            return np.empty(0, np.int32)
        found = chance.sweep(STATE, people.key, people.age_sex, self.ceilings, month)
        rows, _ = found.of("weapon")
        carries = np.empty(rows.size, np.uint8)
        reconsider(
            rows, people.key, people.sex, people.propensity, people.acceptance_of_violence, people.gang,
            people.year_victim_count[rows], people.friends, people.weapon, people.community, self.communities.fear,
            people.age_sex, self.level, self.beta, self.tools.levers.person("weapon_carrying"), LEVEL.number, month,
            chance.k0, chance.k1, carries,
        )  # fmt: skip
        # Written after everybody has looked at their friends, so that the order of rows does not matter.
        people.weapon[rows] = carries
        renewed, _ = found.of("transitory")
        return renewed
