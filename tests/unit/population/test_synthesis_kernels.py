"""Known answers of the compiled parts of household synthesis."""

from __future__ import annotations

import numpy as np

from sim.population.synthesis_kernels import nearest_by_age, past_births, repair_gaps

ONES = np.ones(101)


def pick(wanted: list[int], least: list[int], ages: list[int]) -> list[int]:
    counts = np.bincount(ages, minlength=102)
    ends = np.r_[0, np.cumsum(counts)]
    found = np.full(len(wanted), -1, np.int64)
    nearest_by_age(np.array(wanted), np.array(least), ends[:-1].copy(), ends[1:].copy(), found)
    return [sorted(ages)[i] if i >= 0 else -1 for i in found]


def test_the_nearest_age_is_taken_once() -> None:
    assert pick([30, 30, 30], [0, 0, 0], [29, 33, 60]) == [29, 33, 60]
    assert pick([30, 30], [0, 0], [50]) == [50, -1]


def test_those_too_young_are_taken_last() -> None:
    assert pick([30], [31], [29, 60]) == [60]
    assert pick([30, 30], [31, 31], [29, 60]) == [60, 29]


def births(
    rate: float, at_home: float, spacing: int, wanted: int, most_children: int = 99
) -> tuple[int, int, np.ndarray, np.ndarray]:
    keys = np.arange(1, 51, dtype=np.uint64)
    ages = np.full(50, 40, np.int16)
    owner, slot = np.empty((2, wanted + 40), np.int32)
    parity, last = np.zeros((2, 50), np.int32)
    limits, stream = (spacing, wanted, 1000, most_children), (np.uint32(7), np.uint32(0), np.uint32(0))
    out = (owner, slot, parity, last)
    count, mothers = past_births(keys, ages, np.full(32, rate), np.ones(4), ONES * at_home, limits, stream, out)
    return count, mothers, parity, last


def test_certain_births_come_at_the_least_interval() -> None:
    count, mothers, parity, last = births(rate=1.0, at_home=1.0, spacing=2, wanted=10_000)
    assert (parity == 14).all() and (last == 40).all()
    assert count == 14 * 50 and mothers == 50


def test_births_stop_once_there_are_children_enough() -> None:
    count, mothers, parity, _ = births(rate=1.0, at_home=1.0, spacing=2, wanted=20)
    assert count == 28 and mothers == 2
    assert (parity > 0).sum() == 2


def test_no_woman_has_more_children_at_home_than_allowed() -> None:
    count, mothers, parity, _ = births(rate=1.0, at_home=1.0, spacing=2, wanted=10_000, most_children=3)
    assert (parity == 3).all() and count == 3 * mothers == 150


def test_no_births_and_nobody_at_home() -> None:
    assert births(rate=0.0, at_home=1.0, spacing=2, wanted=5)[0] == 0
    count, mothers, parity, _ = births(rate=1.0, at_home=0.0, spacing=2, wanted=5)
    assert count == mothers == 0 and parity.sum() == 14 * 50


def test_an_exchange_repairs_both_gaps() -> None:
    mother = np.array([0, 1], np.int64)
    child_age, woman_age = np.array([1, 20], np.int16), np.array([60, 30], np.int16)
    keys = np.array([11, 12], np.uint64)
    repair_gaps(mother, keys, child_age, woman_age, 15, 48, 200, np.uint32(1), np.uint32(0), np.uint32(0))
    assert mother.tolist() == [1, 0]
