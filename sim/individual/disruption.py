"""What violence and sanctions disrupt: engagement with school, and work; and persistent absence from school."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.rows_kernels import rows_between
from sim.core.tools import Tools
from sim.population.coefficients import Coefficients
from sim.population.columns import EMPLOYED, NEVER

Array = npt.NDArray[Any]
JUST_NOW = 0
INJURY = declare_sheet("individuals.injury", ("job_loss",))


class Disruption:
    """Let injuries treated and sanctions given last month disrupt school and work."""

    def __init__(self, people: Columns, tools: Tools) -> None:
        self.people, self.tools = people, tools

    def of_school(self) -> None:
        """Lower the engagement of pupils who were treated for violence, or sanctioned, last month."""
        people, p = self.people, self.tools.parameters
        columns = people.months_since_ed, people.months_since_sanction
        rows = np.union1d(*(rows_between(column, JUST_NOW, JUST_NOW) for column in columns))
        rows = rows[self._pupils(people.age_sex[rows])]
        hurt, sanctioned = (column[rows] == JUST_NOW for column in columns)
        people.school_engagement[rows] += p["individuals.injury_engagement"] * hurt
        label = np.exp(self.tools.levers.person("labelling").of(rows))
        people.school_engagement[rows] += p["individuals.sanction_engagement"] * sanctioned * label

    def of_work(self, month: int) -> Array:
        """Return the rows of those who lose their work because of an injury treated last month."""
        people, tools = self.people, self.tools
        rows = rows_between(people.months_since_ed, JUST_NOW, JUST_NOW)
        rows = rows[people.work[rows] == EMPLOYED]
        hazard = np.full(rows.size, float(tools.parameters["work.injury_loss"]))
        push = tools.levers.person("job_retention")
        hazard *= np.exp(-push.of(rows))
        lost: Array = rows[tools.chance.uniforms(INJURY, 0, people.key[rows], month) < hazard]
        return lost

    def count_absence(self, month: int, a: Coefficients) -> None:
        """Write down how many pupils were persistently absent in the school year that ends (expected number)."""
        people = self.people
        rows = np.flatnonzero(self._pupils(people.age_sex) & (people.exclusion == NEVER) & (people.present > 0))
        odds = a.absence_level + a.absence_engagement * people.school_engagement[rows]
        odds += a.absence_suspensions * people.recent_suspensions[rows]
        age_months = month - people.birth_month[rows].astype(np.int64)
        chance = 1.0 / (1.0 + np.exp(-odds.astype(np.float64)))
        self.tools.ledger.add("persistent_absences", people.community[rows], age_months, people.sex[rows], chance)

    def _pupils(self, age_sex: Array) -> Array:
        first, last = self.tools.parameters["individuals.school_ages"]
        pupils: Array = (age_sex >= 2 * first) & (age_sex < 2 * (last + 1))
        return pupils
