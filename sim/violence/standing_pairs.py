"""Lasting pairs: repeats between the same two young people without one incident leading to the next.

The form of the model in which series do not follow from incidents. Each young person has an opponent and a readiness
to hurt them, both drawn from keys alone, so that a repeat tells of the pair and preventing an incident prevents no
further one. In the model as it is nothing here is used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, declare_sheet, pair_key
from sim.core.columns import Columns
from sim.core.tools import ParameterValues
from sim.parameters.structure import SERIES, STANDING_PAIRS, form_of

Array = npt.NDArray[Any]

READINESS = declare_sheet("violence.standing_readiness", ("radius", "angle"))
AIM = declare_sheet("violence.standing_aim", ("at_opponent",))
PEER_STREAM, SERIES_STREAM = np.uint8(0), np.uint8(5)
OPPONENT = np.uint64(1 << 32)
"""Salt of the keys by which opponents are chosen, beyond the numbers of incidents."""
NOWHERE: Array = np.empty(0, np.int64)


class StandingPairs:
    """Hold who is ready to hurt a lasting opponent; nobody in the model as it is."""

    def __init__(self, people: Columns, parameters: ParameterValues, chance: Chance) -> None:
        self.people, self.chance = people, chance
        self.in_use = form_of(parameters, SERIES) == STANDING_PAIRS
        self.aimed = parameters["violence.target_previous"]
        self.ratio, self.spread = parameters["violence.standing_ratio"], parameters["violence.standing_spread"]

    def ready(self, peer_hazard: Array, series_rate: float) -> None:
        """Write what stands for recent incidents of a series: the hazard against the opponent over ``series_rate``.

        Parameters
        ----------
        peer_hazard : incidents a month by age-sex stratum, of somebody with a log-risk of 0.
        series_rate : hazard of a series for each recent incident.
        """
        if not self.in_use:
            return
        people = self.people
        of_stratum = peer_hazard[people.age_sex]
        rows = np.flatnonzero(of_stratum > 0.0)
        drawn = self.chance.normals(READINESS, 0, people.key[rows], 0).astype(np.float64)
        readiness = self.ratio * np.exp(self.spread * drawn - 0.5 * self.spread**2)
        people.series[:] = 0.0
        people.series[rows] = of_stratum[rows] * np.exp(people.risk_log[rows]) * readiness / series_rate

    def clashing(self, month: int, key: Array, stream: Array) -> Array:
        """Return the positions of incidents against lasting opponents.

        They are those of readiness, and of other peer violence the part that is aimed at the previous target in the
        model as it is.
        """
        if not self.in_use:
            return NOWHERE
        luck = self.chance.uniforms(AIM, 0, key, month)
        return np.flatnonzero((stream == SERIES_STREAM) | ((stream == PEER_STREAM) & (luck < self.aimed)))

    def keys(self, offender: Array) -> Array:
        """Return the keys by which opponents are chosen, the same in every month."""
        return pair_key(self.people.key[offender], np.full(offender.size, OPPONENT))
