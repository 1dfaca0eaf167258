"""Joint effect against the sum of parts: paired, and zero where effects add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.comparison import Comparison
from experiments.interactions import JOINT, PARTNERSHIP, adding, interactions, interactions_table, parts_of
from experiments.runs import BASELINE, Plan, RunRecord
from sim.interventions.resolved import Dials, Shock
from tests.small_world import mentoring, scenario

Compared = Callable[..., Comparison]
Write = Callable[..., Path]

BOTH = replace(
    scenario(mentoring(places_per_year=50.0), mentoring(id="second", places_per_year=70.0)),
    shocks=(Shock("labour_market", 0, None, -1.0),),
)


def plan_of(found: Comparison, world=BOTH) -> Plan:
    return replace(found.plan, worlds={BASELINE: found.plan.worlds[BASELINE], "both": world})


def test_parts_are_programmes_and_dials_under_the_same_shocks():
    whole = replace(BOTH, dials=Dials(collaboration=0.5))
    parts = parts_of(whole)
    assert list(parts) == ["mentoring", "second", PARTNERSHIP]
    assert all(part.shocks == whole.shocks for part in parts.values())
    assert [len(part.programmes) for part in parts.values()] == [1, 1, 0]
    assert [part.dials.collaboration for part in parts.values()] == [0.0, 0.0, 0.5]


def test_effects_that_add_have_no_interaction(compared: Compared):
    found = interactions(plan_of(compared()), "both", runs=3, workers=1)
    assert found is not None
    incidents = found.outcomes["incidents"]
    assert incidents.interaction.mean == pytest.approx(0.0, abs=1e-9)
    assert incidents.joint.mean == pytest.approx(incidents.sum_of_parts.mean)
    assert incidents.parts["second"].mean == pytest.approx(incidents.parts["mentoring"].mean * 1.4)
    assert incidents.joint.mean < 0
    assert len(interactions_table(found).rows) == 5


def test_one_programme_has_nothing_to_add_to(compared: Compared):
    assert interactions(plan_of(compared(), scenario(mentoring())), "both", runs=1, workers=1) is None


def test_saturation_shows_as_an_interaction_above_zero(compared: Compared):
    plan = plan_of(compared())
    results = {}
    for world, part in {BASELINE: scenario(), JOINT: BOTH, **parts_of(BOTH)}.items():
        place = plan.build(_spec(plan), plan.parameters)
        twin = place.fork(part)
        twin.run(12)
        results[world] = twin.result()
    results[JOINT].by_year_fifth[:] = results["second"].by_year_fifth
    found = adding([RunRecord(0, results)], ["mentoring", "second"], "incidents")
    assert found.interaction.mean == pytest.approx(-found.parts["mentoring"].mean)
    assert found.interaction.mean > 0


def _spec(plan: Plan):
    from sim.run import RunSpec

    return RunSpec(plan.place, draw=0, years=1, decision_date=plan.decision_date, burn_in_years=0)
