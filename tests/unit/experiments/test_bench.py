"""The rows of the benchmark: budgets, bytes and what is reckoned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments import bench, bench_pairing, bench_starts, bench_studies
from experiments.bench_memory import REST, bytes_by_part
from experiments.bench_rows import Row, bench_table
from experiments.bench_studies import CORES, RUNS, SCENARIOS, study_rows
from tests.unit.experiments.sweep_world import KnownData, build_known


@pytest.mark.parametrize(
    ("row", "over"),
    [
        (Row("a", 2.0, "s", 1.0), True),
        (Row("a", 1.0, "s", 1.0), False),
        (Row("a", 2.0, "s"), False),
        (Row("a", None, "s", 1.0), False),
        (Row("a", 2.0, "times", 20.0, least=True), True),
        (Row("a", 80.0, "times", 20.0, least=True), False),
    ],
)
def test_a_row_is_over_its_budget_on_the_wrong_side_of_it(row: Row, over: bool) -> None:
    assert row.over is over
    assert bench.bench_data([row])["rows"][0]["over_budget"] is over
    assert bench_table([row]).row_count == 1


def test_bytes_are_counted_once_under_the_first_part_that_holds_them() -> None:
    block = np.zeros(1000, np.uint8)
    place = SimpleNamespace(
        place_data=SimpleNamespace(), parameters={"table": np.zeros(99)}, ties={"rosters": [np.zeros(300, np.uint8)]}
    )
    place.parameters_again = place.parameters
    place.people, place.families, place.communities = {"a": block[:10], "b": block[10:]}, {}, ()
    place.norms = (block[:5], np.zeros(700, np.uint8))
    place.tiny = np.zeros(1, np.uint8)
    assert bytes_by_part(place) == {"people": 1000, "norms": 700, "ties": 300, REST: 1}


def test_a_comparison_is_reckoned_from_the_parts_of_a_run_and_says_so() -> None:
    compare, match = study_rows(None, 6.0, 3.0, full=False)
    assert compare.value == pytest.approx(RUNS * (6.0 + 3.0 * (len(SCENARIOS) + 1)) / CORES / 60)
    assert "reckoned" in compare.note
    assert match.value is None
    assert "--full" in match.note


def test_a_full_benchmark_runs_the_comparison_and_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr("experiments.comparison.compare", lambda *words, **_: asked.append(words))
    monkeypatch.setattr(bench_studies, "_check_strengths", lambda: asked.append(("check",)))
    rows = list(study_rows("borough", 6.0, 3.0, full=True))
    assert asked == [(SCENARIOS, "borough"), ("check",)]
    assert all(row.value is not None and row.value < 1 for row in rows)


def test_the_ratio_of_sizes_is_given_only_where_both_were_measured() -> None:
    assert bench.ratio_row({300_000: 100.0}).value is None
    assert bench.ratio_row({300_000: 100.0, 3_000_000: 131.0}).over


def test_places_of_a_size_hold_about_as_many_people() -> None:
    assert bench.sized(10_000).lsoa["population"].sum() == pytest.approx(10_000, abs=4_000)
    assert bench.sized(3_000_000).lsoa["population"].sum() == pytest.approx(3_000_000, abs=4_000)


def test_what_a_comparison_stores_of_a_run_is_what_one_run_more_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    def compare(scenarios: list[str], place: str, runs: int, **_: object) -> SimpleNamespace:
        return SimpleNamespace(result=SimpleNamespace(to_json=lambda: "x" * 5000), runs=runs)

    monkeypatch.setattr("experiments.comparison.compare", compare)
    monkeypatch.setattr("experiments.tables.csv_tables", lambda found: {"runs": "£" * 100 * found.runs, "all": "y" * 9})
    assert bench_studies.bytes_a_run_more("small") == pytest.approx(200)


def test_what_a_study_stores_of_a_run_keeps_to_its_budget(registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(each.id for each in registry.parameters() if not each.is_table and 0 < each.low < each.high)
    sweep = bench_studies.STORED_SWEEP.replace("violence.retaliation_peer: {{low: 1, high: 2}}", f"{name}: ")
    monkeypatch.setattr(bench_studies, "STORED_SWEEP", sweep)
    size = bench_studies.stored_run_bytes(KnownData(), parameters=registry, build=build_known)
    assert 1_000 < size < 1e3 * bench_studies.STORED_BUDGET_KB


def test_england_is_taken_from_what_was_measured_before_and_says_so() -> None:
    minutes, memory = bench.england_rows(full=False)
    assert minutes.value is not None and memory.value is not None
    assert minutes.budget == 20.0 and memory.budget == 16.0
    assert all("measured before" in row.note for row in (minutes, memory))


def test_pairing_has_a_budget_for_each_outcome() -> None:
    found = {"incidents": {"factor": 12.0}, "ed_attendances": {"factor": None}}
    incidents, attendances = bench_pairing.rows_of(found)
    assert incidents.over and not attendances.over and "no luck" in attendances.note


BUDGETED = (
    *("one month, 300", "a person-month at 3 million", "memory, 300", "building, 300", "forking, 300"),
    *("10 years after the fork", "compare 4 scenarios", "first start", "later start", "placewise --help"),
    *("placewise check", "all of England for one year", "all of England, most memory", "common random numbers"),
    *("stored run of a study", "match --check"),
)


def test_every_budget_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    people = SimpleNamespace(population=300_000, burn_in=lambda: None, close=lambda: None)
    people.run = lambda months: None
    people.fork = lambda scenario: people
    monkeypatch.setattr(bench, "built", lambda *_: people)
    monkeypatch.setattr(bench, "sized", lambda size: SimpleNamespace(codes=[], size=size))
    monkeypatch.setattr(bench, "seconds_by_room", lambda *_: (1.0, {}))
    monkeypatch.setattr(bench, "bytes_by_part", lambda *_: {"people": 1})
    monkeypatch.setattr(bench, "memory_bandwidth", lambda: 1.0)
    python = lambda *_, **__: "1.0"  # noqa: E731
    monkeypatch.setattr(bench_starts, "_python", python)
    monkeypatch.setattr(bench_studies, "stored_run_bytes", lambda place: 1.0)
    monkeypatch.setattr(bench_studies, "bytes_a_run_more", lambda place: 1.0)
    found = {"incidents": {"factor": 12.0}, "ed_attendances": {"factor": 50.0}}
    monkeypatch.setattr(bench, "pairing_rows", lambda: bench_pairing.rows_of(found))
    rows = bench.measure()
    for what in BUDGETED:
        budgeted = [row for row in rows if row.what.startswith(what) and row.budget is not None]
        assert budgeted, what
        assert all(row.value is not None or "--full" in row.note for row in budgeted), what
