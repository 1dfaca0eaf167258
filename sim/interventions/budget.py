"""What payers are willing to spend on programmes in a year: when it is spent, nobody new starts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.core.prices import inflator
from sim.interventions.resolved import Amount, Programme, Scenario
from sim.interventions.scenario import ALL_PAYERS

ROUNDING = 1e-6


class Budget:
    """Keep what is left of each payer's money in a year, at the prices of results and at central unit costs.

    Programmes draw on it month by month, within a month in the order in which the scenario lists them. The partnership
    dials of a scenario are paid apart.
    """

    def __init__(self, scenario: Scenario | None = None, parameters: Mapping[str, Any] | Any = None) -> None:
        self.amounts = dict(scenario.budget) if scenario else {}
        self.left = dict(self.amounts)
        self.prices: dict[tuple[str, str], float] = {}
        self.shares: dict[str, dict[str, float]] = {}
        if scenario is not None and self.amounts:
            for programme in scenario.programmes:
                self._price(programme, scenario, parameters)

    def _price(self, programme: Programme, scenario: Scenario, parameters: Mapping[str, Any] | Any) -> None:
        cost = programme.cost
        payers = {**(scenario.funded_by or cost.payers), ALL_PAYERS: 1.0}
        self.shares[programme.id] = {payer: payers.get(payer, 0.0) for payer in self.amounts}
        for what in ("per_participant", "set_up", "per_community_year", "per_year"):
            amount: Amount | None = getattr(cost, what)
            if amount is not None:
                gbp = amount.gbp * scenario.cost_factor * inflator(amount.price_year, parameters)
                self.prices[programme.id, what] = gbp

    def open_year(self) -> None:
        """Give every payer the money of a new year."""
        self.left = dict(self.amounts)

    def price(self, identifier: str, what: str) -> float:
        """Return what one unit of a programme costs; 0 where there is no budget to keep to."""
        return self.prices.get((identifier, what), 0.0)

    def affordable(self, identifier: str, gbp_each: float) -> float:
        """Return how many units at a price can still be paid for this year, a whole number or infinity."""
        most = math.inf
        for payer, share in self.shares.get(identifier, {}).items():
            if share * gbp_each > 0.0:
                most = min(most, math.floor(self.left[payer] / (share * gbp_each) + ROUNDING))
        return max(most, 0.0)

    def spend(self, identifier: str, gbp: float) -> None:
        """Take money from every payer of a programme, each its part."""
        for payer, share in self.shares.get(identifier, {}).items():
            self.left[payer] -= share * gbp
