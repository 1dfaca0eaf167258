"""A comparison that was broken off goes on from the runs that were finished, and never from any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.comparison import Comparison, compare
from experiments.kept_runs import KeptRuns, run_key
from experiments.pickle_cache import PickleCache
from experiments.reproduction import reproduce
from experiments.runs import Plan, RunTask
from experiments.store import store
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import FakePlace, build_fake

CODES = ["E01012007", "E01012011", "E01012066"]
RUNS, BROKEN_OFF_AFTER = 5, 3


class Burning:
    """Build fake places, and count them; end with an interruption once ``most`` are built."""

    def __init__(self, most: int = RUNS) -> None:
        self.most, self.built = most, 0

    def __call__(self, spec: Any, parameters: Any) -> FakePlace:
        if self.built == self.most:
            raise KeyboardInterrupt
        self.built += 1
        return build_fake(spec, parameters)


@pytest.fixture
def kept(tmp_path: Path) -> KeptRuns:
    return KeptRuns(PickleCache(tmp_path / "runs"))


def compared(registry: Any, monkeypatch: pytest.MonkeyPatch, burning: Burning, kept: KeptRuns | None) -> Comparison:
    monkeypatch.setattr("sim.run.build", burning)
    place = from_codes(CODES, name="Testford")
    return compare(["employment_pathways"], place, RUNS, 2, workers=1, parameters=registry, kept=kept)


def test_only_what_is_missing_is_lived_and_the_result_is_the_same(
    registry: Any, monkeypatch: pytest.MonkeyPatch, kept: KeptRuns, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = compared(registry, monkeypatch, Burning(), None)
    with pytest.raises(KeyboardInterrupt):
        compared(registry, monkeypatch, Burning(BROKEN_OFF_AFTER), kept)
    assert len(kept.touched) == len(list(kept.cache.folder.iterdir())) == BROKEN_OFF_AFTER
    rest = Burning()
    found = compared(registry, monkeypatch, rest, replace(kept, touched=set()))
    assert rest.built == RUNS - BROKEN_OFF_AFTER
    assert f"{BROKEN_OFF_AFTER} of {RUNS} runs were finished" in capsys.readouterr().err
    assert found.result == whole.result
    for name, values in whole.runs["employment_pathways"].items():
        np.testing.assert_array_equal(found.runs["employment_pathways"][name], values)


def test_what_was_kept_is_gone_once_it_is_not_needed(
    registry: Any, monkeypatch: pytest.MonkeyPatch, kept: KeptRuns
) -> None:
    compared(registry, monkeypatch, Burning(), kept)
    assert len(list(kept.cache.folder.iterdir())) == RUNS
    kept.forget()
    assert not list(kept.cache.folder.iterdir())


def test_a_damaged_run_is_lived_again(registry: Any, monkeypatch: pytest.MonkeyPatch, kept: KeptRuns) -> None:
    whole = compared(registry, monkeypatch, Burning(), kept)
    damaged = sorted(kept.cache.folder.iterdir())[1]
    damaged.write_bytes(damaged.read_bytes()[:-1])
    burning = Burning()
    assert compared(registry, monkeypatch, burning, kept).result == whole.result
    assert burning.built == 1


def test_a_reproduction_takes_no_run_from_the_comparison_it_checks(
    registry: Any, monkeypatch: pytest.MonkeyPatch, kept: KeptRuns, tmp_path: Path
) -> None:
    found = compared(registry, monkeypatch, Burning(), kept)
    folder = store(found, tmp_path / "out", ["placewise", "compare"])
    burning = Burning()
    monkeypatch.setattr("sim.run.build", burning)
    again = reproduce(folder, workers=1, parameters=registry, kept=replace(kept, purpose="reproduce", touched=set()))
    assert again.identical and burning.built == RUNS


def test_the_key_tells_apart_what_differs(registry: Any, plan: Plan) -> None:
    [stem] = [each for each in plan.worlds if each != "baseline"]
    larger = replace(plan.worlds[stem], cost_factor=2.0)
    name = next(each.id for each in registry.parameters() if each.kind == "fixed" and not each.is_table)
    moved = registry.replace({name: 1.5 * registry[name] + 1})
    tasks = [
        RunTask(plan, 0),
        RunTask(plan, 1),
        *(
            RunTask(replace(plan, **change), 0)
            for change in (
                {"seed": 1},
                {"years": 3},
                {"burn_in_years": 2},
                {"decision_date": "2027-04"},
                {"central": True},
                {"parameters": moved},
                {"worlds": {**plan.worlds, stem: larger}},
                {"place": from_codes(CODES[:1])},
                {"build": build_fake},
            )
        ),
    ]
    keys = {run_key(task, purpose) for task in tasks for purpose in ("compare", "reproduce")}
    assert len(keys) == 2 * len(tasks)


@pytest.fixture
def plan(registry: Any) -> Plan:
    from experiments.worlds import read_worlds

    worlds = {stem: world.scenario for stem, world in read_worlds(["employment_pathways"], {}).items()}
    return Plan(from_codes(CODES), registry, worlds, "2026-04", 2, 1)
