"""Numbers as people read them."""

from __future__ import annotations

import pytest

from experiments.results import Interval
from experiments.wording import level, money, number, percent, span, verdict


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-12345.6, "−12,000"), (0.0371, "0.037"), (9.96, "10"), (1.04, "1.0"), (None, "not defined")],
)
def test_two_significant_figures(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1_234_567, "£1.2m"), (-8_900, "−£8,900"), (0, "£0"), (45_600_000, "£46m"), (999_999, "£1.0m"), (2.5e9, "£2.5bn")],
)
def test_money(value: float, text: str) -> None:
    assert money(value) == text


def test_levels_and_percentages() -> None:
    assert (level(12345.6), level(3.21), level(0)) == ("12,300", "3.2", "0")
    assert (percent(-0.0123), percent(0.05)) == ("−1.2%", "+5.0%")


def test_ranges_come_before_points() -> None:
    assert span(Interval(mean=-5, low=-10, high=1)) == "−10 to 1.0 (central −5.0)"
    assert span(Interval(mean=-5, low=None, high=None)) == "−5.0 (one run, no range)"
    assert span(Interval(mean=0, low=0, high=0)) == "exactly 0"


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((-5, -9, -1), "is estimated to fall"),
        ((5, 1, 9), "is estimated to rise"),
        ((-5, -9, 1), "may fall, or not change"),
        ((0, 0, 0), "does not change"),
        ((-5, None, None), "may fall, or not change"),
    ],
)
def test_modality_follows_the_range(interval: tuple[float, float | None, float | None], words: str) -> None:
    mean, low, high = interval
    assert verdict(Interval(mean=mean, low=low, high=high)) == words
