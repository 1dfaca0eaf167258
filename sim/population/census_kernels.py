# mypy: disable-error-code="no-untyped-def"
"""Count everybody once a month."""

from __future__ import annotations

import numpy as np

from sim.core.chance import NO_STRATUM
from sim.core.compiling import kernel


@kernel
def count_people(age_sex, community, work, neet, band_of_stratum, by_community, by_cell, neet_community, neet_cell):
    """Add everybody present to counts by community and by (age band, sex); the same for the young who are NEET.

    ``band_of_stratum`` gives the cell of an age-sex stratum, and from 256 on the cell of those counted as NEET or -1.
    """
    for i in range(age_sex.size):
        stratum = age_sex[i]
        if stratum == NO_STRATUM:
            continue
        by_community[community[i]] += 1.0
        by_cell[band_of_stratum[stratum]] += 1.0
        if work[i] == neet:
            cell = band_of_stratum[256 + np.int64(stratum)]
            if cell >= 0:
                neet_community[community[i]] += 1.0
                neet_cell[cell] += 1.0
