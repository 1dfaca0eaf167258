"""Read prices of programmes from the catalogue and from a scenario's own funding split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.economics.programmes import NO_PRICE, Price, ProgrammePrice

LEDGER_PAYER: dict[str, str] = {
    "justice": "other_criminal_justice",
    "work_and_pensions": "dwp_hmt",
    "treasury": "dwp_hmt",
    "families": "victims_and_families",
}


def ledger_payers(payers: Mapping[str, float]) -> dict[str, float]:
    """Return shares under the names of the payer ledger, so that what a payer spends and saves can be netted."""
    shares: dict[str, float] = {}
    for payer, share in payers.items():
        name = LEDGER_PAYER.get(payer, payer)
        shares[name] = shares.get(name, 0.0) + share
    return shares


def price_of(cost: Any, funded_by: Mapping[str, float], cost_factor: float) -> ProgrammePrice:
    """Return the price of one catalogue entry under one scenario.

    Parameters
    ----------
    cost
        The ``cost`` part of a catalogue entry.
    funded_by
        The scenario's own split among payers; empty for the catalogue's.
    cost_factor
        The scenario's stress on cost; 1 for none.
    """
    each, set_up = _price(cost.per_participant, cost_factor), _price(cost.set_up, cost_factor)
    return ProgrammePrice(
        per_participant_gbp=each.gbp,
        low_gbp=each.low_gbp,
        high_gbp=each.high_gbp,
        price_year=each.price_year,
        set_up_gbp=set_up.gbp,
        set_up_price_year=set_up.price_year if cost.set_up is not None else each.price_year,
        payers=ledger_payers(funded_by or cost.payers),
        per_community_year=_price(cost.per_community_year, cost_factor),
        per_year=_price(cost.per_year, cost_factor),
    )


def _price(amount: Any, cost_factor: float) -> Price:
    """Return an amount of the catalogue as a price; nothing where there is none."""
    if amount is None:
        return NO_PRICE
    return Price(amount.gbp * cost_factor, amount.low * cost_factor, amount.high * cost_factor, amount.price_year)
