"""Forecasts cover what comes from their own distribution, and are sealed."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from experiments.runs import BASELINE
from experiments.tracking.archive import make_forecast
from experiments.tracking.counts import ADMISSIONS, EMERGENCY, RECORDED, TRACKED, Counts
from experiments.tracking.forecast import Forecast, read_forecast, seal_of, write_forecast
from experiments.tracking.scoring import hold, score_world
from experiments.tracking.simulated import Simulated, read_simulated
from sim.core.errors import InputError
from tests.unit.experiments.tracking.conftest import AFTER, observed, steady

REPLICATES = 2000


def replicates(forecast: Forecast, outcome: str, world: str, count: int, seed: int) -> np.ndarray:
    """Draw observations (replicates, months) from what a forecast states, without its own sampler."""
    luck = np.random.default_rng(seed)
    found = forecast.outcomes[outcome]
    level = luck.choice(found.worlds[world].members, count)
    drawn = []
    for year, share in enumerate(found.worlds[world].year_shares):
        year_level = level * share * luck.gamma(1 / found.year_spread, found.year_spread, count)
        for month in forecast.months[12 * year : 12 * year + 12]:
            mean = year_level * forecast.season[int(month[5:]) - 1]
            size = 1 / found.month_spread
            drawn.append(luck.negative_binomial(size, size / (size + mean)))
    return np.stack(drawn, axis=1)


@pytest.mark.parametrize("outcome", [RECORDED, EMERGENCY, ADMISSIONS])
@pytest.mark.parametrize("world", [BASELINE, "employment_pathways"])
def test_coverage_of_months_and_years_is_nominal(simulated: Simulated, outcome: str, world: str) -> None:
    counts = steady(173.0, 1.1)
    rng = np.random.default_rng(5)
    noisy = {name: {m: float(rng.poisson(c)) for m, c in months.items()} for name, months in counts.place.items()}
    forecast = make_forecast(simulated, Counts(noisy, {}, counts.sources))
    drawn = replicates(forecast, outcome, world, REPLICATES, seed=11)
    found = forecast.outcomes[outcome].worlds[world]
    for seen, archived in (
        (drawn, np.array(found.months)),
        (drawn.reshape(REPLICATES, -1, 12).sum(axis=2), np.array(found.years)),
    ):
        inside = (seen >= archived[:, 0]) & (seen <= archived[:, -1])
        by_replicate = inside.mean(axis=1)
        error = by_replicate.std() / np.sqrt(REPLICATES)
        # A thousand members state the ends of an interval to about 0.007 of its coverage.
        assert by_replicate.mean() == pytest.approx(0.95, abs=4 * error + 0.012)


def test_the_score_of_many_replicates_is_calibrated(forecast: Forecast) -> None:
    drawn = replicates(forecast, EMERGENCY, BASELINE, 150, seed=3)[:, : len(AFTER)]
    scores = [score_world(hold(forecast, observed(ed_attendances=row), EMERGENCY), BASELINE, []) for row in drawn]
    inside = np.mean([each.inside for each in scores])
    assert inside == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 150))
    exceedance = np.array([each.exceedance for each in scores])
    assert exceedance.mean() == pytest.approx(0.5, abs=4 / np.sqrt(12 * 150))
    assert exceedance.std() == pytest.approx(1 / np.sqrt(12), abs=0.06)


def test_the_level_is_that_of_the_history_and_the_effect_that_of_the_model(
    simulated: Simulated, forecast: Forecast
) -> None:
    found = forecast.outcomes[RECORDED]
    assert np.mean(found.worlds[BASELINE].members) == pytest.approx(60, rel=0.03)
    effect = np.mean(found.worlds["employment_pathways"].members) / np.mean(found.worlds[BASELINE].members)
    rows = [simulated.worlds.index(name) for name in ("employment_pathways", BASELINE)]
    totals = simulated.totals[:, rows, TRACKED.index(RECORDED)].mean(axis=0)
    assert effect == pytest.approx(totals[0] / totals[1], abs=0.01)
    assert forecast.outcomes[ADMISSIONS].anchored_on is None
    assert "Hospital admissions" in " ".join(forecast.warnings)


def test_fewer_runs_make_a_wider_forecast(simulated: Simulated) -> None:
    from dataclasses import replace

    few = replace(simulated, totals=simulated.totals[:5])
    spread = [np.log(each.members()[:, 0, 1]).std() for each in (few, simulated)]
    assert spread[0] > 1.1 * spread[1]


def test_an_archive_is_read_as_written_and_never_replaced(forecast: Forecast, tmp_path: Path) -> None:
    path = tmp_path / "forecast.json"
    write_forecast(forecast, path)
    assert read_forecast(path) == forecast
    assert read_forecast(path, forecast.sha256[:10]) == forecast
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    with pytest.raises(InputError, match="never replaced"):
        write_forecast(forecast, path)
    with pytest.raises(InputError, match="not the one given"):
        read_forecast(path, "0123")


def test_a_changed_archive_is_refused(forecast: Forecast, tmp_path: Path) -> None:
    path = tmp_path / "forecast.json"
    write_forecast(forecast, path)
    data = json.loads(path.read_text())
    data["outcomes"][RECORDED]["worlds"][BASELINE]["months"][0][0] += 1
    other = tmp_path / "other.json"
    other.write_text(json.dumps(data))
    with pytest.raises(InputError, match="changed after it was archived"):
        read_forecast(other)
    data["sha256"] = seal_of(data)
    other.write_text(json.dumps(data))
    with pytest.raises(InputError, match="not the one given"):
        read_forecast(other, forecast.sha256)
    other.write_text("{")
    with pytest.raises(InputError, match="not JSON"):
        read_forecast(other)


def test_a_changed_or_unfinished_comparison_is_refused(compared: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(compared, copy)
    runs = copy / "tables" / "runs.csv"
    runs.write_text(runs.read_text().replace("baseline,0,", "baseline,0,9", 1))
    with pytest.raises(InputError, match="checksum"):
        read_simulated(copy)
    with pytest.raises(InputError, match="not the folder of a finished comparison"):
        read_simulated(tmp_path)
