"""Sort values into the few classes a map can show, with round limits and colours that all readers can tell apart."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.colors import to_hex

Array = npt.NDArray[Any]

SEQUENTIAL = "YlGnBu"
DIVERGING = "PuOr_r"
CLASSES = 6
SIGNIFICANT_DIGITS = 2


@dataclass(frozen=True)
class Classes:
    """Hold the inner limits of the classes, and a colour and a label for each class, lowest first."""

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]

    def colours_of(self, values: Array) -> list[str]:
        """Return the colour of each value; NaN gets the lowest."""
        which = np.searchsorted(self.limits, np.nan_to_num(values, nan=-np.inf), side="right")
        return [self.colours[number] for number in which]


def classify(values: Array, diverging: bool = False) -> Classes:
    """Choose classes: sixths of the values with round limits, or steps of equal size around zero."""
    values = np.asarray(values, dtype=np.float64)
    if not values.size or values.min() == values.max():
        only = float(values[0]) if values.size else 0.0
        return Classes((), (_palette(DIVERGING if diverging else SEQUENTIAL, 3)[1],), (f"{only:.3g}",))
    limits = _around_zero(values) if diverging else _quantiles(values)
    colours = _palette(DIVERGING if diverging else SEQUENTIAL, len(limits) + 1)
    return Classes(limits, colours, _labels(limits, diverging))


def round_to(value: float, digits: int = SIGNIFICANT_DIGITS) -> float:
    """Round to a number of significant digits."""
    return float(f"{value:.{digits}g}")


def _quantiles(values: Array) -> tuple[float, ...]:
    shares = np.arange(1, CLASSES) / CLASSES
    for digits in (SIGNIFICANT_DIGITS, SIGNIFICANT_DIGITS + 1):
        limits = sorted({round_to(float(limit), digits) for limit in np.quantile(values, shares)})
        limits = [limit for limit in limits if values.min() < limit <= values.max()]
        if len(limits) == CLASSES - 1:
            break
    return tuple(limits)


def _around_zero(values: Array) -> tuple[float, ...]:
    reach = float(np.quantile(np.abs(values), 0.95)) or float(np.abs(values).max())
    step = round_to(reach / 3.0, 1)
    return tuple(round_to(step * multiple, 6) for multiple in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5))


def _palette(name: str, count: int) -> tuple[str, ...]:
    shades = matplotlib.colormaps[name](np.linspace(0.08, 0.92, count))
    return tuple(to_hex(shade) for shade in shades)


def _labels(limits: tuple[float, ...], signed: bool) -> tuple[str, ...]:
    def write(value: float) -> str:
        text = f"{abs(value):,.0f}" if abs(value) >= 100 else f"{abs(value):g}"
        sign = "−" if value < 0 else ("+" if signed and value > 0 else "")
        return f"{sign}{text}"

    if not limits:
        return ("all",)
    between = [f"{write(low)} to {write(high)}" for low, high in itertools.pairwise(limits)]
    return (f"below {write(limits[0])}", *between, f"{write(limits[-1])} or more")
