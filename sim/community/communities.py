"""Collective efficacy, legitimacy, fear and what a community offers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.community.starting_values import night_time_economy, provision, recent_violence, standard_scores
from sim.core.chance import declare_sheet
from sim.core.columns import Columns
from sim.core.hazards import half_life_factor
from sim.core.rows_kernels import rows_between
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.location import location_effects
from sim.population.places import PlaceData

Array = npt.NDArray[Any]
PER_THOUSAND = 1000.0
SETTLING_ROUNDS = 2
LOCATION = declare_sheet("communities.location", ("night_time", "night_time_more"))


class Communities:
    """Let communities remember violence, fear it, and keep or lose the will to act together.

    Every quantity moves each month by a share of the gap to its target; targets join structure (deprivation, ownership,
    assets), recent visible violence at home and next door, and turnover. Scores have mean 0 in England. Where people
    are afraid fewer are out of doors, and fewer eyes on the street wear collective efficacy down.
    """

    def __init__(self, people: Columns, communities: Columns, tools: Tools, place_data: PlaceData) -> None:
        self.people, self.communities, self.tools, self.place_data = people, communities, tools, place_data
        start, self._neighbour = (np.asarray(array, np.int64) for array in place_data.adjacency)
        self._neighbours = np.diff(start)
        self._home = np.repeat(np.arange(communities.n), self._neighbours)
        self._structure, self._provision = np.zeros(communities.n), np.zeros((2, communities.n))
        self._residents = np.ones(communities.n)
        self._sanctions = np.zeros(communities.n)

    def start(self) -> None:
        """Set what open data imply, and everything that moves to its target under the usual amount of violence."""
        communities, p = self.communities, self.tools.parameters
        scores = standard_scores(self.place_data.lsoa, p)
        self._provision = np.stack(provision(scores, self.place_data.assets, p))
        self._provide(0.0)
        effects = location_effects(self.place_data, p)
        luck = self.tools.chance.normals(LOCATION, 0, communities.key, 0)
        communities.night_time_economy[:] = night_time_economy(self.place_data.lsoa, effects, p, luck)
        self._structure = (
            p["communities.efficacy_deprivation"] * communities.deprivation
            + p["communities.efficacy_ownership"] * scores["owned"]
        )
        private_rent = np.asarray(self.place_data.lsoa["private_rent"], np.float64)
        communities.turnover[:] = p["communities.turnover_base"] + p["communities.turnover_private_rent"] * private_rent
        communities.recent_violence[:] = recent_violence(self.place_data.lsoa, communities.deprivation, effects, p)
        self._sanctions = np.full(communities.n, self._usual_sanctions())
        self._count_residents()
        for _ in range(SETTLING_ROUNDS):
            self._move(1.0)

    def turn(
        self,
        month: int,
        moved_in: Array,
        moved_out: Array,
        incidents_by_community: Array,
        youth_provision: Array | float = 0.0,
    ) -> None:
        """Move every community by one month.

        Parameters
        ----------
        moved_in, moved_out
            People who came and went this month, one value a community.
        incidents_by_community
            Incidents that took place there in the month before, whoever was hurt.
        youth_provision
            By how many standard deviations shocks move youth provision from where it started.
        """
        communities, p = self.communities, self.tools.parameters
        self._provide(youth_provision)
        if month % MONTHS_PER_YEAR == 0:
            self._count_residents()
        moves = (np.asarray(moved_in, np.float64) + moved_out) / self._residents * MONTHS_PER_YEAR
        communities.turnover[:] += p["communities.turnover_speed"] * (moves - communities.turnover)
        kept = half_life_factor(p["communities.violence_half_life"])
        visible = np.asarray(incidents_by_community, np.float64) / self._residents * PER_THOUSAND
        communities.recent_violence[:] = kept * communities.recent_violence + visible
        kept = half_life_factor(p["communities.sanctions_half_life"])
        self._sanctions = kept * self._sanctions + self._sanctions_this_month()
        self._move(0.0)

    def neighbours_mean(self, values: Array) -> Array:
        """Return the mean over adjacent communities; a community without any is given its own value."""
        total = np.bincount(self._home, np.asarray(values, np.float64)[self._neighbour], self.communities.n)
        mean: Array = np.where(self._neighbours > 0, total / np.maximum(self._neighbours, 1), values)
        return mean

    def _provide(self, change: Array | float) -> None:
        """Set provision for the young, and assets, of which it is a part."""
        communities, push = self.communities, self.tools.levers.community("youth_provision")
        change = change + push if push.size else change
        communities.youth_provision[:] = self._provision[1] + change
        communities.assets[:] = self._provision[0] + self.tools.parameters["communities.assets_youth"] * change

    def _count_residents(self) -> None:
        people = self.people
        counts = np.bincount(people.community[people.present == 1], minlength=self.communities.n)
        self._residents = np.maximum(counts, 1).astype(np.float64)

    def _sanctions_this_month(self) -> Array:
        people = self.people
        rows = rows_between(people.months_since_sanction, 0, 0)
        rows = rows[people.present[rows] == 1]
        sanctions: Array = np.bincount(people.community[rows], minlength=self.communities.n) / self._residents
        return sanctions * PER_THOUSAND

    def _move(self, at_once: float) -> None:
        """Move efficacy, fear and legitimacy to their targets, at their speeds or (1) at once."""
        communities, p, levers = self.communities, self.tools.parameters, self.tools.levers
        efficacy = communities.collective_efficacy.astype(np.float64)
        violence = self._felt_violence()
        turnover = (communities.turnover - p["communities.typical_turnover"]) / p["communities.turnover_sd"]
        to_efficacy = (
            self._structure
            + p["communities.efficacy_assets"] * communities.assets
            + p["communities.efficacy_violence"] * violence
            + p["communities.efficacy_turnover"] * turnover
            + p["communities.efficacy_outdoors"] * np.log(communities.outdoor_use)
        )
        spill = p["communities.efficacy_spill_over"]
        to_efficacy = (1.0 - spill) * to_efficacy + spill * self.neighbours_mean(
            to_efficacy if at_once else communities.collective_efficacy
        )
        to_fear = (
            p["communities.fear_violence"] * violence
            + p["communities.fear_deprivation"] * communities.deprivation
            + p["communities.fear_efficacy"] * (to_efficacy if at_once else efficacy)
        )
        to_legitimacy = (
            p["communities.legitimacy_deprivation"] * communities.deprivation
            + p["communities.legitimacy_efficacy"] * (to_efficacy if at_once else efficacy)
            + p["communities.legitimacy_sanctions"] * (np.log1p(self._sanctions) - np.log1p(self._usual_sanctions()))
        )
        for name, target in (
            ("collective_efficacy", to_efficacy),
            ("fear", to_fear),
            ("legitimacy", to_legitimacy),
        ):
            push = levers.community(name)
            column = getattr(communities, name)
            speed = max(at_once, self._speed(name))
            column[:] += (speed * (target + (push if push.size else 0.0) - column)).astype(np.float32)
        most = p["communities.outdoor_use_most"]
        communities.outdoor_use[:] = np.exp(np.clip(p["communities.outdoor_use_fear"] * communities.fear, -most, most))

    def _speed(self, name: str) -> float:
        p = self.tools.parameters
        speeds = {
            "collective_efficacy": p["communities.efficacy_speed"],
            "fear": p["communities.fear_speed"],
            "legitimacy": p["communities.legitimacy_speed"],
        }
        return float(speeds[name])

    def _usual_sanctions(self) -> float:
        p = self.tools.parameters
        return float(p["communities.usual_sanctions"] / (1.0 - half_life_factor(p["communities.sanctions_half_life"])))

    def _felt_violence(self) -> Array:
        """Return log of recent violence, own and next door, against the usual amount."""
        communities, p = self.communities, self.tools.parameters
        share = p["communities.violence_spill_over"]
        recent = communities.recent_violence.astype(np.float64)
        felt = (1.0 - share) * recent + share * self.neighbours_mean(recent)
        log: Array = np.log1p(felt) - np.log1p(p["communities.typical_recent_violence"])
        return log
