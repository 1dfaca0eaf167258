"""The search finds what brute force finds, and keeps every rule."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.portfolio import programming, search
from experiments.portfolio.design import MOST_PROGRAMMES, design_of, two_level_design
from experiments.portfolio.search import Limit, Risk, Rules, allowed, best_mix, ranked, scores
from experiments.portfolio.surrogate import Terms, fit, predict

RISKS = [Risk("mean"), Risk("tail"), Risk("tail", 0.33), Risk("regret")]


def a_surrogate(seed: int, programmes: int = 8, draws: int = 11, levels: int = 1):
    """Return terms, the value by draw, and the cost of a surrogate drawn at random."""
    chance = np.random.default_rng(seed)
    terms = Terms(tuple(tuple(np.arange(1, levels + 1) / levels) for _ in range(programmes)))
    main = chance.normal(50, 60, (draws, len(terms.options)))
    pair = chance.normal(-5, 20, (draws, len(terms.pairs)))
    cost = np.concatenate([chance.uniform(10, 100, len(terms.options)), np.zeros(len(terms.pairs))])
    return terms, np.column_stack([main, pair]), cost


def brute_force(terms, value, cost, budget, risk):
    """Return the best mix and score by plain loops over everything."""
    found = []
    for mix in itertools.product(*(range(len(doses) + 1) for doses in terms.doses)):
        spent = sum(cost[terms.options.index((p, level))] for p, level in enumerate(mix) if level)
        if spent > budget:
            continue
        by_draw = []
        for draw in value:
            total = sum(draw[terms.options.index((p, level))] for p, level in enumerate(mix) if level)
            for place, (p, q) in enumerate(terms.pairs):
                total += draw[len(terms.options) + place] * terms.dose(p, mix[p]) * terms.dose(q, mix[q])
            by_draw.append(total)
        found.append((mix, by_draw))
    values = np.array([each for _, each in found]).T
    if risk.kind == "mean":
        score = values.mean(axis=0)
    elif risk.kind == "regret":
        score = -(values.max(axis=1)[:, None] - values).max(axis=0)
    else:
        score = scores(values, risk)
    best = int(score.argmax())
    return found[best][0], score[best]


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: f"{risk.kind}-{risk.worst_share}")
@pytest.mark.parametrize("way", ["all", "integer"])
@pytest.mark.parametrize("seed", [1, 2])
def test_eight_programmes_agree_with_brute_force(seed, way, risk):
    terms, value, cost = a_surrogate(seed)
    rules = Rules(limits=(Limit("budget", cost, 200),))
    found = (
        best_mix(terms, value, rules, risk)
        if way == "all"
        else programming.by_integer_programme(terms, value, rules, risk)
    )
    mix, score = brute_force(terms, value, cost, 200, risk)
    assert found is not None
    assert found.score == pytest.approx(score, abs=1e-6)
    assert found.mix == mix


def test_levels_of_dose_agree_with_brute_force():
    terms, value, cost = a_surrogate(3, programmes=4, levels=3)
    rules = Rules(limits=(Limit("budget", cost, 150),))
    mix, score = brute_force(terms, value, cost, 150, Risk())
    for found in (best_mix(terms, value, rules), programming.by_integer_programme(terms, value, rules, Risk())):
        assert found is not None
        assert found.mix == mix
        assert found.score == pytest.approx(score)


def test_tail_mean_of_ten_draws_is_the_mean_of_the_worst_two():
    values = np.arange(10.0)[:, None]
    assert scores(values, Risk("tail", 0.2))[0] == 0.5
    assert scores(values, Risk("tail", 0.25))[0] == pytest.approx((0 + 1 + 0.5 * 2) / 2.5)
    assert scores(values, Risk("tail", 1.0))[0] == values.mean()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    budget=st.floats(0, 500),
    must=st.sets(st.integers(0, 5), max_size=2),
    out=st.sets(st.integers(0, 5), max_size=2),
    apart=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]), max_size=2),
    share=st.floats(-0.5, 0.5),
    kind=st.sampled_from(["mean", "tail", "regret"]),
)
def test_every_solution_keeps_every_rule_and_both_searches_agree(seed, budget, must, out, apart, share, kind):
    terms, value, cost = a_surrogate(seed, programmes=6, draws=5)
    fair = value.mean(axis=0) * share - np.roll(value.mean(axis=0), 1)
    rules = Rules(
        (Limit("budget", cost, budget), Limit("equity", fair, 0.0)), frozenset(must), frozenset(out), tuple(apart)
    )
    one = best_mix(terms, value, rules, Risk(kind))
    other = programming.by_integer_programme(terms, value, rules, Risk(kind))
    assert (one is None) == (other is None)
    if one is None or other is None:
        return
    assert one.score == pytest.approx(other.score, abs=1e-5)
    for found in (one, other):
        on = {programme for programme, level in enumerate(found.mix) if level}
        features = terms.features([found.mix])[0]
        assert features @ cost <= budget + 1e-6
        assert features @ fair <= 1e-6
        assert must <= on
        assert not out & on
        assert not any({first, second} <= on for first, second in apart)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), budgets=st.lists(st.floats(0, 600), min_size=2, max_size=5))
@pytest.mark.parametrize("kind", ["mean", "tail"])
def test_adding_budget_never_lowers_the_optimum(seed, budgets, kind):
    terms, value, cost = a_surrogate(seed, programmes=6, draws=5)
    found = [
        best_mix(terms, value, Rules(limits=(Limit("budget", cost, budget),)), Risk(kind)) for budget in sorted(budgets)
    ]
    best = [each.score for each in found if each is not None]
    assert len(best) == len(budgets)
    # The same mix may be summed in another order.
    assert all(more >= less - 1e-9 * abs(less) for less, more in itertools.pairwise(best))


def test_ranked_mixes_fall_and_agree_between_searches(monkeypatch):
    terms, value, cost = a_surrogate(7, programmes=6)
    rules = Rules(limits=(Limit("budget", cost, 150),))
    looked = ranked(terms, value, rules, most=10)
    monkeypatch.setattr(search, "MOST_ENUMERATED", 0)
    solved = ranked(terms, value, rules, most=10)
    assert [each.mix for each in looked] == [each.mix for each in solved]
    assert [each.score for each in looked] == sorted((each.score for each in looked), reverse=True)
    assert allowed(terms, [each.mix for each in looked], rules).all()


def test_no_mix_keeps_rules_that_contradict():
    terms, value, cost = a_surrogate(1)
    rules = Rules(limits=(Limit("budget", cost, 0.0),), must_have=frozenset({0}))
    assert best_mix(terms, value, rules) is None
    assert programming.by_integer_programme(terms, value, rules, Risk()) is None


@pytest.mark.parametrize("programmes", range(1, MOST_PROGRAMMES + 1))
def test_designs_tell_every_programme_and_pair_apart(programmes):
    design = two_level_design(programmes)
    assert not design[0].any() or not design.any(axis=1).all()
    assert (~design).all(axis=1).sum() == 1
    signs = np.where(design, 1.0, -1.0)
    pairs = [signs[:, i] * signs[:, j] for i, j in itertools.combinations(range(programmes), 2)]
    columns = np.column_stack([np.ones(len(signs)), signs, *pairs])
    products = columns.T @ columns
    assert np.array_equal(products, len(signs) * np.eye(len(products)))


def test_a_surrogate_finds_the_terms_it_was_made_from():
    chance = np.random.default_rng(5)
    terms = Terms(((0.5, 1.0), (1.0,), (0.25, 0.5, 1.0)))
    mixes = design_of([2, 1, 3])
    truth = chance.normal(size=(4, terms.size))
    found = fit(terms, mixes, predict(terms, truth, mixes))
    np.testing.assert_allclose(found, truth, atol=1e-9)
    with pytest.raises(ValueError, match="cannot tell"):
        fit(terms, mixes[:4], np.zeros((4, 4)))
