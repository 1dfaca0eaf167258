"""Hand columns to kernels as one named bundle of arrays."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy.typing as npt

from sim.core.columns import Columns

Array = npt.NDArray[Any]
Bundle = TypeVar("Bundle", bound=tuple[Any, ...])


def view(kind: type[Bundle], columns: Columns, **others: Any) -> Bundle:
    """Fill a named tuple of arrays: fields given by name, and every other field from the column of that name.

    Views are valid until rows are appended or compacted, so take a bundle afresh in every process.
    """
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    return kind(*(others[name] if name in others else getattr(columns, name) for name in names))
