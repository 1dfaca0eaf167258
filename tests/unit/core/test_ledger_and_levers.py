"""The ledger's three tables agree with each other; levers combine as they declare."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.ledger import AGE_BANDS, Ledger
from sim.core.levers import LEVERS, STRONGEST, Levers, by_community
from sim.core.time import Clock, parse_year_month
from tests.architecture.source_tree import modules

CLOCK = Clock.for_decision("2026-04", 1)


def ledger(years: int = 2) -> Ledger:
    return Ledger(np.array([0, 4, 4]), CLOCK, ["incidents"], years)


def test_nothing_is_counted_before_the_decision_date():
    book = ledger()
    book.add("incidents", np.array([0]), np.array([200]), np.array([1]))
    assert book.stack("by_community").sum() == 0
    book.use("places", 3)
    assert book.resources == {}


def test_every_table_holds_the_same_total():
    book = ledger()
    book.close(11)
    book.add("incidents", np.array([0, 1, 2, 2]), np.array([9 * 12, 10 * 12, 70 * 12, 18 * 12]), np.array([0, 1, 1, 0]))
    book.close(24)
    book.add("incidents", np.array([1]), np.array([0]), np.array([1]), np.array([0.5]))
    assert book.stack("by_community")[0].tolist() == [1, 1.5, 2]
    assert book.stack("by_year_fifth")[0].tolist() == [[1, 0, 0, 0, 3], [0, 0, 0, 0, 0.5]]
    by_band = book.stack("by_year_band_sex")[0]
    assert by_band[0, AGE_BANDS.index("0-9"), 0] == 1 and by_band[0, AGE_BANDS.index("10-17"), 1] == 1
    assert by_band[0, AGE_BANDS.index("65+"), 1] == 1 and by_band[0, AGE_BANDS.index("18-24"), 0] == 1
    by_month = book.stack("by_month")[0]
    assert by_month[0] == 4 and by_month[13] == 0.5 and by_month.sum() == 4.5


def test_a_measure_nobody_declared_is_still_counted():
    book = ledger()
    book.close(11)
    book.add("surprise", np.array([0]), np.array([300]), np.array([0]))
    assert book.measures == ["incidents", "surprise"]


def test_more_room_keeps_what_was_counted():
    book = ledger(1)
    book.close(11)
    book.add("incidents", np.array([1]), np.array([300]), np.array([0]))
    book.use("places", 3)
    book.make_room(3)
    assert book.stack("by_year_fifth").shape == (1, 3, 5)
    assert book.stack("by_month").sum() == book.stack("by_community").sum() == 1
    assert book.resources["places"].tolist() == [3, 0, 0]


def test_clips_add_up():
    book = ledger()
    book.clip("a", 0)
    book.clip("a", 2)
    book.clip("a", 3)
    assert book.clips == {"a": 5}


def dense(levers: Levers, name: str, length: int) -> list[float]:
    return levers.person(name).of(np.arange(length)).tolist()


def test_a_lever_nobody_pushes_is_empty():
    levers = Levers()
    assert levers.person("trusted_adult").value.size == 0
    assert levers.person("trusted_adult").seat.size == 0
    assert dense(levers, "trusted_adult", 2) == [0.0, 0.0]
    with pytest.raises(KeyError, match="family"):
        levers.person("parenting")


def test_pushes_combine_as_declared():
    levers = Levers()
    levers.push("violence_hazard", np.array([0, 1]), np.array([-2.0, -0.5], np.float32), 3)
    levers.push("violence_hazard", np.array([0, 2]), np.array([-2.0, 0.25], np.float32), 3)
    assert dense(levers, "violence_hazard", 3) == [LEVERS["violence_hazard"].floor, -0.5, 0.25]
    assert levers.person("violence_hazard").largest == 0.25
    levers.push("trusted_adult", np.array([0, 1]), np.array([0.4, 0.8], np.float32), 3)
    levers.push("trusted_adult", np.array([0, 1]), np.array([0.6, 0.2], np.float32), 3)
    assert dense(levers, "trusted_adult", 3) == pytest.approx([0.6, 0.8, 0.0])
    levers.fit(5, 0)
    assert levers.person("trusted_adult").seat.size == 5
    levers.remap(np.array([4, 1]), np.array([], int))
    assert dense(levers, "trusted_adult", 2) == pytest.approx([0.0, 0.8])
    assert dense(levers, "violence_hazard", 2) == [0.0, -0.5]
    levers.clear()
    assert levers.in_use == []
    levers.push("retaliation", np.array([0]), np.array([-1.0], np.float32), 2)
    assert dense(levers, "retaliation", 2) == [-1.0, 0.0]


def test_pushed_rows_are_those_pushed_by_something():
    levers = Levers()
    assert levers.pushed_rows("labelling").size == 0
    levers.push("custody", np.array([3]), np.array([1.0], np.float32), 5)
    levers.push("labelling", np.array([4, 1, 2]), np.array([-1.0, 0.0, 0.5], np.float32), 5)
    assert sorted(levers.pushed_rows("labelling")) == [2, 4]
    levers.remap(np.array([4, 0, 3]), np.array([], int))
    assert levers.pushed_rows("labelling").tolist() == [0]
    levers.push("parenting", np.array([1]), np.array([1.0], np.float32), 2)
    assert levers.pushed_rows("parenting").tolist() == [1]


def test_a_lever_on_communities_pushes_by_row():
    levers = Levers()
    assert by_community(levers.community("recording"), np.array([0, 1])) == 0.0
    levers.push("recording", np.array([1]), np.array([0.5], np.float32), 3)
    assert by_community(levers.community("recording"), np.array([0, 1, 1])).tolist() == [0.0, 0.5, 0.5]


def test_every_lever_is_read_by_a_room():
    read = {
        node.value
        for module in modules("sim")
        if module.path != "sim/core/lever_names.py" and not module.path.startswith("sim/interventions/")
        for node in module.walk()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(set(LEVERS) - read) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["violence_hazard", "self_control", "trusted_adult"]),
            st.lists(st.integers(0, 19), min_size=1, unique=True),
            st.floats(-1, 1, width=32),
        ),
        max_size=8,
    )
)
def test_sparse_levers_agree_with_dense_ones(pushes):
    levers = Levers()
    expected = {name: np.zeros(20, np.float32) for name in ("violence_hazard", "self_control", "trusted_adult")}
    for name, rows, value in pushes:
        levers.push(name, np.array(rows), np.full(len(rows), value, np.float32), 20)
        for row in rows:
            old = expected[name][row]
            if LEVERS[name].combine == STRONGEST:
                expected[name][row] = value if abs(value) > abs(old) else old
            else:
                expected[name][row] = max(old + np.float32(value), np.float32(LEVERS[name].floor))
    for name, values in expected.items():
        np.testing.assert_array_equal(levers.person(name).of(np.arange(20)), values)


def test_the_clock():
    assert CLOCK.label(0) == "2025-04" and CLOCK.label(12) == "2026-04"
    assert [CLOCK.calendar_month(m) for m in (0, 8, 9)] == [4, 12, 1]
    assert [CLOCK.year_index(m) for m in (0, 11, 12, 23, 24)] == [-1, -1, 0, 0, 1]
    assert CLOCK.month_of("2027-01") == 21
    for wrong in ("2026", "2026-13", "26-04", "2026-4"):
        with pytest.raises(ValueError, match="month"):
            parse_year_month(wrong)


def test_several_measures_of_the_same_people_are_counted_as_each_alone():
    clock = Clock.for_decision("2026-04", 0)
    together, alone = (Ledger(np.array([0, 1, 4]), clock, (), 2) for _ in range(2))
    community, age_months, sex = np.array([0, 2, 1, 2]), np.array([5, 400, 130, 2000]), np.array([0, 1, 1, 0])
    some, value = np.array([True, False, True, True]), np.array([0.1, 0.2, 0.3, 0.7])
    measures = {
        "all": (None, None),
        "valued": (None, value),
        "some": (some, None),
        "some_valued": (some, value),
        "none": (np.zeros(4, bool), value),
    }
    together.add_each(community, age_months, sex, measures)
    for name, (which, values) in measures.items():
        rows = np.arange(4) if which is None else np.flatnonzero(which)
        alone.add(name, community[rows], age_months[rows], sex[rows], None if values is None else values[rows])
    assert together.measures == alone.measures == ["all", "valued", "some", "some_valued"]
    for what in ("by_year_fifth", "by_year_band_sex", "by_community", "by_month"):
        assert np.array_equal(together.stack(what), alone.stack(what))
