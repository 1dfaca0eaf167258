"""The form of the two detailed tables: their columns declared once, for the writer, the file and the documentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BANNER = (
    "Synthetic people. Everybody in this table was made up by a simulation from published totals of areas; nobody "
    "here exists. Use it to study how the model works. Nothing can be inferred from it about any real person, family "
    "or street, and it must not be used to try."
)
FEMALE_MALE = np.array(["female", "male"], object)


@dataclass(frozen=True)
class Field:
    """Declare one column of a table.

    Attributes
    ----------
    name, type
        Name, and type in the words of DuckDB.
    unit, meaning
        For the documentation.
    value
        What computes it from a view of the month; one element a row.
    missing
        The value that stands for nothing known; it becomes NULL in the file.
    """

    name: str
    type: str
    unit: str
    meaning: str
    value: Callable[[Any], Array]
    missing: Any = None


@dataclass(frozen=True)
class TableForm:
    """Declare a table: its name, what one row is, and its columns in order."""

    name: str
    row: str
    fields: tuple[Field, ...]

    def batch(self, view: Any) -> dict[str, Array]:
        """Compute every column from a view."""
        return {field.name: np.asarray(field.value(view)) for field in self.fields}

    @property
    def file(self) -> str:
        """Name of the file it is kept in."""
        return f"{self.name}.parquet"


def chosen(names: Sequence[str], numbers: Array) -> Array:
    """Return the word for each number; numbers beyond the last word take the last."""
    words = np.array(names, object)
    return np.asarray(words[np.minimum(numbers, words.size - 1)])


def markdown(form: TableForm) -> str:
    """Write the columns of a table as a Markdown table."""
    lines = ["| column | type | unit | meaning |", "|---|---|---|---|"]
    lines += [f"| `{field.name}` | {field.type} | {field.unit} | {field.meaning} |" for field in form.fields]
    return "\n".join(lines)
