"""What programmes cost and who pays for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.chance import Chance, code_key, declare_sheet
from sim.economics.prices import inflator
from sim.economics.unit_costs import PAYERS

FloatArray = npt.NDArray[np.float64]

COSTS = declare_sheet("economics.programme_costs", ("unit_cost",))
PARTNERSHIP, GBP = "partnership_", "_gbp"
LOW_QUANTILE, MIDDLE_QUANTILE, HIGH_QUANTILE = 0.025, 0.5, 0.975


@dataclass(frozen=True)
class Price:
    """Hold a central price and its 95% range, in prices of ``price_year`` (financial year beginning)."""

    gbp: float
    low_gbp: float
    high_gbp: float
    price_year: int


ANY_PRICE_YEAR = 2024
NO_PRICE = Price(0.0, 0.0, 0.0, ANY_PRICE_YEAR)


@dataclass(frozen=True)
class ProgrammePrice:
    """Give the price of one programme.

    Attributes
    ----------
    per_participant_gbp, low_gbp, high_gbp
        Central price of one participant and its 95% range, in prices of ``price_year``.
    price_year
        Financial year beginning.
    set_up_gbp, set_up_price_year
        Price of setting the programme up once, and its price year; that of a participant if not given.
    payers
        Share of the cost that each payer bears; sums to one.
    per_community_year, per_year
        Price of one community served for a year, and of a year for each 100,000 residents.
    """

    per_participant_gbp: float
    low_gbp: float
    high_gbp: float
    price_year: int
    set_up_gbp: float = 0.0
    payers: Mapping[str, float] = field(default_factory=dict)
    set_up_price_year: int | None = None
    per_community_year: Price = NO_PRICE
    per_year: Price = NO_PRICE

    @property
    def per_participant(self) -> Price:
        return Price(self.per_participant_gbp, self.low_gbp, self.high_gbp, self.price_year)


@dataclass(frozen=True)
class ProgrammeUse:
    """Count what one programme used in each year after the decision date; arrays of shape (years,).

    ``community_years`` counts communities served, and ``resident_years`` residents in units of 100,000, each for a
    year; None for none.
    """

    participants: FloatArray
    set_ups: FloatArray
    community_years: FloatArray | None = None
    resident_years: FloatArray | None = None


def price_in_draw(name: str, price: ProgrammePrice, draw: int) -> float:
    """Return the price of one participant in one joint draw, in prices of the programme's own price year.

    The draw is read off the quantile line through (2.5%, low), (50%, central) and (97.5%, high), and never leaves
    the range. Draws of different programmes are independent; a draw is the same in every scenario.

    Parameters
    ----------
    name
        Identifier of the programme.
    price
        Its price.
    draw
        Number of the joint parameter draw.
    """
    return _at_chance(price.per_participant, _chance_of(name, draw))


def _chance_of(name: str, draw: int) -> float:
    """Return how far along its range every price of a programme lies in one joint draw."""
    key = np.array([code_key(name)], dtype=np.uint64)
    return float(Chance(draw).uniforms(COSTS, 0, key, 0)[0])


def _at_chance(price: Price, chance: float) -> float:
    quantiles = (LOW_QUANTILE, MIDDLE_QUANTILE, HIGH_QUANTILE)
    return float(np.interp(chance, quantiles, (price.low_gbp, price.gbp, price.high_gbp)))


def programme_costs(
    prices: Mapping[str, ProgrammePrice],
    uses: Mapping[str, ProgrammeUse],
    parameters: Mapping[str, Any],
    draw: int,
    years: int,
) -> dict[str, dict[str, FloatArray]]:
    """Return the cost of each programme to each payer by year, before discounting.

    Parameters
    ----------
    prices, uses
        By programme; every programme used must have a price.
    parameters
        The registry.
    draw
        Number of the joint parameter draw.
    years
        Years after the decision date.

    Returns
    -------
    dict
        Programme to payer to ndarray of shape (years,), GBP in the price year of results, with optimism bias.
    """
    uplift = 1.0 + float(parameters["economics.optimism_bias_programme_cost"])
    costs: dict[str, dict[str, FloatArray]] = {}
    for name in sorted(uses):
        price, use = prices[name], uses[name]
        chance = _chance_of(name, draw)
        set_up = price.set_up_gbp * inflator(price.set_up_price_year or price.price_year, parameters)
        gbp = use.set_ups * set_up
        for each, number in (
            (price.per_participant, use.participants),
            (price.per_community_year, use.community_years),
            (price.per_year, use.resident_years),
        ):
            if number is not None:
                gbp = gbp + number * (_at_chance(each, chance) * inflator(each.price_year, parameters))
        gbp = gbp[:years] * uplift
        costs[name] = {payer: gbp * share for payer, share in sorted(price.payers.items())}
    return costs


def partnership_costs(
    spent: Mapping[str, FloatArray], parameters: Mapping[str, Any], years: int
) -> dict[str, dict[str, FloatArray]]:
    """Return what better partnership working costs each payer by year, before discounting.

    Parameters
    ----------
    spent
        Resource to GBP by year in the price year of results; resources with other names are left out.
    parameters
        The registry.
    years
        Years after the decision date.

    Returns
    -------
    dict
        Dial to payer to ndarray of shape (years,), with optimism bias.
    """
    uplift = 1.0 + float(parameters["economics.optimism_bias_programme_cost"])
    shares = np.asarray(parameters["economics.partnership_payer_share"], dtype=np.float64)
    costs: dict[str, dict[str, FloatArray]] = {}
    for resource in sorted(spent):
        if resource.startswith(PARTNERSHIP) and resource.endswith(GBP):
            gbp = np.asarray(spent[resource], dtype=np.float64)[:years] * uplift
            costs[resource.removesuffix(GBP)] = {
                payer: gbp * share for payer, share in zip(PAYERS, shares, strict=True) if share > 0
            }
    return costs
