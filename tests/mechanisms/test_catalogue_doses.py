"""Every intervention that ships: nothing at no dose, never fewer at twice, and the effect its evidence gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.interventions.resolved import Programme
from sim.interventions.strengths import drawn_strengths
from sim.place import Place
from tests.mechanisms.catalogue_doses import (
    for_everybody,
    programmes_of,
    single,
    singles,
    strengthened,
    twice_the_capacity,
    with_levers,
    without_capacity,
    without_strength,
)
from tests.mechanisms.paired import differing, rates
from tests.small_world import scenario

MONTHS = 12
DRAWS = 200
NULL = 1e-9
EVERY = [each for name in with_levers() for each in programmes_of(name)]
REACHED = ("participants", "community_years", "resident_years")


def lived(place: Place, change: Callable[[Programme], Programme]) -> Place:
    """Return a year of a place in which everything that ships is on, changed, side by side."""
    world = place.fork(scenario(*(change(each) for each in EVERY)))
    world.run(MONTHS)
    return world


@pytest.fixture(scope="module")
def worlds(poor: Place):
    """Return a place as it is, and with every intervention without capacity, and at one and two doses of no strength.

    Without strength, and without staff lent to them, they change nobody, so each has the same people to choose from.
    """
    still = poor.fork()
    still.run(MONTHS)
    found = {
        "still": still,
        "no capacity": lived(poor, without_capacity),
        "once": lived(poor, without_strength),
        "twice": lived(poor, lambda programme: twice_the_capacity(without_strength(programme))),
    }
    yield found
    for world in found.values():
        world.close()


def reached(world: Place) -> dict[str, float]:
    counts = world.programmes.counts(1)
    return {name: float(sum(each[what].sum() for what in REACHED)) for name, each in counts.items()}


@pytest.mark.mechanism("levers", "capacity")
@pytest.mark.parametrize("dose", ["no capacity", "once", "twice"])
def test_no_dose_leaves_a_place_bit_for_bit_as_it_is(worlds, dose):
    for columns in ("people", "families", "communities"):
        assert differing(getattr(worlds[dose], columns), getattr(worlds["still"], columns)) == []
    assert worlds[dose].tools.levers.in_use == worlds["still"].tools.levers.in_use == []
    assert worlds[dose].incidents_this_month == worlds["still"].incidents_this_month


@pytest.mark.mechanism("capacity")
@pytest.mark.parametrize("name", [each.id for each in EVERY])
def test_no_capacity_reaches_nobody_and_twice_the_capacity_never_fewer(worlds, name):
    none, once, twice = (reached(worlds[dose])[name] for dose in ("no capacity", "once", "twice"))
    assert twice >= once >= none
    assert none == worlds["no capacity"].programmes.counts(1)[name]["resident_years"].sum()


def test_twice_the_capacity_reaches_more_nearly_everywhere(worlds):
    once, twice = reached(worlds["once"]), reached(worlds["twice"])
    assert sum(twice[name] > once[name] for name in once) > 0.6 * len(once)


@pytest.mark.mechanism("shared_staff")
@pytest.mark.parametrize("name", [name for name in singles() if single(name).shares_capacity_of])
def test_twice_the_capacity_of_shared_staff_never_reaches_fewer(poor: Place, name):
    totals = []
    for change in (lambda programme: programme, twice_the_capacity):
        plan = replace(change(without_strength(single(name))), shares_capacity_of=single(name).shares_capacity_of)
        world = poor.fork(scenario(plan))
        world.run(6)
        counts = world.programmes.counts(1)[name]
        totals.append(counts["participants"].sum() + counts["community_years"].sum())
        world.close()
    assert totals[1] >= totals[0]


def expected(name: str) -> float:
    return single(name).expected_log_rr


@pytest.mark.parametrize("name", [name for name in singles() if abs(expected(name)) < NULL])
def test_what_is_expected_to_do_nothing_does_nothing_and_may_do_either(poor: Place, name):
    programme = single(name)
    assert set(drawn_strengths(programme, None, 1.0).values()) <= {0.0}
    some = [drawn_strengths(programme, draw, 1.0) for draw in range(DRAWS)]
    for lever in programme.levers:
        values = np.array([each[lever.name] for each in some])
        assert values.min() < 0.0 < values.max()
        assert abs(values.mean()) < 0.35 * values.std()
    world = poor.fork(scenario(programme))
    world.run(2)
    assert world.tools.levers.in_use == []
    world.close()


OF_PEOPLE_AT_ONCE = [
    name for name in singles()
    if single(name).mode != "place" and any(each.name == "violence_hazard" for each in single(name).levers)
]  # fmt: skip


@pytest.mark.mechanism("levers")
@pytest.mark.parametrize("name", OF_PEOPLE_AT_ONCE)
def test_stored_strengths_move_violence_the_way_the_evidence_says(poor: Place, name):
    """In the first month, before worlds part: harm harms, help helps, nothing does nothing."""
    programme = strengthened(for_everybody(single(name)))
    busy, still = poor.fork(scenario(programme)), poor.fork()
    busy.programmes.deliver(busy.month)
    rows = busy.programmes.running[0].enrolments.person
    assert rows.size > 0
    before, after = (rates(world)[:, rows].sum() for world in (still, busy))
    ratio = np.log(after / before)
    if abs(expected(name)) < NULL:
        assert ratio == 0.0
    else:
        assert np.sign(ratio) == np.sign(expected(name))
        others = np.setdiff1d(np.arange(still.people.n), rows)
        assert np.array_equal(rates(busy)[:5, others], rates(still)[:5, others])
    busy.close()
    still.close()
