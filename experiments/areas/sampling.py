"""A sample of the communities of a place: a share of each region and deprivation fifth, with weights.

Within each stratum (region x national fifth of income deprivation) communities are ranked by a uniform keyed by the
seed and their code, and the first are taken. A smaller sample of one seed so lies within a larger one, and nothing else
decides who is in it. People are never thinned out: who lives in a sampled community lives there with all neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, code_key, declare_sheet
from sim.core.ledger import FIFTHS

Array = npt.NDArray[Any]

SHEET = declare_sheet("areas.sample", ("community",))


@dataclass(frozen=True)
class Sample:
    """Hold which communities of a place are lived in, and for how many people one of theirs stands.

    Attributes
    ----------
    taken
        bool, one a community of the place.
    weight
        float64, one a community: residents of its stratum per sampled resident of it; 0 where not taken.
    strata
        Number of strata that have communities.
    """

    taken: Array
    weight: Array
    strata: int


def sample_of(place: Any, scale: float, seed: int = 0) -> Sample:
    """Take a share of the communities of a place; at least one of each stratum.

    Parameters
    ----------
    place
        Its data: ``lsoa`` with codes, regions and population, and the ``fifth`` of each community.
    scale
        Share of the communities of each stratum, above 0 and at most 1.
    """
    people = np.asarray(place.lsoa["population"], np.float64)
    stratum = _strata(place)
    count = np.bincount(stratum)
    taken = np.zeros(stratum.size, bool)
    keys = np.array([code_key(str(code)) for code in place.lsoa["lsoa"]], np.uint64)
    order = np.lexsort((keys, Chance(seed).uniforms(SHEET, 0, keys, 0), stratum))
    rank = np.arange(order.size) - np.repeat(np.cumsum(count) - count, count)
    wanted = np.maximum(np.rint(scale * count), 1.0)
    taken[order[rank < np.repeat(wanted, count)]] = True
    everybody = np.bincount(stratum, people)
    sampled = np.maximum(np.bincount(stratum, people * taken, count.size), 1.0)
    weight = np.where(taken, (everybody / sampled)[stratum], 0.0)
    return Sample(taken, weight, count.size)


def _strata(place: Any) -> Array:
    """Return the number of the stratum of each community, counted over those that occur."""
    region = np.unique(place.lsoa["region"].astype(str), return_inverse=True)[1]
    return np.unique(region * FIFTHS + place.fifth, return_inverse=True)[1].astype(np.int64)
