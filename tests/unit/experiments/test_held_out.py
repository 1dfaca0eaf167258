"""Forecasts of held-out communities: fair to the model and to naive forecasts, and honest about who wins."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.london import read_records
from experiments.held_out import (
    ANCHORED,
    MODES,
    RECORDS_HIDDEN,
    STRUCTURAL,
    YEARS,
    Forecast,
    held_out_place,
    judge,
    model_forecast,
    naive_forecasts,
    words,
)
from sim.parameters.registry import load_registry
from sim.population.location import location_effects


@pytest.fixture(scope="module")
def records():
    return read_records()


def simulated(rate, runs=20):
    """Return counts of runs of a model that expects ``rate`` everywhere, for both modes in turn."""
    luck = np.random.default_rng(3)
    return [luck.poisson(rate[:, None], (rate.size, YEARS)).astype(float) for _ in range(runs * len(MODES))]


def test_a_model_that_knew_the_rates_would_win_and_one_that_knows_nothing_loses(records):
    held = records.held_out()
    knowing = judge(records, simulated(np.maximum(held.second, 0.2)))
    ignorant = judge(records, simulated(np.full(held.codes.size, held.second.mean())))
    assert not any("naive forecast wins" in line for line in knowing.words if "score" in line or "rank" in line)
    assert all("naive forecast wins" in line for line in ignorant.words if "score" in line)
    best = {each.name: each for each in knowing.scores if each.communities == "all communities"}
    assert best[STRUCTURAL].rank_correlation > 0.9 and best[STRUCTURAL].level == pytest.approx(1.0, abs=0.1)


def test_the_naive_forecasts_use_nothing_of_the_later_year(records):
    held, learning = records.held_out(), records.for_benchmarks()
    before = naive_forecasts(held, learning)
    held.second[:] = 0.0
    after = naive_forecasts(held, learning)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_hidden_record_changes_neither_forecast_of_its_community(records):
    held, learning = records.held_out(), records.for_benchmarks()
    hidden = np.flatnonzero(held.hidden())
    places, samples = [], []
    for count in (0.0, 90.0):
        held.first[hidden] = count
        places.append(held_out_place(held, ANCHORED).police.counts)
        samples.append(naive_forecasts(held, learning)["last year's value"])
    assert np.array_equal(*places) and np.array_equal(*samples)


def test_records_move_locations_in_anchored_mode_alone(records):
    held = records.held_out()
    held = held.of(np.arange(40))
    effects = {mode: location_effects(held_out_place(held, mode), load_registry()) for mode in MODES}
    assert np.ptp(effects[STRUCTURAL].violence) == 0.0
    shown = ~held.hidden()
    assert np.ptp(effects[ANCHORED].violence[shown]) > 0.3
    assert np.abs(np.log(effects[ANCHORED].violence[~shown])).max() < 0.2


def test_the_anchored_forecast_takes_its_level_from_the_earlier_year(records):
    held = records.held_out()
    counts = np.stack(simulated(np.full(held.codes.size, 3.0), runs=10))
    shown = ~held.hidden()
    forecast = model_forecast(counts, held, anchored=True).mean(axis=0)
    assert forecast[shown].sum() == pytest.approx(held.first[shown].sum(), rel=0.03)
    assert model_forecast(counts, held, anchored=False).mean() == pytest.approx(3.0, rel=0.03)


def test_a_loss_is_said_in_words():
    figures = {"coverage": 0.9, "level": 1.0, "communities": RECORDS_HIDDEN}
    model = Forecast(name=STRUCTURAL, kind="model", rank_correlation=0.5, crps=4.0, **figures)
    naive = Forecast(name="last year's value", kind="naive", rank_correlation=0.6, crps=5.0, **figures)
    rank, crps, coverage = words([model, naive])
    assert "a naive forecast wins" in rank and "0.60" in rank and "0.50" in rank
    assert "at least as well" in crps and "at least as well" in coverage
    worse = naive.model_copy(update={"name": "regression", "rank_correlation": 0.4})
    rank, *_ = words([model, naive, worse])
    assert "last year's value (0.60) does better" in rank and "at least as well as regression (0.40)" in rank
