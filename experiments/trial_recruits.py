"""Who takes part in a virtual trial, and in which arm.

People come by the route of the programme: they are eligible, a service that finds people knows of them, and they
agree. Each is asked once, in the first month in which all of it is so. All who agree are randomised.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.trial_design import Design
from sim.core.chance import Chance, declare_sheet
from sim.interventions.eligibility import eligible_rows, known_mask
from sim.interventions.identifying import uptake_chances
from sim.place import Place
from sim.population.schools import nearest_school

Array = npt.NDArray[Any]

ALLOCATION = declare_sheet("trials.allocation", ("arm", "sample", "consent"))
SHARE_OF_PLACES = 0.5
"""Part of the communities of a place, the most deprived, that a trial of places takes in."""


def asked_rows(world: Place, design: Design) -> Array:
    """Return the people whom the programme's own route finds this month."""
    programmes, programme = world.programmes, design.programme
    rows = eligible_rows(programmes.registers, programme.who, None)
    return rows[known_mask(programmes.registers, programme, rows, world.tools.chance, 0.0)]


def willing(world: Place, design: Design, rows: Array, month: int) -> Array:
    """Return which of those asked agree to take part."""
    keys = world.people.key[rows]
    uniforms = world.tools.chance.uniforms(ALLOCATION, ALLOCATION.word("consent"), keys, month)
    # Uptake differs with need and trust in a trial as it does in routine delivery.
    asked: Any = SimpleNamespace(programme=design.programme)
    eligible = eligible_rows(world.programmes.registers, design.programme.who, None)
    return np.asarray(uniforms < uptake_chances(asked, world.programmes.now, rows, eligible))


def unit_keys(world: Place, design: Design, rows: Array) -> Array:
    """Return the key of what each recruit is randomised with: the person, the family, the school or the community."""
    people = world.people
    if design.randomised == "family":
        family = people.family[rows]
        return np.where(family >= 0, world.families.key[np.maximum(family, 0)], people.key[rows])
    if design.randomised == "community":
        return np.asarray(world.communities.key[people.community[rows]])
    if design.randomised == "school":
        return schools_of(world)[people.community[rows]]
    return np.asarray(people.key[rows])


def schools_of(world: Place) -> Array:
    """Return a key of the secondary school whose catchment each community lies in; its own where none is known."""
    lsoa = world.place_data.lsoa
    school = nearest_school(np.asarray(lsoa["easting"], np.float64), np.asarray(lsoa["northing"], np.float64))
    return np.where(school >= 0, school.astype(np.uint64), world.communities.key)


def allocate(chance: Chance, units: Array) -> Array:
    """Return who is in the treated arm: half of the units, by their own lots."""
    each, unit = np.unique(units, return_inverse=True)
    lots = chance.uniforms(ALLOCATION, ALLOCATION.word("arm"), each, 0)
    rank = np.empty(each.size, np.int64)
    rank[np.argsort(lots, kind="stable")] = np.arange(each.size)
    return np.asarray((rank % 2 == 0)[unit])


def sample(chance: Chance, units: Array, people: int | None) -> Array:
    """Return which recruits a trial of at most ``people`` takes in: whole units, by lot; all when None."""
    if people is None or units.size <= people:
        return np.ones(units.size, bool)
    each, unit, size = np.unique(units, return_inverse=True, return_counts=True)
    order = np.argsort(chance.uniforms(ALLOCATION, ALLOCATION.word("sample"), each, 0), kind="stable")
    taken = np.zeros(each.size, bool)
    taken[order[np.cumsum(size[order]) <= people]] = True
    return np.asarray(taken[unit])


def trial_communities(world: Place) -> Array:
    """Return the communities that a trial of places takes in, most deprived first."""
    order = np.argsort(-world.communities.deprivation, kind="stable")
    return np.sort(order[: max(2, round(order.size * SHARE_OF_PLACES))])
