"""Who of some people a service is for: the need it meets, and the ages it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.tools import ParameterValues
from sim.population.views import view
from sim.services.need_kernels import Asking, homes_parted_from_abuse, meet_needs

Array = npt.NDArray[Any]


class Needs:
    """Test people against what each service is for."""

    def __init__(self, people: Columns, families: Columns, parameters: ParameterValues) -> None:
        self.people, self.families = people, families
        p = parameters
        ages = np.asarray(p["services.ages"], np.int64).reshape(-1, 2)
        self.youngest, self.oldest = np.ascontiguousarray(ages.T)
        self.limits = np.array(
            [
                p["services.child_trauma"],
                p["services.serious_harm_aces"],
                p["services.high_parental_stress"],
                p["services.hurt_months"],
                p["services.disengaged_pupil"],
            ]
        )

    def meets(self, service: Array, rows: Array) -> Array:
        """Return which people have the need that a service (one each) is there for. Incidents are no needs.

        Nobody who has gone or is in custody has any: they are looked after elsewhere.
        """
        met = np.zeros(rows.size, bool)
        homes = self.families.stress, self.families.states, self.families.lone_parent
        rows, service = np.asarray(rows, np.int32), np.asarray(service, np.int64)
        meet_needs(rows, service, view(Asking, self.people), *homes, self.youngest, self.oldest, self.limits, met)
        return met

    def separated_from_abuse(self) -> Array:
        """Return the adults left in homes where a couple parted and abuse has not ended."""
        families = self.families
        homes = np.empty(families.n + 1, np.int32)
        homes = homes[: homes_parted_from_abuse(families.states, families.lone_parent, homes)]
        heads = families.reference_person[homes[families.present[homes] > 0]]
        return np.asarray(heads[heads >= 0])
