"""Observed counts: what is read, what is refused and where, and that no row is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.tracking.counts import EMERGENCY, POLICE, RECORDED, TABLE, read_counts
from sim.core.errors import InputError
from tests.unit.experiments.tracking.conftest import CODES, Table
from tests.unit.population.test_police_files import HEADING, line


def test_tables_give_counts_of_the_place_and_of_communities(table: Table) -> None:
    by_area = [f"2026-04,{code},recorded,{count}" for code, count in zip(CODES, (7, 0, 3), strict=True)]
    path = table(*by_area, f"2026-05,{CODES[0]},recorded,2", heading="month,community,outcome,count")
    other = table("2026-04,A&E attendances,5", name="other.csv")
    found = read_counts([path, other], CODES)
    assert found.place[RECORDED] == {"2026-04": 10.0}
    assert found.place[EMERGENCY] == {"2026-04": 5.0}
    assert found.communities[RECORDED][CODES[0]] == {"2026-04": 7.0, "2026-05": 2.0}
    assert found.sources == {RECORDED: TABLE, EMERGENCY: TABLE}


def test_some_communities_are_never_taken_for_the_place(table: Table) -> None:
    found = read_counts([table(f"2026-04,{CODES[0]},recorded,7", heading="month,community,outcome,count")], CODES)
    assert not found.months(RECORDED)
    assert "1 of 3 communities" in found.notes[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2026-13,recorded,4", r"counts.csv:3:1: month: \"2026-13\" is not a month"),
        ("2026-04,recordd,4", r"counts.csv:3:2: outcome: .* Did you mean \"recorded\""),
        ("2026-04,recorded,-4", r"counts.csv:3:3: count: \"-4\" is not a whole number"),
        ("2026-04,recorded,<5", "Leave out rows whose count is withheld"),
        ("2026-04,recorded", r"counts.csv:3:1: |The line has 2 cells; the heading has 3"),
        ("2026-03,recorded,4", "2026-03 is there twice for recorded"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(table: Table, row: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_counts([table("2026-03,recorded,4", row)], CODES)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("month,outcome,cuont", 'Did you mean "count"'),
        ("month,outcome,count,date_of_birth", "details of persons"),
        ("month,count", 'no column called "outcome"'),
        ("month,outcome,count,count", "more than once"),
    ],
)
def test_a_wrong_heading_is_named(table: Table, heading: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_counts([table(heading=heading)], CODES)


def test_other_faults_of_files(table: Table, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_counts([tmp_path / "none.csv"], CODES)
    with pytest.raises(InputError, match="No count is in the files"):
        read_counts([table()], CODES)
    with pytest.raises(InputError, match="not a community of the forecast"):
        read_counts([table("2026-04,E01999999,recorded,7", heading="month,community,outcome,count")], CODES)


def test_police_files_count_as_recorded_violence_and_no_row_is_kept(table: Table) -> None:
    lines = [
        line("secret1", month="2026-04", lsoa=CODES[0]),
        line("secret2", month="2026-04", lsoa=CODES[1], kind="Robbery"),
        line("secret3", month="2026-04", lsoa=CODES[1], kind="Public order"),
        line("secret4", month="2026-05", lsoa=CODES[0]),
    ]
    path = table(*lines, name="2026-04-force-street.csv", heading=HEADING)
    found = read_counts([path], CODES)
    assert found.place[RECORDED] == {"2026-04": 2.0, "2026-05": 1.0}
    assert found.communities[RECORDED][CODES[2]] == {"2026-04": 0.0, "2026-05": 0.0}
    assert found.sources[RECORDED] == POLICE
    assert "secret" not in repr(found).casefold()
    with pytest.raises(InputError, match="in a table and in police files"):
        read_counts([path, table("2026-04,recorded,9")], CODES)
