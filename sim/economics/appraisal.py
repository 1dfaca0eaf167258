"""Appraise a scenario against the baseline of the same run: benefit, cost and net present social value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.economics.books import ECONOMIC, FISCAL, PROGRAMME, SOCIAL, VIOLENCE, Books
from sim.economics.prices import health_factors, inflator, money_factors
from sim.economics.resources import REPLACED, resource_use, savings
from sim.economics.unit_costs import COMPONENTS, HARM, PAYERS, cost_of_violence, payer_shares

FloatArray = npt.NDArray[np.float64]

KIND_OF_COMPONENT: dict[str, str] = {
    "anticipation": ECONOMIC,
    "property": ECONOMIC,
    "physical_and_emotional_harm": SOCIAL,
    "lost_output": ECONOMIC,
    "health": FISCAL,
    "victim_services": FISCAL,
    "police": FISCAL,
    "other_criminal_justice": FISCAL,
}
UNIT_COSTS, SIMULATED_USE, CATALOGUE = "unit costs of crime", "simulated use, scaled to unit costs", "catalogue prices"
OUTSIDE_PUBLIC_SECTOR = ("employers", "victims_and_families", "charities", "families")


@dataclass(frozen=True)
class Violence:
    """Hold what one world's violence came to, by year.

    Attributes
    ----------
    counts
        Each costed measure, shape (4, years); order of ``COSTED_MEASURES``.
    resources
        Each of ``RESOURCE_MEASURES`` to its counts, shape (years,).
    """

    counts: FloatArray
    resources: Mapping[str, FloatArray]


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
    qalys
        Quality-adjusted life years gained, discounted at the rate for health: the harm avoided, divided by the value
        of one.
    books
        Every posting behind these sums.
    """

    payers: tuple[str, ...]
    benefit: FloatArray
    cost: FloatArray
    cost_by_programme: dict[str, FloatArray]
    benefit_by_component: FloatArray
    qalys: float
    books: Books

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
    def net_public_value(self) -> float:
        """Gain less cost of public budgets alone: employers, charities, victims and families are left out."""
        public = [row for row, payer in enumerate(self.payers) if payer not in OUTSIDE_PUBLIC_SECTOR]
        return float((self.benefit[public] - self.cost[public]).sum())

    @property
    def cumulative_net(self) -> FloatArray:
        """Running sum over years of benefit less cost, shape (years,)."""
        return np.cumsum(self.benefit.sum(axis=0) - self.cost.sum(axis=0))


def appraise(
    before: Violence,
    after: Violence,
    programme_costs: Mapping[str, Mapping[str, FloatArray]],
    parameters: Mapping[str, Any],
) -> Appraisal:
    """Bring the benefits and costs of one scenario in one run to present values.

    Money is discounted at the general rate, physical and emotional harm at the rate for health; both fall in the
    middle of their year. Health, police and justice follow simulated use (`sim.economics.resources`).

    Parameters
    ----------
    before, after
        Violence in the baseline and in the scenario.
    programme_costs
        Programme to payer to cost by year, as `sim.economics.programmes.programme_costs` gives it.
    parameters
        The registry.
    """
    years = before.counts.shape[1]
    money = money_factors(years, parameters)
    factors = np.tile(money, (len(COMPONENTS), 1))
    factors[HARM] = health_factors(years, parameters)
    gained = avoided_by_component(before, after, parameters)
    books = Books()
    _post_violence(books, gained, factors, parameters)
    for name in sorted(programme_costs):
        for payer, by_year in sorted(programme_costs[name].items()):
            kind = ECONOMIC if payer in OUTSIDE_PUBLIC_SECTOR else FISCAL
            books.post(f"{PROGRAMME}{name}", payer, -by_year, money, kind, 1.0, CATALOGUE)
    harm = float((gained[HARM] * factors[HARM]).sum())
    return _appraisal(books, programme_costs, (gained * factors).sum(axis=1), harm / value_of_qaly(parameters), years)


def avoided_by_component(before: Violence, after: Violence, parameters: Mapping[str, Any]) -> FloatArray:
    """Return the cost of violence that a scenario avoids, by component and year, before discounting.

    Returns
    -------
    ndarray of shape (8, years); rows follow ``COMPONENTS``
    """
    gained = cost_of_violence(before.counts - after.counts, parameters)
    gained[list(REPLACED)] = savings(
        cost_of_violence(before.counts, parameters),
        resource_use(before.resources, parameters),
        resource_use(after.resources, parameters),
    )
    return gained


def value_of_qaly(parameters: Mapping[str, Any]) -> float:
    """Return the value of one quality-adjusted life year in the price year of results, GBP."""
    published = float(parameters["economics.value_of_qaly"])
    return published * inflator(float(parameters["economics.price_year_qaly"]), parameters)


def _post_violence(books: Books, gained: FloatArray, factors: FloatArray, parameters: Mapping[str, Any]) -> None:
    shares = payer_shares(parameters)
    cashable = np.asarray(parameters["economics.cashable_share"], dtype=np.float64)
    for row, component in enumerate(COMPONENTS):
        source = SIMULATED_USE if row in REPLACED else UNIT_COSTS
        for column, payer in enumerate(PAYERS):
            gbp = gained[row] * shares[row, column]
            kind = KIND_OF_COMPONENT[component]
            books.post(f"{VIOLENCE}{component}", payer, gbp, factors[row], kind, float(cashable[column]), source)


def _appraisal(
    books: Books,
    programme_costs: Mapping[str, Mapping[str, FloatArray]],
    by_component: FloatArray,
    qalys: float,
    years: int,
) -> Appraisal:
    paying = {payer for shares in programme_costs.values() for payer in shares}
    payers = PAYERS + tuple(sorted(paying - set(PAYERS)))
    benefit, cost = np.zeros((len(payers), years)), np.zeros((len(payers), years))
    by_programme = {name: np.zeros(years) for name in sorted(programme_costs)}
    for each in books.postings:
        row = payers.index(each.payer)
        if each.account.startswith(PROGRAMME):
            cost[row] -= each.present_value
            by_programme[each.account.removeprefix(PROGRAMME)] -= each.present_value
        else:
            benefit[row] += each.present_value
    return Appraisal(payers, benefit, cost, by_programme, by_component, qalys, books)


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
