"""Scenarios and programmes as the model reads them: plain, small, picklable, with every default filled in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from sim.interventions.conditions import condition_words
from sim.interventions.evidence_schema import LeverPush
from sim.interventions.fields import month_number
from sim.interventions.scenario import ProgrammeSettings, ScenarioFile
from sim.interventions.schema import CatalogueEntry, Money
from sim.interventions.strength_store import Strengths

CENTILE_95_SD = 1.6448536269514722


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
class Amount:
    """Hold an amount of money with its 95% range and price year."""

    gbp: float
    low: float
    high: float
    price_year: int


@dataclass(frozen=True)
class Cost:
    """Hold the cost of one participant, of setting up once, and each payer's part."""

    per_participant: Amount
    set_up: Amount | None
    payers: dict[str, float]


@dataclass(frozen=True)
class Eligibility:
    """Say who a programme is for: ages both included, in years; conditions as (name, value)."""

    youngest: int
    oldest: int
    sex: str | None
    all_of: tuple[tuple[str, object], ...]
    any_of: tuple[tuple[str, object], ...]
    none_of: tuple[tuple[str, object], ...]

    def words(self) -> str:
        """Say it in one plain sentence part."""
        people = {"female": "girls and women", "male": "boys and men", None: "people"}[self.sex]
        parts = [f"{people} aged {self.youngest} to {self.oldest}"]
        parts += [condition_words(name, value) for name, value in self.all_of]
        if self.any_of:
            parts.append("and " + " or ".join(condition_words(name, value) for name, value in self.any_of))
        if self.none_of:
            parts.append("but not those " + " or ".join(condition_words(name, value) for name, value in self.none_of))
        return " ".join(parts)


@dataclass(frozen=True)
class Programme:
    """Describe one programme that a scenario switches on; months are counted from the decision date.

    ``communities`` are LSOA codes, or the most deprived part of the place's communities; None for all of them.
    ``places_per_year`` of None means ``places_per_10000_eligible_per_year`` of those eligible when it starts.
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
    expected_log_rr: float = 0.0
    effect: str = "transported"
    matched: Strengths | None = None


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

    @property
    def provisional(self) -> tuple[str, ...]:
        """Names of programmes whose strengths are provisional."""
        return tuple(programme.name for programme in self.programmes if programme.provisional)


def resolve_scenario(name: str, file: ScenarioFile, entries: dict[str, CatalogueEntry]) -> Scenario:
    """Fill every default of a scenario file from the catalogue, and apply its stress test.

    Parameters
    ----------
    name : stem of the file.
    file : the validated file, with only the programmes that are on.
    entries : catalogue entries of those programmes, by id.
    """
    decision = month_number(file.decision_date)
    programmes = tuple(
        _stressed(resolve_programme(entries[identifier], settings, decision), file)
        for identifier, settings in sorted(file.interventions.items())
    )
    return Scenario(
        name=name,
        title=file.title,
        decision_date=f"{file.decision_date[0]:04d}-{file.decision_date[1]:02d}",
        horizon_years=file.horizon_years,
        programmes=programmes,
        dials=Dials(**file.partnership.model_dump()),
        shocks=tuple(
            Shock(s.what, month_number(s.start) - decision, s.months, s.change, s.communities) for s in file.shocks
        ),
        about=file.about or "",
        question=file.question or "",
        place=file.place or "",
        funded_by=dict(file.funded_by),
        cost_factor=file.stress.cost_factor,
    )


def resolve_programme(
    entry: CatalogueEntry, settings: ProgrammeSettings | None = None, decision: int | None = None
) -> Programme:
    """Put a catalogue entry and the settings of a scenario together; ``decision`` counts months from year 0."""
    settings = settings or ProgrammeSettings()
    reach, origin = entry.reach, decision or 0
    sd = (math.fabs(entry.evidence.transport.log_rr[2] - entry.evidence.transport.log_rr[1])) / (2 * CENTILE_95_SD)
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
        places_per_10000_eligible_per_year=reach.places_per_10000_eligible_per_year,
        uptake=reach.uptake if settings.uptake is None else settings.uptake,
        completion=reach.completion if settings.completion is None else settings.completion,
        months=reach.months if settings.months is None else settings.months,
        calendar_months=tuple(sorted(set(reach.calendar_months))),
        start_up_months=reach.start_up_months,
        again_after_months=reach.again_after_months,
        communities=settings.communities,
        levers=tuple(_lever(name, push, entry, sd) for name, push in sorted(entry.levers.items())),
        cost=Cost(
            _amount(entry.cost.per_participant),
            _amount(entry.cost.set_up) if entry.cost.set_up else None,
            dict(entry.cost.payers),
        ),
        uncertainty_sd=sd,
        provisional=entry.is_provisional,
        expected_log_rr=entry.evidence.transport.log_rr[0],
        matched=entry.matched,
    )


def resolve_eligibility(entry: CatalogueEntry) -> Eligibility:
    """Return who an entry is for."""
    who = entry.who
    return Eligibility(*who.age, who.sex, tuple(who.all_of), tuple(who.any_of), tuple(who.none_of))


def _lever(name: str, push: LeverPush, entry: CatalogueEntry, sd: float) -> Lever:
    central = entry.evidence.transport.log_rr[0]
    per_sd = push.strength.per_sd if push.strength is not None else None
    if per_sd is None:
        per_sd = push.size * sd / abs(central) if central else 0.0
    return Lever(
        name, push.shape, push.size, per_sd, push.half_life_months or 0.0, push.lag_months, entry.is_provisional
    )


def _amount(money: Money) -> Amount:
    return Amount(money.gbp, money.low, money.high, money.price_year)


def _stressed(programme: Programme, file: ScenarioFile) -> Programme:
    stress = file.stress
    levers = tuple(
        replace(lever, strength=lever.strength * stress.effect_factor, per_sd=lever.per_sd * stress.effect_factor)
        for lever in programme.levers
    )
    return replace(
        programme,
        levers=levers,
        uptake=min(programme.uptake * stress.uptake_factor, 1.0),
        start_month=programme.start_month + stress.delay_months,
    )
