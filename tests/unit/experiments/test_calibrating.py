"""The fit as a command runs it: sizes, progress, and what it leaves behind."""

from __future__ import annotations

import json

from experiments import calibrating
from tests.unit.calibration.fake_runs import FakeRuns, few_directions


def test_a_fit_leaves_its_account_and_draws_and_counts_its_progress(monkeypatch, tmp_path, capsys):
    fake, seen = FakeRuns(), []

    def run_many(work, tasks, workers, progress):
        progress.update(sum(task.size.months for task in tasks))
        seen.extend(task.size.communities for task in tasks)
        return fake(work, tasks)

    monkeypatch.setattr(calibrating, "run_many", run_many)
    with few_directions():
        found = calibrating.calibrate(tmp_path / "fit", 100, 7, progress="json")
    assert set(seen) == {7, 3} and fake.lived == found["runs"] == 104
    assert found["lived_lives"]["runs"] == 4
    assert found["schema"] == "placewise.fit/1"
    assert json.loads((tmp_path / "fit" / "fit.json").read_text()) == found
    assert len((tmp_path / "fit" / "draws.csv").read_text().splitlines()) == 201
    out, err = capsys.readouterr()
    events = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert out == "" and len(events) == len(err.splitlines())
    events = [event for event in events if event["event"] == "progress"]
    assert events[-1]["done"] == events[-1]["total"] == 100 * 96 + 4 * 28 * 12
