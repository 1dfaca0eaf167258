"""Stress: every scenario is lived again with one thing gone wrong, beside the same baseline and burn-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.comparison import Comparison
from experiments.stress import DEARER, LABELS, STAFF_LOST, stressed
from sim.interventions.capacity import Places
from sim.interventions.resolved import StaffLoss

Compared = Callable[..., Comparison]
Write = Callable[..., Path]


def test_stress_adds_a_table_and_changes_nothing_else(compared: Compared) -> None:
    plain, stress = compared().result, compared(stress=True).result
    assert plain.stress == {}
    assert stress.model_copy(update={"stress": {}}) == plain
    assert set(stress.stress) == {"small", "large"}
    assert tuple(stress.stress["small"]) == tuple(LABELS)


def test_dearer_delivery_costs_a_quarter_more_and_changes_no_life(compared: Compared) -> None:
    found = compared(stress=True).result
    for stem, scenario in found.scenarios.items():
        dearer = found.stress[stem][DEARER]
        planned = scenario.economics
        assert dearer.programme_cost.mean == pytest.approx(1.25 * planned.programme_cost.mean)
        assert dearer.outcomes["incidents"] == scenario.outcomes["incidents"].difference
        extra = dearer.programme_cost.mean - planned.programme_cost.mean
        assert dearer.net_present_social_value.mean == pytest.approx(planned.net_present_social_value.mean - extra)


def test_variants_change_only_what_they_name(compared: Compared, scenario_file: Write) -> None:
    scenario = compared(scenario_file("small", 50)).worlds["small"].scenario
    [planned] = scenario.programmes
    uptake, effect, late, staff = (stressed(scenario, name).programmes[0] for name in list(LABELS)[:4])
    assert uptake.uptake == planned.uptake / 2 and uptake.levers == planned.levers
    assert [lever.strength for lever in effect.levers] == [lever.strength / 2 for lever in planned.levers]
    assert late.start_month == planned.start_month + 12 and late.uptake == planned.uptake
    assert [staff.staff_at(month) for month in (23, 24, 35, 36)] == [1.0, 0.5, 0.5, 1.0]
    assert STAFF_LOST in LABELS


def test_half_the_staff_offer_half_the_places() -> None:
    loss = StaffLoss(12, 24, 0.5)
    full, short = Places(120, 0, 0), Places(120, 0, 0)
    offered = [(full.next_month(m % 12 + 1), short.next_month(m % 12 + 1, loss.share_at(m))) for m in range(36)]
    years = [[sum(each[i] for each in offered[y : y + 12]) for y in (0, 12, 24)] for i in (0, 1)]
    assert years == [[120, 120, 120], [120, 60, 120]]
    assert short.ramp == 1.0


def test_no_staff_open_no_place() -> None:
    places = Places(120, 0, 0)
    assert [places.next_month(1, 0.0) for _ in range(5)] == [0] * 5
    assert places.ramp == 0.0
