"""Staff that leave take places with them, and only while they are away."""

from __future__ import annotations

import pytest

from sim.interventions.resolved import StaffLoss
from tests.small_world import SmallWorld, mentoring


def starts_by_year(loss: StaffLoss | None) -> list[float]:
    world = SmallWorld(20_000)
    world.start(mentoring(places_per_year=240.0, start_up_months=0, staff_loss=loss)).live(36)
    [counts] = world.programmes.counts(3).values()
    return [float(each) for each in counts["participants"]]


def test_losing_half_the_staff_for_a_year_halves_the_starts_of_that_year() -> None:
    planned, short = starts_by_year(None), starts_by_year(StaffLoss(12, 24, 0.5))
    assert short[0] == planned[0]
    assert short[1] == pytest.approx(planned[1] / 2, rel=0.1)
    assert short[2] == pytest.approx(planned[2], rel=0.05)


def test_losing_all_staff_starts_nobody_and_losing_none_changes_nothing() -> None:
    assert starts_by_year(StaffLoss(0, 36, 0.0)) == [0.0, 0.0, 0.0]
    assert starts_by_year(StaffLoss(12, 24, 1.0)) == starts_by_year(None)
