"""A column of which few rows differ from the fill value, held as those rows and their values."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.column import Column

Array = npt.NDArray[Any]
ROW_BITS = np.uint64(32)


@cache
def _kernels() -> tuple[Callable[..., None], Callable[..., int]]:
    # Declarations of columns are read where nothing is compiled: import kernels only when rows are looked up.
    from sim.core.sparse_kernels import find_places, merge

    return find_places, merge


class SparseColumn:
    """Read and write a rare property by row as if it were an array of ``length`` rows.

    Attributes
    ----------
    rows, values : int32 rows that were written, in order, and what they hold; every other row holds the fill.
    writeable : whether rows may be written.
    """

    def __init__(self, spec: Column, length: int = 0) -> None:
        self.spec, self.length, self.writeable = spec, length, True
        self.rows: Array = np.empty(0, np.int32)
        self.values: Array = np.empty(0, spec.dtype)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: Any) -> Array:
        rows = self._chosen(key)
        place, known = self._find(rows)
        out = np.full(rows.shape, self.spec.fill, self.spec.dtype)
        out[known] = self.values[place[known]]
        return out

    def __setitem__(self, key: Any, value: Any) -> None:
        self._check_writeable()
        if isinstance(key, slice) and key == slice(None) and np.ndim(value) == 0 and value == self.spec.fill:
            self.rows, self.values = self.rows[:0].copy(), self.values[:0].copy()
            return
        rows = self._chosen(key)
        values = np.broadcast_to(np.asarray(value, self.spec.dtype), rows.shape)
        if isinstance(key, slice) and key.step in (None, 1) and rows.size and rows[0] > self.rows[-1:].max(initial=-1):
            self._extend(rows, values)
        else:
            # Of a row that is named more than once the last value counts, as in an array.
            self._merge(rows, values, adds=False)

    def add(self, rows: Array, amounts: Array) -> None:
        """Add ``amounts`` to ``rows`` one after another; a row may be named more than once, as in ``numpy.add.at``."""
        self._check_writeable()
        self._merge(rows, np.asarray(amounts, self.spec.dtype), adds=True)

    def change(self, function: Callable[[Array], Array]) -> None:
        """Replace all values by a function of them that leaves the fill value as it is."""
        self._check_writeable()
        self.values = np.asarray(function(self.values), self.spec.dtype)
        self.forget(self.values == self.spec.fill)

    def forget(self, which: Array) -> None:
        """Give the fill value to those of the rows held for which ``which`` (a mask) says so."""
        self._check_writeable()
        if which.any():
            self.rows, self.values = self.rows[~which], self.values[~which]

    def _check_writeable(self) -> None:
        if not self.writeable:
            raise ValueError(f"assignment destination is read-only: column {self.spec.name}")

    def _extend(self, rows: Array, values: Array) -> None:
        """Write ascending rows, all of them after the last row held."""
        given = values != self.spec.fill
        self.rows = np.concatenate((self.rows, rows[given]), dtype=np.int32, casting="same_kind")
        self.values = np.concatenate((self.values, values[given]))

    def _merge(self, rows: Array, given: Array, adds: bool) -> None:
        if rows.size == 0:
            return
        order = (rows.astype(np.uint64) << ROW_BITS) | np.arange(rows.size, dtype=np.uint64)
        order.sort()
        most = self.rows.size + rows.size
        merged, values = np.empty(most, np.int32), np.empty(most, self.spec.dtype)
        fill = values.dtype.type(self.spec.fill)
        count = _kernels()[1](self.rows, self.values, order, np.ascontiguousarray(given), fill, adds, merged, values)
        self.rows, self.values = merged[:count].copy(), values[:count].copy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        dense = self[:]
        return dense if dtype is None else dense.astype(dtype)

    def __eq__(self, other: object) -> Any:
        return self[:] == other

    __hash__ = None  # type: ignore[assignment]

    def _chosen(self, key: Any) -> Array:
        """Return the rows a slice, ``...``, a mask or an array of rows stands for (int64)."""
        if key is Ellipsis:
            key = slice(None)
        if isinstance(key, slice):
            return np.arange(*key.indices(self.length))
        rows = np.asarray(key)
        return np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)

    @property
    def held(self) -> tuple[Array, Array]:
        """Rows and values as kernels take them."""
        return self.rows, self.values

    def _find(self, rows: Array) -> tuple[Array, Array]:
        """Return where among the rows held each row is or would be, and whether it is there."""
        places = np.empty(rows.size, np.int64)
        _kernels()[0](self.rows, rows.ravel(), places)
        place: Array = places.reshape(rows.shape)
        known = np.zeros(rows.shape, bool)
        if self.rows.size:
            known = self.rows[np.minimum(place, self.rows.size - 1)] == rows
        return place, known

    @property
    def nbytes(self) -> int:
        return int(self.rows.nbytes + self.values.nbytes)

    def take(self, new_row_of_old: Array, new_reference: Array | None, length: int) -> None:
        """Follow rows to their new numbers (-1 where they are gone), and references with ``new_reference``."""
        rows, values = new_row_of_old[self.rows], self.values
        if new_reference is not None:
            values = np.where(values >= 0, new_reference[values], self.spec.fill).astype(self.spec.dtype)
        kept = (rows >= 0) & (values != self.spec.fill)
        order = np.argsort(rows[kept], kind="stable")
        self.rows = rows[kept][order].astype(np.int32)
        self.values = values[kept][order]
        self.length = length

    def copy(self) -> SparseColumn:
        """Return a copy that shares nothing."""
        twin = SparseColumn(self.spec, self.length)
        twin.rows, twin.values, twin.writeable = self.rows.copy(), self.values.copy(), self.writeable
        return twin
