"""Opportunity: what places do to public violence and robbery that would happen there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.tools import Tools
from sim.violence.context_levers import part_pushed
from sim.violence.incidents import ACQUISITIVE, PUBLIC

Array = npt.NDArray[Any]

ENCOUNTER = declare_sheet("violence.encounter", ("target", "sex", "near", "place"))
PREVENTED = declare_sheet("violence.prevented", ("opportunity",))
IN_PUBLIC = (PUBLIC, ACQUISITIVE)


class Opportunity:
    """Thin public violence and robbery by the community where it would take place.

    Hazards are those of the busiest place there can be, thinned to each place: the bound is the same in every world,
    so that a change in one place leaves the incidents of all others as they are. No lever raises a place above it.
    Reads the levers ``opportunity``, ``hot_cell`` and ``night_time_economy``.

    Attributes
    ----------
    busiest : log ratio of public violence in the busiest place there can be to the usual.
    """

    def __init__(self, communities: Columns, tools: Tools) -> None:
        self.communities, self.tools = communities, tools
        p = tools.parameters
        self._usual_use = p["communities.outdoor_use_fear"] * p["violence.public_usual_fear"]
        self.busiest = float(p["violence.public_outdoor_use"] * (p["communities.outdoor_use_most"] - self._usual_use))

    def by_community(self) -> Array:
        """Return the log ratio of public and acquisitive violence placed in each community to the usual.

        The fewer people are out, the fewer meet: use of outdoor space, and the levers ``opportunity`` and
        ``hot_cell``, which acts on the share of it that is in the hot cells of a community.
        """
        p, levers = self.tools.parameters, self.tools.levers
        opportunity = p["violence.public_outdoor_use"] * (np.log(self.communities.outdoor_use) - self._usual_use)
        lever, hot = levers.community("opportunity"), levers.community("hot_cell")
        opportunity = opportunity + lever if lever.size else opportunity
        if hot.size:
            opportunity = opportunity + part_pushed(hot, float(p["violence.hot_cell_share"]))
        return np.asarray(opportunity, np.float32)

    def prevents(self, month: int, key: Array, context: Array, location: Array) -> Array:
        """Return which of the incidents do not happen, because the place where they would lacks opportunity."""
        kept = np.exp(self.by_community() - np.float32(self.busiest))
        prevented = np.zeros(key.size, bool)
        if np.any(kept < 1.0) or self.tools.levers.community("night_time_economy").size:
            public = np.flatnonzero(np.isin(context, IN_PUBLIC))
            key, location = key[public], location[public]
            chance = self.tools.chance.uniforms(PREVENTED, 0, key, month)
            prevented[public] = chance > kept[location] * self._kept_at_night(month, key, location)
        return prevented

    def _kept_at_night(self, month: int, key: Array, location: Array) -> Array | float:
        """Return the ratio by which a lever moves what the night-time economy drew to each ``location``."""
        night = self.tools.levers.community("night_time_economy")
        if not night.size:
            return 1.0
        # The same luck that placed them, see `sim.violence.victim_kernels.choose_victims`.
        placed = self.tools.chance.uniforms(ENCOUNTER, ENCOUNTER.word("place"), key, month)
        drawn = placed < self.tools.parameters["violence.public_location_night_time"]
        return np.asarray(np.exp(night[location] * drawn))
