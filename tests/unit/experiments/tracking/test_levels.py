"""Places chosen on a spike fall by themselves, by as much as is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.tracking.archive import make_forecast
from experiments.tracking.assumptions import read_assumptions
from experiments.tracking.conclusions import spike_words
from experiments.tracking.counts import RECORDED, TABLE, Counts
from experiments.tracking.forecast import Selection
from experiments.tracking.levels import Variation, level_of, spread_of_months
from experiments.tracking.selection import read_selection
from experiments.tracking.simulated import Simulated
from sim.core.errors import InputError
from tests.unit.experiments.tracking.conftest import BEFORE, CODES, SPIKE, steady

FLAT = [1.0] * 12
USUAL = Variation(0.005, 0.0036, 0.5)


def places(count: int, variation: Variation, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw counts of months and the level that follows, of places of many levels that drift as is assumed."""
    luck = np.random.default_rng(seed)
    level = np.exp(luck.uniform(np.log(8), np.log(80), count))
    stays = luck.gamma(1 / variation.staying, variation.staying, count)
    passing = (1 - variation.persistent_share) * variation.year_spread
    years = luck.gamma(1 / passing, passing, (count, 3))
    years[:, 2] *= stays
    months = luck.gamma(1 / variation.month_spread, variation.month_spread, (count, 36))
    return luck.poisson(level[:, None] * np.repeat(years, 12, axis=1) * months), level * stays


def test_the_expected_fall_is_that_of_places_chosen_because_they_were_high() -> None:
    counts, follows = places(6000, USUAL, seed=1)
    highest = np.argsort(-counts[:, 24:].sum(axis=1) / counts[:, :24].sum(axis=1))[:300]
    found = [level_of(dict(zip(BEFORE, map(float, counts[row]), strict=True)), FLAT, USUAL, SPIKE) for row in highest]
    changes = np.array([each.expected_change for each in found])
    assert changes.mean() < -0.05
    chosen_on = counts[highest, 24:].mean(axis=1)
    assert np.mean([each.month for each in found]) == pytest.approx(follows[highest].mean(), rel=0.02)
    # Without the correction the forecast would be the spike itself.
    assert chosen_on.mean() > 1.05 * follows[highest].mean()


def test_what_persists_decides_how_far_the_fall_goes() -> None:
    history = steady(60, 1.4).place[RECORDED]
    nothing, everything = (
        level_of(history, FLAT, replace(USUAL, persistent_share=share), SPIKE).expected_change for share in (0.0, 1.0)
    )
    assert nothing is not None and everything is not None
    assert 1 / 1.4 - 1 < nothing < everything < 0


def test_a_place_not_chosen_on_a_spike_keeps_its_level() -> None:
    found = level_of(steady(60).place[RECORDED], FLAT, USUAL)
    assert found.month == pytest.approx(60) and found.expected_change is None


def test_the_spread_of_months_is_found_again() -> None:
    luck = np.random.default_rng(2)
    found = []
    for _ in range(200):
        counts = luck.poisson(200 * luck.gamma(1 / 0.02, 0.02, 36))
        found.append(spread_of_months(dict(zip(BEFORE, map(float, counts), strict=True)), FLAT))
    assert np.mean(found) == pytest.approx(0.02, rel=0.15)


def test_the_forecast_without_a_programme_falls_from_the_spike_and_says_so(simulated: Simulated) -> None:
    chosen = Selection(months=SPIKE, communities=[])
    with_choice, without = (make_forecast(simulated, steady(60, 1.5), each) for each in (chosen, None))
    means = [np.mean(each.outcomes[RECORDED].worlds["baseline"].members) for each in (with_choice, without)]
    [expected] = with_choice.outcomes[RECORDED].without_programme
    assert expected.change < -0.05 and expected.change_low <= expected.change <= expected.change_high < 0
    assert means[0] == pytest.approx(expected.expected_a_month, rel=0.02)
    assert means[0] < 90
    words = spike_words(expected, -0.3)
    assert "Without any programme a fall" in words and "spikes pass by themselves" in words and "Seen: −30%" in words


def test_only_the_communities_chosen_are_taken_back(simulated: Simulated) -> None:
    high = {month: 60.0 if month in SPIKE else 30.0 for month in BEFORE}
    usual = dict.fromkeys(BEFORE, 30.0)
    by_community = {RECORDED: {CODES[0]: high, CODES[1]: usual, CODES[2]: usual}}
    place = {RECORDED: {month: high[month] + 60.0 for month in BEFORE}}
    history = Counts(place, by_community, {RECORDED: TABLE})
    chosen = Selection(months=SPIKE, communities=[CODES[0]])
    found = make_forecast(simulated, history, chosen).outcomes[RECORDED]
    [expected] = found.without_programme
    assert expected.chosen_on_a_month == pytest.approx(60, rel=0.02)
    shares = found.worlds["baseline"].communities
    members = np.mean(found.worlds["baseline"].members)
    assert shares[1] == pytest.approx(shares[2], rel=0.01)
    assert members == pytest.approx(60 + expected.expected_a_month, rel=0.02)
    assert 30 < shares[0] * members < 60


def test_a_spike_without_a_history_is_refused(simulated: Simulated) -> None:
    with pytest.raises(InputError, match="fall to expect without a programme is unknown"):
        make_forecast(simulated, None, Selection(months=SPIKE, communities=[]))
    with pytest.raises(InputError, match="first and a last month"):
        read_selection("2025", None, CODES)
    with pytest.raises(InputError, match="not a community"):
        read_selection("2025-04..2026-03", "E01999999", CODES)
    late = Counts({RECORDED: {"2026-05": 4.0}}, {}, {RECORDED: TABLE})
    with pytest.raises(InputError, match="not before the decision date"):
        make_forecast(simulated, late)


def test_every_assumption_has_a_range_and_a_source() -> None:
    for each in read_assumptions().values():
        assert each.range[0] <= each.value <= each.range[1]
        assert each.source.startswith("assumption: ") or each.source.isidentifier()
