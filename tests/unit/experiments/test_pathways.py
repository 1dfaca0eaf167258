"""Ways of a scenario by hand-made totals, and in a world where one lever does everything."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.comparison import compare
from experiments.pathways import PathTask, arms_of, levers_of, summarise, without_lever
from experiments.runs import Plan
from experiments.store import store
from sim.interventions.resolved import Lever, Programme, Scenario
from sim.outcomes.risk_factors import RISK_FACTORS
from sim.population.places import from_codes

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
    assert found.runs == 2
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


def test_a_baseline_with_a_carrier_held_serves_every_scenario() -> None:
    worlds = {"baseline": scenario_of(), "one": scenario_of(), "two": scenario_of()}
    plan = Plan(None, {}, worlds, "2026-04", 3, 5)
    arms = arms_of(PathTask(plan, ("one", "two"), tuple(RETALIATION), 0))
    assert len(arms) == (1 + len(RETALIATION)) * 3
    assert {arm[0] for arm in arms if arm[2] == "before"} == {"baseline"}


def test_ways_of_real_worlds_are_found_from_the_runs_asked_for(tmp_path: Path) -> None:
    place = from_codes(["E01012007", "E01012011"], name="Testford")
    found = compare(["counter_narrative"], place, 2, 1, workers=1, burn_in_years=1, ways=True, way_runs=1)
    carried = found.result.pathways["counter_narrative"]
    assert carried.runs == 1
    assert {way.kind for way in carried.ways} == {"lever", "carrier"}
    change = (
        found.runs["counter_narrative"]["incidents_with_injury"][0] / found.runs["baseline"]["incidents_with_injury"][0]
        - 1
    )
    assert carried.change.mean == pytest.approx(change)
    folder = store(found, tmp_path / "out", ["placewise", "compare"])
    assert "from the first 1 of 2 runs" in (folder / "report.html").read_text()
    assert json.loads((folder / "manifest.json").read_text())["pathway_runs"] == 1
