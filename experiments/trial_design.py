"""How a catalogue entry is put on trial: whom it recruits, what is randomised, what is counted, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace

from experiments.trial_measures import IN_PLACE, is_placed
from sim.core.errors import PlacewiseError
from sim.interventions.resolved import Programme, Scenario, resolve_programme
from sim.interventions.schema import PLACE, CatalogueEntry
from sim.interventions.strengths import at_scale

TRANSPORTED, PUBLISHED = "transported", "published"
RECRUITING_MONTHS = 24
"""Months for which trials of programmes for people recruit; follow-up counts from each one's own enrolment."""


class NoTrial(PlacewiseError):
    """Report that an entry cannot be put on trial, with the reason."""

    exit_code = 3


@dataclass(frozen=True)
class Design:
    """Describe a virtual trial.

    Attributes
    ----------
    programme
        What the treated arm gets.
    estimand, randomised, measure
        As in the evidence of a catalogue entry.
    first_month, last_month
        The outcome is counted in these months after a person's enrolment, the last left out.
    attrition
        Share lost to follow-up; None for the usual share.
    recruiting_months
        Months in which people are recruited.
    """

    programme: Programme
    estimand: str
    randomised: str
    measure: str
    first_month: int
    last_month: int
    attrition: float | None
    recruiting_months: int = RECRUITING_MONTHS

    @property
    def months(self) -> int:
        """Months from the first recruit to the end of the last one's follow-up."""
        return self.last_month + self.recruiting_months - 1

    @property
    def is_of_places(self) -> bool:
        return self.programme.mode == PLACE

    def scenario(self, communities: tuple[str, ...] | None = None) -> Scenario:
        """Return the world of the trial: nobody takes part but who is enrolled, and places of the treated arm."""
        programme = replace(
            self.programme, places_per_year=0.0, coverage=0.0, start_month=0, stop_month=None, start_up_months=0
        )
        if self.is_of_places:
            programme = replace(programme, communities=communities)
        return Scenario("trial", "Virtual trial", "", 1, (programme,))

    def at_scale(self, scale: float) -> Design:
        """Return the same trial with the pushes of the programme multiplied by ``scale``."""
        return replace(self, programme=at_scale(self.programme, scale))


def design_of(entry: CatalogueEntry, effect: str = TRANSPORTED) -> Design:
    """Return the trial that an entry's effect stands for: the one published, or one in routine delivery in England.

    Raises
    ------
    NoTrial : for an entry without levers or evidence, or with a measure that does not fit what it acts on.
    """
    if entry.evidence is None or not entry.levers:
        raise NoTrial(f"{entry.name} moves no lever by itself, so there is nothing to put on trial.")
    trial, programme = entry.evidence.trial, resolve_programme(entry)
    if effect == PUBLISHED:
        measure, first, last = trial.measure, trial.follow_up_from_months, trial.follow_up_months
        estimand: str = trial.estimand
    else:
        measure, first, last = entry.evidence.transported_outcome
        estimand = entry.evidence.transported_estimand
    of_places = entry.mode == PLACE
    measure = IN_PLACE.get(measure, measure) if of_places else measure
    if is_placed(measure) != of_places:
        acts = "acts on places" if of_places else "acts on people"
        raise NoTrial(f"{entry.name} {acts}, and {measure} is not a measure of these.")
    return Design(
        programme,
        estimand,
        "community" if of_places else trial.randomised,
        measure,
        first,
        last,
        trial.attrition,
        1 if of_places else RECRUITING_MONTHS,
    )
