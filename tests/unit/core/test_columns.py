"""Columns in one block: growth, copies, compaction and pickling keep every value."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.column import Column
from sim.core.columns import Columns

SPECS = (
    Column("key", "uint64", "", "demography", "identity"),
    Column("trauma", "float32", "sd", "individuals", "trauma", fill=0.5),
    Column("friends", "int32", "row", "ties", "friends", 3, -1, "people"),
    Column("state", "uint8", "", "individuals", "state", fill=255),
)


def filled(rows: int) -> Columns:
    columns = Columns(SPECS, 4)
    columns.append(rows)
    columns.key[:] = np.arange(rows) + 7
    columns.trauma[:] = np.arange(rows) / 3
    columns.friends[:] = np.arange(rows * 3).reshape(-1, 3)
    return columns


def same(a: Columns, b: Columns) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in a.names)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_appending_keeps_what_is_there_and_fills_the_rest(steps):
    columns = filled(5)
    before = {name: getattr(columns, name).copy() for name in columns.names}
    for step in steps:
        rows = columns.append(step)
        assert rows.stop - rows.start == step
    assert columns.n == 5 + sum(steps)
    for name, column in before.items():
        assert np.array_equal(getattr(columns, name)[:5], column)
    assert (columns.trauma[5:] == 0.5).all() and (columns.friends[5:] == -1).all() and (columns.state[5:] == 255).all()


def test_a_copy_is_equal_and_independent():
    columns = filled(50)
    twin = columns.copy()
    assert same(columns, twin)
    twin.trauma[0] = 99
    twin.friends[3, 1] = 99
    assert columns.trauma[0] == 0 and columns.friends[3, 1] == 10


def test_pickling_keeps_everything():
    columns = filled(20)
    assert same(columns, pickle.loads(pickle.dumps(columns)))


def test_take_reorders_and_drops():
    columns = filled(10)
    columns.take(np.array([7, 2, 9]))
    assert columns.n == 3
    assert columns.key.tolist() == [14, 9, 16]
    assert columns.friends[1].tolist() == [6, 7, 8]


def test_take_follows_references_and_leaves_spare_rows_as_new():
    columns = filled(6)
    columns.friends[:] = [[1, 2, -1], [0, 3, 5], [2, 4, 0], [5, 5, 1], [-1, -1, -1], [4, 3, 0]]
    order = np.array([5, 0, 3], np.int32)
    new_rows = np.full(6, -1, np.int32)
    new_rows[order] = np.arange(3)
    columns.take(order, {"people": new_rows})
    assert columns.friends.tolist() == [[-1, 2, 1], [-1, -1, -1], [0, 0, -1]]
    assert columns.key.tolist() == [12, 7, 10]
    rows = columns.append(3)
    assert (
        (columns.trauma[rows] == 0.5).all() and (columns.friends[rows] == -1).all() and (columns.key[rows] == 0).all()
    )


def test_take_gives_back_the_room_of_those_who_are_gone():
    columns = filled(10_000)
    before = columns.allocated_bytes
    columns.take(np.arange(0, 10_000, 2))
    assert columns.allocated_bytes < 0.6 * before
    assert columns.key.tolist() == [7 + row for row in range(0, 10_000, 2)]


def test_columns_are_aligned_views_of_one_block():
    columns = filled(100)
    assert all(getattr(columns, name).ctypes.data % 64 == 0 for name in columns.names)
    assert sum(spec.row_bytes for spec in SPECS) == columns.row_bytes == 8 + 4 + 12 + 1


def test_the_guard_makes_other_rooms_columns_read_only():
    columns = filled(4)
    columns.protect(["individuals"])
    columns.trauma[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        columns.key[0] = 1
    columns.protect(["demography", "individuals", "ties"])
    columns.key[0] = 1


def test_unknown_columns_are_refused():
    with pytest.raises(AttributeError, match="no column"):
        _ = filled(1).nonsense
