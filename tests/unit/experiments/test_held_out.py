"""Forecasts of held-out communities: fair to the model and to naive forecasts, and honest about who wins."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.london import HELD_OUT, HELD_OUT_OF_EACH, INNER, OUTER, drawn, read_records
from experiments.forecast_scores import EVERYWHERE, RECORDS_HIDDEN, Forecast, coverage_in_words, judge, words
from experiments.forecasts import (
    ANCHORED,
    LAST_YEAR,
    REGRESSION,
    SHRUNKEN,
    STRUCTURAL,
    UPDATED,
    model_forecasts,
    naive_forecasts,
)
from experiments.held_out import MODES, YEARS, HeldOutRun, held_out_place, held_out_tasks, usual_pull
from sim.parameters.registry import load_registry
from sim.population.location import location_effects


@pytest.fixture(scope="module")
def shipped():
    return read_records()


@pytest.fixture
def records():
    return read_records()


def simulated(held, rate, runs=4):
    """Return runs of a model that expects ``rate`` of each held-out community, in both modes."""
    luck = np.random.default_rng(3)
    found = []
    for borough in HELD_OUT:
        own = rate[held.borough == borough]
        pull = np.ones(own.size)
        for mode in MODES:
            for _ in range(runs):
                counts = luck.poisson(own[:, None], (own.size, YEARS)).astype(float)
                found.append(HeldOutRun(borough, mode, counts, pull, pull))
    return found


def test_boroughs_are_drawn_by_their_names_three_inner_and_three_outer(shipped):
    assert set(INNER) | set(OUTER) == set(shipped.borough) and set(INNER).isdisjoint(OUTER)
    assert len(set(HELD_OUT) & set(INNER)) == len(set(HELD_OUT) & set(OUTER)) == HELD_OUT_OF_EACH
    assert drawn(tuple(reversed(INNER)), 3) == drawn(INNER, 3)


def test_a_draw_lives_one_borough_in_both_modes_and_draws_take_turns(shipped):
    tasks = held_out_tasks(shipped, 7)
    for number in range(7):
        of_draw = [task for task in tasks if task.number == number]
        assert [task.mode for task in of_draw] == list(MODES)
        assert {task.borough for task in of_draw} == {HELD_OUT[number % len(HELD_OUT)]}
    assert {task.borough for task in held_out_tasks(shipped, 1)} == set(HELD_OUT)


def test_what_is_hidden_does_not_depend_on_the_communities_beside_it(shipped):
    """The model lives single boroughs and is scored on all: what is hidden from one must be hidden from the other."""
    hidden = shipped.held_out().hidden()
    apart = [shipped.of(shipped.borough == name) for name in np.unique(shipped.held_out().borough)]
    together = dict(zip(shipped.held_out().codes, hidden, strict=True))
    for records in apart:
        assert [together[code] for code in records.codes] == records.hidden().tolist()


def test_a_model_that_knew_the_rates_would_win_and_one_that_knows_nothing_loses(shipped):
    held = shipped.held_out()
    knowing = judge(shipped, simulated(held, np.maximum(held.second, 0.2)))
    ignorant = judge(shipped, simulated(held, np.full(held.codes.size, held.second.mean())))
    assert not any("naive forecast wins" in line for line in knowing.words if "score" in line or "rank" in line)
    crps = {each.name: each.crps for each in ignorant.scores if each.communities == EVERYWHERE}
    assert crps[STRUCTURAL] > crps[REGRESSION]
    best = {each.name: each for each in knowing.scores if each.communities == EVERYWHERE}
    assert best[STRUCTURAL].rank_correlation > 0.9 and best[STRUCTURAL].level == pytest.approx(1.0, abs=0.1)
    assert [line.gap > 0 for line in knowing.lines] == [True, True]
    assert ignorant.lines[1].gap_high < 0


def test_even_a_model_that_knows_little_has_honest_intervals(shipped):
    held = shipped.held_out()
    scores = judge(shipped, simulated(held, np.full(held.codes.size, held.second.mean()))).scores
    for each in scores:
        if each.kind == "model" and each.communities == EVERYWHERE:
            assert 0.85 <= each.coverage <= 0.99


def test_the_naive_forecasts_use_nothing_of_the_later_year(records):
    held, learning = records.held_out(), records.for_benchmarks()
    before = naive_forecasts(held, learning)
    held.second[:] = 0.0
    after = naive_forecasts(held, learning)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_the_forecast_of_a_borough_uses_nothing_of_its_own_later_year(records):
    held = records.held_out()
    found = simulated(held, held.population / 150.0)
    before = model_forecasts(held, found)
    own = held.borough == HELD_OUT[0]
    held.second[own] *= 9.0
    after = model_forecasts(held, found)
    for name in before:
        assert np.array_equal(before[name][:, own], after[name][:, own])
        assert not np.array_equal(before[name][:, ~own], after[name][:, ~own])


def test_a_hidden_record_changes_no_forecast_of_its_community(records):
    held, learning = records.held_out(), records.for_benchmarks()
    found = simulated(held, held.population / 150.0)
    hidden = np.flatnonzero(held.hidden())
    own = held.borough == HELD_OUT[0]
    places, samples = [], []
    for count in (0.0, 90.0):
        held.first[hidden] = count
        places.append(held_out_place(held.of(own), ANCHORED).police.counts)
        naive, model = naive_forecasts(held, learning), model_forecasts(held, found)
        samples.append([naive[LAST_YEAR][:, hidden], naive[SHRUNKEN][:, hidden], model[UPDATED][:, hidden]])
    assert np.array_equal(*places)
    assert all(np.array_equal(one, other) for one, other in zip(*samples, strict=True))


def test_the_own_record_corrects_the_location(shipped):
    held = shipped.held_out()
    forecasts = model_forecasts(held, simulated(held, np.full(held.codes.size, held.first.mean())))
    shown = ~held.hidden()
    errors = {name: np.abs(forecasts[name].mean(axis=0) - held.second)[shown].mean() for name in (ANCHORED, UPDATED)}
    assert errors[UPDATED] < 0.8 * errors[ANCHORED]


def test_records_move_locations_in_anchored_mode_alone(shipped):
    held = shipped.held_out()
    held = held.of(np.flatnonzero(held.borough == HELD_OUT[0])[:40])
    effects = {mode: location_effects(held_out_place(held, mode), load_registry()) for mode in MODES}
    assert np.ptp(effects[STRUCTURAL].violence) == 0.0
    shown = ~held.hidden()
    assert np.ptp(effects[ANCHORED].violence[shown]) > 0.3
    assert np.abs(np.log(effects[ANCHORED].violence[~shown])).max() < 0.2


def test_the_pull_to_be_expected_is_the_mean_over_luck(shipped):
    held = shipped.held_out()
    held = held.of(np.flatnonzero(held.borough == HELD_OUT[0])[:30])
    structural, anchored = (usual_pull(held_out_place(held, mode), 0) for mode in MODES)
    assert structural.mean() == pytest.approx(1.0) and anchored.mean() == pytest.approx(1.0)
    assert np.ptp(np.log(structural / held.population)) < np.ptp(np.log(anchored / held.population))


def test_the_anchored_forecast_takes_its_level_from_the_earlier_year(shipped):
    held = shipped.held_out()
    forecasts = model_forecasts(held, simulated(held, np.full(held.codes.size, 3.0), runs=10))
    shown = ~held.hidden()
    for borough in HELD_OUT:
        own = shown & (held.borough == borough)
        assert forecasts[ANCHORED].mean(axis=0)[own].sum() == pytest.approx(held.first[own].sum(), rel=0.03)
    assert forecasts[STRUCTURAL].mean() == pytest.approx(3.0, rel=0.03)


def test_a_loss_is_said_in_words():
    figures = {"coverage": 0.9, "coverage_80": 0.8, "coverage_50": 0.5, "level": 1.0, "communities": RECORDS_HIDDEN}
    model = Forecast(name=STRUCTURAL, kind="model", rank_correlation=0.5, crps=4.0, **figures)
    naive = Forecast(name=LAST_YEAR, kind="naive", rank_correlation=0.6, crps=5.0, **figures)
    rank, crps = words([model, naive])
    assert "a naive forecast wins" in rank and "0.60" in rank and "0.50" in rank
    assert "at least as well" in crps
    worse = naive.model_copy(update={"name": "regression", "rank_correlation": 0.4})
    rank, _ = words([model, naive, worse])
    assert "Last year's value (0.60) does better" in rank and "at least as well as regression (0.40)" in rank


def test_intervals_too_narrow_are_said_in_words():
    figures = {"coverage_80": 0.5, "coverage_50": 0.3, "level": 1.0, "communities": EVERYWHERE, "crps": 1.0}
    model = Forecast(name=STRUCTURAL, kind="model", rank_correlation=0.5, coverage=0.7, **figures)
    assert "Out of the range of 85 to 99%: structural." in coverage_in_words([model])
    assert "All lie within" in coverage_in_words([model.model_copy(update={"coverage": 0.93})])
