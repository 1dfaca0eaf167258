"""Sets of rows: the same answers as NumPy's own functions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.core.rows import distinct, last_of_equals
from sim.core.rows_kernels import among, places_among

NUMBERS = st.lists(st.integers(-3, 12), max_size=20).map(lambda values: np.array(values, np.int32))


@given(NUMBERS, NUMBERS)
def test_among_and_distinct_agree_with_numpy(values, others):
    assert np.array_equal(among(values, others), np.isin(values, others))
    assert np.array_equal(distinct(values), np.unique(values))
    assert distinct(values).dtype == values.dtype


@given(NUMBERS, NUMBERS)
def test_places_are_the_last_ones(values, others):
    places = places_among(values, others)
    listed = others.tolist()
    expected = [len(listed) - 1 - listed[::-1].index(v) if v in listed else -1 for v in values.tolist()]
    assert places.tolist() == expected


@given(NUMBERS)
def test_the_last_of_equals_is_the_first_seen_from_behind(values):
    ordered = np.sort(values)
    _, first_from_behind = np.unique(ordered[::-1], return_index=True)
    assert np.array_equal(np.flatnonzero(last_of_equals(ordered)), ordered.size - 1 - first_from_behind)
