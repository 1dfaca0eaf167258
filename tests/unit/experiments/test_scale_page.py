"""The page of speed and memory says what was measured, and what was only reckoned from it."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from experiments.areas.measuring import FILE, _held, _tree, measure_size
from experiments.areas.page import CLOUD, ENGLAND_PEOPLE, PAGE, RENEW, costs_of, page
from sim.population.places import list_places

MACHINE = {"cores": 2, "memory_gb": 24, "bandwidth_gb_per_second": 11.5, "others_running": 3.0}


def one(people: int) -> dict[str, Any]:
    """A place that takes ten microseconds a person to build and 100 nanoseconds a month."""
    return {
        "people": people,
        "communities": people // 1700,
        "build_seconds": 1e-5 * people,
        "first_month_seconds": 1e-7 * people,
        "other_months_seconds": 11e-7 * people,
        "peak_bytes": int(4e8 + 250 * people),
    }


def measured(people: int = ENGLAND_PEOPLE) -> dict[str, Any]:
    england = {**one(people), "areas": 27, "wall_seconds": 900.0, "largest_area_people": 3_000_000, "peak_bytes": 10**9}
    return {"machine": MACHINE, "sizes": [one(10_000), one(1_000_000)], "england": england}


def test_costs_come_from_the_areas_of_england() -> None:
    costs = costs_of(measured())
    assert costs.build == pytest.approx(1e-5) and costs.month == pytest.approx(1e-7)


def test_what_all_of_england_takes_is_said() -> None:
    text = page(measured())
    assert "All of it was built and lived." in text
    assert "| built and one month | 9.5 | 4.8 |" in text
    assert "| built and one year | 10.5 | 5.3 |" in text
    # 20 runs of 10 microseconds to build and 660 months of 0.1: 76 microseconds a person.
    assert f"**{20 * ENGLAND_PEOPLE * 76e-6 / 3600:,.0f} processor hours**" in text
    assert CLOUD.name in text and "unchecked" in text


def test_a_part_of_england_is_extrapolated_and_says_so() -> None:
    text = page(measured(ENGLAND_PEOPLE // 2))
    assert "50% of its people were built and lived" in text and "extrapolated" in text
    assert "| built and one year | 10.5 | 5.3 |" in text


def test_the_number_of_people_is_that_of_the_data() -> None:
    [england] = list_places("country")
    assert england.population == ENGLAND_PEOPLE


def test_the_page_is_that_of_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(json.loads(FILE.read_text(encoding="utf-8"))), RENEW


def test_memory_of_processes_is_found() -> None:
    here = os.getpid()
    assert here in _tree(here)
    assert _held([here])[here] > 10_000_000


def test_a_small_place_is_measured() -> None:
    found = measure_size(2_000)
    assert 2_000 <= found["people"] < 10_000 and found["build_seconds"] > 0
    assert found["peak_bytes"] > 100_000_000
