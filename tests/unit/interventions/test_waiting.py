"""The waiting list of a programme stays in the order of the queue."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.interventions.running import Pool
from sim.interventions.waiting import WaitingList

PEOPLE = 60
MONTHLY = st.lists(st.lists(st.integers(0, 5), max_size=6), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(MONTHLY, st.integers(0, 1000))
def test_the_queue_is_by_month_referred_then_by_lot(months, seed):
    rng = np.random.default_rng(seed)
    waiting, person = WaitingList(), 0
    for month, lots in enumerate(months):
        joining = np.arange(person, person + len(lots))
        person += len(lots)
        waiting.join(joining, np.array(lots) / 7.0, joining, month)
        waiting.arrived |= rng.random(len(waiting)) < 0.6
        waiting.keep(rng.random(len(waiting)) < 0.8)
        there = np.flatnonzero(waiting.arrived)
        assert np.array_equal(waiting.queue(), there[np.lexsort((waiting.lot[there], waiting.since[there]))])
        assert np.array_equal(waiting.at, waiting.person)
        new_row = np.arange(PEOPLE) - 1 if month % 2 else np.arange(PEOPLE)
        gone = waiting.remap(new_row)
        assert gone in (0, 1) and (waiting.person >= 0).all()
        waiting.at = waiting.person.copy()


def test_who_was_found_has_a_place_in_the_pool_and_nobody_else_has():
    pool = Pool(np.array([9, 4, 7], np.int32), np.zeros(3, np.uint8), np.zeros(3, np.float32), 0)
    assert pool.find(np.array([4, 5, 9], np.int32)).tolist() == [1, -1, 0]
    assert Pool().find(np.array([4], np.int32)).tolist() == [-1]
