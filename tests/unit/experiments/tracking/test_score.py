"""Scores, what may be concluded from them, and what is withheld."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.tracking.archive import make_forecast
from experiments.tracking.conclusions import EITHER, HIGHER, LOWER, NOT_COMPARABLE, WITH, WITHHELD, WITHOUT, heading
from experiments.tracking.counts import ADMISSIONS, EMERGENCY, POLICE, RECORDED, TABLE, Counts
from experiments.tracking.forecast import Forecast, Selection
from experiments.tracking.keeping import store_score
from experiments.tracking.recording import check_recording
from experiments.tracking.scoring import FLAT, LAST_YEAR
from experiments.tracking.simulated import Simulated
from experiments.tracking.study import score
from sim.core.errors import InputError
from tests.unit.experiments.tracking.conftest import AFTER, BEFORE, CODES, SPIKE, Table, observed, steady
from tests.unit.experiments.tracking.test_forecast import replicates


@pytest.fixture(scope="module")
def strong(simulated: Simulated) -> Forecast:
    """Return a forecast of a programme that halves everything, with the level known from counts."""
    totals = simulated.totals.copy()
    totals[:, 1] = totals[:, 0] / 2
    return make_forecast(replace(simulated, totals=totals), steady(200))


@pytest.mark.parametrize(("count", "verdict"), [(200, WITHOUT), (100, WITH), (20, LOWER), (600, HIGHER)])
def test_the_verdict_follows_the_forecast_that_fits(strong: Forecast, count: float, verdict: str) -> None:
    found = score(strong, observed(recorded=count, ed_attendances=count / 2))
    assert found.outcomes[EMERGENCY].verdict == verdict
    assert found.outcomes[RECORDED].verdict == verdict
    assert not found.recording.changed and found.recording.known
    assert found.outcomes[EMERGENCY].chance_to_see["employment_pathways"] > 0.9


def test_where_both_forecasts_fit_nothing_is_said(forecast: Forecast) -> None:
    found = score(forecast, observed(ed_attendances=30))
    assert found.outcomes[EMERGENCY].verdict == EITHER
    assert "neither shows that the programme works nor that it does not" in " ".join(found.outcomes[EMERGENCY].words)
    assert "cannot tell the programme from doing nothing" in heading(found.place, found.outcomes)


def test_changed_recording_blocks_conclusions_on_recorded_counts(strong: Forecast) -> None:
    for counts, shift in ((observed(recorded=100, ed_attendances=100), None), (observed(recorded=100), 0.5)):
        found = score(strong, counts, shift)
        assert found.recording.changed
        assert found.outcomes[RECORDED].verdict == WITHHELD
        assert any("since recording has changed" in each for each in found.words)
        assert not any("Can be said: recorded" in each for each in found.words)
    # Without the change the same counts would have been judged.
    assert score(strong, observed(recorded=100), 1.0).outcomes[RECORDED].verdict == WITH


def test_recording_is_rarely_called_changed_where_it_is_not(simulated: Simulated) -> None:
    forecast = make_forecast(simulated, steady(60))
    pairs = zip(
        replicates(forecast, RECORDED, "baseline", 60, seed=1)[:, : len(AFTER)],
        replicates(forecast, EMERGENCY, "baseline", 60, seed=2)[:, : len(AFTER)],
        strict=True,
    )
    found = [check_recording(forecast, observed(recorded=r, ed_attendances=e), None) for r, e in pairs]
    assert np.mean([each.changed for each in found]) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 60)
    assert "would often go unnoticed" in next(each for each in found if not each.changed).words[0]


def test_recording_that_moves_late_is_seen_in_single_months(strong: Forecast) -> None:
    recorded = np.array([200.0] * 9 + [420.0] * 3)
    found = score(strong, observed(recorded=recorded, ed_attendances=100))
    assert found.recording.changed and found.outcomes[RECORDED].verdict == WITHHELD


def test_recorded_counts_alone_come_with_a_warning(strong: Forecast) -> None:
    found = score(strong, observed(recorded=200))
    assert not found.recording.known
    assert any("recorded violence alone decides nothing" in each for each in found.words)


def test_levels_that_are_the_models_own_are_not_compared(forecast: Forecast) -> None:
    found = score(forecast, observed(admissions=100_000))
    assert found.outcomes[ADMISSIONS].verdict == NOT_COMPARABLE
    police = Counts(observed(recorded=60).place, {}, {RECORDED: POLICE})
    assert score(forecast, police).outcomes[RECORDED].verdict == NOT_COMPARABLE


def test_a_fall_after_a_spike_is_not_credited(simulated: Simulated) -> None:
    chosen = Selection(months=SPIKE, communities=[])
    forecast = make_forecast(simulated, steady(200, 1.5), chosen)
    [expected] = forecast.outcomes[EMERGENCY].without_programme
    found = score(forecast, observed(ed_attendances=round(expected.expected_a_month)))
    outcome = found.outcomes[EMERGENCY]
    assert outcome.change_since_chosen == pytest.approx(expected.change, abs=0.01) and expected.change < -0.05
    assert outcome.verdict in (EITHER, WITHOUT)
    assert any("Without any programme a fall" in each for each in outcome.words)
    ignorant = score(make_forecast(simulated, steady(200, 1.5)), observed(ed_attendances=150))
    assert ignorant.outcomes[EMERGENCY].without_programme == []


def test_naive_forecasts_are_scored_on_the_same_months(forecast: Forecast) -> None:
    counts = np.array(forecast.season)[[int(month[5:]) - 1 for month in AFTER]] * 60
    found = score(forecast, observed(recorded=np.round(counts)))
    marks = {each.name: each for each in found.outcomes[RECORDED].benchmarks}
    assert set(marks) == {LAST_YEAR, FLAT}
    assert all(each.months == 12 and each.crps > 0 for each in marks.values())
    worst = score(forecast, observed(recorded=600)).outcomes[RECORDED]
    assert worst.worlds["baseline"].crps > 5 * found.outcomes[RECORDED].worlds["baseline"].crps
    assert worst.worlds["baseline"].exceedance == 0 and worst.worlds["baseline"].coverage == 0


def test_a_loss_to_a_naive_forecast_is_said(simulated: Simulated) -> None:
    forecast = make_forecast(simulated)
    longer = Counts({RECORDED: dict.fromkeys([*BEFORE[-12:], *AFTER], 900.0)}, {}, {RECORDED: TABLE})
    words = score(forecast, longer).words
    assert any(f"a naive forecast wins over every forecast here ({LAST_YEAR}, {FLAT})" in each for each in words)


def test_months_out_of_the_forecast_are_named_or_refused(forecast: Forecast) -> None:
    counts = observed(recorded=60)
    counts.place[RECORDED]["2020-01"] = 5.0
    assert any("1 months observed are not of the forecast" in each for each in score(forecast, counts).warnings)
    with pytest.raises(InputError, match="No count of the place is of 2026-04"):
        score(forecast, Counts({RECORDED: {"2020-01": 5.0}}, {}, {RECORDED: TABLE}))
    with pytest.raises(InputError, match="not a factor above 0"):
        score(forecast, observed(recorded=60), 0.0)


def test_small_numbers_are_withheld_everywhere(simulated: Simulated, tmp_path: Path) -> None:
    forecast = make_forecast(simulated, steady(60))
    place = observed(recorded=60, ed_attendances=[3] + [17] * 11).place
    areas = {CODES[0]: [0.25] * 12, CODES[1]: [2.0] * 12, CODES[2]: [30.0] * 12}
    communities = {RECORDED: {code: dict(zip(AFTER, counts, strict=True)) for code, counts in areas.items()}}
    found = score(forecast, Counts(place, communities, dict.fromkeys(place, TABLE)))
    first, second, third = found.outcomes[RECORDED].communities
    assert first.withheld and first.observed is None and set(first.inside.values()) == {None}
    assert second.observed == 25.0 and third.observed == 360.0
    emergency = found.outcomes[EMERGENCY]
    assert emergency.months[0].observed is None
    assert emergency.observed_total == 190.0, "the month withheld could be worked out from the exact total"
    assert AFTER[0] not in emergency.chart.months
    folder = store_score(found, forecast, tmp_path / "out", ["placewise"], [])
    lines = (folder / "tables" / "months.csv").read_text().splitlines()
    assert f"ed_attendances,{AFTER[0]},,baseline" in "\n".join(lines)
    assert "fewer than 5" in (folder / "report.html").read_text()


def test_a_place_with_none_but_small_months_can_be_scored(simulated: Simulated, tmp_path: Path) -> None:
    forecast = make_forecast(simulated, steady(60))
    found = score(forecast, observed(recorded=3, ed_attendances=2))
    assert found.outcomes[EMERGENCY].chart.months == [] and found.outcomes[EMERGENCY].observed_total == 25.0
    folder = store_score(found, forecast, tmp_path / "out", ["placewise"], [])
    assert {line.observed for line in found.outcomes[EMERGENCY].months} == {None}
    assert (folder / "report.html").is_file()


def test_communities_fall_inside_as_often_as_is_stated(simulated: Simulated) -> None:
    forecast = make_forecast(simulated, steady(60))
    luck = np.random.default_rng(8)
    found = forecast.outcomes[RECORDED]
    share, spread = found.worlds["baseline"].communities[0], found.community_spread[0]
    inside = []
    for level in luck.choice(found.worlds["baseline"].members, 60):
        mean = level * share * luck.gamma(1 / spread, spread) * luck.gamma(1 / found.year_spread, found.year_spread)
        area = {RECORDED: {CODES[0]: dict(zip(AFTER, map(float, luck.poisson(mean, 12)), strict=True))}}
        counts = Counts(observed(recorded=60).place, area, {RECORDED: TABLE})
        [line] = score(forecast, counts).outcomes[RECORDED].communities
        inside.append(line.inside["baseline"])
    assert np.mean(inside) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 60))


def test_small_months_of_the_history_are_not_archived(simulated: Simulated) -> None:
    history = Counts({EMERGENCY: {month: float(i % 9) for i, month in enumerate(BEFORE)}}, {}, {EMERGENCY: TABLE})
    kept = make_forecast(simulated, history).outcomes[EMERGENCY].history
    assert not any(count is not None and 0 < count < 5 for count in kept.values())
    assert 0.0 in kept.values()


def test_the_commands_from_archive_to_page(compared: Path, table: Table, tmp_path: Path) -> None:
    history = table(
        *(f"{month},recorded,{90 if month in SPIKE else 60}" for month in BEFORE),
        *(f"{month},ed_attendances,{45 if month in SPIKE else 30}" for month in BEFORE),
        name="history.csv",
    )
    seen = table(
        *(f"{month},recorded,66" for month in AFTER),
        *(f"{month},ed_attendances,33" for month in AFTER),
        name="seen.csv",
    )
    runner, file, out = CliRunner(), tmp_path / "forecast.json", tmp_path / "scored"
    said = runner.invoke(
        app,
        [
            *("track", "archive", str(compared), "--out", str(file), "--history", str(history)),
            *("--chosen-on", f"{SPIKE[0]}..{SPIKE[-1]}"),
        ],
    )
    assert said.exit_code == 0, said.output
    assert "Without any programme a fall" in " ".join(said.output.split())
    digest = json.loads(file.read_text())["sha256"]
    assert digest in said.output
    said = runner.invoke(app, ["track", "score", str(file), str(seen), "--out", str(out), "--sha256", digest[:16]])
    assert said.exit_code == 0, said.output
    page = (out / "report.html").read_text()
    for words in (
        "Without any programme a fall",
        "What can and cannot be concluded",
        "Cannot be said",
        "u-chart",
        "p-chart",
        "One place without comparison places",
        digest,
    ):
        assert words in page
    result = json.loads((out / "result.json").read_text())
    assert result["schema"] == "placewise.track/1"
    manifest = json.loads((out / "manifest.json").read_text())
    assert set(manifest["outputs"]) >= {"result.json", "report.html", "tables/scores.csv", "tables/control_chart.csv"}
    again = runner.invoke(app, ["track", "score", str(file), str(seen), "--out", str(out)])
    assert again.exit_code == 3
    file.chmod(0o644)
    file.write_text(file.read_text().replace('"runs":12', '"runs":99'))
    changed = runner.invoke(app, ["track", "score", str(file), str(seen), "--out", str(tmp_path / "other")])
    assert changed.exit_code == 3 and not (tmp_path / "other").exists()
