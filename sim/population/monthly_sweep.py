"""One sweep a month for rare decisions of several rooms: eleven decisions cost the same block of chance as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Candidates
from sim.core.columns import Columns
from sim.core.lanes import declare_lanes, no_ceilings, sweep_lanes
from sim.core.tools import Tools

Array = npt.NDArray[Any]
MONTHLY = declare_lanes(
    "population.monthly",
    (
        ("death",),
        ("birth", "seek_partner", "leave_household", "renew_friends"),
        ("join_gang", "be_exploited", "drinking", "drugs", "other_offending"),
        ("change_work",),
    ),
)


class MonthlySweep:
    """Screen everybody once a month for the decisions of ``MONTHLY``.

    A room states the ceiling of its decision. The sweep is made when the first room of a month asks; a decision
    whose ceiling nobody has stated has no candidates. People born or arriving later in the month are not among the
    candidates, and somebody who has died or left since still is.
    """

    def __init__(self, people: Columns, tools: Tools) -> None:
        self.people, self.tools = people, tools
        self._ceilings = no_ceilings(MONTHLY)
        self._by_other = np.zeros(len(MONTHLY.words), np.bool_)
        self._work_strata: Callable[[int], tuple[Array, Array]] | None = None
        self._month = -1
        self._candidates: Candidates | None = None

    def screen(self, decision: str, ceilings: Array) -> None:
        """State the ceilings of a decision: float64[256] by ``age_sex``. What its lane cannot hold is cut off."""
        self._ceilings[MONTHLY.lane(decision)] = np.minimum(ceilings, MONTHLY.most(decision))

    def screen_work(self, strata_and_ceilings: Callable[[int], tuple[Array, Array]]) -> None:
        """State how to find everybody's stratum (uint8) and the ceilings (float64[256]) of changing work in a month."""
        self._work_strata = strata_and_ceilings
        self._by_other[MONTHLY.word("change_work")] = True

    def of(self, decision: str, month: int) -> tuple[Array, Array]:
        """Return the rows under the ceiling of a decision this month, and their uniforms."""
        return self.candidates(month).of(decision)

    def candidates(self, month: int) -> Candidates:
        """Return everybody's candidates of a month, sweeping when it has not been done."""
        if self._month != month or self._candidates is None:
            self._candidates, self._month = self._sweep(month), month
        return self._candidates

    def forget(self) -> None:
        """Drop this month's rows: when the month ends, or when rows are about to change their numbers."""
        self._candidates = None

    def _sweep(self, month: int) -> Candidates:
        people = self.people
        work_strata = people.age_sex
        if self._work_strata is not None:
            work_strata, self._ceilings[MONTHLY.lane("change_work")] = self._work_strata(month)
        return sweep_lanes(
            self.tools.chance,
            MONTHLY,
            people.key,
            people.age_sex,
            work_strata,
            self._by_other,
            self._ceilings,
            month,
        )
