"""One set of numbers: JSON, tables, workbook and report of a stored comparison agree, money to the penny."""

from __future__ import annotations

import csv
import html
import json
import math
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from experiments.comparison import compare
from experiments.store import read_stored, store
from experiments.wording import money, span
from sim.economics.unit_costs import payer_label
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake

PENNY = 0.005


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, registry: Any) -> Path:
    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    scenarios = ["counter_narrative", "employment_pathways"]
    found = compare(scenarios, place, 5, 4, workers=1, build=build_fake, parameters=registry)
    return store(found, tmp_path_factory.mktemp("agreement") / "out", ["placewise", "compare"])


@pytest.fixture(scope="module")
def published(folder: Path) -> dict[str, Any]:
    scenarios: dict[str, Any] = json.loads((folder / "result.json").read_text())["scenarios"]
    return scenarios


def cells(page: str) -> list[list[str]]:
    rows = re.findall("<tr>(.*?)</tr>", page, flags=re.S)
    return [
        [html.unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<t[hd].*?</t[hd]>", row)] for row in rows
    ]


def test_the_workbook_holds_the_json_to_the_penny(folder: Path, published: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(folder / "workbook.xlsx", data_only=True)
    summary = {(row[0], row[1]): row[2:] for row in book["Summary"].iter_rows(min_row=5, values_only=True)}
    named = {
        "Programme cost, GBP": "programme_cost",
        "Benefit, GBP": "benefit",
        "Net present social value, GBP": "net_present_social_value",
        "Net value to public budgets, GBP": "net_public_value",
    }
    for stem, scenario in published.items():
        for label, key in named.items():
            found = scenario["economics"][key]
            for cell, end in zip(summary[stem, label], ("mean", "low", "high"), strict=True):
                assert cell == pytest.approx(found[end], abs=PENNY)


def test_every_line_of_the_ledger_is_the_same_in_json_table_and_workbook(
    folder: Path, published: dict[str, Any]
) -> None:
    with (folder / "tables" / "ledger.csv").open(newline="") as stream:
        table = [(row["scenario"], float(row["gbp"])) for row in csv.DictReader(stream)]
    book = openpyxl.load_workbook(folder / "workbook.xlsx", data_only=True)
    sheet = [(row[0], row[5]) for row in book["Ledger"].iter_rows(min_row=5, values_only=True)]
    lines = [
        (stem, gbp)
        for stem, scenario in published.items()
        for line in scenario["economics"]["ledger"]
        for gbp in line["gbp_by_year"]
    ]
    assert [stem for stem, _ in lines] == [stem for stem, _ in table] == [stem for stem, _ in sheet]
    for (_, gbp), (_, written), (_, cell) in zip(lines, table, sheet, strict=True):
        assert written == pytest.approx(gbp, abs=PENNY)
        assert cell == pytest.approx(gbp, abs=PENNY)
    for stem, scenario in published.items():
        total = math.fsum(gbp for each, gbp in lines if each == stem)
        assert total == pytest.approx(scenario["economics"]["net_present_social_value"]["mean"], abs=PENNY)


def test_the_report_writes_what_the_json_holds(folder: Path) -> None:
    result = read_stored(folder).result
    rows = cells((folder / "report.html").read_text())
    scenarios = result.scenarios.values()
    expected = [
        "Net present social value",
        *(span(each.economics.net_present_social_value, money) for each in scenarios),
    ]
    assert rows.count(expected) == 2
    for scenario in scenarios:
        for payer, cost in scenario.economics.programme_cost.by_payer.items():
            assert [payer_label(payer), span(cost, money)] in rows


def test_the_report_writes_the_net_amount_of_every_payer(folder: Path) -> None:
    result = read_stored(folder).result
    rows = cells((folder / "report.html").read_text())
    for scenario in result.scenarios.values():
        for payer, net in scenario.economics.net_benefit_by_payer.items():
            if net.mean:
                told = [row for row in rows if row and row[0] == payer_label(payer) and len(row) == result.years + 3]
                assert money(net.mean, signed=True) in [row[-2] for row in told]
