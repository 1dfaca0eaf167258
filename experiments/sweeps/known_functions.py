"""Functions whose sensitivity is known exactly, swept as if they were a place: they test the whole path of a study.

A sweep file names one with ``model: ishigami``. Its inputs are called x1, x2 and so on, and its one outcome ``y``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from experiments.runs import BASELINE
from experiments.worlds import World, read_world
from sim.core.chance import Chance, code_key, declare_sheet
from sim.core.time import MONTHS_PER_YEAR
from sim.parameters import Registry
from sim.parameters.parameter import Parameter

Array = npt.NDArray[np.float64]
Formula = Callable[[Array], float]

SHEET = declare_sheet("sweeps.known_function", ("noise",))
OUTCOME = "y"
FIFTHS = 5


@dataclass(frozen=True)
class KnownFunction:
    """Describe a function: its inputs, its value, what each option adds to it, and the noise of one run.

    Attributes
    ----------
    bounds
        Range of every input, over which it is uniform.
    level
        Value in the baseline.
    options
        What worlds other than the baseline add, by name.
    noise
        Standard deviation of single runs around the value, the same in every world of a run.
    """

    name: str
    bounds: Mapping[str, tuple[float, float]]
    level: Formula
    options: Mapping[str, Formula] = field(default_factory=dict)
    noise: float = 0.0

    def registry(self) -> Registry:
        """Return the inputs as parameters."""
        return Registry({name: _parameter(name, low, high) for name, (low, high) in self.bounds.items()})

    def worlds(self) -> dict[str, World]:
        """Return the baseline and the options as scenarios, told apart by their titles."""
        base = read_world(BASELINE, {})
        return {
            name: replace(base, stem=name, scenario=replace(base.scenario, title=name))
            for name in (BASELINE, *self.options)
        }

    def place(self) -> SimpleNamespace:
        """Return what stands for the data of a place."""
        return SimpleNamespace(
            name=f"test function {self.name}",
            kind="function",
            population=0,
            n=0,
            codes=np.array([], dtype=object),
            digest=functools.partial(str, f"known function {self.name}"),
        )

    def build(self) -> Callable[[Any, Registry], FunctionPlace]:
        """Return what builds the function where a place would be built."""
        return functools.partial(_built, self.name)


class FunctionPlace:
    """A function with the interface of a place; all of its value falls in the first year and fifth."""

    def __init__(self, function: KnownFunction, inputs: Array, seed: int, world: str = BASELINE) -> None:
        self.function, self.inputs, self.seed, self.world = function, inputs, seed, world
        self.months = 0

    def burn_in(self) -> None:
        """Do nothing: a function has no past."""

    def fork(self, scenario: Any) -> FunctionPlace:
        """Return the function in another world."""
        return FunctionPlace(self.function, self.inputs, self.seed, scenario.title)

    def run(self, months: int) -> None:
        """Count months."""
        self.months += months

    def close(self) -> None:
        """Do nothing: a function holds nothing."""

    def result(self) -> SimpleNamespace:
        """Return the value as the total of the one outcome."""
        value = self.function.level(self.inputs) + self.function.noise * self._luck()
        if self.world != BASELINE:
            value += self.function.options[self.world](self.inputs)
        table = np.zeros((1, max(self.months // MONTHS_PER_YEAR, 1), FIFTHS))
        table[0, 0, 0] = value
        return SimpleNamespace(measures=[OUTCOME], by_year_fifth=table)

    def _luck(self) -> float:
        key = np.array([code_key(self.inputs.tobytes().hex())], dtype=np.uint64)
        return float(ndtri(Chance(self.seed).uniforms(SHEET, 0, key, 0)[0]))


def _built(name: str, spec: Any, parameters: Registry) -> FunctionPlace:
    function = FUNCTIONS[name]
    return FunctionPlace(function, np.array([float(parameters[each]) for each in function.bounds]), spec.seed)


def _parameter(name: str, low: float, high: float) -> Parameter:
    return Parameter(
        id=name,
        room="known_function",
        value=(low + high) / 2,
        unit="none",
        low=low,
        high=high,
        range_is="absolute",
        shape="uniform",
        kind="scenario",
        meaning="Input of a test function.",
        sources=("assumption: the range that its known indices hold for",),
        verified=True,
        index="",
        file="",
    )


def _ishigami(x: Array) -> float:
    """Return the function of Ishigami and Homma (1990) with a = 7 and b = 0.1."""
    return float(np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def _linear(x: Array) -> float:
    """Return 4 x1 + 2 x2 + x3: first-order and total indices are 16/21, 4/21 and 1/21; x4 does nothing."""
    return float(4 * x[0] + 2 * x[1] + x[2])


def _option_a(x: Array) -> float:
    """Return what option a adds: less as x3 rises, whatever x1 and x2 are."""
    return float(-2 * x[2])


def _option_b(x: Array) -> float:
    """Return what option b adds: it beats option a only where x3 is below 0.3."""
    return -0.6


UNIT = (0.0, 1.0)
FUNCTIONS = {
    "ishigami": KnownFunction("ishigami", dict.fromkeys(("x1", "x2", "x3"), (-np.pi, np.pi)), _ishigami),
    "linear": KnownFunction("linear", dict.fromkeys(("x1", "x2", "x3", "x4"), UNIT), _linear),
    "options": KnownFunction(
        "options",
        dict.fromkeys(("x1", "x2", "x3", "x4"), UNIT),
        _linear,
        {"option_a": _option_a, "option_b": _option_b},
        noise=1.0,
    ),
}
