"""The permutation test of contagion, on logs made up so that the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.contagion import contagion_test

MONTHS, PEOPLE = 60, 600


def likeness(seed: int, hits: int = 3000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People at high risk hurt, and are hurt by, people at high risk; no incident leads to another."""
    generator = np.random.default_rng(seed)
    risk = np.exp(generator.normal(size=PEOPLE))
    offender, victim = generator.choice(PEOPLE, (2, hits), p=risk / risk.sum())
    month = generator.integers(0, MONTHS, hits)
    other = offender != victim
    return month[other], offender[other], victim[other]


def followed(log: tuple[np.ndarray, ...], share: float, at_aggressor: bool, seed: int = 9) -> tuple[np.ndarray, ...]:
    """Add to a log violence by a share of its victims one to three months after they were hurt."""
    generator = np.random.default_rng(seed)
    month, offender, victim = log
    again = np.flatnonzero(generator.random(month.size) < share)
    new_month = month[again] + generator.integers(1, 4, again.size)
    target = offender[again] if at_aggressor else (victim[again] + 1 + generator.integers(PEOPLE - 1)) % PEOPLE
    inside = new_month < MONTHS
    return (
        np.concatenate([month, new_month[inside]]),
        np.concatenate([offender, victim[again][inside]]),
        np.concatenate([victim, target[inside]]),
    )


def test_a_hand_worked_log():
    # b is hurt in month 12 and hurts c in month 13; what happens in month 30 has no whole window.
    found = contagion_test([12, 13, 30], ["a", "b", "x"], ["b", "c", "y"], permutations=19)
    assert (found.excess, found.exposures) == (0.5, 2)
    # With friend d of b, who hurts e a month later, and friend e of c: one of two exposures is followed.
    ties = (["d", "e"], ["b", "c"])
    log = ([12, 13, 13, 30], ["a", "b", "d", "x"], ["b", "c", "z", "y"])
    found = contagion_test(*log, ties=ties, permutations=19)
    assert (found.excess, found.exposures) == (0.5, 2)


def test_a_provoked_victim_does_not_count():
    assert contagion_test([12, 13, 30], ["b", "a", "x"], ["a", "b", "y"]).exposures == 1


def test_an_empty_log_says_nothing():
    assert contagion_test([], [], []).p_value == 1.0


def test_likeness_alone_is_not_taken_for_contagion():
    found = [contagion_test(*likeness(seed), permutations=199).p_value for seed in range(12)]
    assert min(found) > 0.005 and 0.25 < np.mean(found) < 0.75


def test_lasting_quarrels_are_not_taken_for_contagion():
    values = []
    for seed in range(8):
        generator = np.random.default_rng(seed)
        pair, side = generator.integers(0, 300, 2000), generator.integers(0, 2, 2000)
        month = generator.integers(0, MONTHS, 2000)
        values.append(contagion_test(month, 2 * pair + side, 2 * pair + 1 - side, permutations=199).p_value)
    assert min(values) > 0.005 and 0.2 < np.mean(values) < 0.8


@pytest.mark.parametrize("at_aggressor", [True, False])
def test_contagion_is_found_whomever_it_hurts(at_aggressor):
    found = contagion_test(*followed(likeness(1), 0.25, at_aggressor), permutations=199)
    assert found.p_value < 0.02 and found.excess > found.expected + 0.05


def test_violence_that_comes_before_being_hurt_is_not_contagion():
    month, offender, victim = followed(likeness(1), 0.25, False)
    found = contagion_test(MONTHS - 1 - month, offender, victim, permutations=199)
    assert found.p_value > 0.2
