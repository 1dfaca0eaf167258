"""The detailed tables: documented, true to the ledger, and written without touching the world."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim.outcomes
from experiments import detail as detail_module
from experiments.detail import Detail, DuckSink, join_parts, recording
from experiments.detail_columns import column_tables
from sim.outcomes.incident_table import INCIDENTS
from sim.outcomes.people_table import PEOPLE
from sim.outcomes.recorder import InMemory, TableRecorder, Tally
from sim.outcomes.records import BANNER
from tests.small_world import mentoring, scenario

MONTHS = 13
SAME = ("by_month", "by_community", "by_year_fifth")


@pytest.fixture(scope="module")
def lived(burnt_in):
    """Live the same year and a month with a recorder and without, under a programme."""
    worlds = [burnt_in.fork(scenario(mentoring())) for _ in range(2)]
    sink = InMemory()
    worlds[0].recorder = TableRecorder(sink, run=3)
    worlds[0].recorder.begin(worlds[0])
    for world in worlds:
        world.run(MONTHS)
    yield *worlds, sink
    for world in worlds:
        world.close()


def test_a_recorded_world_is_the_same_bit_for_bit(lived):
    recorded, plain, _ = lived
    for name in SAME:
        assert np.array_equal(getattr(recorded.result(), name), getattr(plain.result(), name))
    for name, column in plain.people.frame().items():
        assert np.array_equal(column, getattr(recorded.people, name)), name


def test_every_incident_of_the_ledger_is_a_row(lived):
    recorded, _, sink = lived
    result, table = recorded.result(), sink.table("incidents")
    assert list(table) == [field.name for field in INCIDENTS.fields]
    by_month = result.by_month[result.measures.index("incidents"), :MONTHS]
    assert np.array_equal(np.bincount(table["month"], minlength=MONTHS), by_month)
    for column, measure in (
        ("injury", "incidents_with_injury"),
        ("ed_treated", "ed_attendances"),
        ("admitted", "admissions"),
        ("fatal", "homicides"),
        ("reported", "reported"),
        ("recorded", "recorded"),
        ("arrested", "arrests"),
    ):
        assert table[column].sum() == result.total(measure), column
    assert not (table["sanctioned"] & ~table["arrested"]).any() and not (table["arrested"] & ~table["recorded"]).any()
    assert table["sanctioned"].sum() <= result.total("sanctions")
    assert (table["run"] == 3).all() and table["calendar_month"][0] == "2026-04"
    assert (table["perpetrator"] != table["victim"]).all()
    assert len(set(zip(table["month"].tolist(), table["incident"].tolist(), strict=True))) == by_month.sum()


def test_the_panel_counts_what_happened_to_everybody(lived):
    _, _, sink = lived
    incidents, people = sink.table("incidents"), sink.table("people")
    assert list(people) == [field.name for field in PEOPLE.fields] and set(people["year"]) == {0, 1}
    first, second = people["year"] == 0, people["year"] == 1
    assert not people["incidents_as_victim"][first].any()
    in_year = incidents["month"] < 12
    for side, column in (("victim", "incidents_as_victim"), ("perpetrator", "incidents_as_perpetrator")):
        truth = Counter(incidents[side][in_year].tolist())
        counted = dict(zip(people["person"][second].tolist(), people[column][second].tolist(), strict=True))
        assert sum(counted.values()) > 100
        assert all(count == truth.get(person, 0) for person, count in counted.items())
    children = second & (people["mother"] > 0)
    ages = dict(zip(people["person"][second].tolist(), people["age"][second].tolist(), strict=True))
    gaps = [
        ages[int(mother)] - int(age)
        for mother, age in zip(people["mother"][children], people["age"][children], strict=True)
        if int(mother) in ages
    ]
    assert len(gaps) > 100 and min(gaps) >= 12 and max(gaps) <= 55
    took_part = people["programmes"] == "mentoring"
    assert not took_part[first].any() and took_part[second].any()


def test_a_fork_is_not_recorded(lived):
    recorded, _, sink = lived
    rows = sink.table("incidents")["run"].size
    twin = recorded.fork()
    twin.run(1)
    assert twin.recorder is None and recorded.recorder is not None
    assert sink.table("incidents")["run"].size == rows
    twin.close()


def test_files_hold_the_same_rows_in_the_order_of_runs_and_say_what_they_are(lived, tmp_path, monkeypatch):
    monkeypatch.setattr(detail_module, "ROWS_IN_MEMORY", 100)
    _, _, sink = lived
    detail = Detail(tmp_path / "parts", incidents=True, people=True)
    detail.folder.mkdir()
    for run in (0, 1):
        part = DuckSink(detail.folder / f"{run}.duckdb", detail.forms)
        for name in ("incidents", "people"):
            for batch in sink._batches[name]:
                part.append(name, batch | {"run": np.full(batch["run"].size, run, np.uint32)})
        part.export(detail.folder, run)
        part.close()
    files = join_parts(detail, (0, 1), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["incidents.parquet", "people.parquet"]
    rows = duckdb.sql(f"SELECT * FROM '{files[0]}'").fetchnumpy()
    table = sink.table("incidents")
    for name in ("month", "incident", "victim", "severity", "arrested"):
        assert np.array_equal(rows[name], np.tile(table[name], 2)), name
    assert (np.diff(rows["run"].astype(int)) >= 0).all()
    for path, form in zip(files, (INCIDENTS, PEOPLE), strict=True):
        found = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        assert [(row[0], row[1]) for row in found] == [(field.name, field.type) for field in form.fields]
        notes = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall())
        assert notes["banner"] == BANNER
    unknown = duckdb.sql(f"SELECT count(*) FROM '{files[1]}' WHERE mother IS NULL").fetchall()[0][0]
    assert unknown == 2 * (sink.table("people")["mother"] == 0).sum() > 0
    assert duckdb.sql(f"SELECT count(*) FROM '{files[1]}' WHERE programmes = ''").fetchall() == [(0,)]


def test_a_run_that_fails_leaves_no_part(burnt_in, tmp_path):
    world = burnt_in.fork()
    with pytest.raises(KeyboardInterrupt), recording(Detail(tmp_path, incidents=True), world, 0):
        world.run(1)
        raise KeyboardInterrupt
    assert world.recorder is None and list(tmp_path.iterdir()) == []
    world.close()


def test_the_documentation_lists_the_columns_that_are_written():
    text = (Path(sim.outcomes.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert text.endswith(column_tables()) and BANNER in text


@given(st.lists(st.lists(st.integers(0, 40), max_size=30), max_size=6))
def test_a_tally_counts_like_a_dictionary(batches):
    tally, truth = Tally(), Counter()
    for batch in batches:
        tally.add(np.array(batch, np.uint64))
        truth.update(batch)
    asked = np.arange(42, dtype=np.uint64)
    assert tally.of(asked).tolist() == [truth[int(key)] for key in asked]
