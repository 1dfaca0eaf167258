"""Places by month add up to places by year."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.interventions.capacity import Places


def offered(places: Places, months: int, first_calendar_month: int = 4, take: bool = True) -> list[int]:
    found = []
    for month in range(months):
        open_places = places.next_month((first_calendar_month - 1 + month) % 12 + 1)
        found.append(open_places)
        if take:
            places.take(open_places)
    return found


@given(st.floats(0, 5000), st.integers(0, 6))
def test_a_year_after_the_start_up_holds_the_places_of_a_year(per_year, carried):
    months = offered(Places(per_year, 0, carried), 36)
    for year in range(3):
        assert sum(months[: 12 * (year + 1)]) == pytest.approx(per_year * (year + 1), abs=1)


def test_start_up_rises_in_equal_steps():
    assert offered(Places(1200, 3, 0), 6) == [25, 50, 75, 100, 100, 100]


def test_parts_of_a_place_are_carried():
    assert offered(Places(4, 0, 3), 12) == [0, 0, 1] * 4


def test_untaken_places_stay_open_for_a_while_only():
    assert offered(Places(12, 0, 2), 8, take=False) == [1, 2, 3, 3, 3, 3, 3, 3]
    assert offered(Places(12, 0, 0), 4, take=False) == [1, 1, 1, 1]


def test_places_of_the_year_come_in_the_months_of_the_programme():
    months = offered(Places(100, 0, 3, (7, 8)), 24)
    assert [sum(months[year * 12 : year * 12 + 12]) for year in range(2)] == [100, 100]
    assert {month for month, places in enumerate(months) if places} == {3, 4, 15, 16}


def test_no_places():
    assert sum(offered(Places(0, 6, 3), 48)) == 0


@given(st.floats(0.1, 500), st.integers(0, 12), st.integers(0, 6))
def test_more_places_a_year_are_never_fewer_in_all(per_year, start_up, carried):
    few = offered(Places(per_year, start_up, carried), 30)
    many = offered(Places(2 * per_year, start_up, carried), 30)
    assert all(sum(many[: n + 1]) >= sum(few[: n + 1]) for n in range(30))
