"""One row of the registry: a number, what it means, how sure we are, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Value = float | NDArray[np.float64]

KINDS = {
    "fixed": "does not vary",
    "evidence": "varies over its evidence range from draw to draw",
    "calibrated": "set by calibration; starts at this value",
    "scenario": "a scenario may change it",
    "structure": "number of the form the model is built in; `compare --structures` builds it otherwise",
}
SHAPES = ("fixed", "uniform", "normal", "lognormal", "beta")
ASSUMPTION = "assumption:"


@dataclass(frozen=True)
class Parameter:
    """Describe one parameter of the model.

    Attributes
    ----------
    id : ``room.name``.
    value : central value; a float, or a read-only float64 array for a table.
    low, high : range; for ``range_is == "factor"`` these multiply the value.
    shape : shape of the prior, one of `SHAPES`; for tables it is the prior of one common factor.
    kind : one of `KINDS`; decides who may change the value.
    sources : identifiers of sources, and texts that begin with ``assumption:``.
    verified : whether the figure was read in its source.
    """

    id: str
    room: str
    value: Value
    unit: str
    low: float
    high: float
    range_is: str
    shape: str
    kind: str
    meaning: str
    sources: tuple[str, ...]
    verified: bool
    index: str
    file: str

    @property
    def is_table(self) -> bool:
        """Say whether the value is a table rather than one number."""
        return isinstance(self.value, np.ndarray)

    @property
    def varies(self) -> bool:
        """Say whether draws change this parameter."""
        return self.kind == "evidence" and self.shape != "fixed"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Return the reasons given where no source is cited."""
        return tuple(text.removeprefix(ASSUMPTION).strip() for text in self.sources if text.startswith(ASSUMPTION))

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Return the identifiers of the cited sources."""
        return tuple(text for text in self.sources if not text.startswith(ASSUMPTION))


def frozen_table(values: object) -> NDArray[np.float64]:
    """Return a read-only float64 array holding ``values``."""
    table = np.array(values, dtype=np.float64)
    table.setflags(write=False)
    return table
