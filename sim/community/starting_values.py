"""Read what a community has and suffers out of open data.

Transformations, each with its constants in the registry:

* standard scores: (value - mean of England) / standard deviation of England, cut at 3;
* assets: scores of transport connectivity and of the outdoor environment, plus assets listed for the place;
* youth provision: score of connectivity, plus listed assets for the young;
* night-time economy: recorded violence and disorder above what deprivation predicts (log of the shrunken ratio, see
  :mod:`sim.population.location`), with a small part for flats and private renting, which mark town centres, and chance
  for what records do not show; exponentiated, times residents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.tools import ParameterValues
from sim.population.location import POLICE, LocationEffects

Array = npt.NDArray[Any]
CUT_SD = 3.0
YOUTH_WORDS = ("youth", "young", "child", "school", "sport", "boxing", "play")


def standard_scores(lsoa: Mapping[str, Array], p: ParameterValues) -> dict[str, Array]:
    """Return scores against England for the columns in use, float64 by community."""
    constants = {
        "owned": p["communities.owned_england"],
        "flats": p["communities.flats_england"],
        "private_rent": p["communities.private_rent_england"],
        "connectivity": p["communities.connectivity_england"],
        "outdoors_score": p["communities.outdoors_england"],
    }
    return {
        name: np.clip((np.asarray(lsoa[name], np.float64) - mean) / sd, -CUT_SD, CUT_SD)
        for name, (mean, sd) in constants.items()
    }


def provision(scores: Mapping[str, Array], listed: Mapping[str, Array], p: ParameterValues) -> tuple[Array, Array]:
    """Return community assets and youth provision.

    Parameters
    ----------
    listed
        Number of listed assets by kind, one value a community; kinds that name the young also count as youth provision.
    """
    none = np.zeros_like(scores["connectivity"])
    everything = sum(listed.values(), none)
    for_youth = sum((n for kind, n in listed.items() if any(word in kind.casefold() for word in YOUTH_WORDS)), none)
    assets = (
        p["communities.assets_connectivity"] * scores["connectivity"]
        + p["communities.assets_outdoors"] * scores["outdoors_score"]
        + p["communities.assets_listed"] * np.log1p(everything)
    )
    youth = p["communities.youth_connectivity"] * scores["connectivity"] + p["communities.youth_listed"] * np.log1p(
        for_youth
    )
    return assets, youth


def night_time_economy(
    lsoa: Mapping[str, Array], effects: LocationEffects, p: ParameterValues, luck: Array | float = 0.0
) -> Array:
    """Return the weight with which public violence is drawn to each community, mean 1 in the place.

    weight = residents x b x exp(s n), n = a score of recorded violence in excess of what deprivation predicts, b = what
    it predicts where police files count how much there was, else 1. Estimates shrunk towards 1 spread less than the
    truth, so the score is completed by ``luck`` (standard normal, keyed by community) to a standard deviation near 1. A
    place of which nothing is recorded has as many hot spots as others; only where they are is chance.
    """
    excess = (
        p["communities.night_violence_part"] * np.log(effects.violence) / p["communities.violence_by_deprivation"][1]
        + p["communities.night_order_part"] * np.log(effects.disorder) / p["communities.disorder_by_deprivation"][1]
    )
    scores = standard_scores(lsoa, p)
    centrality = (scores["flats"] + scores["private_rent"]) / 2.0
    shown = np.asarray(p["communities.night_shown"])[int(effects.source == POLICE)] * effects.reliability
    known = excess + p["communities.night_centrality_part"] * centrality
    score = np.clip(known + np.sqrt(1.0 - shown) * luck, -CUT_SD, CUT_SD)
    weight = (
        np.asarray(lsoa["population"], np.float64) * effects.predicted * np.exp(p["communities.night_spread"] * score)
    )
    normalised: Array = weight / weight.mean()
    return normalised


def recent_violence(
    lsoa: Mapping[str, Array], deprivation: Array, effects: LocationEffects, p: ParameterValues
) -> Array:
    """Return recent visible violence before the first month, incidents per 1,000 residents.

    The mean of the place follows its recorded rate against England's; communities follow deprivation and their effects.
    """
    residents = np.maximum(np.asarray(lsoa["population"], np.float64), 1.0)
    recorded = np.average(np.asarray(lsoa["violence_with_injury_rate"], np.float64), weights=residents)
    shape = np.exp(p["communities.violence_by_deprivation"][0] * np.asarray(deprivation, np.float64))
    level = p["communities.typical_recent_violence"] * recorded / p["communities.recorded_violence_mean"]
    recent: Array = level * shape / np.average(shape, weights=residents) * effects.violence
    return recent
