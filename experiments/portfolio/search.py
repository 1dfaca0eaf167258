"""Search for the mix with the best score that keeps every rule.

Up to 4,096 mixes are all looked at. Beyond that a mixed-integer linear programme is solved (HiGHS, through
`scipy.optimize.milp`), with a variable for each pair of options that stands for their product. Both are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from experiments.portfolio.surrogate import Array, Mix, Terms

MOST_ENUMERATED = 4096
SLACK = 1e-9
"""Share of a limit by which rounding may exceed it."""


@dataclass(frozen=True)
class Limit:
    """Hold one rule: the terms' sum over a mix is at most a bound.

    Attributes
    ----------
    name
        In words, for messages and tables.
    coefficients
        Shape (terms,).
    bound
        Largest allowed sum.
    """

    name: str
    coefficients: Array
    bound: float


@dataclass(frozen=True)
class Rules:
    """Hold everything that a mix must keep.

    Attributes
    ----------
    limits
        Budgets, equity, least effect.
    must_have
        Programmes that are on, at any level.
    left_out
        Programmes that are off.
    not_together
        Pairs of programmes of which at most one is on.
    """

    limits: tuple[Limit, ...] = ()
    must_have: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()
    not_together: tuple[tuple[int, int], ...] = field(default=())


@dataclass(frozen=True)
class Risk:
    """Say how draws are scored: ``mean`` of them, mean of the worst share, or largest regret.

    Attributes
    ----------
    kind
        ``mean``, ``tail`` or ``regret``.
    worst_share
        Share of draws in the tail.
    """

    kind: str = "mean"
    worst_share: float = 0.2


def scores(values: Array, risk: Risk, best: Array | None = None) -> Array:
    """Return the score of each mix, larger is better, from values of shape (draws, mixes).

    Parameters
    ----------
    values
        Value of each mix in each draw or future.
    risk
        How to score. The tail is the mean of the worst share of draws (conditional value at risk: Rockafellar and
        Uryasev 2000), in which the draw at the boundary counts in part.
    best
        For regret: the best value that can be had in each draw, shape (draws,).
    """
    if risk.kind == "mean":
        return np.asarray(values.mean(axis=0))
    if risk.kind == "regret":
        assert best is not None
        return np.asarray(-(best[:, None] - values).max(axis=0))
    ordered = np.sort(values, axis=0)
    wanted = risk.worst_share * len(values)
    weights = np.clip(wanted - np.arange(len(values)), 0, 1)
    return np.asarray(weights @ ordered / wanted)


def allowed(terms: Terms, mixes: Sequence[Mix], rules: Rules) -> npt.NDArray[np.bool_]:
    """Say which mixes keep every rule, shape (mixes,)."""
    on = np.array(mixes, dtype=np.int64).reshape(len(mixes), terms.programmes) > 0
    keeps = np.ones(len(mixes), dtype=bool)
    for programme in rules.must_have:
        keeps &= on[:, programme]
    for programme in rules.left_out:
        keeps &= ~on[:, programme]
    for first, second in rules.not_together:
        keeps &= ~(on[:, first] & on[:, second])
    features = terms.features(mixes)
    for limit in rules.limits:
        keeps &= features @ limit.coefficients <= limit.bound + SLACK * max(1.0, abs(limit.bound))
    return keeps


@dataclass(frozen=True)
class Best:
    """Hold the best mix and its score."""

    mix: Mix
    score: float


def best_mix(terms: Terms, value: Array, rules: Rules, risk: Risk | None = None) -> Best | None:
    """Return the best mix that keeps the rules, None where none does.

    Of mixes with the same score the first in order of levels is taken: the empty mix wins over one that
    adds nothing.

    Parameters
    ----------
    terms
        Of the surrogate.
    value
        Terms of the value of a mix in each draw or future, shape (draws, terms).
    rules
        What it must keep.
    risk
        How draws are scored; their mean if not given.
    """
    risk = risk or Risk()
    if terms.count <= MOST_ENUMERATED:
        return _by_looking_at_all(terms, value, rules, risk)
    from experiments.portfolio.programming import by_integer_programme

    return by_integer_programme(terms, value, rules, risk)


def _by_looking_at_all(terms: Terms, value: Array, rules: Rules, risk: Risk) -> Best | None:
    mixes = terms.all_mixes()
    keeps = allowed(terms, mixes, rules)
    if not keeps.any():
        return None
    kept = [mix for mix, keep in zip(mixes, keeps, strict=True) if keep]
    values = value @ terms.features(kept).T
    found = scores(values, risk, values.max(axis=1))
    chosen = int(found.argmax())
    return Best(kept[chosen], float(found[chosen]))


def ranked(terms: Terms, value: Array, rules: Rules, risk: Risk | None = None, most: int = 20) -> list[Best]:
    """Return the best mixes in falling order of score, ``most`` at most.

    Where there are too many mixes to look at all, each is found by excluding those before it.
    """
    risk = risk or Risk()
    if terms.count <= MOST_ENUMERATED:
        kept = [
            mix for mix, keep in zip(terms.all_mixes(), allowed(terms, terms.all_mixes(), rules), strict=True) if keep
        ]
        if not kept:
            return []
        values = value @ terms.features(kept).T
        found = scores(values, risk, values.max(axis=1))
        order = np.argsort(-found, kind="stable")[:most]
        return [Best(kept[place], float(found[place])) for place in order]
    from experiments.portfolio.programming import best_few

    return best_few(terms, value, rules, risk, most)
