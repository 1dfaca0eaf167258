"""A comparison that never gets precise enough still ends, with a whole folder that can be lived again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import experiments.comparison
import experiments.kept_runs
import sim.run
from experiments.cli import app
from experiments.commands.guarding import PRECISION_NOT_REACHED
from experiments.kept_runs import KeptRuns
from experiments.pickle_cache import PickleCache
from experiments.reproduction import reproduce
from experiments.runs import BASELINE
from experiments.worlds import read_worlds, without_baseline
from sim.interventions.catalogue import bundled_scenarios
from tests.unit.experiments.fake_place import FakePlace

THREE = "E01012007,E01012011,E01012066"
MOST = 30
STEMS = ("early_years", "mentoring_and_role_models")


class Counted(FakePlace):
    """A fake place that counts what is burnt in and which worlds are lived."""

    burnt_in, lived = 0, 0

    def burn_in(self) -> None:
        Counted.burnt_in += 1

    def fork(self, scenario: Any) -> FakePlace:
        Counted.lived += 1
        return super().fork(scenario)


def test_a_precision_that_is_not_reached_ends_with_a_whole_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sim.run, "build", lambda spec, parameters: Counted(spec.place, spec.seed, parameters))
    monkeypatch.setattr(experiments.comparison, "precise_enough", lambda records: False)
    monkeypatch.setattr(experiments.comparison, "MOST_RUNS", MOST)
    kept = KeptRuns(PickleCache(tmp_path / "runs"))
    monkeypatch.setattr(experiments.kept_runs, "shared_kept_runs", lambda: kept)
    folder = tmp_path / "all"
    options = ["--place", THREE, "--runs", "auto", "--years", "2", "--workers", "1", "--out", str(folder)]
    done = CliRunner().invoke(app, ["compare", *STEMS, *options])
    assert done.exit_code == PRECISION_NOT_REACHED, done.output
    assert "precision asked for was not reached" in done.output
    assert not list(kept.cache.folder.iterdir())
    assert (Counted.burnt_in, Counted.lived) == (MOST, MOST * (len(STEMS) + 1))
    for name in ("result.json", "manifest.json", "report.html", "briefing.html", "plain.html", "workbook.xlsx"):
        assert (folder / name).is_file()
    for stem in STEMS:
        assert (folder / "inputs" / stem / f"{stem}.yaml").is_file()
    again = reproduce(folder, workers=1)
    assert again.identical, again.different


def test_all_shipped_scenarios_can_be_compared_at_once() -> None:
    worlds = read_worlds(list(bundled_scenarios().values()), {})
    assert len(worlds) == len(bundled_scenarios()) and next(iter(worlds)) == BASELINE
    assert len({world.scenario.decision_date for world in without_baseline(worlds).values()}) == 1
