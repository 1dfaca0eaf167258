"""Sparse columns behave as arrays do, through every change of rows."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.column import Column
from sim.core.columns import Columns
from sim.core.sparse_column import SparseColumn

NOBODY = -1
ROWS = 12
SPARSE = Column("met", "int32", "row", "violence", "whom", 1, NOBODY, "people", sparse=True)
DENSE = Column("met_too", "int32", "row", "violence", "whom", 1, NOBODY, "people")
rows_and_values = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(NOBODY, ROWS - 1)), max_size=20)


def people(rows: int = ROWS) -> Columns:
    columns = Columns((Column("age", "uint8", "", "demography", "age"), SPARSE, DENSE), rows)
    columns.append(rows)
    return columns


def write(columns: Columns, pairs: list[tuple[int, int]]) -> None:
    rows, values = (np.array([pair[i] for pair in pairs], np.int64) for i in range(2))
    columns.met[rows] = values
    columns.met_too[rows] = values


def same(columns: Columns) -> bool:
    return np.array_equal(columns.met, columns.met_too) and np.array_equal(columns.met[:], columns.met_too)


@settings(deadline=None)
@given(st.lists(rows_and_values, max_size=4), st.permutations(range(ROWS)), st.integers(1, ROWS))
def test_it_reads_as_an_array_written_alike(writes: list[list[tuple[int, int]]], order: list[int], kept: int) -> None:
    columns = people()
    for pairs in writes:
        write(columns, pairs)
    assert same(columns)
    chosen = np.array(order)
    assert np.array_equal(columns.met[chosen], columns.met_too[chosen])
    assert np.array_equal(columns.met[chosen > kept], columns.met_too[chosen > kept])
    new_rows = np.full(ROWS, -1, np.int32)
    new_rows[chosen[:kept]] = np.arange(kept)
    columns.take(chosen[:kept], {"people": new_rows})
    assert len(columns.met) == kept and same(columns)
    columns.append(3)
    assert (columns.met[np.arange(kept, kept + 3)] == NOBODY).all() and same(columns)


@settings(deadline=None)
@given(rows_and_values, st.integers(0, ROWS), st.integers(0, ROWS), st.sampled_from([None, 1, 2, -1]), st.data())
def test_slices_are_written_as_in_an_array(
    pairs: list[tuple[int, int]], begin: int, end: int, step: int | None, data: st.DataObject
) -> None:
    columns = people()
    write(columns, pairs)
    part = slice(begin, end, step)
    size = len(range(ROWS)[part])
    values = data.draw(st.lists(st.integers(NOBODY, ROWS - 1), min_size=size, max_size=size))
    columns.met[part], columns.met_too[part] = values, values
    assert same(columns)
    columns.append(3)
    columns.met[ROWS:], columns.met_too[ROWS:] = [5, NOBODY, 7], [5, NOBODY, 7]
    assert same(columns) and list(columns.met.rows) == sorted(set(columns.met.rows))


def test_one_row_is_written_by_its_number() -> None:
    columns = people()
    columns.met[np.int64(4)] = 7
    columns.met[2] = 3
    assert columns.met[4] == 7 and list(columns.met.rows) == [2, 4]


def test_values_that_fade_to_the_fill_are_no_longer_held() -> None:
    columns = Columns((AMOUNTS,), ROWS)
    columns.append(ROWS)
    columns.amount[[2, 5, 7]] = [1.0, 8.0, 2.0]
    columns.sparse("amount").change(lambda amounts: np.where(amounts > 1.5, amounts / 2, 0.0))
    assert list(columns.amount.rows) == [5, 7] and list(columns.amount[[2, 5, 7]]) == [0.0, 4.0, 1.0]


AMOUNTS = Column("amount", "float32", "", "violence", "how much", sparse=True)
additions = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 2**24)), max_size=40)


@settings(deadline=None)
@given(st.lists(additions, max_size=4))
def test_amounts_are_added_in_the_order_given(rounds: list[list[tuple[int, int]]]) -> None:
    sparse, dense = SparseColumn(AMOUNTS, ROWS), np.zeros(ROWS, np.float32)
    for pairs in rounds:
        rows, amounts = np.array([pair[0] for pair in pairs], np.int32), np.array([pair[1] for pair in pairs], float)
        amounts = (amounts / 7.0).astype(np.float32)
        sparse.add(rows, amounts)
        np.add.at(dense, rows, amounts)
        sparse.change(lambda values: values * np.float32(0.7))
        dense *= np.float32(0.7)
        assert np.array_equal(sparse, dense)
    sparse.forget(sparse.values > 1.0)
    assert np.array_equal(sparse, np.where(dense > 1.0, 0.0, dense))


def test_many_rows_in_any_order_are_found() -> None:
    column, dense = SparseColumn(AMOUNTS, 5000), np.zeros(5000, np.float32)
    held = np.arange(0, 5000, 3)
    column[held], dense[held] = held, held
    for rows in (np.arange(5000), np.arange(5000)[::-1], np.arange(0, 5000, 97), np.arange(5000) * 2741 % 5000):
        assert np.array_equal(column[rows], dense[rows])
    assert column[6] == 6.0 and column[7] == 0.0


def test_copies_and_pickles_go_their_own_way() -> None:
    columns = people()
    write(columns, [(1, 2), (3, 4)])
    for twin in (columns.copy(), copy.deepcopy(columns), pickle.loads(pickle.dumps(columns))):
        assert same(twin)
        write(twin, [(1, 5), (7, 7)])
        assert same(twin)
    assert columns.met[np.array([1, 7])].tolist() == [2, NOBODY]


def test_it_costs_memory_only_for_rows_that_were_written() -> None:
    columns = people(10_000)
    assert columns.row_bytes == 1 + 4
    columns.met[np.array([3, 3, 9])] = np.array([1, 2, NOBODY])
    assert columns.met.nbytes == 8
    assert columns.met[np.array([3, 9])].tolist() == [2, NOBODY]


def test_only_its_writer_may_write() -> None:
    columns = people()
    columns.protect(["demography"])
    with pytest.raises(ValueError, match="read-only: column met"):
        columns.met[np.array([1])] = 2
    columns.protect(["violence"])
    columns.met[np.array([1])] = 2
    assert columns.frame()["met"][1] == 2


def test_all_rows_can_be_reset() -> None:
    column = SparseColumn(SPARSE, 4)
    column[np.array([0, 2])] = np.array([1, 3])
    column[:] = NOBODY
    assert (column[:] == NOBODY).all()
