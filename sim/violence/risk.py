"""Individual risk: what the traits, states and community of a person make of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.rows_kernels import rows_between
from sim.core.tools import Tools
from sim.violence.exposure_kernels import update_risk
from sim.violence.factors import FACTORS, coefficients, state_tables, strata_tables

Array = npt.NDArray[Any]

PUPIL = 1
"""Row of the tables by stratum that marks pupils."""
SANCTION = 3
"""Row of the tables by state that holds months since a sanction."""


class Risk:
    """Keep everybody's log-risk in step with their traits, states and community.

    Attributes
    ----------
    beta : coefficients of the factors, in the order of :data:`sim.violence.factors.FACTORS`.
    states, strata : effects by state, and tables by age-sex stratum, as `update_risk` takes them.
    """

    def __init__(self, people: Columns, families: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.families, self.communities, self.tools = people, families, communities, tools
        self.beta = coefficients(tools.parameters)
        self.states = state_tables(tools.parameters, self.beta)
        self.strata = strata_tables(tools.parameters)

    def of_communities(self) -> Array:
        """Return the direct effect of each home community on its residents' log-risk (float32)."""
        p, communities = self.tools.parameters, self.communities
        effect = (
            p["violence.factor_deprivation"] * communities.deprivation
            + p["violence.factor_community_residual"] * communities.residual
            + p["violence.factor_collective_efficacy"] * communities.collective_efficacy
        )
        return np.asarray(effect, np.float32)

    def of_youth(self) -> Array:
        """Return the direct effect of each home community on the log-risk of its residents under 18 (float32)."""
        effect = self.tools.parameters["violence.factor_youth_provision"] * self.communities.youth_provision
        return np.asarray(effect, np.float32)

    def refresh(self, month: int, everybody: bool = True) -> None:
        """Bring the log-risk of everybody up to date, or of the residents of the communities whose turn it is.

        Risk changes slowly, so in the month communities take turns, by their keys.
        """
        people, levers = self.people, self.tools.levers
        turns = np.uint64(int(self.tools.parameters["violence.risk_interval"]))
        due = (self.communities.key % turns == np.uint64(month) % turns).astype(np.uint8)
        if everybody:
            due[:] = 1
        update_risk(
            people.age_sex, people.propensity, people.transitory_risk, people.self_control, people.trauma,
            people.acceptance_of_violence, people.school_engagement, people.ace_count, people.alcohol, people.drugs,
            (people.gang > 0).view(np.uint8), people.weapon, people.trusted_adult, people.exclusion, people.work,
            people.months_since_sanction, people.family, people.community, self.families.supervision,
            self.of_communities(), self.of_youth(), self.beta, self.strata, self.states,
            levers.person("trusted_adult"), due, people.risk_log,
        )  # fmt: skip
        self._supervise_in_care(due)
        self._label(due)

    def _supervise_in_care(self, due: Array) -> None:
        """Replace the family's supervision by that of carers in the risk of children who are looked after."""
        people, supervision = self.people, self.tools.parameters["families.supervision_in_care"]
        rows = rows_between(people.care, 1, 1)
        rows = rows[(due[people.community[rows]] > 0) & (people.family[rows] >= 0)]
        effect = self.beta[FACTORS.index("supervision")]
        people.risk_log[rows] += effect * (np.float32(supervision) - self.families.supervision[people.family[rows]])

    def _label(self, due: Array) -> None:
        """Change what a sanction does to the risk of those whose labelling is pushed."""
        people, levers = self.people, self.tools.levers
        rows = levers.pushed_rows("labelling")
        rows = rows[due[people.community[rows]] > 0]
        effect = self.states[SANCTION, people.months_since_sanction[rows]]
        people.risk_log[rows] += effect * np.expm1(levers.person("labelling").of(rows))
