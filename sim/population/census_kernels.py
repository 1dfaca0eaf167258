# mypy: disable-error-code="no-untyped-def"
"""Count everybody once a month."""

from __future__ import annotations

import numpy as np

from sim.core.chance import NO_STRATUM
from sim.core.compiling import kernel

TABLES = 4


@kernel
def count_people(age_sex, present, community, cell_of_stratum, communities, cells):
    """Return how many people are present by community and cell of age and sex.

    They are spread over several tables (int32[tables, communities, cells]), which the caller adds up: neighbours are
    counted in different ones, as adding twice to the same number has to wait for the first time.
    """
    counts = np.zeros((TABLES, communities, cells), np.int32)
    for i in range(age_sex.size):
        stratum = np.uint64(age_sex[i])
        here = np.int32(present[i]) & np.int32(stratum != NO_STRATUM)
        counts[i % TABLES, np.uint64(community[i]), np.uint64(cell_of_stratum[stratum])] += here
    return counts
