"""Ways of a scenario by hand-made totals, and in a world where one lever does everything."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.pathways import levers_of, summarise, without_lever
from sim.interventions.resolved import Lever, Programme, Scenario
from sim.outcomes.risk_factors import RISK_FACTORS

RETALIATION = [factor for factor in RISK_FACTORS if factor.name == "retaliation"]


def scenario_of(*levers: str) -> Any:
    moved = tuple(SimpleNamespace(name=name) for name in levers)
    return SimpleNamespace(programmes=(SimpleNamespace(levers=moved),))


def test_shares_of_levers_and_carriers_by_hand() -> None:
    # The scenario spares 20 of 200. Without the first lever 5 are spared, without the second all 20. With retaliation
    # held still there are 100, of which 6 are spared: 6% against 10%, so two fifths of the change were carried by it.
    totals = {
        ("nothing", "before"): np.array([120.0, 80.0]),
        ("nothing", "after"): np.array([110.0, 70.0]),
        ("first", "without"): np.array([118.0, 77.0]),
        ("second", "without"): np.array([110.0, 70.0]),
        ("retaliation", "before"): np.array([60.0, 40.0]),
        ("retaliation", "after"): np.array([56.0, 38.0]),
    }
    found = summarise(scenario_of("first", "second"), RETALIATION, totals)
    assert found.change.mean == pytest.approx(-0.1)
    assert [(way.kind, way.basis) for way in found.ways] == [("lever", "assumed")] * 2 + [("carrier", "found")]
    assert [way.share for way in found.ways] == pytest.approx([0.75, 0.0, 0.4])


def test_where_nothing_changes_there_are_no_shares() -> None:
    same = np.array([10.0, 12.0])
    totals = {("nothing", "before"): same, ("nothing", "after"): same, ("first", "without"): same}
    found = summarise(scenario_of("first"), [], totals)
    assert found.change.mean == 0.0
    assert found.ways[0].share is None


def test_a_scenario_without_a_lever_keeps_the_others() -> None:
    from sim.interventions.catalogue import bundled_scenarios
    from sim.interventions.checking import read_scenario

    scenario: Scenario = read_scenario(bundled_scenarios()["counter_narrative"])
    first = levers_of(scenario)[0]
    less = without_lever(scenario, first)
    assert first not in levers_of(less)
    assert set(levers_of(less)) == set(levers_of(scenario)) - {first}
    assert isinstance(less.programmes[0], Programme)
    assert all(isinstance(lever, Lever) for programme in less.programmes for lever in programme.levers)
