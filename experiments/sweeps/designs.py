"""The points of a design: one row a point, one column a factor, in the factor's own unit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.sweeps.factor import Factor
from experiments.sweeps.form import Design

Array = npt.NDArray[np.float64]


def design_points(design: Design, factors: Sequence[Factor]) -> Array:
    """Return the points of a design: float64 (points, factors).

    The points of ``sobol`` and ``morris`` are those of `SALib` in its own order, which its analyses rely on.
    """
    return _METHODS[design.method](design, factors)


def salib_problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the factors as `SALib` describes them: names and bounds."""
    return {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [[factor.low, factor.high] for factor in factors],
    }


def _grid(design: Design, factors: Sequence[Factor]) -> Array:
    return np.array(list(itertools.product(*(factor.levels(design.levels) for factor in factors))), dtype=np.float64)


def _factorial(design: Design, factors: Sequence[Factor]) -> Array:
    """Every combination of the lowest and the highest value of each factor."""
    return np.array(list(itertools.product(*((factor.low, factor.high) for factor in factors))), dtype=np.float64)


def _one_at_a_time(design: Design, factors: Sequence[Factor]) -> Array:
    """List the base, then every other level of each factor while the others stay at their base."""
    base = [factor.base for factor in factors]
    points = [base]
    for column, factor in enumerate(factors):
        for level in factor.levels(design.levels):
            if level != base[column]:
                points.append([*base[:column], level, *base[column + 1 :]])
    return np.array(points, dtype=np.float64)


def _latin_hypercube(design: Design, factors: Sequence[Factor]) -> Array:
    from scipy.stats import qmc

    return _scaled(qmc.LatinHypercube(len(factors), rng=design.seed).random(design.points or 1), factors)


def _sobol(design: Design, factors: Sequence[Factor]) -> Array:
    from SALib.sample import sobol

    shares = sobol.sample(
        _unit_problem(factors), design.points, calc_second_order=design.second_order, seed=design.seed
    )
    return _scaled(shares, factors)


def _morris(design: Design, factors: Sequence[Factor]) -> Array:
    from SALib.sample import morris

    shares = morris.sample(_unit_problem(factors), design.trajectories, num_levels=design.levels, seed=design.seed)
    return _scaled(shares, factors)


def _unit_problem(factors: Sequence[Factor]) -> dict[str, Any]:
    return salib_problem(factors) | {"bounds": [[0.0, 1.0]] * len(factors)}


def _scaled(shares: Array, factors: Sequence[Factor]) -> Array:
    return np.column_stack([factor.at(shares[:, column]) for column, factor in enumerate(factors)])


_METHODS: dict[str, Callable[[Design, Sequence[Factor]], Array]] = {
    "grid": _grid,
    "factorial": _factorial,
    "one_at_a_time": _one_at_a_time,
    "latin_hypercube": _latin_hypercube,
    "sobol": _sobol,
    "morris": _morris,
}
