"""One sweep a month for rare decisions of several rooms: four decisions cost the same block of chance as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import STRATA, WORDS, Candidates, declare_sheet
from sim.core.columns import Columns
from sim.core.tools import Tools

Array = npt.NDArray[Any]
MONTHLY = declare_sheet("demography.monthly", ("renew_friends", "join_gang", "other_offending", "be_exploited"))


class MonthlySweep:
    """Screen everybody once a month, by age and sex, for the decisions of :data:`MONTHLY`.

    A room states the ceiling of its decision once. The sweep is made when the first room of a month asks; a decision
    whose ceiling nobody has stated has no candidates. Somebody who has died since is still among the candidates.
    """

    def __init__(self, people: Columns, tools: Tools) -> None:
        self.people, self.tools = people, tools
        self._ceilings: Array = np.zeros((WORDS, STRATA))
        self._month = -1
        self._candidates: Candidates | None = None

    def screen(self, decision: str, ceilings: Array) -> None:
        """State the ceilings of a decision: float64[256] by ``age_sex``."""
        self._ceilings[MONTHLY.word(decision)] = ceilings

    def of(self, decision: str, month: int) -> tuple[Array, Array]:
        """Return the rows under the ceiling of a decision this month, and their uniforms."""
        if self._candidates is None or self._month != month:
            people = self.people
            self._candidates = self.tools.chance.sweep(MONTHLY, people.key, people.age_sex, self._ceilings, month)
            self._month = month
        return self._candidates.of(decision)

    def forget(self) -> None:
        """Drop this month's rows when rows are about to change their numbers."""
        self._candidates = None
