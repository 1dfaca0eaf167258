"""Scenarios and programmes as the model reads them: plain, small, picklable, with every default filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sim.interventions.cost_schema import Money
from sim.interventions.evidence_schema import LeverPush
from sim.interventions.fields import month_number
from sim.interventions.programme_parts import Amount as Amount
from sim.interventions.programme_parts import Cost as Cost
from sim.interventions.programme_parts import Eligibility as Eligibility
from sim.interventions.programme_parts import PlacePlan as PlacePlan
from sim.interventions.programme_parts import SessionPlan as SessionPlan
from sim.interventions.programme_parts import StaffLoss as StaffLoss
from sim.interventions.programme_parts import WherePlan as WherePlan
from sim.interventions.scenario import ProgrammeSettings
from sim.interventions.schema import PLACE, CatalogueEntry
from sim.interventions.strength_store import Strengths

CENTILE_95_SD = 1.6448536269514722
ANY_PLACE = PlacePlan()
EVERYBODY = Eligibility(0, 110, None, (), (), ())
AMOUNTS = ("per_participant", "per_community_year", "per_year", "set_up")


@dataclass(frozen=True)
class Lever:
    """Say how a programme moves one lever: ``strength`` at full dose, and its change for one sd of uncertainty.

    Where a programme is matched to its trial, ``strength`` is the push that its scale multiplies.
    """

    name: str
    shape: str
    strength: float
    per_sd: float
    half_life_months: float
    lag_months: int
    provisional: bool


@dataclass(frozen=True)
class Programme:
    """Describe one programme that a scenario switches on; months are counted from the decision date.

    ``communities`` are LSOA codes, or the most deprived part of the place's communities; None for those that
    ``where`` chooses, or all of them. ``places_per_year`` of None means ``places_per_10000_eligible_per_year`` of
    those eligible when it starts. ``hours_per_month`` of None means the full ones; ``neighbours``, ``uptake_by_need``
    and ``uptake_by_trust`` of None mean those of the registry. ``bundle`` names the entry this is a part of.
    ``expected_log_rr`` and ``uncertainty_sd`` are the effect expected in England; ``effect`` says whether strengths
    reproduce that one (``transported``) or the ``published`` one, by the scales in ``matched``.
    """

    id: str
    name: str
    strand: str
    level: str
    who: Eligibility
    identified_by: tuple[str, ...]
    delivered_by: str
    start_month: int
    stop_month: int | None
    places_per_year: float | None
    places_per_10000_eligible_per_year: float
    uptake: float
    completion: float
    months: int
    calendar_months: tuple[int, ...]
    start_up_months: int | None
    again_after_months: int | None
    communities: tuple[str, ...] | float | None
    levers: tuple[Lever, ...]
    cost: Cost
    uncertainty_sd: float
    provisional: bool
    mode: str = "targeted"
    where: WherePlan | None = None
    coverage: float | None = None
    lottery: str = "person"
    place: PlacePlan = ANY_PLACE
    hours_per_month: float | None = None
    neighbours: float | None = None
    sessions: SessionPlan | None = None
    uptake_by_need: float | None = None
    uptake_by_trust: float | None = None
    waiting: bool = False
    group: bool = False
    net_widening: float = 0.0
    labelling: float = 0.0
    shares_capacity_of: str | None = None
    dials: Mapping[str, float] = field(default_factory=dict)
    effect: str = "transported"
    bundle: str = ""
    expected_log_rr: float = 0.0
    matched: Strengths | None = None
    staff_loss: StaffLoss | None = None

    def staff_at(self, month: int) -> float:
        """Return the share of its staff that a programme has ``month`` months after the decision date."""
        return 1.0 if self.staff_loss is None else self.staff_loss.share_at(month)

    @property
    def entry(self) -> str:
        """Identifier of the catalogue entry this comes from."""
        return self.id.removeprefix(f"{self.bundle}_") if self.bundle else self.id


@dataclass(frozen=True)
class Dials:
    """Hold the five partnership dials, each from 0 (as things stand) to 1."""

    collaboration: float = 0.0
    co_production: float = 0.0
    data_sharing: float = 0.0
    counter_narrative: float = 0.0
    community_consensus: float = 0.0


@dataclass(frozen=True)
class Shock:
    """Describe a change from outside; ``months`` of None means for good. ``change`` is in standard deviations.

    ``communities`` are LSOA codes, or the most deprived part of the place's communities; None for all of them.
    """

    what: str
    start_month: int
    months: int | None
    change: float
    communities: tuple[str, ...] | float | None = None

    def at(self, month: int) -> float:
        """Return the change that holds ``month`` months after the decision date."""
        over = self.months is not None and month >= self.start_month + self.months
        return self.change if month >= self.start_month and not over else 0.0


@dataclass(frozen=True)
class Scenario:
    """Describe what is done in a place, ready to be simulated."""

    name: str
    title: str
    decision_date: str
    horizon_years: int
    programmes: tuple[Programme, ...] = ()
    dials: Dials = Dials()
    shocks: tuple[Shock, ...] = ()
    about: str = ""
    question: str = ""
    place: str = ""
    funded_by: dict[str, float] = field(default_factory=dict)
    cost_factor: float = 1.0
    budget: dict[str, float] = field(default_factory=dict)
    listed: tuple[str, ...] = ()

    def turns(self, programmes: Sequence[str]) -> list[int]:
        """Return in which order programmes take money and staff, as positions in ``programmes``.

        First those that come first in ``listed``, the order of the scenario file; what it does not name comes last.
        """
        rank = {identifier: i for i, identifier in enumerate(self.listed)}
        return sorted(range(len(programmes)), key=lambda i: rank.get(programmes[i], len(rank)))

    @property
    def provisional(self) -> tuple[str, ...]:
        """Names of programmes whose strengths are provisional."""
        return tuple(programme.name for programme in self.programmes if programme.provisional)


def resolve_programme(
    entry: CatalogueEntry, settings: ProgrammeSettings | None = None, decision: int | None = None
) -> Programme:
    """Put a catalogue entry and the settings of a scenario together; ``decision`` counts months from year 0.

    Of a bundle only what it costs by itself is left; see `sim.interventions.resolving.resolve_entry`.
    """
    settings = settings or ProgrammeSettings()
    reach, origin = entry.reach, decision or 0
    sd = uncertainty_of(entry)
    uptake, completion, months = (reach.uptake, reach.completion, reach.months) if reach else (1.0, 1.0, 1)
    place = entry.place_reach
    neighbours = place.neighbours if place and settings.neighbours is None else settings.neighbours
    start_up = reach.start_up_months if reach else place.start_up_months if place else None
    coverage = reach.coverage if reach and settings.coverage is None else settings.coverage
    return Programme(
        id=entry.id,
        name=entry.name,
        strand=entry.strand,
        level=entry.level,
        who=resolve_eligibility(entry),
        identified_by=tuple(entry.identified_by),
        delivered_by=entry.delivered_by,
        start_month=month_number(settings.start) - origin if settings.start else 0,
        stop_month=month_number(settings.stop) - origin if settings.stop else None,
        places_per_year=settings.places_per_year,
        places_per_10000_eligible_per_year=(reach.places_per_10000_eligible_per_year or 0.0) if reach else 0.0,
        uptake=uptake if settings.uptake is None else settings.uptake,
        completion=completion if settings.completion is None else settings.completion,
        months=months if settings.months is None else settings.months,
        calendar_months=tuple(sorted(set(reach.calendar_months))) if reach else (),
        start_up_months=start_up,
        again_after_months=reach.again_after_months if reach else None,
        communities=settings.communities,
        levers=tuple(_lever(name, push, entry, sd) for name, push in sorted(entry.levers.items())),
        cost=resolve_cost(entry),
        uncertainty_sd=sd,
        provisional=entry.is_provisional,
        mode=PLACE if entry.parts else entry.mode,
        where=WherePlan(entry.where.need, entry.where.share) if entry.where else None,
        coverage=coverage,
        lottery=reach.lottery if reach else "person",
        place=PlacePlan(place.communities_per_100000, place.hours_per_month) if place else ANY_PLACE,
        hours_per_month=settings.hours_per_month,
        neighbours=neighbours,
        sessions=SessionPlan(**entry.sessions.model_dump()) if entry.sessions else None,
        uptake_by_need=entry.uptake_by.need,
        uptake_by_trust=entry.uptake_by.trust,
        waiting=entry.waiting,
        group=entry.group,
        net_widening=entry.net_widening,
        labelling=entry.labelling,
        shares_capacity_of=entry.shares_capacity_of,
        dials=dict(entry.dials),
        effect=settings.effect or "transported",
        expected_log_rr=entry.evidence.transport.log_rr[0] if entry.evidence else 0.0,
        matched=entry.matched,
    )


def resolve_eligibility(entry: CatalogueEntry) -> Eligibility:
    """Return who an entry is for; everybody where it does not say."""
    who = entry.who
    if who is None:
        return EVERYBODY
    return Eligibility(*who.age, who.sex, tuple(who.all_of), tuple(who.any_of), tuple(who.none_of))


def resolve_cost(entry: CatalogueEntry) -> Cost:
    """Return what an entry costs; nothing where it does not say."""
    cost = entry.cost
    if cost is None:
        return Cost(None, None, {})
    amounts = {name: _amount(getattr(cost, name)) for name in AMOUNTS}
    return Cost(payers=dict(cost.payers), **amounts)


def uncertainty_of(entry: CatalogueEntry) -> float:
    """Return the standard deviation of the transported effect, log rate ratio."""
    if entry.evidence is None:
        return 0.0
    _, low, high = entry.evidence.transport.log_rr
    return math.fabs(high - low) / (2 * CENTILE_95_SD)


def _lever(name: str, push: LeverPush, entry: CatalogueEntry, sd: float) -> Lever:
    central = entry.evidence.transport.log_rr[0] if entry.evidence else 0.0
    per_sd = push.strength.per_sd if push.strength is not None else None
    if per_sd is None:
        per_sd = push.size * sd / abs(central) if central else 0.0
    return Lever(
        name, push.shape, push.size, per_sd, push.half_life_months or 0.0, push.lag_months, entry.is_provisional
    )


def _amount(money: Money | None) -> Amount | None:
    if money is None:
        return None
    return Amount(money.gbp, money.low, money.high, money.price_year)
