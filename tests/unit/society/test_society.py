"""Season, trend and shocks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.time import Clock
from sim.parameters.registry import load_registry
from sim.society.society import SERIES, Shock, Society

PLACE = SimpleNamespace(codes=np.array(["E01000001", "E01000002", "E01000003"]), z=np.array([0.5, 1.5, -1.0]))


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
    room = society(peer_tied_to_school=0.0, unstructured_out_of_term=0.0)
    for month in (0, 60, 130):
        room.advance(month)
        assert room.violence_level == pytest.approx(room.season) == pytest.approx(room.peer_level)
        assert room.acquisitive_level == room.violence_level
        assert room.service_funding == 1.0
        assert not room.youth_provision.any()
        others = [series for series in SERIES if series not in ("service_funding", "youth_provision")]
        assert [getattr(room, series) for series in others] == [0.0] * len(others)


def year_of(room: Society) -> list[tuple[float, float, float, float]]:
    found = []
    for month in range(12):
        room.advance(month)
        found.append((room.season, room.peer_season, room.other_season, room.school_term))
    return found


def test_school_year_moves_peer_violence_between_months_and_not_the_level_or_the_measured_season():
    share = load_registry()["society.peer_share_recorded"]
    season, peer, other, term = np.array(year_of(society())).T
    assert peer.mean() == pytest.approx(1.0)
    assert other.mean() == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(share * peer + (1.0 - share) * other, season)
    departs = peer / season
    assert departs[term == 0.0][0] == departs.min() < 0.85
    assert departs[term == 1.0].min() > 1.0


def test_the_two_parts_of_the_school_year_pull_in_opposite_directions():
    def august(**changed: float) -> float:
        return next(peer / season for season, peer, _, term in year_of(society(**changed)) if term == 0.0)

    assert august(peer_tied_to_school=1.0) == pytest.approx(0.0)
    assert august(peer_tied_to_school=0.0, unstructured_out_of_term=0.6) > 1.1


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
    for series in SERIES:
        usual, room = society(), society([Shock(series, 0, 1.0)])
        usual.advance(0), room.advance(0)
        assert np.all(getattr(room, series) > getattr(usual, series))
        moved = {other for other in SERIES if np.any(getattr(room, other) != getattr(usual, other))}
        assert moved == ({series, "youth_provision"} if series == "service_funding" else {series})


def test_scheduling_replaces_what_was_to_come():
    room = society([Shock("violence_trend", 0, 1.0)])
    room.schedule([])
    room.advance(5)
    assert room.violence_level == room.other_season


def test_funding_cut_is_a_multiplier_and_takes_youth_provision_with_it():
    room = society([Shock("service_funding", 0, -2.0)], service_funding_per_sd=0.1, youth_provision_by_funding=3.0)
    room.advance(0)
    assert room.service_funding == pytest.approx(np.exp(-0.2))
    np.testing.assert_allclose(room.youth_provision, -0.6, rtol=1e-6)


@pytest.mark.parametrize(
    ("where", "reached"),
    [(None, [1, 1, 1]), (("E01000003",), [0, 0, 1]), (0.3, [0, 1, 0]), (0.5, [1, 1, 0]), (("E01099999",), [0, 0, 0])],
)
def test_closures_reach_the_communities_they_name(where, reached):
    room = society([Shock("youth_provision", 5, -1.5, communities=where)])
    room.advance(4)
    assert not room.youth_provision.any()
    room.advance(5)
    assert (room.youth_provision / -1.5).tolist() == reached


def test_drug_markets_move_acquisitive_violence_alone():
    usual, surge = society(), society([Shock("drug_market", 0, 2.0)], drug_market_per_sd=0.25)
    usual.advance(0), surge.advance(0)
    assert surge.acquisitive_level == pytest.approx(usual.acquisitive_level * np.exp(0.5))
    assert (surge.violence_level, surge.peer_level) == (usual.violence_level, usual.peer_level)


def test_unknown_series_names_the_nearest():
    with pytest.raises(ValueError, match="labour_market"):
        Shock("labor_market", 0, 1.0)
