"""The interventions that ship with the software, at no dose, at twice the dose, and for everybody at once."""

from __future__ import annotations

from dataclasses import replace

from sim.interventions.catalogue import Catalogue, with_parts
from sim.interventions.resolved import Programme, resolve_programme
from sim.interventions.resolving import resolve_entry
from sim.interventions.schema import PLACE, UNIVERSAL
from sim.interventions.strengths import at_scale, matched_scale


def with_levers() -> list[str]:
    """Return the ids of all entries that move levers, themselves or by their parts."""
    catalogue = Catalogue()
    return [name for name in catalogue.ids if catalogue.entry(name).levers or catalogue.entry(name).parts]


def singles() -> list[str]:
    """Return the ids of all entries that move levers and are no bundles."""
    return [name for name in with_levers() if not Catalogue().entry(name).parts]


def programmes_of(name: str) -> list[Programme]:
    """Return the programmes an entry stands for, without the dials that some of them set."""
    entries = with_parts(name, Catalogue())
    return [replace(each, dials={}) for each in resolve_entry(entries[name], entries)]


def single(name: str) -> Programme:
    """Return an entry that is no bundle as a programme."""
    return resolve_programme(Catalogue().entry(name))


def without_strength(programme: Programme) -> Programme:
    """Return a programme whose levers have no strength, and that acts by nothing else: labels, groups, lent staff."""
    return replace(at_scale(programme, 0.0), group=False, labelling=0.0, shares_capacity_of=None)


def without_capacity(programme: Programme) -> Programme:
    """Return a programme that nobody and no community can get."""
    if programme.mode == PLACE:
        return replace(programme, communities=())
    if programme.mode == UNIVERSAL:
        return replace(programme, coverage=0.0)
    return replace(programme, places_per_year=0.0)


def twice_the_capacity(programme: Programme) -> Programme:
    """Return a programme with twice the places, coverage, communities or hours."""
    if programme.mode == UNIVERSAL:
        return replace(programme, coverage=min(2.0 * (programme.coverage or 0.0), 1.0))
    if programme.mode != PLACE:
        return replace(programme, places_per_10000_eligible_per_year=2.0 * programme.places_per_10000_eligible_per_year)
    plan, where = programme.place, programme.where
    if plan.communities_per_100000 is not None:
        return replace(programme, place=replace(plan, communities_per_100000=2.0 * plan.communities_per_100000))
    return replace(programme, where=replace(where, share=min(2.0 * where.share, 1.0)) if where else None)


def strengthened(programme: Programme, factor: float = 1.0) -> Programme:
    """Return a matched programme at a multiple of the strength that gives the effect expected in England."""
    return at_scale(programme, factor * matched_scale(programme, 0.0))


def for_everybody(programme: Programme) -> Programme:
    """Return a programme that everybody it is for, known or not, starts in its first month and stays in."""
    return replace(
        programme, mode=UNIVERSAL, coverage=1.0, identified_by=(), uptake=1.0, completion=1.0, uptake_by_need=0.0,
        uptake_by_trust=0.0, waiting=False, net_widening=0.0, sessions=None, start_up_months=0, stop_month=1,
        shares_capacity_of=None, calendar_months=(),
    )  # fmt: skip
