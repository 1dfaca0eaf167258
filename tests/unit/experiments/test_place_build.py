"""What is said about a synthetic population."""

from __future__ import annotations

import csv
import json

import pytest
from rich.console import Console

from experiments.place_build import FIT_FILE, build, build_data, build_table
from experiments.place_tables import places_table, summary_table
from experiments.places import list_places, resolve, summarise


@pytest.fixture(scope="module")
def report():
    return build("Rutland")


def printed(renderable) -> str:
    console = Console(width=160)
    with console.capture() as captured:
        console.print(renderable)
    return captured.get()


def test_people_and_households_are_those_published(report):
    margins = {margin.name: margin for margin in report.margins}
    assert report.people == pytest.approx(41_043, abs=5)
    assert margins["people"].target == 41_043
    assert abs(margins["people"].worst_error) <= 1
    assert margins["households"].total_absolute_error <= 10


def test_every_margin_is_printed_with_its_worst_community(report):
    text = printed(build_table(report))
    for margin in report.margins:
        assert margin.name.split(",")[0][:25] in text
        assert margin.worst_community in text or margin.worst_error == 0
    assert "total absolute error" in text


def test_report_is_plain_data_and_csv(report, tmp_path):
    assert json.loads(json.dumps(build_data(report)))["people"] == report.people
    build("E01012041", out_dir=tmp_path)
    rows = list(csv.DictReader((tmp_path / FIT_FILE).open()))
    assert len(rows) >= 5
    assert rows[0]["name"] == "people"


def test_description_and_list_are_printed():
    summary = summarise(resolve("Rutland"))
    text = printed(summary_table(summary))
    assert "41,043 people" in text and "by place of offence" in text and "Open Government Licence" in text
    listed = printed(places_table(list_places("police force")))
    assert "Northumbria" in listed and "927" in listed
