# mypy: disable-error-code="no-untyped-def"
"""Count everybody once a month."""

from __future__ import annotations

from sim.core.chance import NO_STRATUM
from sim.core.compiling import kernel


@kernel
def count_people(age_sex, present, community, cell_of_stratum, by_community, by_cell):
    """Add everybody present to counts by community and by (age band, sex) cell."""
    for i in range(age_sex.size):
        stratum = age_sex[i]
        if stratum == NO_STRATUM or present[i] == 0:
            continue
        by_community[community[i]] += 1.0
        by_cell[cell_of_stratum[stratum]] += 1.0
