"""Reoffending of a cohort worked by hand, and the log it is computed from."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.observation import Observation
from calibration.sanction_log import SanctionLog
from calibration.statistics import STATISTICS
from calibration.statistics.careers import cohort, sanctioned_again
from tests.small_world import SmallWorld


def log(*rows):
    """Return a log of rows (month, person, age, released, held)."""
    month, person, age, released, held = (np.array(column) for column in zip(*rows, strict=True))
    first = np.zeros(month.size, bool)
    return {
        "month": month, "person": person.astype(np.uint64), "age": age, "male": first, "first": first,
        "released": released.astype(bool), "held": held.astype(bool),
    }  # fmt: skip


def seen(sanctions, years=2):
    people = {"year": np.ones(10, np.uint16), "person": np.arange(10, dtype=np.uint64), "age": np.full(10, 15)}
    return Observation({"month": np.zeros(0, np.int64)}, people, years, {}, sanctions)


def test_each_person_is_followed_once_a_quarter_and_for_twelve_months():
    sanctions = log((0, 1, 15, 0, 0), (2, 1, 15, 0, 0), (3, 1, 15, 0, 0), (12, 2, 15, 0, 0))
    rows = cohort(sanctions, 24)
    # Person 1 enters the first quarter at month 0 and the second at month 3; person 2 cannot be followed for a year.
    assert sorted(sanctions["month"][rows].tolist()) == [0, 3]
    assert sanctioned_again(sanctions, np.array([0, 1, 2])).tolist() == [True, True, False]


def test_the_twelfth_month_counts_and_the_thirteenth_does_not():
    for gap, again in ((12, 1.0), (13, 0.0)):
        sanctions = log((0, 1, 15, 0, 0), (gap, 1, 16, 0, 0))
        assert STATISTICS["reoffending_juvenile"](seen(sanctions)) == again


def test_custody_is_followed_from_release_and_age_is_that_at_the_start():
    sanctions = log((0, 1, 17, 0, 1), (4, 1, 18, 1, 0), (13, 1, 18, 0, 0), (1, 2, 17, 0, 0))
    assert STATISTICS["reoffending_adult"](seen(sanctions)) == 1.0
    assert STATISTICS["reoffending_juvenile"](seen(sanctions)) == 0.0


def test_without_a_log_or_a_second_year_nothing_is_computed():
    assert np.isnan(STATISTICS["reoffending_adult"](seen({})))
    assert np.isnan(STATISTICS["reoffending_adult"](seen(log((0, 1, 30, 0, 0)), years=1)))


def test_first_time_entrants_are_counted_per_thousand_a_year():
    sanctions = log((0, 1, 15, 0, 0), (2, 2, 15, 0, 0), (3, 3, 30, 0, 0))
    sanctions["first"] = np.array([True, False, True])
    assert STATISTICS["first_time_entrants_per_1000"](seen(sanctions)) == pytest.approx(100.0)


def test_the_log_tells_sanctions_custody_and_release_apart():
    world = SmallWorld(10)
    people = world.people
    people.present[:], people.custody[:], people.months_since_sanction[:] = 1, 0, 255
    people.custody[3] = 1
    world.month = 5
    noted = SanctionLog(world)
    world.month = 6
    people.custody[3] = 0
    people.months_since_sanction[[0, 4]], people.sanctions[[0, 4]] = 0, [1, 7]
    people.custody[4] = 6
    noted.note()
    table = noted.table()
    assert table["person"].tolist() == people.key[[0, 4, 3]].tolist()
    assert table["month"].tolist() == [0, 0, 0]
    assert table["first"].tolist() == [True, False, False]
    assert table["released"].tolist() == [False, False, True]
    assert table["held"].tolist() == [False, True, False]
