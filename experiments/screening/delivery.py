"""Turn a proposal into a scenario: the catalogue's programme, delivered to the people and at the price proposed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from experiments.screening.form import Price, Proposal
from experiments.screening.numbers import numbers
from experiments.screening.reading import Loaded, slug
from experiments.screening.reference import evidence_on, with_reference
from experiments.worlds import World
from sim.core.time import MONTHS_PER_YEAR
from sim.interventions.resolved import Amount, Cost, Eligibility, Programme, Scenario, resolve_programme
from sim.interventions.schema import PLACE, UNIVERSAL

WEEKS_PER_MONTH = 365.25 / 7 / MONTHS_PER_YEAR
FUNDER = "funders"
PER_PEOPLE = 100_000
FINEST_AGE_YEARS, BAND_YEARS, OLDEST_BAND = 25, 5, 90


class Delivered:
    """Hold a proposal as the model delivers it.

    Attributes
    ----------
    loaded, stem
        The proposal, and the name of its world.
    programme
        What is delivered.
    prior, reference
        The evidence it rests on; ``reference`` is None for a programme of the catalogue.
    """

    def __init__(self, loaded: Loaded, place: Any, decision_date: str, years: int, price_year: int) -> None:
        self.loaded, self.stem = loaded, slug(loaded.proposal.id)
        self.prior, self.reference = evidence_on(loaded.entry, loaded.own)
        planned = resolve_programme(loaded.entry)
        self.planned = with_reference(planned, self.reference) if self.reference is not None else planned
        self.programme = delivered(self.planned, loaded.proposal, place, years, price_year)
        title = loaded.proposal.title or f"{loaded.entry.name}, {loaded.proposal.organisation}"
        self.scenario = Scenario(self.stem, title, decision_date, years, (self.programme,))

    @property
    def proposal(self) -> Proposal:
        return self.loaded.proposal

    @property
    def world(self) -> World:
        """The scenario as studies read it."""
        return World(self.stem, self.loaded.file, self.scenario)

    @property
    def years_of_delivery(self) -> float:
        """Years for which people start, never longer than the period that is simulated."""
        return min(self.proposal.cost.years or self.scenario.horizon_years, float(self.scenario.horizon_years))

    @property
    def planned_people(self) -> float | None:
        """People who are to start in the period that is simulated; None where the proposal does not say how many."""
        planned, stated = self.proposal.cohort.n, self.proposal.cost.years
        share = self.years_of_delivery / stated if stated else 1.0
        return None if planned is None else planned * share

    @property
    def dose_share(self) -> float | None:
        """The dose offered as a share of the programme's own; None where either is not known."""
        return dose_share(self.planned, self.proposal)


def dose_share(programme: Programme, proposal: Proposal) -> float | None:
    """Return the dose of a proposal as a share of a programme's own: the smaller of weeks and sessions, where known."""
    dose, plan = proposal.dose, programme.sessions
    parts = []
    if dose.weeks is not None:
        parts.append(dose.weeks / (programme.months * WEEKS_PER_MONTH))
    if dose.sessions is not None and plan is not None:
        parts.append(dose.sessions / (plan.per_month * programme.months))
    return min(parts) if parts else None


def delivered(programme: Programme, proposal: Proposal, place: Any, years: int, price_year: int) -> Programme:
    """Return a programme with a proposal's people, route, years, dose and price.

    Uptake, completion, length and effect stay those of the evidence. A dose below the programme's own gives its share
    of the effect; one above it is not credited with more, since no trial of it is known.
    """
    stated = proposal.cost.years or float(years)
    span = min(stated, float(years))
    changed: dict[str, Any] = {
        "start_month": 0,
        "stop_month": max(round(span * MONTHS_PER_YEAR), 1),
        "cost": price_of_proposal(programme, proposal.cost, place.population, price_year, span),
    }
    if programme.mode == PLACE:
        return replace(programme, **changed)
    given = dose_share(programme, proposal)
    share = 1.0 if given is None or given >= numbers()["dose_whole"] else given
    changed["levers"] = tuple(
        replace(e, strength=e.strength * share, per_sd=e.per_sd * share) for e in programme.levers
    )
    cohort, who = proposal.cohort, programme.who
    if cohort.ages is not None:
        who = Eligibility(*cohort.ages, who.sex, who.all_of, who.any_of, who.none_of)
    changed["who"] = who
    if programme.mode == UNIVERSAL:
        if cohort.n is not None:
            chances = residents_of(place, who) * rounds(programme, who, stated) * programme.uptake
            changed["coverage"] = min(cohort.n / max(chances, 1.0), 1.0)
    else:
        changed["identified_by"] = cohort.how_identified or programme.identified_by
        if cohort.n is not None:
            changed["places_per_year"] = cohort.n / stated
    return replace(programme, **changed)


def rounds(programme: Programme, who: Eligibility, years: float) -> float:
    """Return how often a universal programme is offered: again after a while, and to those who grow into its ages."""
    again = programme.again_after_months
    repeats = max(years * MONTHS_PER_YEAR / again, 1.0) if again else 1.0
    return repeats + max(years - 1.0, 0.0) / (who.oldest - who.youngest + 1)


def price_of_proposal(programme: Programme, price: Price, population: int, price_year: int, years: float) -> Cost:
    """Return the price of a proposal; where it states none, that of the catalogue stands in.

    What a programme for people costs a year, besides each participant, is charged when it is set up, for all ``years``.
    """
    payers = dict(price.paid_by) or {FUNDER: 1.0}
    if not price.is_stated:
        return replace(programme.cost, payers=payers)

    def amount(gbp: float | None) -> Amount | None:
        return None if gbp is None else Amount(gbp, gbp, gbp, price.price_year or price_year)

    yearly, set_up = price.recurrent_per_year, price.setup
    of_places = programme.mode == PLACE
    if yearly is not None and not of_places:
        set_up = (set_up or 0.0) + yearly * years
    return Cost(
        per_participant=amount(price.recurrent_per_child),
        set_up=amount(set_up),
        payers=payers,
        per_year=amount(yearly * PER_PEOPLE / population) if yearly is not None and of_places else None,
    )


def residents_of(place: Any, who: Eligibility) -> float:
    """Return how many residents of a place are of the ages of an eligibility, by the open data."""
    total = 0.0
    for age in range(who.youngest, who.oldest + 1):
        if age < FINEST_AGE_YEARS:
            column, share = f"age_{age}", 1.0
        elif age < OLDEST_BAND:
            first = age // BAND_YEARS * BAND_YEARS
            column, share = f"age_{first}_{first + BAND_YEARS - 1}", 1.0 / BAND_YEARS
        else:
            break
        total += share * float(np.asarray(place.lsoa[column]).sum())
    return total / 2 if who.sex is not None else total
