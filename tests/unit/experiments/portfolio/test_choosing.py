"""What is said about the chosen mix, on small surrogates worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.portfolio.choosing import (
    ALWAYS,
    DEPENDS,
    NEVER,
    budget_frontier,
    choose,
    core_index,
    halves,
    least_cost,
    shadow_price,
)
from experiments.portfolio.search import Limit, Risk, Rules
from experiments.portfolio.surrogate import Terms

THREE = Terms(((1.0,), (1.0,), (1.0,)))
VALUE = np.array([[100.0, 60.0, 58.0, 0.0, 0.0, -58.0]])
"""The second and third programmes do nearly the same, and nothing more together than alone."""
COST = np.array([50.0, 30.0, 30.0, 0.0, 0.0, 0.0])
BUDGET = Rules(limits=(Limit("budget", COST, 80.0),))


def test_every_draw_is_in_one_half():
    choosing, reporting = halves(7)
    assert sorted([*choosing, *reporting]) == list(range(7))
    assert abs(len(choosing) - len(reporting)) <= 1


def test_two_programmes_that_replace_each_other_depend_and_the_strong_one_is_always_in():
    verdicts = [each.verdict for each in core_index(THREE, VALUE, BUDGET)]
    assert verdicts == [ALWAYS, DEPENDS, DEPENDS]


def test_a_programme_that_loses_money_is_never_in():
    value = np.array([[100.0, 60.0, -40.0, 0.0, 0.0, 0.0]])
    standings = core_index(THREE, value, BUDGET)
    assert [each.verdict for each in standings] == [ALWAYS, ALWAYS, NEVER]
    assert standings[2].share_of_near_best == 0


def test_money_is_worth_what_the_next_programme_adds():
    value = np.array([[100.0, 60.0, 58.0, 0.0, 0.0, 0.0]])
    assert shadow_price(THREE, value, BUDGET, ["budget"], 109 / 80) == 0.0
    assert shadow_price(THREE, value, BUDGET, ["budget"], 110 / 80) == pytest.approx(58.0)


def test_frontier_by_budget_rises_from_nothing():
    found = budget_frontier(THREE, VALUE, Rules(), COST, [0, 30, 50, 80, 110])
    assert [each.mix for each in found if each] == [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0), (1, 1, 0)]


def test_least_cost_way_to_an_effect_and_the_most_that_can_be_had():
    averted = np.array([10.0, 8.0, 7.0, -1.0, -1.0, -6.0])
    found = least_cost(THREE, COST, averted, 9.0, Rules())
    assert found is not None
    assert (found.mix, found.cost_gbp, found.reaches) == ((1, 0, 0), 50.0, True)
    nearest = least_cost(THREE, COST, averted, 50.0, Rules())
    assert nearest is not None
    assert (nearest.mix, nearest.averted, nearest.reaches) == ((1, 1, 0), 17.0, False)


def test_reporting_on_other_draws_takes_back_the_winners_curse():
    """With no true effect anywhere the mean reported is near zero, while the choosing half always looks good."""
    chance = np.random.default_rng(11)
    terms = Terms(tuple((1.0,) for _ in range(6)))
    found = [choose(terms, chance.normal(0, 10, (20, terms.size)), Rules()) for _ in range(300)]
    chosen = np.array([each.chosen_on for each in found if each])
    reported = np.array([each.reported_on for each in found if each])
    assert (chosen >= 0).all()
    assert abs(reported.mean()) < 4 * reported.std() / np.sqrt(len(reported))
    assert chosen.mean() > 10 * abs(reported.mean())


def test_a_cautious_board_prefers_the_safe_programme():
    terms = Terms(((1.0,), (1.0,)))
    value = np.array([[300.0, 50.0, 0.0]] * 2 + [[-200.0, 50.0, 0.0]] * 2)
    rules = Rules(not_together=((0, 1),))
    hopeful = choose(terms, value + [[1.0, 0.0, 0.0]], rules)
    cautious = choose(terms, value, rules, Risk("tail", 0.2))
    assert hopeful is not None and cautious is not None
    assert (hopeful.mix, cautious.mix) == ((1, 0), (0, 1))


def test_one_draw_cannot_choose_and_report():
    with pytest.raises(ValueError, match="two draws"):
        choose(THREE, VALUE, Rules())
