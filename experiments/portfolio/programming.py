"""The mixed-integer form of the search, for more mixes than can all be looked at.

Variables: one of 0 or 1 for each option (a programme at a level); one for each pair of options of different programmes,
held to their product; and what the score needs. With options at 0 or 1, a pair variable between 0 and 1 with
``pair <= first``, ``pair <= second`` and ``pair >= first + second - 1`` is exactly the product.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.portfolio.search import Best, Risk, Rules, allowed, scores
from experiments.portfolio.surrogate import Array, Mix, Terms

GAP = 1e-9


@dataclass
class _Programme:
    """Collect the rows of a linear programme over options, products and a few more variables."""

    terms: Terms
    extra: int = 0

    def __post_init__(self) -> None:
        options = self.terms.options
        self.products = [
            (first, second)
            for first, second in itertools.combinations(range(len(options)), 2)
            if options[first][0] != options[second][0]
        ]
        self.size = len(options) + len(self.products) + self.extra
        self.rows: list[Array] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.to_variables = self._to_variables()
        self._products()
        for programme in range(self.terms.programmes):
            self.at_most(self._on(programme), 1)

    def _to_variables(self) -> Array:
        """Return the matrix that turns terms into coefficients of options and products, shape (terms, variables)."""
        options, pairs = self.terms.options, {pair: place for place, pair in enumerate(self.terms.pairs)}
        matrix = np.zeros((self.terms.size, self.size))
        matrix[np.arange(len(options)), np.arange(len(options))] = 1
        for place, (first, second) in enumerate(self.products):
            (one, one_level), (other, other_level) = options[first], options[second]
            dose = self.terms.dose(one, one_level) * self.terms.dose(other, other_level)
            matrix[len(options) + pairs[one, other], len(options) + place] = dose
        return matrix

    def _products(self) -> None:
        start = len(self.terms.options)
        for place, (first, second) in enumerate(self.products):
            for option in (first, second):
                self.at_most(self._row({start + place: 1, option: -1}), 0)
            self.at_most(self._row({first: 1, second: 1, start + place: -1}), 1)

    def _row(self, values: dict[int, float]) -> Array:
        row = np.zeros(self.size)
        row[list(values)] = list(values.values())
        return row

    def _on(self, programme: int) -> Array:
        return self._row({place: 1 for place, (owner, _) in enumerate(self.terms.options) if owner == programme})

    def at_most(self, row: Array, bound: float) -> None:
        """Add ``row @ variables <= bound``."""
        self.between(row, -np.inf, bound)

    def between(self, row: Array, low: float, high: float) -> None:
        """Add ``low <= row @ variables <= high``."""
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def keep(self, rules: Rules) -> None:
        """Add every rule."""
        for limit in rules.limits:
            self.at_most(limit.coefficients @ self.to_variables, limit.bound)
        for programme in rules.must_have:
            self.between(self._on(programme), 1, 1)
        for programme in rules.left_out:
            self.between(self._on(programme), 0, 0)
        for first, second in rules.not_together:
            self.at_most(self._on(first) + self._on(second), 1)

    def exclude(self, mix: Mix) -> None:
        """Leave one mix out."""
        row = np.array(
            [1.0 if mix[owner] == level else -1.0 for owner, level in self.terms.options]
            + [0.0] * (self.size - len(self.terms.options))
        )
        self.at_most(row, sum(level > 0 for level in mix) - 1)

    def solve(self, cost: Array, free: npt.NDArray[np.bool_]) -> Mix | None:
        """Return the mix of least ``cost @ variables``, None where no mix keeps the rows; ``free`` may be negative."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        lower = np.where(free, -np.inf, 0.0)
        upper = np.where(np.arange(self.size) < self.size - self.extra, 1.0, np.inf)
        whole = np.arange(self.size) < len(self.terms.options)
        found = milp(
            cost,
            integrality=whole.astype(int),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(np.array(self.rows), np.array(self.low), np.array(self.high)),
            options={"mip_rel_gap": GAP},
        )
        if found.x is None:
            return None
        levels = [0] * self.terms.programmes
        for (programme, level), chosen in zip(self.terms.options, found.x, strict=False):
            if chosen > 0.5:
                levels[programme] = level
        return tuple(levels)


def by_integer_programme(terms: Terms, value: Array, rules: Rules, risk: Risk) -> Best | None:
    """Return the best mix that keeps the rules; see `experiments.portfolio.search.best_mix`."""
    found = best_few(terms, value, rules, risk, 1)
    return found[0] if found else None


def best_few(terms: Terms, value: Array, rules: Rules, risk: Risk, most: int) -> list[Best]:
    """Return the best mixes in falling order of score, each found by excluding those before it."""
    best = _best_by_draw(terms, value, rules) if risk.kind == "regret" else None
    programme, cost, free = _scored(terms, value, rules, risk, best)
    found: list[Best] = []
    while len(found) < most:
        mix = programme.solve(cost, free)
        if mix is None or not allowed(terms, [mix], rules)[0]:
            break
        score = scores(value @ terms.features([mix]).T, risk, best)[0]
        found.append(Best(mix, float(score)))
        programme.exclude(mix)
    return found


def _best_by_draw(terms: Terms, value: Array, rules: Rules) -> Array:
    best = np.full(len(value), -np.inf)
    for draw, row in enumerate(value):
        found = by_integer_programme(terms, row[None, :], rules, Risk())
        if found is not None:
            best[draw] = found.score
    return best


def _scored(
    terms: Terms, value: Array, rules: Rules, risk: Risk, best: Array | None
) -> tuple[_Programme, Array, npt.NDArray[np.bool_]]:
    """Return the programme, what to make small, and which variables may be negative."""
    draws = len(value)
    programme = _Programme(terms, extra={"mean": 0, "tail": 1 + draws, "regret": 1}[risk.kind])
    programme.keep(rules)
    cost, free = np.zeros(programme.size), np.zeros(programme.size, dtype=bool)
    if risk.kind == "mean":
        return programme, -(value.mean(axis=0) @ programme.to_variables), free
    first = programme.size - programme.extra
    free[first] = True
    rows = value @ programme.to_variables
    if risk.kind == "regret":
        assert best is not None
        cost[first] = 1
        for draw, row in enumerate(rows):
            row = -row
            row[first] = -1
            programme.at_most(row, -best[draw])
        return programme, cost, free
    # Rockafellar and Uryasev: the tail mean is the largest of t - sum(shortfalls below t) / (share * draws).
    cost[first] = -1
    cost[first + 1 :] = 1 / (risk.worst_share * draws)
    for draw, row in enumerate(rows):
        row = -row
        row[first], row[first + 1 + draw] = 1, -1
        programme.at_most(row, 0)
    return programme, cost, free
