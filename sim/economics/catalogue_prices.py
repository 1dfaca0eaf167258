"""Read prices of programmes from the catalogue and from a scenario's own funding split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.economics.programmes import ProgrammePrice

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
    each, set_up = cost.per_participant, cost.set_up
    return ProgrammePrice(
        per_participant_gbp=each.gbp * cost_factor,
        low_gbp=each.low * cost_factor,
        high_gbp=each.high * cost_factor,
        price_year=each.price_year,
        set_up_gbp=set_up.gbp * cost_factor if set_up is not None else 0.0,
        set_up_price_year=set_up.price_year if set_up is not None else each.price_year,
        payers=ledger_payers(funded_by or cost.payers),
    )
