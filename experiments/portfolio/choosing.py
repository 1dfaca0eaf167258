"""From a surrogate to advice: the mix to choose, what sets it apart, and what another pound would buy.

A mix is chosen on half of the draws and reported on the other half, since the best of many looks better than it is on
the draws that chose it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.portfolio.search import Best, Limit, Risk, Rules, best_mix, ranked
from experiments.portfolio.surrogate import Array, Mix, Terms

ALWAYS, DEPENDS, NEVER = "always", "depends", "never"
NEAR = 0.05
"""Share of the best score by which a mix may fall short and still be as good as the best."""


def halves(draws: int) -> tuple[Array, Array]:
    """Return the draws that choose and those that report: every second one each."""
    numbers = np.arange(draws)
    return numbers[::2], numbers[1::2]


@dataclass(frozen=True)
class Choice:
    """Hold a mix with its score on the draws that chose it and on those that did not.

    Attributes
    ----------
    mix
        Chosen.
    chosen_on, reported_on
        Mean value over the half that chose it and over the other half; the second is the honest one.
    """

    mix: Mix
    chosen_on: float
    reported_on: float


def choose(terms: Terms, value: Array, rules: Rules, risk: Risk | None = None) -> Choice | None:
    """Choose on half of the draws and report on the other half; None where no mix keeps the rules.

    Raises
    ------
    ValueError
        With fewer than two draws.
    """
    if len(value) < 2:
        raise ValueError("choosing and reporting on different draws needs two draws or more")
    choosing, reporting = halves(len(value))
    found = best_mix(terms, value[choosing], rules, risk)
    if found is None:
        return None
    by_draw = value @ terms.features([found.mix])[0]
    return Choice(found.mix, float(by_draw[choosing].mean()), float(by_draw[reporting].mean()))


@dataclass(frozen=True)
class Standing:
    """Say how much a programme belongs to the best mixes.

    Attributes
    ----------
    verdict
        ``always``: without it every mix falls clearly short. ``never``: with it every mix does. Else ``depends``.
    share_of_near_best
        Share of the listed near-best mixes that have it.
    best_with, best_without
        Best score with it on and off; None where the rules do not allow it.
    """

    verdict: str
    share_of_near_best: float
    best_with: float | None
    best_without: float | None


def core_index(terms: Terms, value: Array, rules: Rules, risk: Risk | None = None) -> list[Standing]:
    """Say for each programme whether it is in the best mixes always, sometimes or never.

    A mix is as good as the best when it falls short of it by at most a twentieth of the best score. Near-best mixes
    are counted among the best 200 (the core index of Liesio, Mild and Salo 2007, Robust portfolio modelling).
    """
    best = best_mix(terms, value, rules, risk)
    if best is None:
        return []
    enough = best.score - NEAR * abs(best.score)
    near = [each.mix for each in ranked(terms, value, rules, risk, most=200) if each.score >= enough]
    found = []
    for programme in range(terms.programmes):
        with_it = best_mix(terms, value, replace(rules, must_have=rules.must_have | {programme}), risk)
        without = best_mix(terms, value, replace(rules, left_out=rules.left_out | {programme}), risk)
        verdict = DEPENDS
        if without is None or without.score < enough:
            verdict = ALWAYS
        elif with_it is None or with_it.score < enough:
            verdict = NEVER
        found.append(
            Standing(verdict, float(np.mean([mix[programme] > 0 for mix in near])), _score(with_it), _score(without))
        )
    return found


def _score(best: Best | None) -> float | None:
    return None if best is None else best.score


def budget_frontier(
    terms: Terms, value: Array, rules: Rules, total_cost: Array, budgets: Sequence[float], risk: Risk | None = None
) -> list[Best | None]:
    """Return the best mix at each total budget, the other rules held.

    Parameters
    ----------
    total_cost
        Terms of the mean cost over the horizon.
    budgets
        In pounds over the horizon.
    """
    return [
        best_mix(terms, value, replace(rules, limits=(*rules.limits, Limit("total budget", total_cost, budget))), risk)
        for budget in budgets
    ]


def raised(rules: Rules, limits: Sequence[str], factor: float) -> Rules:
    """Return rules with the named limits larger by a factor."""
    return replace(
        rules,
        limits=tuple(
            replace(limit, bound=limit.bound * factor) if limit.name in limits else limit for limit in rules.limits
        ),
    )


def shadow_price(
    terms: Terms, value: Array, rules: Rules, budgets: Sequence[str], factor: float, risk: Risk | None = None
) -> float | None:
    """Return what larger budgets would add to the best score; None where no mix is allowed or no budget named.

    Programmes come whole, so the answer is often zero: the money does not reach the next one.

    Parameters
    ----------
    budgets
        Names of the limits that rise.
    factor
        By how much they do.
    """
    now = best_mix(terms, value, rules, risk)
    if now is None or not budgets:
        return None
    more = best_mix(terms, value, raised(rules, budgets, factor), risk)
    return None if more is None else more.score - now.score


@dataclass(frozen=True)
class LeastCost:
    """Hold the cheapest mix that reaches an effect; or, where none does, the one that comes nearest.

    Attributes
    ----------
    mix, cost_gbp, averted
        The mix, its mean cost and the mean it averts.
    reaches
        False where no mix reaches the effect.
    """

    mix: Mix
    cost_gbp: float
    averted: float
    reaches: bool


def least_cost(terms: Terms, cost: Array, averted: Array, wanted: float, rules: Rules) -> LeastCost | None:
    """Return the cheapest way to avert ``wanted``, or the most that can be averted.

    Parameters
    ----------
    cost, averted
        Terms of the mean cost over the horizon, and of the mean number averted.
    wanted
        How many to avert.
    rules
        Others than the budget.
    """
    goal = Limit("effect", -averted, -wanted)
    found = best_mix(terms, -cost[None, :], replace(rules, limits=(*rules.limits, goal)))
    reaches = found is not None
    if found is None:
        found = best_mix(terms, averted[None, :], rules)
    if found is None:
        return None
    features = terms.features([found.mix])[0]
    return LeastCost(found.mix, float(features @ cost), float(features @ averted), reaches)


def in_futures(value_terms: Mapping[str, Array]) -> Array:
    """Return the mean value terms of each named future as rows, for the search by regret."""
    return np.array([terms.mean(axis=0) for terms in value_terms.values()])
