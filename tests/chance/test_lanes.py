"""Lanes: several exclusive decisions in one word, each at its own probability and blind to the others."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.chance import Chance, mix64
from sim.core.lanes import declare_lanes, no_ceilings, sweep_lanes

LANES = declare_lanes("tests.lanes", (("rain", "hail", "snow"), ("sun",)))
PEOPLE = 200_000
KEYS = np.array([int(mix64(np.uint64(i + 1))) for i in range(PEOPLE)], np.uint64)
STRATA = (np.arange(PEOPLE) % 3).astype(np.uint8)
OTHERS = (np.arange(PEOPLE) % 2).astype(np.uint8)
BY_OTHER = np.array([False, True])


def swept(rain=0.1, hail=0.02, snow=0.25, sun=0.6, month=5):
    ceilings = no_ceilings(LANES)
    for name, ceiling in (("rain", rain), ("hail", hail), ("snow", snow), ("sun", sun)):
        ceilings[LANES.lane(name), :2] = ceiling
    return sweep_lanes(Chance(9), LANES, KEYS, STRATA, OTHERS, BY_OTHER, ceilings, month)


@pytest.mark.parametrize(("name", "expected"), [("rain", 0.1), ("hail", 0.02), ("snow", 0.25), ("sun", 0.6)])
def test_each_decision_has_its_ceiling_as_its_frequency(name, expected):
    rows, uniforms = swept().of(name)
    could = PEOPLE if name == "sun" else np.count_nonzero(STRATA < 2)
    assert rows.size / could == pytest.approx(expected, abs=5 * np.sqrt(expected / could))
    assert (np.diff(rows) > 0).all()
    assert uniforms.max() < expected
    assert np.mean(uniforms) == pytest.approx(expected / 2, rel=0.02)


def test_the_words_are_those_of_the_sheet():
    rows, uniforms = swept().of("sun")
    np.testing.assert_array_equal(uniforms, Chance(9).uniforms(LANES.sheet, 1, KEYS[rows], 5))
    rows, uniforms = swept().of("hail")
    np.testing.assert_allclose(
        uniforms + LANES.most("hail"), Chance(9).uniforms(LANES.sheet, 0, KEYS[rows], 5), atol=1e-9
    )


def test_one_decision_does_not_move_another():
    before, after = swept(), swept(rain=0.0)
    assert after.of("rain")[0].size == 0
    for name in ("hail", "snow", "sun"):
        np.testing.assert_array_equal(before.of(name)[0], after.of(name)[0])


def test_decisions_of_a_word_exclude_each_other():
    found = swept(rain=0.25, hail=0.25, snow=0.25)
    rows = np.concatenate([found.of(name)[0] for name in ("rain", "hail", "snow")])
    assert np.unique(rows).size == rows.size


def test_nobody_of_another_stratum_is_found():
    rows, _ = swept().of("snow")
    assert (STRATA[rows] < 2).all()


def test_a_word_holds_at_most_eight_different_decisions():
    with pytest.raises(ValueError, match="one to eight"):
        declare_lanes("tests.too_many", (tuple("abcdefghi"),))
    with pytest.raises(ValueError, match="one to eight"):
        declare_lanes("tests.twice", (("a",), ("a", "b")))


def test_five_to_eight_decisions_have_an_eighth_each():
    lanes = declare_lanes("tests.eighths", (tuple("abcde"),))
    ceilings = no_ceilings(lanes)
    for name in "abcde":
        ceilings[lanes.lane(name), 0] = lanes.most(name)
    found = sweep_lanes(Chance(9), lanes, KEYS, np.zeros(PEOPLE, np.uint8), OTHERS, np.array([False]), ceilings, 5)
    assert lanes.most("a") == 1 / 8
    for name in "abcde":
        assert found.of(name)[0].size / PEOPLE == pytest.approx(1 / 8, rel=0.02)
