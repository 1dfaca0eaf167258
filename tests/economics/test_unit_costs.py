"""Unit costs tie to the published totals and are shared out completely."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.economics.prices import inflator
from sim.economics.unit_costs import COMPONENTS, COSTED_MEASURES, PAYERS, cost_of_violence, payer_shares, unit_costs
from sim.outcomes.measures import MEASURE_NAMES

PUBLISHED_2015_16 = {
    "economics.unit_cost_homicide": 3_217_740,
    "economics.unit_cost_violence_with_injury": 14_050,
    "economics.unit_cost_violence_without_injury": 5_930,
    "economics.unit_cost_robbery": 11_320,
}
PUBLISHED_2024_25 = (4_314_400, 18_840, 7_950, 15_180)


@pytest.mark.parametrize("name", list(PUBLISHED_2015_16))
def test_components_sum_to_the_published_total(parameters: dict[str, Any], name: str) -> None:
    assert parameters[name].size == len(COMPONENTS)
    assert parameters[name].sum() == PUBLISHED_2015_16[name]


def test_the_deflator_is_the_published_multiplier(parameters: dict[str, Any]) -> None:
    assert inflator(2015, parameters) == pytest.approx(1.3408, abs=5e-5)
    assert inflator(2024, parameters) == pytest.approx(1.0)
    assert inflator(2025, parameters) == pytest.approx(100 / 103.2388)


def test_years_between_published_ones_grow_evenly(parameters: dict[str, Any]) -> None:
    growth = (70.3261 / 57.9885) ** (1 / 8)
    assert inflator(2004, parameters) == pytest.approx(100 / (57.9885 * growth))


def test_totals_in_the_price_year_of_results(parameters: dict[str, Any]) -> None:
    assert unit_costs(parameters).sum(axis=1) == pytest.approx(PUBLISHED_2024_25, rel=5e-4)


def test_payers_bear_all_of_every_component(parameters: dict[str, Any]) -> None:
    shares = payer_shares(parameters)
    assert shares.shape == (len(COMPONENTS), len(PAYERS))
    assert shares.min() >= 0
    assert shares.sum(axis=1) == pytest.approx(1.0)


def test_ten_injuries_by_hand(parameters: dict[str, Any]) -> None:
    counts = np.zeros((4, 2))
    counts[1, 1] = 10
    cost = cost_of_violence(counts, parameters)
    assert cost[:, 0] == pytest.approx(0)
    assert cost[COMPONENTS.index("health"), 1] == pytest.approx(10 * 920 * 1.34083, rel=1e-5)


def test_only_survey_counted_measures_carry_unit_costs() -> None:
    assert set(COSTED_MEASURES) <= set(MEASURE_NAMES)
    assert not {"incidents", "recorded", "ed_attendances", "custody_months"} & set(COSTED_MEASURES)
