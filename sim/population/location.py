"""Estimate from recorded crime where violence takes place beyond what deprivation predicts.

Recorded crime is filed under the place of the offence. It therefore anchors the *opportunity of a location* (its
night-time economy, its through traffic) and says little about the people who live there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.tools import ParameterValues
from sim.population.places import PlaceData
from sim.population.police_files import DISORDER_TYPES, VIOLENCE_TYPES
from sim.population.shrinkage import reliability, scaled_to, shrunken_ratio, variance_by_moments

Array = npt.NDArray[Any]
PER_THOUSAND = 1000.0
STRUCTURE, NATIONAL, POLICE = "structure alone", "national recorded rates", "police files"


@dataclass(frozen=True, eq=False)
class LocationEffects:
    """Hold ratios of recorded crime to what deprivation predicts, shrunk towards 1, one value a community.

    Attributes
    ----------
    violence, disorder : ratios for violence, and for public order and weapons offences.
    reliability : weight of the community's own count of violence in its ratio, 0 to 1.
    predicted : what deprivation predicts for a resident, over the mean of the place; 1 but for police files.
    variance : variance of true ratios of violence between communities.
    source : STRUCTURE, NATIONAL or POLICE.
    """

    violence: Array
    disorder: Array
    reliability: Array
    predicted: Array
    variance: float
    source: str


def location_effects(place: PlaceData, p: ParameterValues) -> LocationEffects:
    """Estimate the effects of a place: from its police files if it has any, else from national recorded rates.

    Expectations follow residents and deprivation and are scaled to the total of the place, so that communities are
    compared with each other and not forces with their habits of recording. A place with ``structural_only`` has no
    effects: every ratio is 1.

    A ratio says how much more is recorded than deprivation predicts, not how much. Police files of the place itself
    count where violence was, and so what deprivation predicts is kept beside the ratio. The constants of the pull were
    fitted with the ratios of national rates alone, which stay as they are.
    """
    if place.structural_only:
        ones = np.ones(len(place.z))
        return LocationEffects(ones, ones, np.zeros(len(place.z)), ones, 0.0, STRUCTURE)
    lines = (p["communities.violence_by_deprivation"], p["communities.disorder_by_deprivation"])
    variances = p["communities.location_variance"]
    residents = np.asarray(place.lsoa["population"], np.float64)
    years = p["communities.recorded_years"]
    estimates = []
    for column, types, line, usual in zip(
        ("violence_with_injury_rate", "public_order_weapons_rate"),
        (VIOLENCE_TYPES, DISORDER_TYPES),
        lines,
        variances,
        strict=True,
    ):
        expected = residents * np.exp(line[0] * np.asarray(place.z, np.float64))
        observed = np.asarray(place.lsoa[column], np.float64) * residents * years / PER_THOUSAND
        if place.police is not None:
            observed = place.police.total(types)
        expected = scaled_to(expected, observed)
        own = place.police is not None and observed.size >= p["communities.location_moment_communities"]
        estimates.append((observed, expected, variance_by_moments(observed, expected) if own else float(usual)))
    violence, disorder = (shrunken_ratio(*estimate) for estimate in estimates)
    _, expected, variance = estimates[0]
    weight = reliability(expected, variance)
    if place.police is None:
        return LocationEffects(violence, disorder, weight, np.ones(residents.size), variance, NATIONAL)
    rate = expected / np.maximum(residents, 1.0)
    predicted = rate * residents.sum() / max(float(expected.sum()), 1e-12)
    return LocationEffects(violence, disorder, weight, predicted, variance, POLICE)


def residents_residual(effects: LocationEffects, residents: Array, chance: Array, p: ParameterValues) -> Array:
    """Return the lasting local difference in residents' risk, mean about 0 and standard deviation about 1.

    A small part follows the location effect, since much violence takes place near home; the rest is ``chance``, a
    standard normal keyed by community. The effect is taken against the mean of the place, so that it moves no level.
    """
    if effects.source == STRUCTURE or effects.variance == 0.0:
        return chance
    log_effect = np.log(effects.violence) / np.sqrt(np.log1p(effects.variance))
    log_effect = np.clip(log_effect - np.average(log_effect, weights=np.maximum(residents, 1)), -3.0, 3.0)
    share = p["communities.residual_from_records"]
    residual: Array = share * log_effect + np.sqrt(1.0 - share**2 * effects.reliability) * chance
    return residual
