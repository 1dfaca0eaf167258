"""The monthly count of everybody present: person-years, and what they live with in their communities."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import STRATA
from sim.core.columns import Columns
from sim.core.ledger import AGE_BAND_STARTS_YEARS, AGE_BANDS, SEXES
from sim.core.time import MONTHS_PER_YEAR
from sim.core.tools import Tools
from sim.population.census_kernels import count_people

Array = npt.NDArray[Any]
AGE_BANDS_SEXES = len(AGE_BANDS) * SEXES


class Census:
    """Count the people present each month into the ledger, by community, age band and sex."""

    def __init__(self, people: Columns, communities: Columns, tools: Tools) -> None:
        self.people, self.communities, self.tools = people, communities, tools
        years, sexes = np.divmod(np.arange(STRATA), 2)
        band = np.searchsorted(AGE_BAND_STARTS_YEARS, years, "right") - 1
        self.cell_of_stratum = (np.maximum(band, 0) * SEXES + sexes).astype(np.int64)

    def count(self, month: int) -> None:
        """Add a month of person-time."""
        if not self.tools.ledger.counting:
            return
        people, communities = self.people, self.communities
        cells = self.cell_of_stratum, communities.n, AGE_BANDS_SEXES
        counts = count_people(people.age_sex, people.present, people.community, *cells)
        years = counts.sum(axis=0) / MONTHS_PER_YEAR
        for measure, weight in (
            ("person_years", None),
            ("fear_person_years", communities.fear),
            ("outdoor_use_person_years", communities.outdoor_use),
        ):
            weighted = years if weight is None else years * weight.astype(np.float64)[:, None]
            by_cell = weighted.sum(axis=0).reshape(-1, SEXES)
            self.tools.ledger.add_tables(measure, weighted.sum(axis=1), by_cell)
