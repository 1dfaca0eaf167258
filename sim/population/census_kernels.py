# mypy: disable-error-code="no-untyped-def"
"""Count everybody once a month."""

from __future__ import annotations

import numpy as np

from sim.core.chance import NO_STRATUM, STRATA
from sim.core.compiling import kernel

TABLES = 4


@kernel
def count_people(age_sex, present, community, by_community):
    """Add everybody present to counts by community, and return the counts by stratum (float64[256])."""
    # Neighbours are counted in different tables: adding twice to the same number has to wait for the first time.
    by_stratum = np.zeros((TABLES, STRATA), np.int64)
    last, run = np.int64(0), np.int64(0)
    for i in range(age_sex.size):
        stratum = np.uint64(age_sex[i])
        here = np.int64(present[i]) & np.int64(stratum != NO_STRATUM)
        by_stratum[i % TABLES, stratum] += here
        if community[i] != last:
            by_community[last] += run
            last, run = np.int64(community[i]), np.int64(0)
        run += here
    if age_sex.size:
        by_community[last] += run
    return by_stratum.sum(axis=0).astype(np.float64)
