"""Compare options by cost and effect: dominance, acceptability, and the loss of choosing wrongly.

Every array has one row for each run and one column for each option; runs are joint draws of everything uncertain.
Definitions: Drummond and others, Methods for the Economic Evaluation of Health Care Programmes, 4th ed.;
Fenwick, Claxton and Sculpher 2001 (frontier).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

DOMINATED, EXTENDED_DOMINATED, ON_FRONTIER = "dominated", "extendedly dominated", "on the frontier"


@dataclass(frozen=True)
class Increment:
    """Hold one option in the order of rising effect.

    Attributes
    ----------
    option
        Column of the option.
    effect, cost
        Means over runs.
    standing
        Whether another option, or a mix of two, does as well for less.
    cost_per_unit
        Extra cost for one extra unit of effect against the frontier option before it; None for the first of the
        frontier and for dominated options.
    """

    option: int
    effect: float
    cost: float
    standing: str
    cost_per_unit: float | None


def net_benefit(effects: Array, costs: Array, value: float) -> Array:
    """Return effect times the value of one unit, less cost."""
    return effects * value - costs


def incremental_analysis(effects: Array, costs: Array) -> list[Increment]:
    """Order options by mean effect, and say which are dominated and what each step along the frontier costs.

    An option is dominated when another has at least its effect for no more cost; extendedly dominated when a mix of
    two others does. Costs per unit rise along the frontier.
    """
    effect, cost = effects.mean(axis=0), costs.mean(axis=0)
    order = sorted(range(effect.size), key=lambda option: (effect[option], -cost[option]))
    standing = {option: DOMINATED if _is_dominated(option, effect, cost) else ON_FRONTIER for option in order}
    frontier = [option for option in order if standing[option] == ON_FRONTIER]
    while (bent := _first_bend(frontier, effect, cost)) is not None:
        standing[frontier.pop(bent)] = EXTENDED_DOMINATED
    steps: dict[int, float] = {
        after: _slope(before, after, effect, cost) for before, after in itertools.pairwise(frontier)
    }
    return [
        Increment(option, float(effect[option]), float(cost[option]), standing[option], steps.get(option))
        for option in order
    ]


def _is_dominated(option: int, effect: Array, cost: Array) -> bool:
    as_good = (effect >= effect[option]) & (cost <= cost[option])
    better = (effect > effect[option]) | (cost < cost[option])
    same_but_earlier = (effect == effect[option]) & (cost == cost[option]) & (np.arange(effect.size) < option)
    return bool(np.any(as_good & better) or np.any(same_but_earlier))


def _slope(before: int, after: int, effect: Array, cost: Array) -> float:
    return float((cost[after] - cost[before]) / (effect[after] - effect[before]))


def _first_bend(frontier: Sequence[int], effect: Array, cost: Array) -> int | None:
    """Return the place in ``frontier`` of an option whose step costs more than the step after it."""
    for place in range(1, len(frontier) - 1):
        before, here, after = frontier[place - 1 : place + 2]
        if _slope(before, here, effect, cost) >= _slope(here, after, effect, cost):
            return place
    return None


@dataclass(frozen=True)
class Acceptability:
    """Hold what is best at each value of one unit of effect.

    Attributes
    ----------
    values
        Values of one unit of effect, shape (values,).
    probability_best
        Share of runs in which each option has the largest net benefit, shape (values, options); each row sums to 1.
    expected_loss
        Mean net benefit given up by choosing an option, shape (values, options). Its smallest entry in a row is the
        expected value of perfect information.
    best
        Option with the largest mean net benefit, shape (values,): the acceptability frontier is its probability.
    """

    values: Array
    probability_best: Array
    expected_loss: Array
    best: npt.NDArray[np.int64]

    @property
    def frontier(self) -> Array:
        """Probability that the option with the largest mean net benefit is best, shape (values,)."""
        return self.probability_best[np.arange(self.values.size), self.best]


def acceptability(effects: Array, costs: Array, values: Sequence[float]) -> Acceptability:
    """Return how often each option is best, and what choosing it would lose, at each value of one unit of effect.

    Runs in which several options tie count for each of them in equal parts.
    """
    grid = np.asarray(values, dtype=np.float64)
    probability = np.empty((grid.size, effects.shape[1]))
    loss = np.empty_like(probability)
    best = np.empty(grid.size, np.int64)
    for row, value in enumerate(grid):
        benefit = net_benefit(effects, costs, float(value))
        largest = benefit.max(axis=1, keepdims=True)
        winners = benefit == largest
        probability[row] = (winners / winners.sum(axis=1, keepdims=True)).mean(axis=0)
        loss[row] = (largest - benefit).mean(axis=0)
        best[row] = int(benefit.mean(axis=0).argmax())
    return Acceptability(grid, probability, loss, best)
