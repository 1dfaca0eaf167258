"""The workbook opens, holds the numbers of the result, and its ledger adds up to the headline."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from experiments.comparison import Comparison
from experiments.report.workbook import write_workbook
from experiments.store import Stored

SHEETS = [
    *("Cover", "Summary", "Options", "Ledger", "Equity", "Reached", "Assumptions", "Register", "Provenance", "Checks"),
]
NAMES = ("run_id", "placewise", "git_commit", "python", "platform", "parameters_sha256", "chance")


@pytest.fixture
def stored(compared: Callable[..., Comparison]) -> Stored:
    manifest: dict[str, Any] = dict.fromkeys(NAMES, "as run")
    manifest |= {"created_utc": "2026-04-01T00:00:00Z", "limits_of_use": ["For planning only."], "inputs": {}}
    return Stored(compared().result, manifest, {}, None)


def test_the_ledger_adds_up_to_the_headline(stored: Stored, tmp_path: Path) -> None:
    write_workbook(stored, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)
    assert book.sheetnames == SHEETS
    rows = list(book["Ledger"].iter_rows(min_row=5, values_only=True))
    for stem, headline, total, agrees in book["Checks"].iter_rows(min_row=5, values_only=True):
        expected = stored.result.scenarios[stem].economics.net_present_social_value.mean
        assert headline == pytest.approx(expected, abs=0.005)
        assert total == pytest.approx(expected, abs=0.005)
        assert math.fsum(row[5] for row in rows if row[0] == stem) == pytest.approx(expected, abs=0.005)
        assert agrees == "yes"


def test_sums_are_live_formulas_over_the_whole_ledger(stored: Stored, tmp_path: Path) -> None:
    write_workbook(stored, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    last = book["Ledger"].max_row
    for row in book["Checks"].iter_rows(min_row=5, values_only=True):
        assert row[2].startswith("=SUMIF(Ledger!$A$5:")
        assert f"$F${last})" in row[2]


def test_every_table_has_a_title_a_note_and_full_headers(stored: Stored, tmp_path: Path) -> None:
    write_workbook(stored, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for name in SHEETS[1:]:
        sheet = book[name]
        assert sheet["A1"].value and sheet["A2"].value
        assert len(sheet.tables) == 1 and not sheet.merged_cells.ranges
        assert all(cell.value for cell in sheet[4])


def test_equal_comparisons_give_equal_bytes(stored: Stored, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(stored, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
