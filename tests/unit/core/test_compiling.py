"""Compiling: functions that are inlined can still be called, and garbage is collected again afterwards."""

from __future__ import annotations

import gc

import numba
import numpy as np
import pytest

from sim.core.compiling import inline, inline_allocating, kernel


@inline
def twice(number):
    return number + number


@inline
def raise_each(column, by):
    for row in range(column.size):
        column[row] += by
    return column.size


@inline_allocating
def counted(size):
    return np.arange(size)


@kernel
def all_of_them(column):
    size = raise_each(column, np.float32(1.0))
    return twice(size) + counted(4).sum()


@inline
def given_back(column):
    return column, 1


def test_inlined_functions_give_the_same_from_a_kernel_and_from_python():
    column = np.ones(3, np.float32)
    assert all_of_them(column) == 2 * 3 + 6
    assert column.tolist() == [2.0, 2.0, 2.0]
    for _ in range(2):
        assert twice(2) == 4
        assert twice(2.5) == 5.0
    assert raise_each(column, np.float32(1.0)) == 3
    assert counted(3).tolist() == [0, 1, 2]


def test_arrays_that_pass_through_inlined_functions_are_freed_once():
    for _ in range(1000):
        all_of_them(np.ones(1000, np.float32))
        raise_each(np.ones(1000, np.float32), np.float32(1.0))
    assert raise_each(np.ones(3, np.float32), np.float32(0.0)) == 3


def test_a_function_that_counts_no_references_may_not_give_back_an_array():
    with pytest.raises(numba.TypingError, match=r"inline_allocating|array"):
        kernel(lambda column: given_back(column)[1])(np.ones(3))


@pytest.mark.parametrize("collecting", [True, False])
def test_collecting_garbage_goes_on_as_before_even_when_compiling_fails(collecting):
    was = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        assert kernel(lambda number: number + 1)(1) == 2
        assert gc.isenabled() is collecting
        with pytest.raises(numba.TypingError):
            kernel(lambda number: number.nothing)(1)
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if was else gc.disable)()
