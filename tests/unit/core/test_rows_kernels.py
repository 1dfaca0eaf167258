"""Rows are found as NumPy finds them, in blocks and past their end."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.chance import mix64
from sim.core.rows_kernels import rows_between


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 1000])
@pytest.mark.parametrize(("lowest", "highest"), [(0, 0), (1, 255), (20, 49), (0, 255), (255, 255)])
@pytest.mark.parametrize("kinds", [2, 256])
def test_rows_between_are_those_a_comparison_finds(rows: int, lowest: int, highest: int, kinds: int) -> None:
    column = np.array([int(mix64(np.uint64(row))) % kinds for row in range(rows)], np.uint8)
    column[::7] = 255
    found = rows_between(column, lowest, highest)
    assert found.dtype == np.int64
    assert np.array_equal(found, np.flatnonzero((column >= lowest) & (column <= highest)))
