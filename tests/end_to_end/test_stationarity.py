"""A place to which nothing happens stays as it is for fifty years, and nothing overflows or leaks."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from calibration.stationarity import array_bytes, columns_at_fault, drift, live, small_place, variation
from sim.place import Place

YEARS, SEEDS = 50, 2


@pytest.fixture(scope="module")
def lived() -> list[pd.DataFrame]:
    return [live(small_place(), YEARS, seed) for seed in range(1, SEEDS + 1)]


@pytest.mark.slow
def test_levels_stay_for_fifty_years(lived):
    table = drift(lived, averaged=10)
    first, last = table["first"], table["last"]
    for name, tolerance in (
        ("population", 0.05),
        ("violence from composition", 0.05),
        ("NEET 16-24", 0.15),
        ("low qualification 17-24", 0.15),
        ("heavier drinking 18+", 0.05),
        ("ACEs at 17", 0.15),
        ("weapon 16-29", 0.35),
        # A few people of high risk make much of the violence of a small place.
        ("violence from risk", 0.35),
    ):
        assert last[name] == pytest.approx(first[name], rel=tolerance), name
    assert last["age structure"] < 0.04 and last["household mix"] < 0.06
    assert last["spread of risk 10+"] == pytest.approx(first["spread of risk 10+"], abs=0.1)
    assert last["spread of transitory risk 10-17"] == pytest.approx(1.0, abs=0.05)


@pytest.mark.slow
def test_no_counter_overflows_and_memory_stays(lived):
    for table in lived:
        assert table.attrs["faults"] == []
        assert np.isfinite(table.iloc[1:].to_numpy(float)).all()
        assert table["bytes"].iloc[-1] < 1.15 * table["bytes"].iloc[5]


@pytest.mark.slow
def test_months_leave_no_memory_behind():
    place = Place(small_place(communities=3), seed=1, burn_in_years=1)
    place.burn_in()
    tracemalloc.start()
    place.run(24)
    before = tracemalloc.get_traced_memory()[0]
    place.run(120)
    left = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    # The ledger and the data collector grow by year; columns may grow once.
    assert left < 120 * 20_000
    place.close()


def test_faults_of_columns_would_be_found(burnt_in):
    world = burnt_in.fork()
    assert columns_at_fault(world.people) == []
    world.people.trauma[3], world.people.suspensions[5] = np.nan, 255
    assert columns_at_fault(world.people) == ["trauma is not finite", "suspensions is at its largest"]
    world.close()


def test_memory_counts_every_column_once(burnt_in):
    total = array_bytes(burnt_in)
    columns = (burnt_in.people, burnt_in.families, burnt_in.communities)
    assert total >= sum(each.allocated_bytes for each in columns)
    world = burnt_in.fork()
    world.surplus = np.zeros(10_000_000, np.uint8)
    assert array_bytes(world) == pytest.approx(total + 10_000_000, rel=0.05)
    world.close()


def test_variation_is_the_share_that_changes_group():
    assert variation(np.array([1.0, 1, 2]), np.array([1.0, 1, 2])) == 0.0
    assert variation(np.array([1.0, 0]), np.array([0.0, 3])) == 1.0
