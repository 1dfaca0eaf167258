"""Power in the model: paired worlds of a small place, spill-over, and the rate of false findings."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from experiments.power.assembling import result_of_power
from experiments.power.formula import Sizes, power_of
from experiments.power.pairing import PairTask, joint_of, live_pair
from experiments.power.question import Question
from experiments.power.study import lived_of, power
from experiments.power.virtual import Pool, Rules, many_trials
from experiments.trial_design import Design
from sim.core.errors import InputError
from sim.interventions.catalogue import Catalogue
from sim.interventions.resolved import Eligibility, Lever
from sim.place import Place
from sim.population.places import from_codes, resolve
from tests.small_world import mentoring

MONTHS = 6
ANYBODY = Eligibility(12, 45, None, (), (), ())


def always(push):
    """A programme that everybody has who is asked, from the start, and which multiplies the hazard of violence."""
    lever = Lever("violence_hazard", "while_enrolled", push, 0.0, 0.0, 0, True)
    return mentoring(
        levers=(lever,), completion=1.0, uptake=1.0, months=60, who=ANYBODY, identified_by=(), uptake_by_need=0.0,
        uptake_by_trust=0.0,
    )  # fmt: skip


def design(push, randomised="person"):
    return Design(always(push), "intention_to_treat", randomised, "true_violence", 0, MONTHS, None, 1)


@pytest.fixture(scope="module")
def codes():
    poor = resolve("Middlesbrough")
    return [str(code) for code in poor.codes[np.argsort(-poor.z)[:8]]]


@pytest.fixture(scope="module")
def base(codes):
    world = Place(from_codes(codes), seed=4, burn_in_years=1)
    world.burn_in()
    yield world
    world.close()


def lived(base, push, randomised="community", joint=False, **changed):
    return live_pair(base, PairTask(design(push, randomised), None, None, 4, joint, **changed))


@pytest.fixture(scope="module")
def halved(base):
    return lived(base, math.log(0.5), joint=True)


def test_everybody_is_treated_in_the_one_world_and_nobody_in_the_other(halved):
    paired = halved.paired
    assert paired.truth1.mean() / paired.truth0.mean() == pytest.approx(0.5, abs=0.06)
    assert (paired.truth1 <= paired.truth0 + 1e-9).mean() > 0.95
    assert paired.units == 8 and len(paired) > 1000


def test_no_strength_leaves_both_outcomes_alike(base):
    paired = lived(base, 0.0).paired
    assert np.array_equal(paired.seen0, paired.seen1) and np.array_equal(paired.stayed0, paired.stayed1)
    found = many_trials(Pool([paired]), Rules(8), 20)
    assert found.truth == 0.0


def test_a_trial_lived_whole_keeps_the_effect_where_little_spills_over(halved):
    joint = halved.joint
    assert joint.apart < 0.0 and joint.alone < 0.0
    assert joint.apart / joint.alone == pytest.approx(1.0, abs=0.25)
    assert abs(joint.control) < 0.25 * abs(joint.alone)


def test_spill_over_is_told_from_the_effect_by_hand():
    arm = np.array([True, True, False, False])
    before = np.array([2.0, 4.0, 2.0, 4.0])
    # Alone the treated would have one less each; in the trial they do, and the control arm shares half of it.
    found = joint_of(arm, before, before - 1.0, before - np.array([1.0, 1.0, 0.5, 0.5]))
    assert (found.apart, found.alone, found.control) == (-0.5, -1.0, -0.5)


def test_a_small_trial_lived_whole_takes_in_what_it_is_asked_for(base):
    whole = lived(base, -0.5, joint=True, clusters=4, per_cluster=30)
    assert whole.joint is not None and len(whole.paired) > 120


def study(base, pairs, question, push=-0.5, randomised="community"):
    entry = Catalogue().entry("mentoring")
    kind = "individual" if randomised == "person" else "cluster"
    wanted = design(push, randomised)
    return lived_of(entry, "transported", base.place_data, base.parameters, question, kind, wanted, pairs, 0)


@pytest.fixture(scope="module")
def result(base, halved):
    found = study(base, [halved], Question(trials=400, icc=0.05, icc_source="a test"))
    return result_of_power(replace(found, place=base.place_data))


def test_the_result_holds_together(result):
    assert result.virtual.type_one < 0.09
    assert result.icc is not None and 0.0 <= result.icc.low <= result.icc.value <= result.icc.high
    assert {row.icc_from for row in result.formulas} == {"none", "emerges in the model", "assumed"}
    assert {row.design for row in result.formulas} == {"individual", "cluster", "stepped_wedge"}
    assert result.seen_share == pytest.approx(0.6, abs=0.15)
    flow = {step.step: step.total for step in result.flow}
    assert flow["Eligible people whom the route finds"] >= flow["Randomised"] >= flow["Analysed"]
    assert flow["Randomised"] - flow["Lost to follow-up"] == pytest.approx(flow["Analysed"])
    assert result.cost_gbp == pytest.approx(sum(row.gbp for row in result.cost))
    assert result.spill is not None and result.spill.runs == 1
    powers = [point.formula for point in result.curve]
    assert powers == sorted(powers)
    assert result.clusters_for_usual is not None and result.clusters_for_high is not None
    assert result.clusters_for_usual <= result.clusters_for_high
    assert type(result).model_validate_json(result.to_json()) == result


def test_impossible_questions_are_refused_with_what_to_do(base, halved):
    for asked in ({"design": "clutser"}, {"unit": "schol"}, {"clusters": 2}, {"icc": 1.5}, {"trials": 3}):
        with pytest.raises(InputError):
            Question(**asked)
    with pytest.raises(InputError, match="fewer than"):
        study(base, [halved], Question(clusters=500))
    with pytest.raises(InputError):
        Question(design="individual", unit="school").design_for(design(-0.1))


@pytest.mark.slow
def test_power_and_false_findings_in_the_model(codes):
    # Many populations, a thousand trials of people one by one. The programme acts on hazards alone.
    pairs = []
    for seed in range(12):
        world = Place(from_codes(codes), seed=seed, burn_in_years=1)
        world.burn_in()
        task = PairTask(design(math.log(0.5)), None, None, seed, joint=seed < 3)
        pairs.append(live_pair(world, task))
        world.close()
    pool = Pool([each.paired for each in pairs])
    rules = Rules(1600, attrition=0.15)
    null = many_trials(Pool([each.null() for each in pool.populations]), rules, 1000)
    assert abs(null.power - 0.05) <= 1.96 * math.sqrt(0.05 * 0.95 / 1000)
    found = many_trials(pool, rules, 1000)
    seen0 = np.concatenate([each.seen0 for each in pool.populations])
    seen1 = np.concatenate([each.seen1 for each in pool.populations])
    sd = math.sqrt((seen0.var() + seen1.var()) / 2)
    expected = power_of(Sizes(int(found.analysed.mean())), found.truth / sd, 0.05)
    assert found.power == pytest.approx(expected, abs=0.06)
    assert found.coverage == pytest.approx(0.95, abs=0.03)


@pytest.mark.slow
def test_the_whole_study_from_the_name_of_an_entry(codes):
    found = power(
        "cognitive_behavioural_therapy", from_codes(codes), Question(trials=100, joint=1), 2, workers=1,
        burn_in_years=1,
    )  # fmt: skip
    assert found.design == "individual" and found.runs == 2
