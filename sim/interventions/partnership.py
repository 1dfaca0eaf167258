"""What the five partnership dials change: who is found and referred, who stays, and what residents think.

No dial acts on violence directly. A dial at 0 leaves things as they stand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.levers import Levers
from sim.interventions.conditions import Registers
from sim.interventions.resolved import Dials

MESSAGE_AGES_YEARS = (10, 24)
RESIDENTS_PER_COST_UNIT = 100_000


@dataclass(frozen=True)
class PartnershipEffects:
    """Hold what the dials do to programmes.

    Attributes
    ----------
    shared : probability that a record of another service reaches an identifying one.
    referral : probability that a known person is referred in a month.
    duplicates_avoided : probability that somebody in a programme of the same strand is not offered another.
    uptake_log_odds, drop_out_log_hazard : added to those of every programme.
    fidelity : factor on every strength.
    hand_over : probability that a referral to a waiting list arrives within a month.
    """

    shared: float
    referral: float
    duplicates_avoided: float
    uptake_log_odds: float
    drop_out_log_hazard: float
    fidelity: float
    hand_over: float


def partnership_effects(dials: Dials, parameters: Mapping[str, Any] | Any) -> PartnershipEffects:
    """Return what the dials of a scenario do to its programmes."""
    p = parameters
    log_odds = (
        log_odds_of(p["programmes.referral_each_month"])
        + dials.collaboration * p["programmes.collaboration_referral"]
        + dials.counter_narrative * p["programmes.counter_narrative_referral"]
    )
    return PartnershipEffects(
        shared=dials.data_sharing * p["programmes.data_sharing_reach"],
        referral=share_of(log_odds),
        duplicates_avoided=dials.collaboration * p["programmes.collaboration_duplicates"],
        uptake_log_odds=dials.co_production * p["programmes.co_production_uptake"],
        drop_out_log_hazard=dials.co_production * p["programmes.co_production_drop_out"],
        fidelity=1.0 + dials.co_production * p["programmes.co_production_fidelity"],
        hand_over=shifted_share(
            p["programmes.hand_over_each_month"], dials.collaboration * p["programmes.collaboration_referral"]
        ),
    )


def push_community_levers(dials: Dials, parameters: Mapping[str, Any] | Any, levers: Levers, who: Registers) -> None:
    """Push the levers that dials move in whole communities and among 10 to 24 year olds."""
    p = parameters
    everywhere = np.arange(who.communities.n)
    for name, value in (
        ("collective_efficacy", dials.community_consensus * p["programmes.consensus_efficacy"]),
        ("legitimacy", dials.community_consensus * p["programmes.consensus_legitimacy"]),
    ):
        if value != 0.0:
            levers.push(name, everywhere, np.full(everywhere.size, value, np.float32), who.communities.n)
    value = dials.counter_narrative * p["programmes.counter_narrative_acceptance"]
    if value != 0.0:
        youngest, oldest = MESSAGE_AGES_YEARS
        strata = who.people.age_sex
        rows = np.flatnonzero((strata >= 2 * youngest) & (strata < 2 * (oldest + 1)))
        levers.push("acceptance_of_violence", rows, np.full(rows.size, value, np.float32), who.people.n)


def partnership_cost_gbp_per_year(
    dials: Dials, parameters: Mapping[str, Any] | Any, residents: float
) -> dict[str, float]:
    """Return what each dial costs in a year, GBP at 2024/25 prices, in proportion to its position and to residents."""
    p = parameters
    full = {
        "collaboration": p["programmes.collaboration_cost_gbp"],
        "co_production": p["programmes.co_production_cost_gbp"],
        "data_sharing": p["programmes.data_sharing_cost_gbp"],
        "counter_narrative": p["programmes.counter_narrative_cost_gbp"],
        "community_consensus": p["programmes.community_consensus_cost_gbp"],
    }
    size = residents / RESIDENTS_PER_COST_UNIT
    return {name: getattr(dials, name) * gbp * size for name, gbp in full.items()}


def log_odds_of(share: float) -> float:
    """Return the log odds of a share; infinite at 0 and 1."""
    if share <= 0.0:
        return -math.inf
    return math.inf if share >= 1.0 else math.log(share / (1.0 - share))


def share_of(log_odds: float) -> float:
    """Return the share that has these log odds."""
    if log_odds in (math.inf, -math.inf):
        return float(log_odds > 0)
    return 1.0 / (1.0 + math.exp(-log_odds))


def shifted_share(share: float, log_odds: float) -> float:
    """Return a share moved by ``log_odds``; exactly the share itself when that is 0."""
    return share if log_odds == 0.0 else share_of(log_odds_of(share) + log_odds)
