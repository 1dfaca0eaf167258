"""Indices straight from the runs of a study, by SALib."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.sensitivity.reading import StudyData
from experiments.sensitivity.rows import Index, index
from sim.core.errors import InputError, Problem

Array = npt.NDArray[np.float64]

FROM_ONE = 1
"""SALib takes a seed of zero for none."""
RESAMPLES, KERNEL_RESAMPLES = 200, 30
SLIDES, RUNS_PER_SLIDE = (10, 5, 4), 10
"""Numbers of slides whose steps add up to one without a rounding error, on which SALib stumbles."""
REGIONS = 5
DUMMY = "(a factor that does nothing)"
"""Name of a column of chance that is analysed beside the factors: no index below its own means anything."""


def whole_blocks(data: StudyData, values: Array) -> npt.NDArray[np.bool_]:
    """Return which points belong to blocks (trajectories, base points) of which every point is known."""
    known = np.isfinite(values).reshape(-1, data.block).all(axis=1)
    return np.repeat(known, data.block)


def morris(data: StudyData, values: Array, seed: int) -> list[Index]:
    """Return elementary effects (Morris 1991; Campolongo et al. 2007), in units of the outcome over the whole range.

    ``mu_star`` is their mean size, ``mu`` their mean, ``sigma`` their spread: high where a factor works through others
    or not along a straight line.
    """
    from SALib.analyze import morris as salib

    keep = whole_blocks(data, values)
    found = salib.analyze(
        data.problem, data.points[keep], values[keep], num_levels=data.design["levels"], num_resamples=RESAMPLES,
        seed=seed + FROM_ONE,
    )  # fmt: skip
    rows = []
    for at, name in enumerate(data.names):
        rows.append(index("morris", "mu_star", name, found["mu_star"][at], found["mu_star_conf"][at]))
        rows += [index("morris", measure, name, found[measure][at]) for measure in ("mu", "sigma")]
    return rows


def sobol(data: StudyData, values: Array, seed: int) -> list[Index]:
    """Return first-order, total and second-order indices (Saltelli et al. 2010) of a Sobol design."""
    keep = whole_blocks(data, values)
    return sobol_rows(data.problem, values[keep], bool(data.design["second_order"]), seed, "sobol")


def sobol_rows(problem: dict[str, Any], values: Array, second_order: bool, seed: int, method: str) -> list[Index]:
    """Return the Sobol indices of values at a Sobol design in SALib's order."""
    from SALib.analyze import sobol as salib

    names = list(problem["names"])
    if np.ptp(values) == 0.0:
        return [index(method, measure, name, np.nan) for measure in ("S1", "ST") for name in names]
    with _quietly():
        found = salib.analyze(problem, values, second_order, num_resamples=RESAMPLES, seed=seed + FROM_ONE)
    rows = [
        index(method, measure, name, found[measure][at], found[f"{measure}_conf"][at])
        for measure in ("S1", "ST")
        for at, name in enumerate(names)
    ]
    if second_order:
        rows += [
            index(method, "S2", names[a], found["S2"][a, b], found["S2_conf"][a, b], names[b])
            for a in range(len(names))
            for b in range(a + 1, len(names))
        ]
    return rows


def pawn(data: StudyData, values: Array, seed: int) -> list[Index]:
    """Return PAWN indices (Pianosi and Wagener 2015): how far the distribution moves when a factor is held in a slide.

    ``median`` and ``maximum`` are over slides, of the largest distance between cumulative distributions.
    """
    from SALib.analyze import pawn as salib

    points, known = _with_dummy(data, values, seed)
    problem = _problem(points, data.names)
    with _quietly():
        found = salib.analyze(problem, points, known, S=_slides(known.size), seed=seed + FROM_ONE)
    names = problem["names"]
    return [
        index("pawn", measure, name, found[measure][at]) for measure in ("median", "maximum")
        for at, name in enumerate(names)
    ]  # fmt: skip


def delta(data: StudyData, values: Array, seed: int) -> list[Index]:
    """Return moment-independent indices (Borgonovo 2007; Plischke et al. 2013): the share of probability that moves."""
    from SALib.analyze import delta as salib

    points, known = _with_dummy(data, values, seed)
    problem = _problem(points, data.names)
    if np.ptp(known) == 0.0:
        return [index("delta", "delta", name, np.nan) for name in problem["names"]]
    with _quietly():
        unnamed = problem | {"names": [f"x{at}" for at in range(len(problem["names"]))]}
        found = salib.analyze(
            unnamed, points, known, num_resamples=KERNEL_RESAMPLES, seed=seed + FROM_ONE, method="delta"
        )
    # SALib 1.6 gives three estimates, of which the raw one is what 1.5 called delta.
    key = "delta_raw" if "delta_raw" in found else "delta"
    return [
        index("delta", "delta", name, found[key][at], found[f"{key}_conf"][at])
        for at, name in enumerate(problem["names"])
    ]


def regional(data: StudyData, values: Array, seed: int) -> list[Index]:
    """Return regional indices (Hornberger and Spear 1981): whether fifths of the outcome come from parts of a range.

    ``mean`` and ``maximum`` are over fifths of the outcome, of the Cramér-von Mises distance between the factor inside
    and outside the fifth; one is the largest distance of all factors and fifths.
    """
    from SALib.analyze import rsa as salib

    points, known = _with_dummy(data, values, seed)
    problem = _problem(points, data.names)
    rows = []
    with _quietly():
        found = salib.analyze(problem, points, known, bins=REGIONS, target="Y", seed=seed + FROM_ONE)
        for measure, summary in (("mean", np.nanmean), ("maximum", np.nanmax)):
            rows += [index("regional", measure, name, float(summary(found[name]))) for name in problem["names"]]
    return rows


Analysis = Callable[[StudyData, Array, int], list[Index]]
ANALYSES: dict[str, Analysis] = {
    "morris": morris, "sobol": sobol, "pawn": pawn, "delta": delta, "regional": regional,
}  # fmt: skip
LEADING = {"morris": "mu_star", "sobol": "ST", "pawn": "median", "delta": "delta", "regional": "mean"}
"""The measure that factors are ranked by."""


def fewest_points() -> int:
    """Return how many independent points the analyses need that take any design."""
    return SLIDES[-1] * RUNS_PER_SLIDE


@contextmanager
def _quietly() -> Iterator[None]:
    """Let SALib neither warn of what intervals say already, nor change how all later warnings are written."""
    write = warnings.formatwarning
    try:
        with warnings.catch_warnings(record=True):
            yield
    finally:
        warnings.formatwarning = write


def _slides(count: int) -> int:
    """Return the largest number of slides with points enough in each."""
    return next(slides for slides in SLIDES if slides * RUNS_PER_SLIDE <= count)


def _with_dummy(data: StudyData, values: Array, seed: int) -> tuple[Array, Array]:
    """Return the independent points that are known, with a column of chance, and their values."""
    keep = data.independent & np.isfinite(values)
    if keep.sum() < fewest_points():
        message = f"This analysis needs {fewest_points()} independent points; the study has {int(keep.sum())}."
        fix = "Sweep more points, or choose the analysis that belongs to the design: --analyse auto."
        raise InputError(Problem(str(data.folder), 0, 0, "--analyse", message, fix))
    chance = np.random.default_rng(seed).permutation(int(keep.sum())) + 0.5
    return np.column_stack([data.points[keep], chance / keep.sum()]), values[keep]


def _problem(points: Array, names: list[str]) -> dict[str, Any]:
    bounds = [[float(column.min()), float(column.max())] for column in points.T]
    return {"num_vars": len(names) + 1, "names": [*names, DUMMY], "bounds": bounds}
