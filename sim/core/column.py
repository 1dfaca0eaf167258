"""The declaration of a column: a name, how it is held, its unit, its writer and its meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Column:
    """Declare one column: what it is called, how it is held, who may write it and what it means.

    ``width`` is the number of slots a row has (1 for a plain column). ``row_reference`` marks row numbers of
    the named column set, which move when that set is compacted; -1 stands for nobody. A ``sparse`` column holds
    only rows that differ from the fill value: for what is rare, and read for a few rows at a time.
    """

    name: str
    dtype: str
    unit: str
    writer: str
    meaning: str
    width: int = 1
    fill: float = 0
    row_reference: str = ""
    sparse: bool = False

    @property
    def row_bytes(self) -> int:
        return 0 if self.sparse else int(np.dtype(self.dtype).itemsize) * self.width
