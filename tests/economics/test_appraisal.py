"""Appraisal against cases worked by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.economics.appraisal import Violence, appraise, break_even_year, value_of_qaly
from sim.economics.catalogue_prices import price_of
from sim.economics.prices import discount_factors, health_factors, money_factors
from sim.economics.programmes import (
    Price,
    ProgrammePrice,
    ProgrammeUse,
    partnership_costs,
    price_in_draw,
    programme_costs,
)
from sim.economics.resources import RESOURCE_MEASURES
from sim.economics.unit_costs import COMPONENTS, HARM, PAYERS


def violence(*counts: float, years: int = 1, **resources: float) -> Violence:
    """The same violence in every year: costed measures in their order, and what services do."""
    table = np.tile(np.array([*counts, *[0.0] * (4 - len(counts))])[:, None], (1, years))
    return Violence(table, {name: np.full(years, resources.get(name, 0.0)) for name in RESOURCE_MEASURES})


NOTHING = violence()
MENTORING = ProgrammePrice(2000, 1500, 3500, 2023, 10_000, {"police": 0.25, "violence_reduction_unit": 0.75})


def use(participants: list[float], set_ups: list[float]) -> ProgrammeUse:
    return ProgrammeUse(np.array(participants), np.array(set_ups))


def test_middle_of_the_first_three_years(parameters: dict[str, Any]) -> None:
    assert money_factors(3, parameters) == pytest.approx([1.035**-0.5, 1.035**-1.5, 1.035**-2.5])
    assert health_factors(2, parameters) == pytest.approx([1.015**-0.5, 1.015**-1.5])


def test_the_rate_falls_after_thirty_years() -> None:
    factors = discount_factors(32, 0.035, 0.03)
    assert factors[29] == pytest.approx(1.035**-29.5)
    assert factors[30] == pytest.approx(1.035**-30 * 1.03**-0.5)


def test_one_injury_avoided_in_the_first_year(parameters: dict[str, Any]) -> None:
    use = {"expected_ed_attendances": 3.0, "recorded": 1.0, "arrests": 2.0, "charged": 1.0, "custody_months": 6.0}
    found = appraise(violence(0, 1, **use), NOTHING, {}, parameters)
    up = 100 / 74.5804
    assert found.benefit_by_component[HARM] == pytest.approx(8240 * up * 1.015**-0.5)
    assert found.benefit[PAYERS.index("police"), 0] == pytest.approx(1130 * up * 1.035**-0.5)
    assert found.total_benefit == pytest.approx(up * (8240 * 1.015**-0.5 + (14_050 - 8240) * 1.035**-0.5))
    assert found.benefit.sum() == pytest.approx(found.benefit_by_component.sum())
    assert found.net_present_social_value == pytest.approx(found.total_benefit)


def test_nothing_avoided_nothing_spent_is_exactly_zero(parameters: dict[str, Any]) -> None:
    found = appraise(violence(years=5), violence(years=5), {}, parameters)
    assert found.net_present_social_value == 0.0
    assert not found.benefit.any() and not found.cost.any()


def test_education_gains_nothing_from_published_unit_costs(parameters: dict[str, Any]) -> None:
    found = appraise(violence(1, 1, 1, 1, years=3), violence(years=3), {}, parameters)
    assert found.benefit[PAYERS.index("education")].sum() == 0
    assert len(found.benefit_by_component) == len(COMPONENTS)


def test_programme_cost_by_hand(parameters: dict[str, Any]) -> None:
    costs = programme_costs({"mentoring": MENTORING}, {"mentoring": use([100, 50], [1, 0])}, parameters, 3, 2)
    price = price_in_draw("mentoring", MENTORING, 3)
    year_one = (100 * price + 10_000) * (100 / 96.1117) * 1.1
    assert costs["mentoring"]["police"][0] == pytest.approx(0.25 * year_one)
    assert costs["mentoring"]["violence_reduction_unit"][1] == pytest.approx(0.75 * 50 * price * (100 / 96.1117) * 1.1)
    found = appraise(violence(years=2), violence(years=2), costs, parameters)
    assert found.payers[-1] == "violence_reduction_unit"
    assert found.cost.sum() == pytest.approx(sum(found.cost_by_programme["mentoring"]))
    assert found.total_cost == pytest.approx(year_one * 1.035**-0.5 + 50 * price * (100 / 96.1117) * 1.1 * 1.035**-1.5)


def test_drawn_prices_stay_in_range_and_centre_on_the_published_price() -> None:
    drawn = np.array([price_in_draw("mentoring", MENTORING, draw) for draw in range(200)])
    assert drawn.min() >= 1500 and drawn.max() <= 3500
    assert np.median(drawn) == pytest.approx(2000, rel=0.05)
    assert np.unique(drawn).size > 150
    assert price_in_draw("mentoring", MENTORING, 5) == price_in_draw("mentoring", MENTORING, 5)


def test_partnership_working_is_paid_for_in_shares(parameters: dict[str, Any]) -> None:
    spent = {"partnership_collaboration_gbp": np.array([1000.0, 2000.0]), "custody_months": np.array([9.0, 9.0])}
    costs = partnership_costs(spent, parameters, 2)
    assert list(costs) == ["partnership_collaboration"]
    assert costs["partnership_collaboration"]["local_authority"] == pytest.approx([440, 880])
    assert sum(by_year.sum() for by_year in costs["partnership_collaboration"].values()) == pytest.approx(3300)


@pytest.mark.parametrize(
    ("net", "year"),
    [
        ([-10, -5, 1, 4], 3),
        ([-10, 2, -1, 3], 4),
        ([5, 6, 7], 1),
        ([-3, -2, -1], None),
        ([0, 0, 0], None),
        ([], None),
    ],
)
def test_break_even(net: list[float], year: int | None) -> None:
    assert break_even_year(np.array(net, dtype=float)) == year


def test_a_scenario_may_split_funding_and_stress_cost() -> None:
    cost = SimpleNamespace(
        per_participant=SimpleNamespace(gbp=100.0, low=50.0, high=200.0, price_year=2022),
        set_up=SimpleNamespace(gbp=1000.0, low=500.0, high=2000.0, price_year=2020),
        per_community_year=None,
        per_year=SimpleNamespace(gbp=10.0, low=5.0, high=20.0, price_year=2021),
        payers={"justice": 0.5, "treasury": 0.25, "work_and_pensions": 0.25},
    )
    own = price_of(cost, {}, 1.0)
    assert own.payers == {"other_criminal_justice": 0.5, "dwp_hmt": 0.5}
    assert own.set_up_price_year == 2020
    split = price_of(cost, {"nhs": 1.0}, 1.5)
    assert split.payers == {"nhs": 1.0}
    assert (split.per_participant_gbp, split.high_gbp, split.set_up_gbp) == (150, 300, 1500)
    assert (split.per_year.gbp, split.per_year.price_year, split.per_community_year.gbp) == (15, 2021, 0)


def test_communities_and_residents_served_cost_money(parameters: dict[str, Any]) -> None:
    price = ProgrammePrice(
        0, 0, 0, 2024, 0, {"police": 1.0}, 2024, Price(100, 100, 100, 2024), Price(1000, 1000, 1000, 2024)
    )
    used = ProgrammeUse(np.zeros(2), np.zeros(2), np.array([3.0, 1.0]), np.array([0.5, 0.5]))
    costs = programme_costs({"x": price}, {"x": used}, parameters, 0, 2)
    assert costs["x"]["police"] == pytest.approx(np.array([800.0, 600.0]) * 1.1)


def test_set_up_money_has_its_own_price_year(parameters: dict[str, Any]) -> None:
    price = ProgrammePrice(0, 0, 0, 2024, 1000, {"nhs": 1.0}, 2015)
    costs = programme_costs({"x": price}, {"x": use([5], [1])}, parameters, 0, 1)
    assert costs["x"]["nhs"][0] == pytest.approx(1000 * 100 / 74.5804 * 1.1)


def test_a_homicide_a_year_averted_for_two_years(parameters: dict[str, Any]) -> None:
    # Health, police and justice do as much as before, so only the other five components are gained.
    found = appraise(violence(1, years=2), violence(0, years=2), {}, parameters)
    up = 100 / 74.5804
    harm = 2_082_430 * up * (1.015**-0.5 + 1.015**-1.5)
    money = (61_070 + 254_710 + 5_480) * up * (1.035**-0.5 + 1.035**-1.5)
    assert found.net_present_social_value == pytest.approx(harm + money)
    assert found.qalys == pytest.approx(harm / (70_000 * 100 / 85.1002))
    assert value_of_qaly(parameters) == pytest.approx(70_000 * 100 / 85.1002)


def test_more_recording_costs_police_time_though_nobody_more_is_hurt(parameters: dict[str, Any]) -> None:
    before = violence(0, 10, recorded=5.0, arrests=0.0)
    after = violence(0, 10, recorded=6.0, arrests=0.0)
    found = appraise(before, after, {}, parameters)
    # Ten offences cost the police 1,130 each at 2015/16 prices; a fifth more is recorded.
    expected = -0.2 * 10 * 1130 * (100 / 74.5804) * 1.035**-0.5
    assert found.total_benefit == pytest.approx(expected)
    assert found.benefit[PAYERS.index("police"), 0] == pytest.approx(expected)


def test_diversion_saves_justice_though_as_many_are_arrested(parameters: dict[str, Any]) -> None:
    before = violence(0, 10, arrests=4.0, charged=8.0, custody_months=10.0)
    after = violence(0, 10, arrests=4.0, charged=8.0, diverted=8.0)
    found = appraise(before, after, {}, parameters)
    kept = 8 * 750 / (8 * 2000 + 10 * 4310)
    assert found.total_benefit == pytest.approx((1 - kept) * 10 * 1370 * (100 / 74.5804) * 1.035**-0.5)


def test_public_budgets_leave_out_victims_and_employers(parameters: dict[str, Any]) -> None:
    found = appraise(violence(1), NOTHING, {}, parameters)
    outside = [PAYERS.index("employers"), PAYERS.index("victims_and_families")]
    assert found.net_public_value == pytest.approx(found.total_benefit - found.benefit[outside].sum())
