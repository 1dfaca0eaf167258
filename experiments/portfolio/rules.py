"""Turn the rules of a portfolio file into limits on the terms of its surrogate."""

from __future__ import annotations

import numpy as np

from experiments.portfolio.form import Portfolio
from experiments.portfolio.living import Lived
from experiments.portfolio.search import SLACK, Limit, Rules
from experiments.portfolio.surrogate import Array, Mix, fit

BUDGET, FAIRNESS = "budget", "fairness"


def rules_of(portfolio: Portfolio, lived: Lived, draws: Array) -> Rules:
    """Return every rule of the file, with spending and fairness as their means over some draws.

    Parameters
    ----------
    portfolio, lived
        The file, and the mixes lived.
    draws
        Numbers of the draws that choose.
    """
    return Rules(
        limits=(*budget_limits(portfolio, lived, draws), *fairness_limits(portfolio, lived, draws)),
        **_of_programmes(portfolio),
    )


def without_budget(portfolio: Portfolio, lived: Lived, draws: Array) -> Rules:
    """Return the rules of the file other than its budgets."""
    return Rules(limits=tuple(fairness_limits(portfolio, lived, draws)), **_of_programmes(portfolio))


def _of_programmes(portfolio: Portfolio) -> dict[str, object]:
    names = portfolio.names
    return {
        "must_have": frozenset(names.index(name) for name in portfolio.file.must_have),
        "not_together": tuple((names.index(one), names.index(other)) for one, other in portfolio.file.not_together),
    }


def budget_limits(portfolio: Portfolio, lived: Lived, draws: Array) -> list[Limit]:
    """Return one limit for each payer that has a budget and each year."""
    found = []
    for payer, bound in portfolio.file.budget.items():
        if payer not in lived.payers:
            continue
        by_year = lived.spending[lived.payers.index(payer)][:, draws].mean(axis=1)
        for year, terms in enumerate(fit(portfolio.terms, lived.mixes, by_year)):
            found.append(Limit(f"{BUDGET} of {payer} in year {year + 1}", terms, bound))
    return found


def fairness_limits(portfolio: Portfolio, lived: Lived, draws: Array) -> list[Limit]:
    """Return the least share of what is averted that the poorest fifth must have, as one limit."""
    share = portfolio.file.poorest_fifth_at_least
    if share is None:
        return []
    averted = lived.averted[:, draws].mean(axis=1)
    return [Limit(FAIRNESS, fit(portfolio.terms, lived.mixes, share * averted.sum(axis=0) - averted[0]), 0.0)]


def keeps_rules(portfolio: Portfolio, lived: Lived, mix: Mix, draws: Array) -> bool:
    """Say whether a lived mix keeps budgets and fairness by its own simulated means, not by prediction."""
    column = lived.mixes.index(mix)
    for payer, bound in portfolio.file.budget.items():
        if payer in lived.payers:
            by_year = lived.spending[lived.payers.index(payer)][:, draws, column].mean(axis=1)
            if (by_year > bound * (1 + SLACK)).any():
                return False
    share = portfolio.file.poorest_fifth_at_least
    averted = lived.averted[:, draws, column].mean(axis=1)
    return share is None or bool(averted[0] >= share * averted.sum() - SLACK * np.abs(averted).sum())
