"""Columns in one block of memory: a structure of arrays that forks with a single copy."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.column import Column
from sim.core.sparse_column import SparseColumn

Array = npt.NDArray[Any]
ALIGNMENT_BYTES = 64
# People are appended a few at a time: little to spare costs a copy now and then, much costs memory for good. Two steps
# are about what comes to a place between two compactions.
GROWTH = 1.06
# Columns are moved as whole numbers of the same size: one compiled form a size serves all types.
WHOLE_NUMBERS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


class Columns:
    """Hold declared columns for ``n`` rows; ``columns.<name>`` is a view of the rows in use.

    A view is valid until rows are appended or compacted: take it afresh in every process.
    """

    def __init__(self, specs: Sequence[Column], capacity: int) -> None:
        self.specs: dict[str, Column] = {spec.name: spec for spec in specs}
        if len(self.specs) != len(specs):
            raise ValueError("two columns share a name")
        self.n = 0
        self._sparse = {spec.name: SparseColumn(spec) for spec in specs if spec.sparse}
        self._allocate(max(int(capacity), 16))
        self._fill_spare_rows()

    def _allocate(self, capacity: int) -> None:
        self.capacity = capacity
        offsets: dict[str, int] = {}
        total = 0
        for spec in self._dense():
            offsets[spec.name] = total
            size = spec.row_bytes * capacity
            total += -(-size // ALIGNMENT_BYTES) * ALIGNMENT_BYTES
        self._block = np.zeros(total + ALIGNMENT_BYTES, dtype=np.uint8)
        self._offsets = offsets
        self._make_views()

    def _dense(self) -> list[Column]:
        return [spec for spec in self.specs.values() if not spec.sparse]

    def _make_views(self) -> None:
        start = -self._block.ctypes.data % ALIGNMENT_BYTES
        self._full: dict[str, Array] = {}
        for spec in self._dense():
            begin = start + self._offsets[spec.name]
            flat = self._block[begin : begin + spec.row_bytes * self.capacity].view(spec.dtype)
            self._full[spec.name] = flat.reshape(self.capacity, spec.width) if spec.width > 1 else flat
        self._forget_views()

    def _forget_views(self) -> None:
        for name in self._full:
            self.__dict__.pop(name, None)

    def __getattr__(self, name: str) -> Array:
        full = self.__dict__.get("_full")
        if full is None or name not in full:
            if name in self.__dict__.get("_sparse", ()):
                # Read and written by row as an array is.
                return self._sparse[name]  # type: ignore[return-value]
            raise AttributeError(f"no column called {name!r}")
        view: Array = full[name][: self.n]
        # Kept as an attribute, so that this is asked once for each column and number of rows.
        self.__dict__[name] = view
        return view

    def sparse(self, name: str) -> SparseColumn:
        """Return a sparse column, for what can be done with it beyond what arrays do."""
        return self._sparse[name]

    def __len__(self) -> int:
        return self.n

    @property
    def names(self) -> list[str]:
        return list(self.specs)

    @property
    def row_bytes(self) -> int:
        return sum(spec.row_bytes for spec in self.specs.values())

    @property
    def allocated_bytes(self) -> int:
        return int(self._block.nbytes) + sum(column.nbytes for column in self._sparse.values())

    def append(self, count: int) -> slice:
        """Add ``count`` rows, each column at its fill value, and return where they are."""
        if self.n + count > self.capacity:
            self._grow(int((self.n + count) * GROWTH) + 16)
        rows = slice(self.n, self.n + count)
        self.n += count
        for column in self._sparse.values():
            column.length = self.n
        self._forget_views()
        return rows

    def _fill_spare_rows(self) -> None:
        """Set the rows not yet in use to their fill values, all at once: rows are appended a few at a time."""
        for spec in self._dense():
            if spec.fill != 0:
                self._full[spec.name][self.n :] = spec.fill

    def _grow(self, capacity: int) -> None:
        old, used = self._full, self.n
        self._allocate(capacity)
        for name, column in old.items():
            self._full[name][:used] = column[:used]
        self._fill_spare_rows()

    def take(self, order: Array, new_rows: Mapping[str, Array] | None = None) -> None:
        """Keep only the rows in ``order``, in that order.

        Parameters
        ----------
        new_rows
            int32 new row of every old row (-1 where it is gone), by name of the column set: references to these sets
            are followed. Other references are left to the caller.
        """
        # Declarations of columns are read where nothing is compiled: import kernels only when rows move.
        from sim.core.columns_kernels import follow_references, pick_rows

        old, before, size, order = self._full, self.n, int(order.size), np.asarray(order, np.int32)
        # A block of its own gives back the room of those who are gone.
        self._allocate(int(size * GROWTH) + 16)
        for spec in self._dense():
            slots = (-1, spec.width)
            column, moved = old[spec.name].reshape(slots), self._full[spec.name][:size].reshape(slots)
            if new_rows and spec.row_reference in new_rows:
                follow_references(column, order, new_rows[spec.row_reference], moved)
            elif spec.width == 1:
                whole = WHOLE_NUMBERS[spec.row_bytes]
                pick_rows(column[:, 0].view(whole), order, moved[:, 0].view(whole))
            else:
                np.take(column, order, axis=0, out=moved, mode="clip")
        self.n = size
        self._fill_spare_rows()
        self._take_sparse(order, before, new_rows or {})
        self._forget_views()

    def _take_sparse(self, order: Array, before: int, new_rows: Mapping[str, Array]) -> None:
        if self._sparse:
            new_row_of_old = np.full(before, -1, np.int64)
            new_row_of_old[order] = np.arange(order.size)
        for name, column in self._sparse.items():
            column.take(new_row_of_old, new_rows.get(self.specs[name].row_reference), order.size)

    def copy(self) -> Columns:
        """Copy every column with one copy of the block."""
        twin = Columns.__new__(Columns)
        twin.specs, twin.n, twin.capacity, twin._offsets = self.specs, self.n, self.capacity, self._offsets
        twin._sparse = {name: column.copy() for name, column in self._sparse.items()}
        start = -self._block.ctypes.data % ALIGNMENT_BYTES
        size = self._block.size - ALIGNMENT_BYTES
        # NumPy asks for large pages, through which far-away rows are read and written in half the time.
        twin._block = np.empty(self._block.size, np.uint8)
        shift = -twin._block.ctypes.data % ALIGNMENT_BYTES
        twin._block[shift : shift + size] = self._block[start : start + size]
        twin._make_views()
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Columns:
        twin = self.copy()
        memo[id(self)] = twin
        return twin

    def __getstate__(self) -> dict[str, Any]:
        return {
            "specs": list(self.specs.values()),
            "n": self.n,
            "columns": {k: column[: self.n] for k, column in self._full.items()},
            "sparse": self._sparse,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.specs = {spec.name: spec for spec in state["specs"]}
        self.n, self._sparse = state["n"], state["sparse"]
        self._allocate(max(self.n, 16))
        for name, column in state["columns"].items():
            self._full[name][: self.n] = column
        self._fill_spare_rows()

    def protect(self, writers: Iterable[str]) -> None:
        """Make the columns of every room outside ``writers`` read-only until the next call (a guard for tests)."""
        allowed = set(writers)
        for spec in self._dense():
            view = getattr(self, spec.name).view()
            view.flags.writeable = spec.writer in allowed
            self.__dict__[spec.name] = view
        for name, column in self._sparse.items():
            column.writeable = self.specs[name].writer in allowed

    def frame(self) -> dict[str, Array]:
        """Return copies of all columns in use by name; wide columns as 2-d arrays."""
        return {name: copy.copy(np.asarray(getattr(self, name))) for name in self.specs}
