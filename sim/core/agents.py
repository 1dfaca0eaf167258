"""Mesa's vocabulary on columns: sets of rows that answer select, agg, get, set, groupby, do, len and iteration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.columns import Columns
from sim.core.light_mesa import mesa

Array = npt.NDArray[Any]


class RowAgent(mesa.Agent):
    """Show one row of a column set as a Mesa agent. It is a view: nothing is stored and nothing is registered."""

    columns: Columns
    row: int

    def __init__(self) -> None:
        raise TypeError("row agents are views: take them from a ColumnarAgentSet")

    @classmethod
    def of(cls, model: mesa.Model, columns: Columns, row: int, identity: str) -> RowAgent:
        """Make the view of a row without registering an agent (``identity`` names the key column)."""
        agent = cls.__new__(cls)
        agent.__dict__.update(
            model=model, columns=columns, row=row, pos=None, unique_id=int(getattr(columns, identity)[row])
        )
        return agent

    def __getattr__(self, name: str) -> Any:
        columns = self.__dict__.get("columns")
        if columns is None or name not in columns.specs:
            raise AttributeError(name)
        return getattr(columns, name)[self.__dict__["row"]]


class ColumnarAgentSet:
    """Hold rows of a column set and answer Mesa's AgentSet vocabulary with arrays.

    Examples
    --------
    >>> people.select(lambda p: p.present == 1).agg("trauma", np.mean)  # doctest: +SKIP
    """

    def __init__(self, columns: Columns, model: mesa.Model, rows: Array | None = None) -> None:
        self.columns = columns
        self.model = model
        self._rows = rows

    @property
    def rows(self) -> Array:
        """Row numbers in the set."""
        return np.arange(self.columns.n) if self._rows is None else self._rows

    def __len__(self) -> int:
        return self.columns.n if self._rows is None else int(self._rows.size)

    def __iter__(self) -> Iterator[RowAgent]:
        for row in self.rows:
            yield RowAgent.of(self.model, self.columns, int(row), "key")

    def __getattr__(self, name: str) -> Array:
        if name.startswith("_") or name not in self.columns.specs:
            raise AttributeError(name)
        return self.get(name)

    def get(self, name: str | list[str]) -> Any:
        """Return a column (or a list of columns) of the rows in the set."""
        if isinstance(name, list):
            return [self.get(one) for one in name]
        column = getattr(self.columns, name)
        return column if self._rows is None else column[self._rows]

    def set(self, name: str, value: Any) -> ColumnarAgentSet:
        """Write a value or array into a column of the rows in the set."""
        getattr(self.columns, name)[self.rows] = value
        return self

    def select(
        self, filter_func: Callable[[ColumnarAgentSet], Array] | Array | None = None, at_most: float = np.inf
    ) -> ColumnarAgentSet:
        """Return the rows for which a function of the set (or a Boolean array) is true, in row order."""
        rows = self.rows
        if filter_func is not None:
            mask = filter_func(self) if callable(filter_func) else filter_func
            rows = rows[np.asarray(mask, bool)]
        if np.isfinite(at_most):
            rows = rows[: int(at_most if at_most > 1 or isinstance(at_most, int) else at_most * len(self))]
        return ColumnarAgentSet(self.columns, self.model, rows)

    def agg(self, name: str, function: Callable[[Array], Any]) -> Any:
        """Apply a function of an array to a column."""
        return function(self.get(name))

    def do(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> ColumnarAgentSet:
        """Call a function with this set, as a whole."""
        method(self, *args, **kwargs)
        return self

    def groupby(self, by: str) -> dict[Any, ColumnarAgentSet]:
        """Split the set by the values of a column."""
        values, rows = self.get(by), self.rows
        order = np.argsort(values, kind="stable")
        found, starts = np.unique(values[order], return_index=True)
        parts = np.split(rows[order], starts[1:])
        return {
            v.item(): ColumnarAgentSet(self.columns, self.model, part) for v, part in zip(found, parts, strict=True)
        }

    def to_frame(self) -> Any:
        """Return the rows as a pandas DataFrame; slots of wide columns are numbered."""
        import pandas as pd

        data: dict[str, Array] = {}
        for name, spec in self.columns.specs.items():
            column = self.get(name)
            if spec.width == 1:
                data[name] = column.copy()
            else:
                data.update({f"{name}_{slot}": column[:, slot].copy() for slot in range(spec.width)})
        return pd.DataFrame(data)
