"""Who can change work: strata by work state, time in it and age, with the ceiling of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM, STRATA
from sim.individual.work_kernels import SPELLS
from sim.population.coefficients import Coefficients
from sim.population.columns import EDUCATION, EMPLOYED, NEET, WORK_STATES

Array = npt.NDArray[Any]

AGES = 128
OLDEST = 119


def most_entry(p: Mapping[str, Any], w: Coefficients) -> Array:
    """Return the largest chance of leaving NEET: float32 of shape (ages, 3) by age and by time out of work."""
    most: Array = np.minimum(w.entry_ceiling[:, None], np.float32(p["work.entry_most_factor"]) * w.entry)
    return most


def work_strata(p: Mapping[str, Any], w: Coefficients) -> tuple[Array, tuple[Array, Array]]:
    """Return the stratum of each work state, time in it and age, and the ceilings in other months and in September.

    Returns
    -------
    uint8 of shape (work states x SPELLS x AGES): the stratum at ``(work * SPELLS + spell) * AGES + age in years``;
    255 has no decision to face.
    float64[256], twice: the largest probability in each stratum of leaving education or work, or of entering it.
    """
    starts = np.asarray(p["work.ceiling_ages"])
    band = np.searchsorted(starts, np.arange(AGES), "right") - 1
    states = np.arange(len(WORK_STATES) * SPELLS)
    strata = (states[:, None] * starts.size + band).astype(np.uint8)
    strata[:, : int(p["individuals.attainment_age_years"])] = NO_STRATUM
    strata[:, OLDEST + 1 :] = NO_STRATUM
    entry = most_entry(p, w)
    in_months = []
    for leaving in (w.leave_otherwise, w.leave_in_september):
        ceilings = np.zeros(STRATA)
        most_leaving = leaving * w.leave_by_qualification.max()
        for spell in range(SPELLS):
            for state, most in (
                (NEET, entry[:, spell]),
                (EMPLOYED, w.loss_ceiling + w.return_to_education),
                (EDUCATION, most_leaving),
            ):
                stratum = (state * SPELLS + spell) * starts.size + band[: OLDEST + 1]
                np.maximum.at(ceilings, stratum, most[: OLDEST + 1])
        in_months.append(ceilings)
    return strata.ravel(), (in_months[0], in_months[1])
