# mypy: disable-error-code="no-untyped-def"
"""Count people by community, deprivation fifth, age band and sex."""

from __future__ import annotations

import numpy as np

from sim.core.compiling import kernel


@kernel
def tally(community, age_months, sex, values, band_of_month, fifth, by_year_fifth, by_year_band_sex, by_community):
    """Add one (or ``values``, unless empty) for each person to the tables of a measure; return what each community got.

    ``band_of_month`` is the age band by age in months, whose last entry holds for everybody older; the tables by
    fifth and by band and sex are those of the year.
    """
    here = np.zeros(by_community.size, np.float64)
    by_cell = np.zeros(by_year_band_sex.shape, np.float64)
    last = band_of_month.size - 1
    for i in range(community.size):
        value = values[i] if values.size else 1.0
        here[community[i]] += value
        by_cell[band_of_month[min(max(age_months[i], 0), last)], sex[i]] += value
    of_fifth = np.zeros(by_year_fifth.size, np.float64)
    for place in range(here.size):
        of_fifth[fifth[place]] += here[place]
        by_community[place] += here[place]
    for i in range(of_fifth.size):
        by_year_fifth[i] += of_fifth[i]
    for band in range(by_cell.shape[0]):
        for i in range(by_cell.shape[1]):
            by_year_band_sex[band, i] += by_cell[band, i]
    return here
