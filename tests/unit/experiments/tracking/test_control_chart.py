"""Control charts: known answers of limits and rules, and how often they signal where nothing happens."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.tracking.control_chart import (
    BEYOND,
    RUN_OF_EIGHT,
    TREND_OF_SIX,
    TWO_OF_THREE,
    overdispersion_of,
    p_chart,
    signals,
    u_chart,
)


def test_limits_by_hand() -> None:
    chart = u_chart(np.array([36.0, 9.0]), np.array([25.0, 25.0]), np.array([5.0, 5.0]))
    assert chart.values.tolist() == [7.2, 1.8] and chart.centre.tolist() == [5.0, 5.0]
    assert chart.low.tolist() == [2.0, 2.0] and chart.high.tolist() == [8.0, 8.0]
    assert chart.standardised.tolist() == pytest.approx([2.2, -3.2])
    share = p_chart(np.array([30.0]), np.array([100.0]), 0.5, overdispersion=2.0)
    assert share.low[0] == pytest.approx(0.2) and share.standardised[0] == pytest.approx(-2.0)


@pytest.mark.parametrize(
    ("points", "rule", "side"),
    [
        ([0.1, -3.2], BEYOND, "below"),
        ([2.1, 0.0, 2.3], TWO_OF_THREE, "above"),
        ([-0.1] * 8, RUN_OF_EIGHT, "below"),
        ([-0.5, -0.3, -0.1, 0.1, 0.3, 0.5], TREND_OF_SIX, "rising"),
    ],
)
def test_each_rule_speaks_when_it_should(points: list[float], rule: str, side: str) -> None:
    [found] = signals(points)
    assert (found.position, found.rule, found.side) == (len(points) - 1, rule, side)


def test_rules_are_silent_one_step_short() -> None:
    assert not signals([2.1, 0.0, 1.9]) and not signals([0.1] * 7) and not signals([0.5, 0.4, 0.3, 0.2, 0.1])
    assert not signals([2.1, 0.0, -2.3])


def test_overdispersion_takes_the_place_of_false_alarms() -> None:
    luck = np.random.default_rng(4)
    mean = 400.0
    counts = luck.poisson(mean * luck.gamma(1 / 0.02, 0.02, (300, 36)))
    alarms = {False: 0, True: 0}
    for row in counts:
        wide = overdispersion_of((row[:24] - mean) / np.sqrt(mean))
        assert wide is not None
        for widened in alarms:
            chart = u_chart(row[24:], np.full(12, mean), np.ones(12), wide if widened else 1.0)
            alarms[widened] += int((np.abs(chart.standardised) > 3).any())
    assert alarms[True] < 0.15 * 300 < 0.6 * 300 < alarms[False]
    assert overdispersion_of([1.0] * 11) is None and overdispersion_of([0.0] * 12) == 1.0
