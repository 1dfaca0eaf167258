"""The columns of communities that come from open data and never change in a run."""

from __future__ import annotations

import numpy as np

from sim.core.chance import Chance, code_key, declare_sheet
from sim.core.columns import Columns
from sim.core.tools import ParameterValues
from sim.population.columns import COMMUNITIES
from sim.population.location import location_effects, residents_residual
from sim.population.places import PlaceData

RESIDUAL = declare_sheet("population.community", ("radius", "angle"))


def make_communities(place: PlaceData, chance: Chance, parameters: ParameterValues) -> Columns:
    """Return the community columns of a place, with what open data say and a lasting keyed residual.

    The residual stands for what makes neighbours of equal deprivation differ: mostly chance, keyed by LSOA code and
    seed, and for a small part what recorded violence says.
    """
    communities = Columns(COMMUNITIES, len(place.codes))
    communities.append(len(place.codes))
    communities.key[:] = np.array([code_key(str(code)) for code in place.codes], np.uint64)
    communities.deprivation[:] = place.z
    communities.income_deprivation[:] = place.lsoa["income_deprivation"]
    communities.fifth[:] = place.fifth
    luck = chance.normals(RESIDUAL, 0, communities.key, 0)
    effects = location_effects(place, parameters)
    communities.residual[:] = residents_residual(effects, place.lsoa["population"], luck, parameters)
    return communities
