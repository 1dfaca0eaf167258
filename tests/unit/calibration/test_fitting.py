"""The fit against a stand-in whose posterior is known, and what it says when targets cannot be met."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.fitting.baseline import reject_and_adjust
from calibration.fitting.chains import sample_posterior
from calibration.fitting.emulator import train
from calibration.fitting.identifying import bound_together, identified
from calibration.fitting.matching import on_scales, plausible_share, train_all, weights
from calibration.fitting.plan import Plan, chance_variance, first_wave, plan_of
from calibration.fitting.screening import design, screen
from calibration.fitting.workflow import fit
from calibration.targets import Target
from tests.unit.calibration.stand_in import FEW_STEPS, PLAN, exact, linear, space, targets

WANTED = (0.4, -0.3, 0.2)


@pytest.fixture(scope="module")
def fitted():
    return fit(space(), targets(WANTED), linear(), PLAN, steps=FEW_STEPS, tail=None)


def test_the_posterior_of_a_linear_model_is_that_of_algebra(fitted):
    mean, deviation = exact(WANTED)
    signed = 2 * fitted.posterior.points - 1
    assert signed.mean(axis=0) == pytest.approx(mean, abs=0.04)
    assert signed.std(axis=0) == pytest.approx(deviation, rel=0.2)
    assert 2 * fitted.centre - 1 == pytest.approx(mean, abs=0.06)


def test_the_fitted_model_meets_its_targets_and_says_so(fitted):
    assert fitted.unmet == {}
    assert np.abs(fitted.predicted.mean(axis=0) - WANTED).max() < 0.1
    assert fitted.draws.shape == (200, 3)
    assert fitted.effective > 100
    assert fitted.waves[-1].plausible < 0.1


def test_the_same_seed_gives_the_same_draws():
    given = np.zeros((20, 0))
    first, second, other = (
        sample_posterior(lambda u, z: -8.0 * np.square(u - 0.3).sum(axis=1), given, 2, seed, steps=100).last
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, second) and not np.array_equal(first, other)


def test_a_target_out_of_reach_is_named():
    found = fit(space(), targets((9.0, 0.0, 0.0)), linear(), PLAN, steps=FEW_STEPS)
    assert set(found.unmet) == {"Y0"} and "out of reach" in found.unmet["Y0"]


def test_targets_that_contradict_each_other_are_named_as_such():
    slopes = np.array([[2.0], [2.0]])
    found = fit(space(1), targets((1.5, -1.5)), linear(slopes), PLAN, steps=FEW_STEPS)
    assert found.unmet and all("not together" in why for why in found.unmet.values())


def test_a_target_that_cannot_be_met_pulls_the_others_less_with_a_long_tail():
    units = np.random.default_rng(0).random((60, 1))
    values = np.repeat(2 * units - 1, 3, axis=1)
    emulators = train_all(targets((0.0, 0.0, 3.0)), units, np.zeros((60, 0)), values, checked=False)
    places = np.linspace(0, 1, 201)[:, None]
    long_tail, normal = (emulators.log_likelihood(places, np.zeros((201, 0)), tail) for tail in (5.0, None))
    assert abs(2 * places[long_tail.argmax(), 0] - 1) < 0.25
    assert 2 * places[normal.argmax(), 0] - 1 > 0.9


def test_screening_keeps_what_moves_a_target_and_leaves_the_rest():
    slopes = np.array([[2.0, 0.0, 0.0], [0.0, 0.01, 1.0], [1.0, 0.0, 0.0]])
    plan = Plan(trajectories=3, wave1=48, wave2=24, recheck=12, again=12)
    found = fit(space(), targets(WANTED), linear(slopes, 0.0), plan, steps=FEW_STEPS)
    assert found.space.names == ("x0", "x2")
    assert [one.name for one in found.screened if not one.kept] == ["x1"]


def test_the_effects_of_screening_are_in_standard_deviations_of_the_target():
    points = design(3, 10, 0)
    values = np.column_stack([2 * points[:, 0], points[:, 2] ** 2])
    found = {one.name: one for one in screen(["a", "b", "c"], targets((0.0, 0.0)), points, values)}
    assert found["a"].effect == pytest.approx(2.0 / 0.2, rel=1e-4)
    assert found["a"].curved == pytest.approx(0.0, abs=1e-6) and found["c"].curved > 0
    assert found["b"].effect == 0.0 and not found["b"].kept


def test_an_emulator_knows_curves_and_how_unsure_it_is():
    generator = np.random.default_rng(1)
    units, noise = generator.random((150, 4)), 0.1
    signed = 2 * units - 1
    truth = 1.0 + signed[:, 0] + signed[:, 0] * signed[:, 1]
    emulator = train(units, np.zeros((150, 0)), truth + noise * generator.standard_normal(150))
    fresh = generator.random((500, 4))
    mean, variance = emulator.predict(fresh, np.zeros((500, 0)))
    wanted = 1.0 + (2 * fresh[:, 0] - 1) * (1 + 2 * fresh[:, 1] - 1)
    errors = (mean - wanted) / np.sqrt(variance)
    assert 0.4 < errors.std() < 1.6
    assert np.sqrt(emulator.noise) == pytest.approx(noise, rel=0.3)
    assert emulator.check.explained > 0.95 and 0.7 < emulator.check.spread < 1.4


def test_a_gaussian_process_takes_what_a_polynomial_leaves():
    units = np.random.default_rng(2).random((200, 1))
    wave = np.sin(9 * units[:, 0])
    emulator = train(units, np.zeros((200, 0)), wave)
    assert emulator.residual is not None
    mean, _ = emulator.predict(units, np.zeros((200, 0)))
    assert np.abs(mean - wave).max() < 0.1


def test_evidence_shifts_what_is_fitted_and_is_not_shifted_by_it():
    generator = np.random.default_rng(3)
    units, scores = generator.random((200, 1)), generator.standard_normal((200, 1))
    values = (2 * units[:, 0] - 1) * 2 + 0.5 * scores[:, 0]
    emulators = train_all(targets((0.0,), error=0.1), units, scores, values[:, None], checked=False)
    given = np.array([[-1.0], [1.0]]).repeat(100, axis=0)
    chains = sample_posterior(lambda u, z: emulators.log_likelihood(u, z, None), given, 1, 0, steps=FEW_STEPS)
    signed = 2 * chains.last[:, 0] - 1
    assert signed[:100].mean() == pytest.approx(0.25, abs=0.03)
    assert signed[100:].mean() == pytest.approx(-0.25, abs=0.03)


def test_targets_of_one_block_weigh_as_much_as_one():
    assert weights(targets((0.0, 1.0), block="b")).tolist() == [0.5, 0.5]
    assert weights(targets((0.0, 1.0))).tolist() == [1.0, 1.0]


def test_missing_statistics_are_told_from_shares_of_nothing():
    share = Target("S", "s", 0.2, 0.1, 0.3, "calibrate", "T21", False, "logit", 0.1, 0.0)
    table = on_scales([share], [{"s": 0.0}, {}, {"s": 0.5}])
    assert table[0, 0] == pytest.approx(np.log(0.02 / 0.98)) and np.isnan(table[1, 0]) and table[2, 0] == 0.0


def test_a_target_with_few_values_has_no_emulator_and_says_why():
    values = np.column_stack([np.linspace(0, 1, 40), np.full(40, np.nan)])
    units = np.linspace(0, 1, 40)[:, None]
    emulators = train_all(targets((0.5, 0.5)), units, np.zeros((40, 0)), values, checked=False)
    assert [target.id for target in emulators.targets] == ["Y0"]
    assert "0 of 40 runs" in emulators.dropped["Y1"]


def test_plausible_is_within_three_standard_deviations_of_all_but_the_worst():
    assert plausible_share(np.array([[1.0, 1.0], [5.0, 5.0], [2.0, 4.0]]), 1) == 0.0
    assert plausible_share(np.array([[1.0, 1.0], [5.0, 5.0], [2.0, 4.0]]), 2) == 0.5


def test_the_simple_method_tells_the_same_story():
    generator = np.random.default_rng(0)
    units = generator.random((400, 3))
    values = np.array([[run[f"y{i}"] for i in range(3)] for run in linear()("wave1", _points(units))])
    points = 2 * reject_and_adjust(targets(WANTED), units, values) - 1
    assert points.mean(axis=0) == pytest.approx(exact(WANTED)[0], abs=0.15)


def _points(units):
    from calibration.fitting.plan import Point

    return [Point(tuple(unit), -1, number) for number, unit in enumerate(units)]


def test_a_direction_the_targets_do_not_feel_is_set_by_assumption():
    generator = np.random.default_rng(0)
    felt = 0.5 + 0.05 * generator.standard_normal(4000)
    points = np.column_stack([generator.random(4000), felt, felt + 0.01 * generator.standard_normal(4000)])
    found = identified(["free", "felt", "like"], points)
    assert [one.verdict for one in found] == ["set by assumption", "informed by targets", "informed by targets"]
    assert [pair[:2] for pair in bound_together(["free", "felt", "like"], points)] == [("like", "felt")]


@pytest.mark.parametrize("budget", [60, 150, 400, 600, 2000])
def test_a_plan_spends_its_budget(budget):
    plan = plan_of(budget, 27)
    assert plan.runs(27) == budget
    assert min(plan.wave1, plan.wave2, plan.recheck, plan.again) > 0


def test_repeats_in_the_first_wave_tell_how_large_chance_is():
    units, draws = first_wave(400, 2, 0)
    assert len(units) == len(draws) == 400 and np.array_equal(units[360:], units[:40])
    values = 3 * units + 0.5 * np.random.default_rng(0).standard_normal(units.shape)
    assert np.sqrt(chance_variance(values, 400)) == pytest.approx([0.5, 0.5], rel=0.3)


@pytest.mark.slow
def test_planted_parameters_lie_anywhere_in_their_posteriors():
    """Ranks of planted values among posterior draws are uniform (simulation-based calibration)."""
    generator, ranks = np.random.default_rng(5), []
    for number in range(40):
        truth = generator.random(3) * 0.6 + 0.2
        mean = np.array([[2.0, 0, 0], [0, 2.0, 0], [1.0, 1.0, 2.0]]) @ (2 * truth - 1)
        wanted = targets(tuple(mean + 0.2 * generator.standard_normal(3)))
        found = fit(space(), wanted, linear(), PLAN, seed=number, steps=FEW_STEPS, tail=None)
        ranks.append((found.draws < truth).mean(axis=0))
    ranks = np.array(ranks)
    assert 0.4 < ranks.mean() < 0.6
    assert ((ranks > 0.05) & (ranks < 0.95)).mean() > 0.8
