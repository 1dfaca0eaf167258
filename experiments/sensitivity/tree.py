"""A shallow tree that tells cases of interest from others by a few limits on factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Limits = Mapping[str, tuple[float | None, float | None]]

DEPTH, SMALLEST_SHARE, SMALLEST_POINTS, FOLDS = 3, 0.05, 5, 5


@dataclass(frozen=True)
class Leaf:
    """Hold one leaf: its limits by factor, its points, and the share of them that are cases."""

    limits: Limits
    points: int
    share: float


@dataclass(frozen=True)
class Tree:
    """Hold a tree and how well it tells cases from others.

    Attributes
    ----------
    leaves
        The leaf with the largest share of cases first.
    right, right_without
        Share of points it puts on the right side when they had no part in growing it, and the share that is right when
        all points are called what most of them are.
    """

    leaves: tuple[Leaf, ...]
    right: float
    right_without: float

    @property
    def helps(self) -> bool:
        """Whether the tree tells more than the larger group does."""
        return len(self.leaves) > 1 and self.right > self.right_without


def grow_tree(points: Array, cases: Mask, names: Sequence[str], seed: int = 0) -> Tree | None:
    """Grow a tree of at most three questions; None where there are too few cases, or too few others."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    fewer = int(min(cases.sum(), (~cases).sum()))
    if fewer < SMALLEST_POINTS:
        return None
    smallest = max(SMALLEST_POINTS, int(SMALLEST_SHARE * cases.size))
    grower = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=smallest, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    right = float(cross_val_score(grower, points, cases, cv=folds).mean())
    found = grower.fit(points, cases).tree_
    leaves = _leaves(found, points, cases, names)
    return Tree(tuple(sorted(leaves, key=lambda leaf: -leaf.share)), right, max(cases.mean(), 1 - cases.mean()))


def _leaves(tree: object, points: Array, cases: Mask, names: Sequence[str]) -> list[Leaf]:
    found: list[Leaf] = []

    def walk(node: int, inside: Mask, limits: dict[str, tuple[float | None, float | None]]) -> None:
        left, right = int(tree.children_left[node]), int(tree.children_right[node])  # type: ignore[attr-defined]
        if left == right:
            found.append(Leaf(dict(limits), int(inside.sum()), float(cases[inside].mean())))
            return
        column, cut = int(tree.feature[node]), float(tree.threshold[node])  # type: ignore[attr-defined]
        name = names[column]
        low, high = limits.get(name, (None, None))
        walk(left, inside & (points[:, column] <= cut), limits | {name: (low, cut)})
        walk(right, inside & (points[:, column] > cut), limits | {name: (cut, high)})

    # scikit-learn compares single-precision values: the same rounding puts every point into the leaf it was put into.
    walk(0, np.ones(cases.size, dtype=bool), {})
    return found
