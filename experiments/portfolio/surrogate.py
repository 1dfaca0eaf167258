"""Predict what any mix does from the mixes that were lived: a term for each programme, and one for each pair.

For one draw of everything uncertain, a mix changes ``sum of main[option] + sum of pair[p, q] * dose p * dose q``,
where an option is one programme at one level, and its dose is its places as a share of its top level's. All quantities
(value, cost by payer and year, incidents by deprivation fifth) share the terms, so that every constraint is linear in
them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mix = tuple[int, ...]
"""A level for every programme; 0 is off."""


@dataclass(frozen=True)
class Terms:
    """Say what the terms of a surrogate are.

    Attributes
    ----------
    doses
        For each programme the dose of each of its levels, the last one 1.
    """

    doses: tuple[tuple[float, ...], ...]

    @property
    def programmes(self) -> int:
        """Number of programmes."""
        return len(self.doses)

    @cached_property
    def options(self) -> tuple[tuple[int, int], ...]:
        """Programme and level of each main term."""
        return tuple(
            (programme, level) for programme, doses in enumerate(self.doses) for level in range(1, len(doses) + 1)
        )

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The two programmes of each pair term."""
        return tuple(itertools.combinations(range(self.programmes), 2))

    @property
    def size(self) -> int:
        """Number of terms."""
        return len(self.options) + len(self.pairs)

    def dose(self, programme: int, level: int) -> float:
        """Return the dose of a level; 0 when off."""
        return self.doses[programme][level - 1] if level else 0.0

    def features(self, mixes: Sequence[Mix]) -> Array:
        """Return the value of every term in every mix, shape (mixes, terms)."""
        levels = np.array(mixes, dtype=np.int64).reshape(len(mixes), self.programmes)
        main = np.column_stack([levels[:, programme] == level for programme, level in self.options])
        width = max(len(doses) for doses in self.doses)
        table = np.array([(0.0, *doses, *(0.0,) * (width - len(doses))) for doses in self.doses])
        dose = table[np.arange(self.programmes), levels]
        pair = [dose[:, first] * dose[:, second] for first, second in self.pairs]
        return np.column_stack([main, *pair]).astype(np.float64)

    def all_mixes(self) -> list[Mix]:
        """Return every mix, in the order of its levels, the empty one first."""
        return list(itertools.product(*(range(len(doses) + 1) for doses in self.doses)))

    @property
    def count(self) -> int:
        """Number of mixes."""
        return int(np.prod([len(doses) + 1 for doses in self.doses]))


def fit(terms: Terms, mixes: Sequence[Mix], changes: Array) -> Array:
    """Return the terms that describe the changes of lived mixes best, by least squares without an intercept.

    Parameters
    ----------
    terms
        What to fit.
    mixes
        The mixes lived.
    changes
        Against the baseline of the same draw, shape (..., mixes).

    Returns
    -------
    numpy.ndarray
        Shape (..., terms).

    Raises
    ------
    ValueError
        When the mixes cannot tell the terms apart.
    """
    features = terms.features(mixes)
    if np.linalg.matrix_rank(features) < terms.size:
        raise ValueError(f"{len(mixes)} mixes cannot tell {terms.size} terms apart")
    found: Array = np.asarray(changes, dtype=np.float64) @ np.linalg.pinv(features).T
    return found


def predict(terms: Terms, coefficients: Array, mixes: Sequence[Mix]) -> Array:
    """Return what mixes change, shape (..., mixes), from terms of shape (..., terms)."""
    found: Array = coefficients @ terms.features(mixes).T
    return found
