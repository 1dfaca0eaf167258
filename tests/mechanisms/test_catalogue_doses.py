"""Every intervention that ships: nothing at no dose, never fewer at twice, and the effect its evidence gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

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

MONTHS = 4
"""From April to July, so that summer programmes begin."""
DRAWS = 200
NULL = 1e-9


@pytest.fixture(scope="module")
def still(poor: Place):
    world = poor.fork()
    world.run(MONTHS)
    yield world
    world.close()


@pytest.mark.mechanism("levers", "capacity")
@pytest.mark.parametrize("change", [without_strength, without_capacity])
@pytest.mark.parametrize("name", with_levers())
def test_no_dose_leaves_a_place_bit_for_bit_as_it_is(poor: Place, still: Place, name, change):
    busy = poor.fork(scenario(*programmes_of(name, change)))
    busy.run(MONTHS)
    for columns in ("people", "families", "communities"):
        assert differing(getattr(busy, columns), getattr(still, columns)) == []
    assert busy.incidents_this_month == still.incidents_this_month
    reached = [sum(counts[what].sum() for what in ("participants", "community_years")) for counts in
               busy.programmes.counts(1).values()]  # fmt: skip
    if change is without_capacity:
        assert sum(reached) == 0
    busy.close()


@pytest.fixture(scope="module")
def reached(poor: Place):
    """Return by entry who took part in a year, at the capacity that ships and at twice that.

    All live side by side: without strength they change nobody, and none takes staff from another.
    """
    found = []
    for change in (lambda programme: programme, twice_the_capacity):
        plans = [change(without_strength(single(name))) for name in singles()]
        world = poor.fork(scenario(*plans))
        world.run(12)
        found.append(
            {name: counts["participants"].sum() + counts["community_years"].sum() + counts["resident_years"].sum()
             for name, counts in world.programmes.counts(1).items()}
        )  # fmt: skip
        world.close()
    return found


@pytest.mark.mechanism("capacity")
@pytest.mark.parametrize("name", singles())
def test_twice_the_capacity_never_reaches_fewer(reached, name):
    once, twice = (each[name] for each in reached)
    assert twice >= once


def test_twice_the_capacity_reaches_more_nearly_everywhere(reached):
    once, twice = reached
    more = [name for name in once if twice[name] > once[name]]
    assert len(more) > 0.6 * len(once)


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
