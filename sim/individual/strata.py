"""Who can face which decision of a month: strata by work state and age, with the ceiling of each decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import NO_STRATUM, STRATA, declare_sheet
from sim.individual.work_kernels import SPELLS
from sim.population.coefficients import Coefficients
from sim.population.columns import EDUCATION, EMPLOYED, NEET, WORK_STATES

Array = npt.NDArray[Any]

MONTH = declare_sheet("individuals.month", ("leave", "enter", "drinking", "drugs"))
AGES = 128
OLDEST = 119


def most_entry(p: Mapping[str, Any], w: Coefficients) -> Array:
    """Return the largest chance of leaving NEET: float32 of shape (ages, 3) by age and by time out of work."""
    most: Array = np.minimum(w.entry_ceiling[:, None], np.float32(p["work.entry_most_factor"]) * w.entry)
    return most


def month_strata(p: Mapping[str, Any], w: Coefficients) -> tuple[Array, tuple[Array, Array]]:
    """Return the stratum of each work state, time in it and age, and the ceilings in other months and in September.

    Returns
    -------
    uint8 of shape (work states x SPELLS x AGES): the stratum at ``(work * SPELLS + spell) * AGES + age in years``;
    255 has no decision to face.
    float64 of shape (4, 256), twice: the largest probability of each decision of ``MONTH`` in each stratum.
    """
    starts = np.asarray(p["work.ceiling_ages"])
    band = np.searchsorted(starts, np.arange(AGES), "right") - 1
    states = np.arange(len(WORK_STATES) * SPELLS)
    strata = (states[:, None] * starts.size + band).astype(np.uint8)
    strata[:, : int(p["individuals.attainment_age_years"])] = NO_STRATUM
    strata[:, OLDEST + 1 :] = NO_STRATUM
    ceilings = np.zeros((len(MONTH.names), STRATA))
    ceilings[MONTH.word("drinking")] = p["individuals.drinking_ceiling"]
    ceilings[MONTH.word("drugs")] = p["individuals.drugs_ceiling"]
    enter = ceilings[MONTH.word("enter")]
    entry = most_entry(p, w)
    for spell in range(SPELLS):
        np.maximum.at(enter, (NEET * SPELLS + spell) * starts.size + band[: OLDEST + 1], entry[: OLDEST + 1, spell])
    in_months = []
    for leaving in (w.leave_otherwise, w.leave_in_september):
        for_month = ceilings.copy()
        leave = for_month[MONTH.word("leave")]
        most_leaving = leaving * w.leave_by_qualification.max()
        for state, most in ((EMPLOYED, w.loss_ceiling + w.return_to_education), (EDUCATION, most_leaving)):
            for spell in range(SPELLS):
                stratum = (state * SPELLS + spell) * starts.size + band[: OLDEST + 1]
                np.maximum.at(leave, stratum, most[: OLDEST + 1])
        in_months.append(for_month)
    return strata.ravel(), (in_months[0], in_months[1])
