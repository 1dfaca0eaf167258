"""Evaluation plans: what they say follows from the numbers, and blanks stay blank."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from experiments.decisions.trial_value import ProposedTrial, Stakes, Uncertain, value_of_trial
from experiments.power.assembling import result_of_power
from experiments.power.of_proposals import question_of
from experiments.power.pairing import Joint, Pair
from experiments.power.plan import BLANK, all_items, plan_of, source_of
from experiments.power.question import Question, unit_of
from experiments.power.study import lived_of
from experiments.power.valuing import best_size, error_of_effect, published
from experiments.report.evaluation_plan import plan_markdown, plan_page, write_plan
from experiments.screening.form import Proposal
from experiments.trial_design import Design
from experiments.trial_measures import MEASURES
from sim.interventions.catalogue import Catalogue
from tests.small_world import mentoring
from tests.unit.experiments.fake_place import FakeData
from tests.unit.experiments.power.test_virtual import population
from tests.unit.experiments.screening.conftest import changed

PARAMETERS = {"trials.attrition": 0.15, "trials.attrition_by_risk": 0.2}


class Place(FakeData):
    title = "Testford"


def power_result(effect=-0.6, retained=0.8, clusters=20, **asked):
    pairs = [
        Pair(population(number, clusters=clusters, effect=effect), Joint(effect * retained, effect, effect * 0.2))
        for number in range(6)
    ]
    design = Design(
        replace(mentoring(), expected_log_rr=-0.12, uncertainty_sd=0.08),
        *("intention_to_treat", "school", "true_violence", 0, 12, None),
    )
    entry = Catalogue().entry("mentoring")
    question = Question(trials=200, **asked)
    return result_of_power(lived_of(entry, "transported", Place(), PARAMETERS, question, "cluster", design, pairs, 0))


def valued(mean_gbp=20_000.0):
    chance = np.random.default_rng(1)
    effect = -0.12 + 0.08 * chance.standard_normal(30)
    uncertain = Uncertain(mean_gbp - 500_000.0 * (effect + 0.12), effect, -0.12, 0.08)
    trial, stakes = ProposedTrial(0.06, 50_000.0, 3.5), Stakes(2e6, 1e5, 5.0, 10.0, 0.035)
    return published(value_of_trial(uncertain, trial, stakes))


def test_spill_over_takes_power_and_is_explained():
    result = power_result()
    assert result.spill is not None
    assert result.spill.retained == pytest.approx(0.8) and result.spill.shared == pytest.approx(0.2)
    assert result.spill.power < result.virtual.power
    assert any("the control arm has 20% of the effect too" in words for words in result.differences)
    clean = power_result(retained=1.0)
    assert any("no spill-over shows" in words for words in clean.differences)
    assert result.clusters_for_usual > clean.clusters_for_usual


def test_losing_more_needs_more_clusters_and_costs_more():
    few, many = power_result(clusters=20), power_result(clusters=20, attrition=0.6)
    assert many.clusters_for_usual > few.clusters_for_usual
    assert many.attrition == pytest.approx(0.6, abs=0.05)
    assert power_result(trial_cost_gbp=77.0).cost_gbp == 77.0


def test_a_fully_seen_effect_is_told_as_well_as_it_stands_out():
    result = power_result(retained=1.0)
    assert error_of_effect(result, -0.12) == pytest.approx(0.12 / abs(result.virtual.standard_errors))
    assert error_of_effect(power_result(retained=0.5), -0.12) == pytest.approx(2 * error_of_effect(result, -0.12))


def test_the_plan_names_what_is_known_and_leaves_the_rest_blank(tmp_path):
    plan = plan_of("Mentoring", mentoring(), power_result(), valued())
    page = write_plan(plan, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.html", "plan.json", "plan.md"]
    assert json.loads((tmp_path / "plan.json").read_text())["schema"] == "placewise.evaluation_plan/1"
    items = {each.heading: each for part in all_items(plan).values() for each in part}
    for heading in ("Safeguarding lead and procedure", "Race equity statement", "Ethics approval"):
        assert items[heading].status == "blank" and items[heading].text == BLANK
    assert "interviewers" in items["Data source"].text
    assert items["Design"].text.startswith("Parallel trial in two arms")
    html, text = page.read_text(), plan_markdown(plan)
    for heading in all_items(plan):
        assert heading in html and f"## {heading}" in text
    assert "<svg" in html and html == plan_page(plan)


def test_the_rules_follow_from_the_value_of_the_trial():
    value = valued()
    plan = plan_of("Mentoring", mentoring(), power_result(), value)
    rules = {each.heading: each.text for each in plan.rules}
    assert value.scale_from is not None and value.stop_from is not None
    assert f"{abs(math.expm1(value.scale_from)):.0%}"[:1] in rules["Scale up"]
    assert value.scale_from <= value.adopt_from <= value.stop_from
    assert ("Adapt" in rules) == (value.scale_from < value.stop_from)
    without = plan_of("Mentoring", mentoring(), power_result())
    assert [each.status for each in without.rules][-1] == "blank"


def test_decisions_are_printed_with_their_numbers_and_their_rule():
    value = valued()
    assert value.decision in value.words[0] and value.net_gain_gbp == pytest.approx(
        max(value.options_gbp["pilot"], value.options_gbp["adopt and evaluate"])
        - max(value.options_gbp["adopt"], value.options_gbp["reject"])
    )
    assert value.effect_known_gbp >= value.trial_result_gbp >= 0.0
    assert value.rule.startswith("Choose the option with the largest")


def test_the_best_size_is_the_one_that_gains_most():
    result = power_result(retained=1.0)
    chance = np.random.default_rng(1)
    effect = -0.12 + 0.08 * chance.standard_normal(30)
    uncertain = Uncertain(-500_000.0 * (effect + 0.12), effect, -0.12, 0.08)
    stakes = Stakes(2e7, 1e5, 5.0, 10.0, 0.035)
    trial = ProposedTrial(0.4, result.cost_gbp, 3.5)
    best = best_size(uncertain, trial, stakes, result)
    assert best is not None
    assert best[0] > result.clusters and best[1] > value_of_trial(uncertain, trial, stakes).net_gain
    # Where nobody would follow, no size is worth having.
    assert best_size(uncertain, trial, replace(stakes, residents=10.0), result) is None
    assert f"{best[0]:,} units gain most" in published(value_of_trial(uncertain, trial, stakes), best).words[-1]


def test_every_measure_has_a_source():
    assert all(source_of(name) for name in MEASURES)


def test_the_words_of_proposals_become_units():
    assert unit_of("secondary schools", "cluster") == "school"
    assert unit_of("ward", None) == "community" and unit_of("Families", "cluster") == "family"
    assert unit_of("young person", "individual") == "person" and unit_of("young person", None) is None
    people = Design(mentoring(), "intention_to_treat", "person", "true_violence", 0, 12, None)
    asked = question_of(Proposal.model_validate(changed()), people, 100)
    assert (asked.design, asked.unit, asked.clusters, asked.attrition) == ("cluster", "school", 18, 0.2)
    alone = question_of(Proposal.model_validate(changed(trial={"design": "rct", "clusters": None})), people, 100)
    assert (alone.design, alone.unit, alone.clusters) == ("individual", "person", 200)
