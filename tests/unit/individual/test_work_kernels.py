"""Who is out of work and education at some ages."""

from __future__ import annotations

import numpy as np

from sim.individual.work_kernels import list_neet
from sim.population.columns import EMPLOYED, NEET


def test_neet_is_listed_at_the_ages_asked_for() -> None:
    age_sex = np.arange(256).astype(np.uint8)
    rows = np.empty(257, np.int32)
    found = list_neet(np.full(256, NEET, np.uint8), age_sex, 16, 24, rows)
    assert rows[:found].tolist() == list(range(32, 50))
    assert list_neet(np.full(256, EMPLOYED, np.uint8), age_sex, 16, 24, rows) == 0
