"""Say in plain English whom or where an intervention reaches, and what it costs."""

from __future__ import annotations

from sim.interventions.cost_schema import Cost, Money
from sim.interventions.resolved import resolve_eligibility
from sim.interventions.schema import CatalogueEntry
from sim.interventions.vocabulary import DIALS, LOTTERIES, MODES, NEEDS, PAYERS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = {
    "per_participant": "for each participant",
    "per_community_year": "for each community served, a year",
    "per_year": "for each 100,000 residents, a year",
    "set_up": "once, to set it up",
}


def reach_facts(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """Return whom, where and how much an intervention reaches, as pairs of label and text."""
    if entry.parts:
        return [("bundle of", ", ".join(entry.parts))]
    facts = [("mode", f"{entry.mode}: {MODES[entry.mode]}"), *_people_facts(entry), *_place_facts(entry)]
    for dial, position in entry.dials.items():
        facts.append(("partnership dial", f"{dial.replace('_', ' ')} at {position:g}: {DIALS[dial]}"))
    return facts


def _people_facts(entry: CatalogueEntry) -> list[tuple[str, str]]:
    reach = entry.reach
    if reach is None:
        return []
    months = f" starting in {', '.join(MONTHS[m - 1] for m in reach.calendar_months)}" if reach.calendar_months else ""
    if reach.coverage is not None:
        size = f"{percent(reach.coverage)} are reached{months}; drawn by lot: {LOTTERIES[reach.lottery]}"
    else:
        size = f"{reach.places_per_10000_eligible_per_year:,.0f} a year for every 10,000 people eligible{months}"
    services = ", ".join(service.replace("_", " ") for service in entry.identified_by)
    facts = [
        ("who it is for", resolve_eligibility(entry).words()),
        ("who finds them", f"only people known to one of: {services}" if services else "nobody need find them"),
        ("places", size),
        ("uptake", f"{percent(reach.uptake)} take up an offer"),
        ("completion", f"{percent(reach.completion)} of participants stay all {reach.months} months"),
    ]
    if entry.sessions:
        attended = f"{percent(entry.sessions.attendance)} attended"
        facts.append(("sessions", f"{entry.sessions.per_month:g} a month planned, {attended}"))
    return facts


def _place_facts(entry: CatalogueEntry) -> list[tuple[str, str]]:
    facts = []
    reach = entry.place_reach
    if entry.where:
        facts.append(("where", f"{percent(entry.where.share)} of communities, by {NEEDS[entry.where.need]}"))
    if reach and reach.hours_per_month is not None:
        facts.append(("hours", f"{reach.hours_per_month:g} a month in each community served"))
    if reach and reach.neighbours is not None:
        facts.append(("neighbours", f"{reach.neighbours:+.0%} of the effect reaches adjacent communities"))
    return facts


def cost_facts(cost: Cost | None) -> list[tuple[str, str]]:
    """Return what an intervention costs and who pays, as pairs of label and text."""
    if cost is None:
        return []
    given = [(getattr(cost, name), unit) for name, unit in UNITS.items()]
    facts = [("cost", f"{money_words(money)}, {unit}") for money, unit in given if money]
    payers = ", ".join(f"{PAYERS[payer]} {percent(part)}" for payer, part in cost.payers.items())
    return [*facts, ("who pays", payers)]


def short_cost(cost: Cost | None) -> str:
    """Write the main cost of an intervention in a few signs."""
    for name, short in (("per_participant", ""), ("per_community_year", " a community"), ("per_year", " per 100,000")):
        money = getattr(cost, name) if cost else None
        if money:
            return f"£{money.gbp:,.0f}{short} ({money.price_year})"
    return "its parts" if cost is None else "set-up only"


def money_words(money: Money) -> str:
    """Write an amount with its range and price year."""
    return f"£{money.gbp:,.0f} (£{money.low:,.0f} to £{money.high:,.0f}), {money.price_year} prices"


def percent(share: float) -> str:
    """Write a share as a percentage."""
    return f"{share:.0%}"
