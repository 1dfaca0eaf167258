"""Small counts are withheld whole, others rounded, and zero stays zero."""

from __future__ import annotations

import pytest

from experiments.small_numbers import is_small, protected, rounded, written


@pytest.mark.parametrize(("count", "small"), [(0.0, False), (0.2, True), (4.99, True), (5.0, False), (None, False)])
def test_counts_above_zero_and_below_five_are_small(count: float | None, small: bool) -> None:
    assert is_small(count) is small


def test_withheld_counts_keep_neither_mean_nor_range() -> None:
    assert protected({"mean": 3.0, "low": 0.0, "high": 40.0}) == {
        "mean": None,
        "low": None,
        "high": None,
        "withheld": True,
    }
    assert written(protected({"mean": 3.0, "low": None, "high": None})["mean"]) == "fewer than 5"


def test_others_are_rounded_to_five_and_nothing_is_nothing() -> None:
    assert protected({"mean": 1233.0, "low": 12.6, "high": None}) == {
        "mean": 1235.0,
        "low": 15.0,
        "high": None,
        "withheld": False,
    }
    assert protected({"mean": 0.0, "low": 0.0, "high": 0.0})["mean"] == 0.0
    assert rounded(7.4) == 5.0
    assert written(1235.0) == "1,235"
