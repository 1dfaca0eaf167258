"""Incidents that do not come from individual hazards: abuse of children at home, and exploitation by gangs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.rows_kernels import rows_between
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.columns import EXPLOITED
from sim.population.rosters import Rosters
from sim.violence.exploitation_kernels import choose_adults_at_home, choose_members

Array = npt.NDArray[Any]

HELD = declare_sheet("violence.exploited", ("made_to_rob", "hurt"))
AT_HOME = declare_sheet("violence.at_home", ("prevented",))
LOWEST_ADULT = 2 * 18
ABUSE, HURT = np.uint64(1), np.uint64(2)
"""Salts of the keys of incidents whose victim is known first."""


class FurtherIncidents:
    """Find abuse at home from the homes in which it happens, and what gangs make exploited children do and suffer."""

    def __init__(self, people: Columns, rosters: Rosters, tools: Tools, adjacency: tuple[Array, Array]) -> None:
        self.people, self.rosters, self.tools, self.adjacency = people, rosters, tools, adjacency

    def exploited(self) -> Array:
        """Return the rows of exploited people who are there."""
        people = self.people
        rows = rows_between(people.gang, EXPLOITED, EXPLOITED).astype(np.int32)
        there: Array = rows[(people.present[rows] == 1) & (people.custody[rows] == 0)]
        return there

    def made_to_rob(self, month: int, season: float, exploited: Array) -> Array:
        """Return the rows of exploited people whom a gang makes rob somebody this month."""
        per_year = self.tools.parameters["violence.exploited_robs"] * season
        robbing: Array = exploited[self._happens(exploited, "made_to_rob", per_year, month)]
        return robbing

    def hurt_by_members(self, month: int, season: float, exploited: Array) -> tuple[Array, Array, Array]:
        """Return keys, offenders and victims of violence of gang members against those they exploit."""
        people = self.people
        per_year = self.tools.parameters["violence.exploited_hurt"] * season
        rows = exploited[self._happens(exploited, "hurt", per_year, month)]
        key = pair_key(people.key[rows], np.full(rows.size, HURT))
        offender = np.empty(rows.size, np.int32)
        choose_members(
            key, rows, people.key, people.gang, people.present, people.custody, people.community,
            self.rosters.youth_slots, self.rosters.youth_start, *self.adjacency, offender,
        )  # fmt: skip
        found = offender >= 0
        return key[found], offender[found], rows[found]

    def abuse(self, month: int, abused: Array, household: tuple[Array, Array]) -> tuple[Array, Array, Array]:
        """Return keys, offenders and victims of the abuse of the children ``abused``.

        The hazard lies in the home; which adult it is follows their risk, and what lowers that adult's violence
        prevents it. ``household`` links the people of each household.
        """
        people, tools = self.people, self.tools
        child = abused[people.present[abused] == 1]
        key = pair_key(people.key[child], np.full(child.size, ABUSE))
        offender = np.empty(child.size, np.int32)
        choose_adults_at_home(
            key, child, people.key, people.age_sex, people.present, people.custody, people.family, people.risk_log,
            float(tools.parameters["violence.domestic_risk_exponent"]), *household, LOWEST_ADULT, offender,
        )  # fmt: skip
        happens = offender >= 0
        chosen, person = np.maximum(offender, 0), tools.levers.person
        push = person("violence_hazard").of(chosen) + person("violence_hazard_family").of(chosen)
        luck = tools.chance.uniforms(AT_HOME, 0, key, month)
        happens &= luck < np.exp(push)
        return key[happens], offender[happens], child[happens]

    def _happens(self, rows: Array, decision: str, per_year: float, month: int) -> Array:
        luck = self.tools.chance.uniforms(HELD, HELD.word(decision), self.people.key[rows], month)
        happens: Array = luck < 1.0 - np.exp(-per_year / MONTHS_PER_YEAR)
        return happens
