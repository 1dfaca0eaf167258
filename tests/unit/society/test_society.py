"""Season, trend and shocks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.time import Clock
from sim.parameters.registry import load_registry
from sim.society.society import SERIES, Shock, Society

PLACE = SimpleNamespace(name="anywhere")


def society(shocks=(), **replaced) -> Society:
    parameters = {name: load_registry()[name] for name in load_registry() if name.startswith("society.")}
    parameters.update({f"society.{name}": value for name, value in replaced.items()})
    clock = Clock.for_decision("2026-04", 5)
    return Society(SimpleNamespace(parameters=parameters, clock=clock), PLACE, shocks)


@pytest.mark.mechanism("season")
def test_season_averages_one_and_peaks_in_summer():
    room, seasons = society(), {}
    for month in range(12):
        room.advance(month)
        seasons[room.tools.clock.calendar_month(month)] = room.season
    assert np.mean(list(seasons.values())) == pytest.approx(1.0, abs=1e-3)
    assert max(seasons, key=seasons.get) == 7
    assert min(seasons, key=seasons.get) == 2


def test_schools_are_shut_in_august_and_open_about_190_days():
    room, days = society(), 0.0
    for month in range(12):
        room.advance(month)
        days += room.school_term * 261 / 12
        if room.tools.clock.calendar_month(month) == 8:
            assert room.school_term == 0
    assert 180 < days < 205


def test_without_shocks_and_trend_only_the_season_moves():
    room = society()
    for month in (0, 60, 130):
        room.advance(month)
        assert room.violence_level == room.season
        assert [getattr(room, series) for series in SERIES] == [0.0] * len(SERIES)


@pytest.mark.mechanism("national_trend")
def test_trend_counts_from_the_decision_date():
    room = society(trend_log_per_year=-0.02)
    room.advance(30)
    assert room.violence_trend == 0.0
    room.advance(60 + 24)
    assert room.violence_trend == pytest.approx(-0.04)


def test_shock_acts_for_its_months_then_halves():
    shock = Shock("labour_market", start=60, change=-2.0, months=12)
    assert shock.size(59, 6) == 0.0
    assert shock.size(60, 6) == shock.size(71, 6) == -2.0
    assert shock.size(71 + 6, 6) == pytest.approx(-1.0)
    room = society([shock], labour_market_per_sd=0.25)
    room.advance(65)
    assert room.labour_market == pytest.approx(-0.5)


def test_lasting_shock_does_not_fade_and_shocks_add():
    room = society([Shock("drug_market", 0, 1.0), Shock("drug_market", 10, 0.5)], drug_market_per_sd=0.2)
    room.advance(500)
    assert room.drug_market == pytest.approx(0.3)


@pytest.mark.mechanism("labour_market", "message_climate")
def test_every_series_is_moved_by_its_shock():
    room = society([Shock(series, 0, 1.0) for series in SERIES])
    room.advance(0)
    assert all(getattr(room, series) > 0 for series in SERIES)


def test_scheduling_replaces_what_was_to_come():
    room = society([Shock("violence_trend", 0, 1.0)])
    room.schedule([])
    room.advance(5)
    assert room.violence_level == room.season


def test_unknown_series_names_the_nearest():
    with pytest.raises(ValueError, match="labour_market"):
        Shock("labor_market", 0, 1.0)
