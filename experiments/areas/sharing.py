"""Give an area its part of a scenario: of places, money and anything else that a scenario counts for a whole place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.interventions.resolved import Programme, Scenario

Array = npt.NDArray[Any]


def part_of(scenario: Scenario, place: Any, rows: Array) -> Scenario:
    """Return what an area gets of a scenario for the whole place.

    Places a year of a programme, and yearly budgets, are shared out by residents; places of a programme in listed
    communities by the residents of those. What a scenario gives as a rate, a share or a dial holds everywhere as it
    stands.
    """
    people = np.asarray(place.lsoa["population"], np.float64)
    share = float(people[rows].sum() / people.sum())
    codes = place.lsoa["lsoa"].astype(str)
    return replace(
        scenario,
        programmes=tuple(_programme(each, codes, people, rows, share) for each in scenario.programmes),
        budget={payer: amount * share for payer, amount in scenario.budget.items()},
    )


def notes_of(scenario: Scenario, areas: int) -> list[str]:
    """Say what of a scenario is decided area by area and not for the whole place at once."""
    if areas < 2:
        return []
    notes = []
    if scenario.budget or any(each.places_per_year is not None for each in scenario.programmes):
        notes.append("Places and budgets of the scenario are shared out among areas by residents.")
    chosen = [each.name for each in scenario.programmes if each.where is not None or _is_share(each.communities)]
    if chosen or any(_is_share(shock.communities) for shock in scenario.shocks):
        what = ", ".join(chosen) or "shocks"
        notes.append(f"Communities with most need are chosen within each area, not over the whole place: {what}.")
    return notes


def _programme(programme: Programme, codes: Array, people: Array, rows: Array, share: float) -> Programme:
    if programme.places_per_year is None:
        return programme
    if isinstance(programme.communities, tuple):
        served = people * np.isin(codes, list(programme.communities))
        share = float(served[rows].sum() / served.sum()) if served.any() else share
    return replace(programme, places_per_year=programme.places_per_year * share)


def _is_share(communities: Sequence[str] | float | None) -> bool:
    return isinstance(communities, float)
