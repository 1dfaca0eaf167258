"""Three badges for each proposal, by the rules of the catalogue: impact, security of evidence, cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from experiments.screening.delivery import Delivered
from experiments.screening.evidence import Prior
from experiments.screening.numbers import numbers
from sim.interventions.vocabulary import SECURITY_BADGES

HARMFUL, NO_EFFECT, LOW, MODERATE, HIGH, UNKNOWN = "harmful", "none", "low", "moderate", "high", "unknown"
MEDIUM, NOT_STATED = "medium", "not stated"
SECURITY = tuple(SECURITY_BADGES)
NOT_RATED = "not rated"
BORROWED = "borrowed from programmes with the same levers, one step down and at most low"
PER_PEOPLE = 100_000
WHOLE_PERCENT = 2


@dataclass(frozen=True)
class Rated:
    """Hold the badges of one proposal; ``security_by`` says who rated the evidence."""

    impact: str
    security: str
    security_by: str
    cost: str


def rate(delivered: Delivered, population: int) -> Rated:
    """Rate a proposal. Nothing that it claims about its effect enters."""
    security, rater = security_of(delivered)
    return Rated(impact_of(delivered.prior), security, rater, cost_of(delivered, population))


def impact_of(prior: Prior) -> str:
    """Sort the effect that evidence leads one to expect on those who take part, or on the places served."""
    limits, less = numbers(), round(-math.expm1(prior.mean), WHOLE_PERCENT)
    if less < -limits["impact_none"]:
        return HARMFUL
    for limit, word in (("impact_none", NO_EFFECT), ("impact_low", LOW), ("impact_moderate", MODERATE)):
        if less <= limits[limit] + 1e-9:
            return word
    return HIGH


def security_of(delivered: Delivered) -> tuple[str, str]:
    """Return how sure the evidence is, and by whose rating; an own programme's is borrowed."""
    if delivered.reference is None:
        badges: Any = delivered.loaded.entry.badges
        return badges.security or NOT_RATED, badges.security_by or ""
    rated = [SECURITY.index(each.badges.security) for each in delivered.reference.entries if each.badges.security]
    step = max(min(rated, default=0) - 1, 0)
    return SECURITY[min(step, SECURITY.index(LOW))], BORROWED


def cost_of(delivered: Delivered, population: int) -> str:
    """Sort what one participant costs as stated, or one year where a programme serves places."""
    price, limits = delivered.proposal.cost, numbers()
    if not price.is_stated:
        return NOT_STATED
    if delivered.loaded.of_places:
        gbp = (price.recurrent_per_year or 0.0) * PER_PEOPLE / population
        names = ("cost_low_gbp_per_100000", "cost_medium_gbp_per_100000")
    else:
        gbp = cost_of_one(delivered)
        names = ("cost_low_gbp", "cost_medium_gbp")
    low, medium = (limits[name] for name in names)
    return LOW if gbp <= low else MEDIUM if gbp <= medium else HIGH


def cost_of_one(delivered: Delivered) -> float:
    """Return what one of the people planned for costs as stated, the cost of each year shared among them."""
    price, planned = delivered.proposal.cost, delivered.proposal.cohort.n
    yearly = price.recurrent_per_year or 0.0
    shared = yearly * (price.years or delivered.years_of_delivery) / planned if planned else yearly
    return (price.recurrent_per_child or 0.0) + shared
