"""From lived mixes to advice; see `experiments.portfolio.choosing` for the definitions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from experiments.intervals import interval
from experiments.portfolio.choosing import budget_frontier, core_index, halves, in_futures, least_cost, shadow_price
from experiments.portfolio.form import Portfolio
from experiments.portfolio.living import Lived
from experiments.portfolio.result import Cheapest, Chosen, Core, MixLine, Step, View
from experiments.portfolio.rules import BUDGET, keeps_rules, rules_of, without_budget
from experiments.portfolio.search import Best, Risk, Rules, best_mix, ranked, scores
from experiments.portfolio.surrogate import Array, Mix, fit, predict
from experiments.results import Interval
from sim.interventions.scenario import ALL_PAYERS
from sim.outcomes.measures import OUTCOMES

EXTRA_GBP_A_YEAR = 100_000.0
TAIL_SHARE = 0.2
FRONTIER_STEPS = 10
MEAN, TAIL, REGRET = "mean", "tail", "regret"
RISKS = {MEAN: Risk(MEAN), TAIL: Risk(TAIL, TAIL_SHARE), REGRET: Risk(REGRET)}


class Advisor:
    """Answer the questions of a portfolio from the mixes of its design.

    Attributes
    ----------
    value
        Terms of the value in each draw that chooses, shape (draws, terms).
    rules
        What a mix must keep.
    """

    def __init__(self, portfolio: Portfolio, lived: Lived) -> None:
        self.portfolio, self.lived, self.terms = portfolio, lived, portfolio.terms
        self.choosing, self.reporting = halves(lived.value.shape[0])
        self.value = fit(self.terms, lived.mixes, lived.value[self.choosing])
        self.rules: Rules = rules_of(portfolio, lived, self.choosing)
        self.futures = self._futures()

    def _futures(self) -> dict[str, Array]:
        """Return the value terms of each named future: effects and costs other than estimated, a strand that fails."""
        benefit = fit(self.terms, self.lived.mixes, self.lived.benefit[self.choosing])
        cost = fit(self.terms, self.lived.mixes, self.lived.cost[self.choosing])
        futures = {
            "as estimated": benefit - cost,
            "half the effects": benefit / 2 - cost,
            "costs a quarter higher": benefit - 1.25 * cost,
        }
        for strand in sorted({option.strand for option in self.portfolio.options}):
            futures[f"{strand.replace('_', ' ')} programmes do nothing"] = benefit * self._without(strand) - cost
        return futures

    def _without(self, strand: str) -> Array:
        options = self.portfolio.options
        main = [options[programme].strand != strand for programme, _ in self.terms.options]
        pair = [strand not in (options[one].strand, options[other].strand) for one, other in self.terms.pairs]
        return np.array([*main, *pair], dtype=np.float64)

    def candidates(self) -> list[Best]:
        """Return the mixes worth simulating: the best by mean, and the best for the cautious."""
        few = ranked(self.terms, self.value, self.rules, most=self.portfolio.file.verify)
        cautious = [best_mix(self.terms, self.value, self.rules, RISKS[TAIL])]
        cautious.append(best_mix(self.terms, in_futures(self.futures), self.rules, RISKS[REGRET]))
        seen = {best.mix for best in few}
        return few + [best for best in cautious if best is not None and best.mix not in seen]

    def line(self, mix: Mix, real: Lived) -> MixLine:
        """Return one mix with its prediction and, where it was simulated, its value on both halves of the draws."""
        predicted = float(predict(self.terms, self.value, [mix]).mean())
        line = MixLine(
            label=self.portfolio.label(mix),
            levels=self.levels(mix),
            lived=mix in real.mixes,
            keeps_rules=True,
            predicted_value=predicted,
            chosen_on=None,
            reported_on=None,
        )
        if not line.lived:
            return line
        value = real.value[:, real.mixes.index(mix)]
        return line.model_copy(
            update={
                "keeps_rules": keeps_rules(self.portfolio, real, mix, self.choosing),
                "chosen_on": float(value[self.choosing].mean()),
                "reported_on": Interval.model_validate(interval(value[self.reporting]).plain()),
            }
        )

    def levels(self, mix: Mix) -> dict[str, int]:
        """Return a mix by the identifiers of its candidates."""
        return dict(zip(self.portfolio.names, mix, strict=True))

    def chosen(self, lines: Mapping[Mix, MixLine], real: Lived) -> Chosen | None:
        """Return the simulated mix with the best mean on the choosing draws that keeps the rules in simulation."""
        kept = {mix: line for mix, line in lines.items() if line.keeps_rules and line.chosen_on is not None}
        if not kept:
            return None
        mix = max(kept, key=lambda each: kept[each].chosen_on or 0.0)
        column, draws = real.mixes.index(mix), self.reporting
        by_fifth = real.averted[:, draws, column].mean(axis=1)
        averted = {name: real.outcomes[name][draws, column] for name in OUTCOMES}
        return Chosen(
            mix=kept[mix],
            spending_by_year={
                payer: real.spending[row][:, draws, column].mean(axis=1).tolist()
                for row, payer in enumerate(real.payers)
                if real.spending[row][:, draws, column].any()
            },
            averted={name: Interval.model_validate(interval(each).plain()) for name, each in averted.items()},
            averted_share_of_baseline={
                name: float(each.mean() / real.baseline[name][draws].mean())
                for name, each in averted.items()
                if real.baseline[name][draws].any()
            },
            poorest_fifth_share=_share_of_poorest(by_fifth, bool(real.averted[0].any())),
            chance_worth_its_cost=float((real.value[draws, column] > 0).mean()),
        )

    def views(self) -> dict[str, View]:
        """Return the best mix by the mean, by the worst fifth of draws, and by regret over the named futures."""
        found = {}
        futures = in_futures(self.futures)
        ceiling = np.array([self._best_value(row) for row in futures])
        for name, risk in RISKS.items():
            best = best_mix(self.terms, futures if name == REGRET else self.value, self.rules, risk)
            if best is None:
                return {}
            by_draw = predict(self.terms, self.value, [best.mix])
            regret = (ceiling - predict(self.terms, futures, [best.mix])[:, 0]).max()
            found[name] = View(
                label=self.portfolio.label(best.mix),
                levels=self.levels(best.mix),
                mean=float(by_draw.mean()),
                tail=float(scores(by_draw, RISKS[TAIL])[0]),
                largest_regret=float(regret),
            )
        return found

    def _best_value(self, row: Array) -> float:
        best = best_mix(self.terms, row[None, :], self.rules)
        return np.nan if best is None else best.score

    def best_in_futures(self) -> dict[str, str]:
        """Return the best mix in each named future."""
        found = {name: best_mix(self.terms, terms, self.rules) for name, terms in self.futures.items()}
        return {name: self.portfolio.label(best.mix) for name, best in found.items() if best is not None}

    def core(self) -> dict[str, Core]:
        """Say for each candidate whether it belongs to the best mixes always, sometimes or never."""
        return {
            option.id: Core(
                name=option.name,
                verdict=standing.verdict,
                share_of_near_best=standing.share_of_near_best,
                best_with=standing.best_with,
                best_without=standing.best_without,
            )
            for option, standing in zip(
                self.portfolio.options, core_index(self.terms, self.value, self.rules), strict=False
            )
        }

    def frontier(self) -> list[Step]:
        """Return the best mix at rising budgets over the horizon, up to what the dearest useful mix costs."""
        rules = without_budget(self.portfolio, self.lived, self.choosing)
        cost = self._total_cost()
        dearest = best_mix(self.terms, cost[None, :], rules)
        if dearest is None:
            return []
        budgets = [float(each) for each in np.linspace(0, dearest.score, FRONTIER_STEPS + 1)]
        found = budget_frontier(self.terms, self.value, rules, cost, budgets)
        return [
            Step(budget_gbp=budget, label=self.portfolio.label(best.mix), value=best.score)
            for budget, best in zip(budgets, found, strict=True)
            if best is not None
        ]

    def _total_cost(self) -> Array:
        """Return the terms of mean spending of all payers over the horizon, before discounting."""
        return fit(self.terms, self.lived.mixes, self.lived.spending[0][:, self.choosing].sum(axis=0).mean(axis=0))

    def next_money(self) -> float | None:
        """Return what another GBP 100,000 a year, spread over the budgets, would add to the best mean value."""
        budget = self.portfolio.file.budget
        yearly = budget.get(ALL_PAYERS) or sum(budget.values())
        names = [limit.name for limit in self.rules.limits if limit.name.startswith(BUDGET)]
        if yearly <= 0:
            return None
        return shadow_price(self.terms, self.value, self.rules, names, 1 + EXTRA_GBP_A_YEAR / yearly)

    def cheapest(self) -> Cheapest | None:
        """Return the least-cost way to the goal of the file, its budgets aside."""
        goal = self.portfolio.file.goal
        averted = fit(self.terms, self.lived.mixes, self.lived.averted.sum(axis=0)[self.choosing].mean(axis=0))
        wanted = goal.cut * float(self.lived.baseline[goal.outcome][self.choosing].mean())
        rules = without_budget(self.portfolio, self.lived, self.choosing)
        found = least_cost(self.terms, self._total_cost(), averted, wanted, rules)
        if found is None:
            return None
        return Cheapest(
            outcome=goal.outcome,
            wanted_share=goal.cut,
            wanted=wanted,
            reaches=found.reaches,
            label=self.portfolio.label(found.mix),
            cost_gbp=found.cost_gbp,
            averted=found.averted,
        )


def _share_of_poorest(by_fifth: Array, has_residents: bool) -> float | None:
    """Return what part of all that is averted falls to the most deprived fifth; None where nobody lives there."""
    total = float(by_fifth.sum())
    return float(by_fifth[0]) / total if has_residents and total > 0 else None
