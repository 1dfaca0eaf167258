"""Scenario discovery: under which assumptions does something of interest happen, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import ks_2samp

from experiments.sensitivity.boxes import Box, find_boxes
from experiments.sensitivity.tree import Limits, Tree, grow_tree
from experiments.wording import number

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FEWEST_CASES = 5
QUARTER = 0.25


@dataclass(frozen=True)
class Discovery:
    """Hold where in the space of factors cases of interest lie.

    Attributes
    ----------
    cases
        What is a case, in words that follow "where".
    share
        Share of points that are cases.
    separating
        Factor to how far its distribution among cases is from that among the others (0 to 1), largest first, with the
        probability of such a distance by chance, corrected for the number of factors.
    words
        The finding in sentences.
    """

    cases: str
    share: float
    points: int
    boxes: tuple[Box, ...]
    tree: Tree | None
    separating: Mapping[str, tuple[float, float]]
    words: tuple[str, ...]


def discover(points: Array, cases: Mask, names: Sequence[str], what: str, seed: int = 0) -> Discovery:
    """Say which assumptions go with cases of interest, by boxes, a tree and single factors.

    Parameters
    ----------
    points
        Shape (points, factors), each factor in its own unit.
    cases
        Shape (points,): which points are of interest.
    what
        What a case is, in words that follow "where".
    """
    share = float(cases.mean()) if cases.size else 0.0
    few = min(int(cases.sum()), int((~cases).sum())) < FEWEST_CASES
    if few:
        words = (f"{_count(cases)} are points where {what}: too few, or too many, to say what sets them apart.",)
        return Discovery(what, share, cases.size, (), None, {}, words)
    boxes = tuple(find_boxes(points, cases, names, seed))
    tree = grow_tree(points, cases, names, seed)
    separating = _separating(points, cases, names)
    words = (f"{_count(cases)} are points where {what}.", *box_words(boxes), *tree_words(tree))
    return Discovery(what, share, cases.size, boxes, tree, separating, words)


def weakest(values: Array, what: str) -> tuple[Mask, str]:
    """Return which points are of interest where nothing else says so, and what they have in common.

    For differences, the quarter of points with the largest value: the least averted.
    """
    limit = float(np.quantile(values, 1 - QUARTER))
    return values >= limit, f"{what} is in its highest quarter ({number(limit, True)} or more)"


def box_words(boxes: Sequence[Box]) -> list[str]:
    """Return one sentence a box."""
    if not boxes:
        return ["No box of assumptions holds clearly more of them than the rest of the space does."]
    words = []
    for at, box in enumerate(boxes):
        begin = "Most of them lie where" if at == 0 and box.coverage > 0.5 else "Some lie where"
        unseen = ", counted on points that had no part in finding this" if box.held_out else ""
        words.append(
            f"{begin} {limits_words(box.limits)}: this holds {box.coverage:.0%} of them, and of the points there "
            f"{box.density:.0%} are such points ({box.cases} of {box.points}{unseen})."
        )
    return words


def tree_words(tree: Tree | None) -> list[str]:
    """Return the leaves of a tree as sentences, if it tells anything."""
    if tree is None or not tree.helps:
        return ["A tree of at most three questions does not tell them from the others better than guessing."]
    words = [
        f"A tree of at most three questions puts {tree.right:.0%} of unseen points on the right side "
        f"({tree.right_without:.0%} without it)."
    ]
    return words + [
        f"Where {limits_words(leaf.limits)}: {leaf.share:.0%} of {leaf.points} points." for leaf in tree.leaves
    ]


def limits_words(limits: Limits) -> str:
    """Return limits as words, such as "alcohol is above 1.2 and gang is between 0.3 and 0.5"."""
    parts = []
    for name, (low, high) in limits.items():
        if low is not None and high is not None:
            parts.append(f"{name} is between {low:.3g} and {high:.3g}")
        elif low is not None:
            parts.append(f"{name} is above {low:.3g}")
        elif high is not None:
            parts.append(f"{name} is below {high:.3g}")
    return " and ".join(parts)


def _separating(points: Array, cases: Mask, names: Sequence[str]) -> dict[str, tuple[float, float]]:
    found = {}
    for column, name in enumerate(names):
        test = ks_2samp(points[cases, column], points[~cases, column])
        found[name] = (float(test.statistic), min(1.0, float(test.pvalue) * len(names)))
    return dict(sorted(found.items(), key=lambda item: -item[1][0]))


def _count(cases: Mask) -> str:
    return f"{int(cases.sum())} of {cases.size} points ({cases.mean() if cases.size else 0:.0%})"
