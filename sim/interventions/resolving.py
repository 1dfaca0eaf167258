"""Turn scenario files and catalogue entries into scenarios; bundles become their parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.interventions.fields import month_number
from sim.interventions.reach_schema import PartSettings
from sim.interventions.resolved import Dials, Programme, Scenario, Shock, resolve_programme
from sim.interventions.scenario import ProgrammeSettings, ScenarioFile
from sim.interventions.schema import CatalogueEntry


def resolve_scenario(name: str, file: ScenarioFile, entries: dict[str, CatalogueEntry]) -> Scenario:
    """Fill every default of a scenario file from the catalogue, and apply its stress test.

    Parameters
    ----------
    name : stem of the file.
    file : the validated file, with only the programmes that are on.
    entries : catalogue entries of those programmes and of their parts, by id.
    """
    decision = month_number(file.decision_date)
    programmes = {
        identifier: [_stressed(each, file) for each in resolve_entry(entries[identifier], entries, settings, decision)]
        for identifier, settings in file.interventions.items()
    }
    return Scenario(
        name=name,
        title=file.title,
        decision_date=f"{file.decision_date[0]:04d}-{file.decision_date[1]:02d}",
        horizon_years=file.horizon_years,
        programmes=tuple(each for _, some in sorted(programmes.items()) for each in some),
        dials=Dials(**file.partnership.model_dump()),
        shocks=tuple(
            Shock(s.what, month_number(s.start) - decision, s.months, s.change, s.communities) for s in file.shocks
        ),
        about=file.about or "",
        question=file.question or "",
        place=file.place or "",
        funded_by=dict(file.funded_by),
        cost_factor=file.stress.cost_factor,
        budget=dict(file.budget),
        listed=tuple(each.id for some in programmes.values() for each in some),
    )


def resolve_entry(
    entry: CatalogueEntry,
    entries: Mapping[str, CatalogueEntry],
    settings: ProgrammeSettings | None = None,
    decision: int | None = None,
) -> tuple[Programme, ...]:
    """Return the programmes an entry stands for: one, or a bundle's parts and what the bundle costs by itself.

    A part is called ``<bundle>_<part>``. Settings of the bundle hold for every part. Where the bundle says what it
    costs to set up, its parts are set up at that one cost.
    """
    whole = resolve_programme(entry, settings, decision)
    if not entry.parts:
        return (whole,)
    parts = [
        _part(entry, resolve_programme(entries[name], settings, decision), own)
        for name, own in sorted(entry.parts.items())
    ]
    return (whole, *parts) if entry.cost else tuple(parts)


def _part(bundle: CatalogueEntry, part: Programme, own: PartSettings) -> Programme:
    shared_set_up = bundle.cost is not None and bundle.cost.set_up is not None
    given = {name: getattr(own, name) for name in ("uptake", "completion", "months") if getattr(own, name) is not None}
    return replace(
        part,
        id=f"{bundle.id}_{part.id}",
        name=f"{bundle.name}: {part.name}",
        places_per_10000_eligible_per_year=part.places_per_10000_eligible_per_year * own.places_factor,
        coverage=None if part.coverage is None else min(part.coverage * own.places_factor, 1.0),
        cost=replace(part.cost, set_up=None) if shared_set_up else part.cost,
        bundle=bundle.id,
        **given,
    )


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
