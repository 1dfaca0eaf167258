"""Burnt-in places kept on disk: found by all that decides them, rebuilt when damaged, and never too many."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.pickle_cache import ENDING, PickleCache
from experiments.runs import BASELINE, Plan, RunTask, burnt_in, one_run
from experiments.snapshots import snapshot_key
from sim.interventions.catalogue import bundled_scenarios
from sim.interventions.checking import read_scenario
from sim.parameters import load_registry
from sim.population.places import from_codes, resolve


@pytest.fixture(scope="module")
def plan() -> Plan:
    place = resolve("Middlesbrough")
    worlds = {BASELINE: read_scenario(bundled_scenarios()[BASELINE]), "early_years": read_scenario("early_years")}
    return Plan(from_codes([str(code) for code in place.codes[:2]]), load_registry(), worlds, "2026-04", 1, 1)


@pytest.fixture
def kept(plan: Plan, tmp_path: Path) -> Plan:
    return replace(plan, snapshots=PickleCache(tmp_path / "worlds"))


def snapshot_file(plan: Plan, number: int = 0) -> Path:
    assert plan.snapshots is not None
    return plan.snapshots.folder / f"{snapshot_key(plan, number)}{ENDING}"


def tables(plan: Plan) -> list[bytes]:
    found = one_run(RunTask(plan, 0), lambda steps: None).worlds
    return [found[world].by_year_band_sex.tobytes() + found[world].by_community.tobytes() for world in plan.worlds]


def test_a_run_from_a_snapshot_is_the_run_without_one(plan: Plan, kept: Plan) -> None:
    assert tables(kept) == tables(plan)
    assert snapshot_file(kept).exists()
    built: list[int] = []
    again = replace(kept, build=None)
    burnt_in(again, 0, built.append).close()
    assert built == [12]
    assert tables(kept) == tables(plan)


def test_a_damaged_snapshot_is_built_again(plan: Plan, kept: Plan) -> None:
    burnt_in(kept, 0, lambda steps: None).close()
    path = snapshot_file(kept)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert kept.snapshots is not None and kept.snapshots.find(snapshot_key(kept, 0)) is None
    assert tables(kept) == tables(plan)
    path.write_bytes(path.read_bytes()[:1000])
    assert tables(kept) == tables(plan)


def test_the_key_tells_apart_what_differs(plan: Plan) -> None:
    name = next(each.id for each in plan.parameters.parameters() if each.kind == "fixed" and not each.is_table)
    moved = plan.parameters.replace({name: 1.5 * plan.parameters[name] + 1})
    others = [
        snapshot_key(plan, 1),
        *(
            snapshot_key(replace(plan, **change), 0)
            for change in (
                {"seed": 7},
                {"burn_in_years": 2},
                {"decision_date": "2027-04"},
                {"central": True},
                {"parameters": moved},
                {"place": from_codes([str(plan.place.codes[0])])},
            )
        ),
    ]
    assert len({snapshot_key(plan, 0), *others}) == len(others) + 1
    assert snapshot_key(replace(plan, worlds={}, years=9), 0) == snapshot_key(plan, 0)


def test_those_unused_for_longest_make_room(tmp_path: Path) -> None:
    world = np.zeros(1000)
    snapshots = PickleCache(tmp_path / "worlds", most_bytes=3 * 8300)
    for age, key in enumerate(("a", "b", "c")):
        snapshots.keep(key, world)
        os.utime(snapshots.folder / f"{key}{ENDING}", (age, age))
    assert snapshots.find("a") is not None
    snapshots.keep("d", world)
    assert {path.stem for path in snapshots.folder.iterdir()} == {"a", "c", "d"}
    snapshots.keep("huge", np.zeros(10_000))
    assert {path.stem for path in snapshots.folder.iterdir()} == {"a", "c", "d"}


def test_a_full_disk_costs_the_snapshot_and_nothing_else(
    kept: Plan, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*paths: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert tables(kept) == tables(plan)
    assert kept.snapshots is not None and list(kept.snapshots.folder.iterdir()) == []
