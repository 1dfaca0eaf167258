"""What age and custody do to work states, compared with the rule row by row."""

from __future__ import annotations

import numpy as np

from sim.core.chance import mix64
from sim.individual.work_kernels import age_in_state, list_neet
from sim.population.columns import EDUCATION, EMPLOYED, NEET, RETIRED, WORK_STATES

PEOPLE = 3000
RETIRE_FROM = 2 * 66


def test_everybody_ages_in_their_state_and_leaves_it_by_age_or_custody() -> None:
    hashed = np.array([int(mix64(np.uint64(i))) for i in range(4 * PEOPLE)], np.uint64).reshape(4, PEOPLE)
    work = (hashed[0] % np.uint64(len(WORK_STATES))).astype(np.uint8)
    months, age_sex = hashed[1].astype(np.uint8), hashed[2].astype(np.uint8)
    custody = (hashed[3] % np.uint64(3)).astype(np.uint8)
    before, rows = months.copy(), np.empty((2, PEOPLE + 1), np.int32)
    retiring, inside = age_in_state(work, months, age_sex, custody, RETIRE_FROM, rows)
    assert np.array_equal(months, np.minimum(before.astype(int) + 1, 255))
    retires = (age_sex >= RETIRE_FROM) & (age_sex != 255) & (work != RETIRED)
    assert np.array_equal(rows[0, :retiring], np.flatnonzero(retires))
    busy = (work == EMPLOYED) | (work == EDUCATION)
    assert np.array_equal(rows[1, :inside], np.flatnonzero((custody > 0) & busy & ~retires))


def test_neet_is_listed_at_the_ages_asked_for() -> None:
    age_sex = np.arange(256).astype(np.uint8)
    rows = np.empty(257, np.int32)
    found = list_neet(np.full(256, NEET, np.uint8), age_sex, 16, 24, rows)
    assert rows[:found].tolist() == list(range(32, 50))
    assert list_neet(np.full(256, EMPLOYED, np.uint8), age_sex, 16, 24, rows) == 0
