"""Say where recorded crime points beyond deprivation: how the effects of a place's communities spread, naming none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.population.places import PlaceData

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
TOP_SHARE = 0.1


@dataclass(frozen=True)
class LocationSummary:
    """Describe the estimated location effects of a place as a distribution: no community is named or ranked.

    Attributes
    ----------
    source : what they were estimated from.
    quantiles : ratio of recorded violence to what deprivation predicts, shrunk, at the shares in QUANTILES.
    reliability : mean weight of a community's own count, 0 to 1.
    pull_of_top_tenth : share of public violence that is drawn to the tenth of communities that draw most.
    police : what police files of the place counted and left out; empty without any.
    """

    source: str
    quantiles: dict[str, float]
    reliability: float
    pull_of_top_tenth: float
    police: str = ""

    def describe(self) -> str:
        """Say it in a few sentences."""
        if self.source == "structure alone":
            return "Location effects are switched off: places of violence follow structure alone."
        low, _, middle, _, high = self.quantiles.values()
        return (
            f"Recorded violence against what deprivation predicts, shrunk ({self.source}): one community in ten is "
            f"below {low:.2f}, half are below {middle:.2f}, one in ten is above {high:.2f}. A community's own count "
            f"has a weight of {self.reliability:.0%} on average. The tenth of communities that draw most public "
            f"violence draw {self.pull_of_top_tenth:.0%} of it."
        )


def summarise_location(place: PlaceData) -> LocationSummary:
    """Estimate the location effects of a place and describe their distribution."""
    from sim.community.starting_values import night_time_economy
    from sim.parameters.registry import load_registry
    from sim.population.location import location_effects

    registry = load_registry()
    effects = location_effects(place, registry)
    pull = np.sort(night_time_economy(place.lsoa, effects, registry))[::-1]
    top = max(1, round(TOP_SHARE * pull.size))
    return LocationSummary(
        source=effects.source,
        quantiles={f"{share:g}": round(float(np.quantile(effects.violence, share)), 4) for share in QUANTILES},
        reliability=round(float(effects.reliability.mean()), 4),
        pull_of_top_tenth=round(float(pull[:top].sum() / pull.sum()), 4),
        police=place.police.describe() if place.police is not None else "",
    )
