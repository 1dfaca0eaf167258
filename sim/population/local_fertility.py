"""The local age pattern of fertility, from births by mother's age in the authorities of a place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.population.columns import FEMALE

Array = npt.NDArray[Any]
BANDS = (
    ("births_under_20", 0, 20),
    ("births_20_24", 20, 25),
    ("births_25_29", 25, 30),
    ("births_30_34", 30, 35),
    ("births_35_39", 35, 40),
    ("births_40_44", 40, 45),
    ("births_45_and_over", 45, 101),
)


def local_shape(place_data: Any, national: Array, residents: Array) -> Array:
    """Return the ratio of local to national fertility by age, with its level left out.

    Parameters
    ----------
    national
        float64[ages]: births a year of a woman by age.
    residents
        float64[ages, sexes]: people of the place.
    """
    authority = place_data.authority
    if any(name not in authority for name, _, _ in BANDS):
        return np.ones(national.size)
    _, communities_first = np.unique(place_data.authority_index, return_index=True)
    births = np.array([np.nansum(np.asarray(authority[name], float)[communities_first]) for name, _, _ in BANDS])
    expected = np.array([(national * residents[:, FEMALE])[first:stop].sum() for _, first, stop in BANDS])
    if births.sum() <= 0 or expected.sum() <= 0:
        return np.ones(national.size)
    # One birth is added to each band, spread as expected, so that an empty band in a small place stays possible.
    observed = births + expected / expected.sum()
    ratio = (observed / observed.sum()) / np.maximum(expected / expected.sum(), 1e-12)
    shape = np.ones(national.size)
    for (_, first, stop), value in zip(BANDS, ratio, strict=True):
        shape[first:stop] = value
    return shape
