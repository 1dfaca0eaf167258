"""The value of a trial against the closed form for normal effects, and the rule against cases that are clear."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from experiments.decisions.trial_thresholds import thresholds_of
from experiments.decisions.trial_value import (
    ADOPT,
    ADOPT_AND_EVALUATE,
    PILOT,
    REJECT,
    ProposedTrial,
    Stakes,
    Uncertain,
    expected_best,
    sample_information,
    value_of_trial,
)

MEAN, SD, ERROR = -0.20, 0.10, 0.08
SLOPE, AT_NOTHING = -1_000_000.0, -150_000.0


def uncertain(runs, seed=1, luck=100_000.0, at_nothing=AT_NOTHING):
    """Net benefit is a line in a normal effect, with luck around it."""
    chance = np.random.default_rng(seed)
    effect = MEAN + SD * chance.standard_normal(runs)
    return Uncertain(at_nothing + SLOPE * effect + luck * chance.standard_normal(runs), effect, MEAN, SD)


def closed_form(error, at_nothing=AT_NOTHING):
    """Expected net benefit of choosing after the trial, less that of choosing now; by hand."""
    mean = at_nothing + SLOPE * MEAN
    told = abs(SLOPE) * SD**2 / math.sqrt(SD**2 + error**2)
    unit = NormalDist()
    return told * unit.pdf(mean / told) + mean * unit.cdf(mean / told) - max(mean, 0.0)


HERE = Stakes(100_000, 100_000, 5.0, 5.0, 0.0)


def test_expected_best_by_hand():
    assert expected_best(0.0, 1.0) == pytest.approx(0.39894, abs=1e-5)
    assert expected_best(0.3, 1.0) == pytest.approx(0.3 + 0.26676, abs=1e-5)
    assert expected_best(-2.0, 0.0) == 0.0


@pytest.mark.parametrize("error", [0.03, 0.08, 0.25])
def test_regression_on_the_simulated_trial_reproduces_the_closed_form(error):
    known = uncertain(3000)
    mean, chosen, change, method = sample_information(known, error)
    assert method.startswith("regression")
    assert chosen - max(mean, 0.0) == pytest.approx(closed_form(error, AT_NOTHING), rel=0.12, abs=700)
    told = abs(SLOPE) * SD**2 / math.hypot(SD, error)
    assert change == pytest.approx(NormalDist().cdf(-50_000 / told), abs=0.05)


def test_few_runs_give_the_closed_form_itself():
    known = uncertain(20, luck=0.0)
    mean, chosen, _, method = sample_information(known, ERROR)
    assert method.startswith("closed form")
    assert mean == pytest.approx(50_000) and chosen - mean == pytest.approx(closed_form(ERROR))


def test_a_perfect_trial_is_worth_what_knowing_the_effect_is_and_a_useless_one_nothing():
    for runs in (40, 2000):
        known = uncertain(runs)
        perfect = value_of_trial(known, ProposedTrial(1e-9, 0.0, 0.0), HERE)
        useless = value_of_trial(known, ProposedTrial(1e6, 0.0, 0.0), HERE)
        assert perfect.sample == pytest.approx(perfect.effect_known, rel=0.02)
        assert 0.0 <= useless.sample < 0.06 * perfect.sample
        usual = value_of_trial(known, ProposedTrial(ERROR, 0.0, 0.0), HERE)
        assert useless.sample < usual.sample < perfect.effect_known <= perfect.perfect * 1.1


def test_larger_trials_are_worth_more_before_their_cost():
    known = uncertain(30)
    worth = [value_of_trial(known, ProposedTrial(error, 0.0, 2.0), HERE).sample for error in (0.4, 0.2, 0.1, 0.05)]
    assert worth == sorted(worth)


def test_the_net_gain_of_the_gaussian_case():
    # Nothing is lost by stopping, so a trial built in beats waiting, and is worth EVSI for the years left, less cost.
    known = uncertain(20, luck=0.0)
    found = value_of_trial(known, ProposedTrial(ERROR, 2_000.0, 2.0), HERE)
    assert found.options[ADOPT] == pytest.approx(50_000)
    assert found.options[ADOPT_AND_EVALUATE] == pytest.approx(50_000 + 0.6 * closed_form(ERROR) - 2_000)
    assert found.options[PILOT] == pytest.approx(0.6 * (50_000 + closed_form(ERROR)) - 2_000)
    assert found.net_gain == pytest.approx(0.6 * closed_form(ERROR) - 2_000)
    assert found.decision == ADOPT_AND_EVALUATE


def test_the_rule_in_cases_that_are_clear():
    trial = ProposedTrial(ERROR, 2_000.0, 2.0)
    sure = replace(uncertain(20, luck=0.0), sd=0.001)
    assert value_of_trial(sure, trial, HERE).decision == ADOPT
    losing = uncertain(20, luck=0.0, at_nothing=-250_000.0)
    assert value_of_trial(replace(losing, sd=0.001), trial, HERE).decision == REJECT
    assert value_of_trial(losing, trial, HERE).decision == PILOT
    dear = value_of_trial(losing, replace(trial, cost_gbp=1e6), HERE)
    assert dear.decision == REJECT and dear.net_gain < 0
    # The same trial pays where enough others follow its result.
    assert dear.residents_for_trial is not None and dear.residents_for_trial > HERE.residents
    many = value_of_trial(
        losing, replace(trial, cost_gbp=1e6), replace(HERE, residents=1.01 * dear.residents_for_trial)
    )
    assert many.decision == PILOT
    # What cannot be undone without loss is tried out first.
    winning = uncertain(20, luck=0.0)
    assert value_of_trial(winning, replace(trial, years=0.1), replace(HERE, reversal_gbp=5e5)).decision == PILOT


def test_waiting_loses_what_is_forgone():
    known = uncertain(20, luck=0.0)
    worth = [
        value_of_trial(known, ProposedTrial(ERROR, 0.0, years), HERE).options[PILOT] for years in (0.0, 1.0, 4.0, 5.0)
    ]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] == pytest.approx(0.0)


def test_stakes_scale_by_people_and_years():
    stakes = Stakes(500_000, 100_000, 5.0, 10.0, 0.035)
    years = ((1 - 1.035**-10) / math.log(1.035)) / ((1 - 1.035**-5) / math.log(1.035))
    assert stakes.scale == pytest.approx(5 * years)
    assert (
        stakes.left(0.0) == 1.0 and stakes.left(10.0) == pytest.approx(0.0) and stakes.left(99.0) == pytest.approx(0.0)
    )


def test_thresholds_are_where_the_choice_turns():
    known = uncertain(20, luck=0.0)
    dear = thresholds_of(value_of_trial(known, ProposedTrial(ERROR, 1e7, 1.0), HERE))
    # Believed effect at which nothing is gained or lost: -0.15; the trial weighs 0.0100 of 0.0164.
    assert dear.adopt_from == pytest.approx(-0.20 + 0.05 / (0.01 / 0.0164))
    assert dear.scale_from == dear.stop_from == dear.adopt_from
    cheap = thresholds_of(value_of_trial(known, ProposedTrial(ERROR, 1_000.0, 1.0), HERE))
    assert cheap.scale_from < cheap.adopt_from < cheap.stop_from


def test_an_effect_that_never_varies_makes_a_trial_worthless():
    known = Uncertain(np.full(10, 5.0), np.full(10, -0.1), -0.1, 0.0)
    found = value_of_trial(known, ProposedTrial(ERROR, 0.0, 1.0), HERE)
    assert found.sample == 0.0 and found.decision == ADOPT
    assert thresholds_of(found).scale_from is None
