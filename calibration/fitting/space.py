"""The parameters that the fit may move, as a unit cube, and the draws of evidence beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.core.errors import InputError, Problem
from sim.core.yaml_files import read_shipped_yaml
from sim.parameters.draws import uniform_of
from sim.parameters.parameter import Value
from sim.parameters.registry import Registry, UnknownParameter, load_registry

Array = npt.NDArray[np.float64]
FREE_FILE = Path(__file__).parents[1] / "free.yaml"
LOG, LINEAR = "log", "linear"
EDGE = 1e-6


@dataclass(frozen=True)
class Free:
    """Hold one direction of the fit: parameters that move together over their ranges.

    Attributes
    ----------
    moves
        Identifiers of parameters of the registry.
    low, high
        Range of each: of its value, or for a table of the factor on its starting value.
    """

    name: str
    moves: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    scale: str = LINEAR
    informs: str = ""

    def at(self, unit: float) -> tuple[float, ...]:
        """Return the value (or factor) of each parameter at a place in the unit interval."""
        pairs = zip(self.low, self.high, strict=True)
        if self.scale == LOG:
            return tuple(float(low * (high / low) ** unit) for low, high in pairs)
        return tuple(float(low + unit * (high - low)) for low, high in pairs)

    def unit_of(self, value: float) -> float:
        """Return the place in the unit interval where the first parameter has this value (or factor)."""
        low, high = self.low[0], self.high[0]
        unit = np.log(value / low) / np.log(high / low) if self.scale == LOG else (value - low) / (high - low)
        return float(np.clip(unit, EDGE, 1.0 - EDGE))


@dataclass(frozen=True)
class Space:
    """Hold the directions of the fit, the values they start from, and the evidence that is drawn beside them."""

    free: tuple[Free, ...]
    start: tuple[float, ...]
    evidence: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the directions."""
        return tuple(free.name for free in self.free)

    def only(self, names: Sequence[str]) -> Space:
        """Return the space of these directions; the others stay where they start."""
        kept = [i for i, name in enumerate(self.names) if name in names]
        return replace(self, free=tuple(self.free[i] for i in kept), start=tuple(self.start[i] for i in kept))

    def moved(self, unit: npt.ArrayLike) -> dict[str, float]:
        """Return the value of each parameter (the factor of a table) at a point of the unit cube."""
        point = np.asarray(unit, float)
        found: dict[str, float] = {}
        for free, place in zip(self.free, point, strict=True):
            found |= dict(zip(free.moves, free.at(float(place)), strict=True))
        return found

    def scores(self, draws: npt.ArrayLike) -> Array:
        """Return the normal scores of the evidence parameters in joint draws, one row a draw; a draw below 0: zero."""
        numbers = np.asarray(draws, int)
        table = np.zeros((numbers.size, len(self.evidence)))
        for row, number in enumerate(numbers):
            if number >= 0:
                table[row] = ndtri([uniform_of(name, int(number)) for name in self.evidence])
        return table


def registry_with(registry: Registry, moved: dict[str, float]) -> Registry:
    """Return the registry with parameters moved; tables are multiplied."""
    values: dict[str, Value] = {}
    for name, value in moved.items():
        values[name] = registry[name] * value if registry.parameter(name).is_table else value
    return registry.replace(values)


def read_space(path: Path = FREE_FILE, registry: Registry | None = None) -> Space:
    """Read the directions of the fit.

    Raises
    ------
    InputError
        If a direction moves a parameter that does not exist or that is not of kind ``calibrated``.
    """
    registry = registry if registry is not None else load_registry()
    data = read_shipped_yaml(path)
    free, start, problems = [], [], []
    for name, row in data["free"].items():
        try:
            found = _free(name, row, registry)
        except (UnknownParameter, ValueError) as error:
            problems.append(Problem(path.name, 0, 0, f"free.{name}", str(error.args[0])))
            continue
        free.append(found)
        first = registry.parameter(found.moves[0])
        start.append(found.unit_of(1.0 if first.is_table else float(first.value)))
    for name in data["evidence"]:
        if name not in registry or not registry.parameter(name).varies:
            problems.append(Problem(path.name, 0, 0, "evidence", f"{name} is no parameter that varies with draws."))
    if problems:
        raise InputError(problems)
    return Space(tuple(free), tuple(start), tuple(data["evidence"]))


def _free(name: str, row: dict[str, Any], registry: Registry) -> Free:
    rows = [registry.parameter(identifier) for identifier in row["moves"]]
    for parameter in rows:
        if parameter.kind != "calibrated":
            raise ValueError(f"{parameter.id} is of kind {parameter.kind}; only calibrated ones may be fitted.")
        if not parameter.is_table and parameter.range_is == "factor":
            raise ValueError(f"{parameter.id} needs a range of values, not of factors.")
    low, high = tuple(p.low for p in rows), tuple(p.high for p in rows)
    if row["scale"] not in (LOG, LINEAR) or (row["scale"] == LOG and min(low) <= 0.0):
        raise ValueError(f"scale must be {LOG} (for positive ranges) or {LINEAR}.")
    return Free(name, tuple(row["moves"]), low, high, row["scale"], row["informs"])
