"""A column of which few rows differ from the fill value, held as those rows and their values."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.column import Column
from sim.core.rows import last_of_equals

Array = npt.NDArray[Any]


class SparseColumn:
    """Read and write a rare property by row as if it were an array of ``length`` rows.

    Attributes
    ----------
    rows, values : int32 rows that were ever written, in order, and what they hold; every other row holds the fill.
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
        if not self.writeable:
            raise ValueError(f"assignment destination is read-only: column {self.spec.name}")
        rows = self._chosen(key)
        values = np.broadcast_to(np.asarray(value, self.spec.dtype), rows.shape)
        # Of a row that is named more than once the last value counts, as in an array.
        order = np.argsort(rows, kind="stable")
        last = order[last_of_equals(rows[order])]
        rows, values = rows[last], values[last]
        place, known = self._find(rows)
        self.values[place[known]] = values[known]
        new = ~known & (values != self.spec.fill)
        self.rows = np.insert(self.rows, place[new], rows[new]).astype(np.int32)
        self.values = np.insert(self.values, place[new], values[new])

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
            return np.arange(self.length)[key]
        rows = np.asarray(key)
        return np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)

    def _find(self, rows: Array) -> tuple[Array, Array]:
        """Return where among the rows held each row is or would be, and whether it is there."""
        place = np.searchsorted(self.rows, rows)
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
