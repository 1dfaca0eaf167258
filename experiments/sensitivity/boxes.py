"""Find boxes in the space of factors that hold most cases of interest and little else: PRIM (Friedman and Fisher 1999).

A box is peeled: again and again the thin slice is cut off whose loss leaves the largest share of cases inside. Of all
boxes on the way the one is kept that best balances coverage (share of all cases it holds) and density (share of its
points that are cases). Limits that the box does not need are dropped again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

PEEL = 0.05
SMALLEST_SHARE, SMALLEST_POINTS = 0.05, 5
MOST_CHANCE = 0.05
MOST_BOXES = 3
LIFT = 1.25
POINTS_TO_HOLD_OUT = 100


@dataclass(frozen=True)
class Box:
    """Hold limits on some factors, and what is inside them.

    Attributes
    ----------
    limits
        Low and high by factor; None where a side is open.
    coverage, density
        Share of all cases that are inside, and share of the points inside that are cases.
    points, cases
        Number of points inside, and of cases among them.
    chance
        By factor, how probable so many cases would be if its limits did nothing (quasi-p).
    held_out
        Whether coverage and density are of points that had no part in finding the box.
    """

    limits: Mapping[str, tuple[float | None, float | None]]
    coverage: float
    density: float
    points: int
    cases: int
    chance: Mapping[str, float]
    held_out: bool = False


def find_boxes(points: Array, cases: Mask, names: Sequence[str], seed: int = 0) -> list[Box]:
    """Find up to three boxes, each among the cases that the ones before it leave.

    From 100 points on, boxes are found on half of the points and described on the other half, since the best of many
    boxes looks better than it is on the points that chose it.

    Parameters
    ----------
    points
        Shape (points, factors).
    cases
        Shape (points,).
    """
    finding = np.ones(cases.size, dtype=bool)
    if cases.size >= POINTS_TO_HOLD_OUT:
        finding[np.random.default_rng(seed).permutation(cases.size)[: cases.size // 2]] = False
    telling = ~finding if not finding.all() else finding
    left = finding.copy()
    boxes: list[Box] = []
    while len(boxes) < MOST_BOXES and cases[left].sum() >= SMALLEST_POINTS:
        low, high = _needed(points[left], cases[left], *_peeled(points[left], cases[left]))
        inside = _inside(points, low, high)
        box = _described(points, cases, telling, low, high, names)
        base = float(cases[telling].mean())
        if not box.limits or not box.points or box.density < min(LIFT * base, (1.0 + base) / 2):
            break
        boxes.append(replace(box, held_out=not finding.all()))
        left &= ~inside
    return boxes


def _peeled(points: Array, cases: Mask) -> tuple[Array, Array]:
    """Return the limits of the best box on the way of peeling, from all starts."""
    smallest = max(SMALLEST_POINTS, int(SMALLEST_SHARE * cases.size))
    best, best_score = None, -1.0
    for low, high in _starts(points, cases):
        while True:
            score = _score(points, cases, low, high)
            if score > best_score:
                best, best_score = (low.copy(), high.copy()), score
            inside = _inside(points, low, high)
            found = _best_peel(points[inside], cases[inside], smallest)
            if found is None:
                break
            column, is_low, limit = found
            (low if is_low else high)[column] = limit
    assert best is not None
    return best


def _starts(points: Array, cases: Mask) -> Iterator[tuple[Array, Array]]:
    """Return the whole space, and what the best single cut at either side of each factor leaves.

    Thin slices alone never reach cases at both ends of a factor: the first slice would cut into one of them.
    """
    count = points.shape[1]
    yield np.full(count, -np.inf), np.full(count, np.inf)
    for column in range(count):
        cuts = np.unique(np.quantile(points[:, column], np.arange(PEEL, 1.0, PEEL), method="nearest"))
        for side in (0, 1):
            boxes = []
            for cut in cuts:
                box = (np.full(count, -np.inf), np.full(count, np.inf))
                box[side][column] = cut
                boxes.append(box)
            yield max(boxes, key=lambda box: _score(points, cases, *box))


def _best_peel(points: Array, cases: Mask, smallest: int) -> tuple[int, bool, float] | None:
    """Return the slice to cut off, as column, side and new limit; None when the box would become too small."""
    found, most = None, -1.0
    for column in range(points.shape[1]):
        values = points[:, column]
        ordered = np.unique(values)
        if ordered.size < 2:
            continue
        low = min(max(float(np.quantile(values, PEEL, method="higher")), ordered[1]), ordered[-1])
        high = max(min(float(np.quantile(values, 1 - PEEL, method="lower")), ordered[-2]), ordered[0])
        for is_low, limit in ((True, low), (False, high)):
            keep = values >= limit if is_low else values <= limit
            if keep.sum() >= smallest and cases[keep].mean() > most:
                found, most = (column, is_low, float(limit)), float(cases[keep].mean())
    return found


def _needed(points: Array, cases: Mask, low: Array, high: Array) -> tuple[Array, Array]:
    """Drop the limits, one factor at a time, that chance alone could explain."""
    low, high = low.copy(), high.copy()
    while True:
        chances = _chances(points, cases, low, high)
        if not chances or max(chances.values()) <= MOST_CHANCE:
            return low, high
        column = max(chances, key=lambda each: chances[each])
        low[column], high[column] = -np.inf, np.inf


def _chances(points: Array, cases: Mask, low: Array, high: Array) -> dict[int, float]:
    """Return the quasi-p of every limited column: as many cases, were the box without its limits as dense."""
    inside = _inside(points, low, high)
    held, found = int(inside.sum()), int(cases[inside].sum())
    chances = {}
    for column in _limited(low, high):
        freed_low, freed_high = low.copy(), high.copy()
        freed_low[column], freed_high[column] = -np.inf, np.inf
        density = float(cases[_inside(points, freed_low, freed_high)].mean())
        chances[column] = float(binom.sf(found - 1, held, density))
    return chances


def _described(points: Array, cases: Mask, telling: Mask, low: Array, high: Array, names: Sequence[str]) -> Box:
    limits = {names[at]: (_finite(low[at]), _finite(high[at])) for at in _limited(low, high)}
    told, known = points[telling], cases[telling]
    inside = _inside(told, low, high)
    held, found = int(inside.sum()), int(known[inside].sum())
    chances = {names[column]: p for column, p in _chances(told, known, low, high).items()} if held else {}
    return Box(limits, found / max(int(known.sum()), 1), found / max(held, 1), held, found, chances)


def _limited(low: Array, high: Array) -> list[int]:
    return [int(at) for at in np.flatnonzero(np.isfinite(low) | np.isfinite(high))]


def _finite(limit: float) -> float | None:
    return float(limit) if np.isfinite(limit) else None


def _inside(points: Array, low: Array, high: Array) -> Mask:
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


def _score(points: Array, cases: Mask, low: Array, high: Array) -> float:
    """Return the harmonic mean of coverage and density."""
    inside = _inside(points, low, high)
    found = float(cases[inside].sum())
    return 2 * found / (float(cases.sum()) + float(inside.sum()))
