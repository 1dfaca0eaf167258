"""Appraise a scenario against the baseline of the same run: benefit, cost and net present social value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.economics.prices import health_factors, money_factors
from sim.economics.unit_costs import COMPONENTS, HARM, PAYERS, cost_of_violence, payer_shares

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Appraisal:
    """Hold present values of one scenario in one run, GBP in the price year of results.

    Attributes
    ----------
    payers
        Everybody who bears a cost or gains a benefit, in a fixed order.
    benefit
        Cost of violence avoided, discounted, shape (payers, years); negative where violence rises.
    cost
        Programme cost, discounted, shape (payers, years).
    cost_by_programme
        Programme to its discounted cost, shape (years,).
    benefit_by_component
        Cost of violence avoided by component, discounted, shape (8,); order of ``COMPONENTS``.
    """

    payers: tuple[str, ...]
    benefit: FloatArray
    cost: FloatArray
    cost_by_programme: dict[str, FloatArray]
    benefit_by_component: FloatArray

    @property
    def total_benefit(self) -> float:
        return float(self.benefit.sum())

    @property
    def total_cost(self) -> float:
        return float(self.cost.sum())

    @property
    def net_present_social_value(self) -> float:
        return self.total_benefit - self.total_cost

    @property
    def cumulative_net(self) -> FloatArray:
        """Running sum over years of benefit less cost, shape (years,)."""
        return np.cumsum(self.benefit.sum(axis=0) - self.cost.sum(axis=0))


def appraise(
    avoided: FloatArray, programme_costs: Mapping[str, Mapping[str, FloatArray]], parameters: Mapping[str, Any]
) -> Appraisal:
    """Bring the benefits and costs of one scenario in one run to present values.

    Money is discounted at the general rate, physical and emotional harm at the rate for health; both fall in the
    middle of their year.

    Parameters
    ----------
    avoided
        Shape (4, years): baseline less scenario of each costed measure.
    programme_costs
        Programme to payer to cost by year, as `sim.economics.programmes.programme_costs` gives it.
    parameters
        The registry.
    """
    years = avoided.shape[1]
    money = money_factors(years, parameters)
    factors = np.tile(money, (len(COMPONENTS), 1))
    factors[HARM] = health_factors(years, parameters)
    by_component = cost_of_violence(avoided, parameters) * factors
    by_payer = np.einsum("cy,cp->py", by_component, payer_shares(parameters))

    paying = {payer for shares in programme_costs.values() for payer in shares}
    payers = PAYERS + tuple(sorted(paying - set(PAYERS)))
    benefit = np.zeros((len(payers), years))
    benefit[: len(PAYERS)] = by_payer
    cost = np.zeros((len(payers), years))
    by_programme: dict[str, FloatArray] = {}
    for name in sorted(programme_costs):
        total = np.zeros(years)
        for payer, by_year in sorted(programme_costs[name].items()):
            cost[payers.index(payer)] += by_year * money
            total += by_year * money
        by_programme[name] = total
    return Appraisal(payers, benefit, cost, by_programme, by_component.sum(axis=1))


def break_even_year(cumulative_net: FloatArray) -> int | None:
    """Return the first year (1 is the year after the decision) from which benefit covers cost to the end.

    Parameters
    ----------
    cumulative_net
        Running sum of benefit less cost, shape (years,).

    Returns
    -------
    int or None
        None when cost is not covered at the end of the period, or when nothing was ever spent or gained.
    """
    if cumulative_net.size == 0 or not np.any(cumulative_net) or cumulative_net[-1] < 0:
        return None
    short = np.flatnonzero(cumulative_net < 0)
    return int(short[-1]) + 2 if short.size else 1
