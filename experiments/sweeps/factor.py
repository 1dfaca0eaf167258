"""One thing that a sweep varies: a value of a scenario, or a parameter of the registry."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.settings import INTERVENTIONS, PARAMETERS, PARTNERSHIP, apply_settings
from sim.core.errors import InputError, Problem
from sim.parameters import Registry

WHOLE_KEYS = ("months",)
UNIT = (0.0, 1.0)
RANGE_OF_KEY = {"uptake": UNIT, "completion": UNIT, "coverage": UNIT}


@dataclass(frozen=True)
class Factor:
    """Describe one factor of a design.

    Attributes
    ----------
    path
        As in ``--set``: ``interventions.<id>.<key>``, ``partnership.<dial>`` or ``parameters.<id>``.
    name
        Column of the design; the path unless the file names it.
    low, high
        Range; for a parameter that is a table, of the number that multiplies it.
    values
        Levels given one by one; empty for a range.
    base
        Value where nothing is varied.
    whole
        Whether only whole numbers make sense.
    """

    path: str
    name: str
    low: float
    high: float
    values: tuple[float, ...] = ()
    base: float = 0.0
    whole: bool = False

    @property
    def is_parameter(self) -> bool:
        """Whether this is a parameter of the model rather than a value of the scenario."""
        return self.path.startswith(f"{PARAMETERS}.")

    @property
    def parameter(self) -> str:
        """The identifier of the parameter."""
        return self.path.removeprefix(f"{PARAMETERS}.")

    def at(self, shares: Any) -> Any:
        """Return the values at shares (0 to 1) of the range, whole where only whole numbers make sense."""
        values = self.low + (self.high - self.low) * np.asarray(shares, dtype=np.float64)
        return np.rint(values) if self.whole else values

    def levels(self, count: int) -> list[float]:
        """Return the levels given, or ``count`` evenly spaced ones."""
        return list(self.values) or [float(value) for value in self.at(np.linspace(0, 1, count))]


def parameter_range(registry: Registry, identifier: str) -> tuple[float, float, float] | None:
    """Return low, high and central value of a parameter; for a table, of the number that multiplies it.

    None where the registry gives no range that can be swept.
    """
    row = registry.parameter(identifier)
    if not row.low < row.high or (row.is_table and row.range_is != "factor"):
        return None
    if row.is_table:
        return row.low, row.high, 1.0
    value = float(registry[identifier])
    scale = value if row.range_is == "factor" else 1.0
    low, high = sorted((row.low * scale, row.high * scale))
    return low, high, value


def scenario_range(path: str) -> tuple[float, float] | None:
    """Return the limits that a scenario value has by its nature, None where it has none."""
    if path.startswith(f"{PARTNERSHIP}."):
        return UNIT
    return RANGE_OF_KEY.get(path.rpartition(".")[2])


def is_whole(path: str) -> bool:
    """Whether a scenario value is a whole number."""
    return path.startswith(f"{INTERVENTIONS}.") and path.rpartition(".")[2] in WHOLE_KEYS


def scenario_value(worlds: Mapping[str, Any], path: str) -> float | None:
    """Return what a scenario says of a value now, None where it leaves it open."""
    first, *rest = path.split(".")
    for stem, scenario in reversed(list(worlds.items())):
        if first == PARTNERSHIP and stem == list(worlds)[-1]:
            return float(getattr(scenario.dials, rest[0]))
        for programme in scenario.programmes:
            if programme.id == rest[0]:
                value = getattr(programme, rest[1])
                return None if value is None else float(value)
    return None


def with_scenario_values(
    worlds: Mapping[str, Any], factors: Sequence[Factor], values: Sequence[float]
) -> dict[str, Any]:
    """Return the scenarios with the values of a point of the design.

    Raises
    ------
    InputError
        For a value that a scenario refuses.
    """
    settings = {
        factor.path: json.dumps(int(value) if factor.whole else float(value))
        for factor, value in zip(factors, values, strict=True)
        if not factor.is_parameter
    }
    return apply_settings(worlds, settings)


def with_parameters(registry: Registry, factors: Sequence[Factor], values: Sequence[float]) -> Registry:
    """Return the registry with the parameters of a point of the design; tables are multiplied."""
    changes = {
        factor.parameter: registry[factor.parameter] * value if registry.parameter(factor.parameter).is_table else value
        for factor, value in zip(factors, values, strict=True)
        if factor.is_parameter
    }
    return registry.replace(changes) if changes else registry


def check_ends(worlds: Mapping[str, Any], factor: Factor) -> list[Problem]:
    """Return what scenarios have against the ends of a factor's range."""
    if factor.is_parameter:
        return []
    problems: list[Problem] = []
    for value in factor.values or (factor.low, factor.high):
        try:
            with_scenario_values(worlds, [factor], [value])
        except InputError as error:
            problems += [replace(problem, path=factor.path) for problem in error.problems]
    return list(dict.fromkeys(problems))
