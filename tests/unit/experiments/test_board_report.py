"""Reports answer every question of the bank by a heading that is there, and say so where they cannot."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.comparison import compare
from experiments.report.checklists import BLANK, CHEERS, DONE, PART, Held
from experiments.report.questions import questions_section
from experiments.report.sharing import ahead_from
from experiments.store import Stored, read_stored, store
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake

JARGON = ("QALY", "baseline", "interval", "incidents", "net present", "per 1,000 person", "draw", "parameter", "lever")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, registry: Any) -> Path:
    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    scenarios = ["counter_narrative", "employment_pathways"]
    found = compare(scenarios, place, 4, 3, workers=1, build=build_fake, parameters=registry, stress=True)
    return store(found, tmp_path_factory.mktemp("board") / "out", ["placewise", "compare"])


@pytest.fixture(scope="module")
def stored(folder: Path) -> Stored:
    return read_stored(folder)


def headings(page: str) -> set[str]:
    return {re.sub("<[^>]+>", "", each) for each in re.findall("<h2[^>]*>(.*?)</h2>", page)}


def test_every_question_names_a_heading_or_says_why_not(folder: Path, stored: Stored) -> None:
    there = headings((folder / "report.html").read_text())
    [table] = questions_section(stored.result).tables
    assert [row[0] for row in table.rows] == [f"Q{number}" for number in range(1, 21)]
    for _, question, answer in table.rows:
        assert question.endswith("?")
        if not answer.startswith("not answerable here because "):
            assert set(answer.split("; ")) <= there, answer


def test_contents_lead_to_sections_that_are_there(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    anchors = re.findall('href="#([^"]+)"', page)
    assert len(anchors) > 10
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert set(anchors) <= set(ids)
    assert len(ids) == len(set(ids))


def test_stress_is_in_report_workbook_and_tables(folder: Path) -> None:
    from openpyxl import load_workbook

    assert "Half the staff lost in year 3" in (folder / "report.html").read_text()
    assert "staff_halved_in_year_3" in (folder / "tables" / "stress.csv").read_text()
    assert "Stress" in load_workbook(folder / "workbook.xlsx").sheetnames


def test_the_plain_page_has_short_sentences_and_no_jargon(folder: Path) -> None:
    page = (folder / "plain.html").read_text()
    text = re.sub("<style>.*?</style>|<footer>.*?</footer>|<title>.*?</title>", " ", page, flags=re.S)
    text = re.sub("<[^>]+>", " ", text)
    assert not [word for word in JARGON if word.casefold() in text.casefold()]
    sentences = [each.split() for each in re.split(r"[.?!]\s", text) if each.split()]
    assert np.mean([len(each) for each in sentences]) < 16
    assert "What we do not know" in text


def test_items_that_only_people_can_write_stay_blank(stored: Stored) -> None:
    assert len(CHEERS) == 28
    status = {item.name: item.status(Held(stored))[0] for item in CHEERS}
    for name in ("Health economic analysis plan", "Source of funding", "Conflicts of interest"):
        assert status[name] == BLANK
    assert status["Time horizon"] == status["Characterising uncertainty"] == DONE


def test_a_status_follows_from_what_the_run_holds(stored: Stored) -> None:
    def status(kept: Stored, name: str) -> str:
        [item] = [item for item in CHEERS if item.name == name]
        return item.status(Held(kept))[0]

    assert status(stored, "Approach to engagement with those affected") == BLANK
    asked = {"counter_narrative": {"coproduction": [{"who": "residents"}], "question": "Which first?"}}
    engaged = replace(stored, said=asked)
    assert status(engaged, "Approach to engagement with those affected") == DONE
    assert status(engaged, "Abstract") == DONE
    assert status(replace(engaged, result=engaged.result.model_copy(update={"stress": {}})), "Abstract") == PART
    one_run = replace(stored, result=stored.result.model_copy(update={"runs": 1}))
    assert status(one_run, "Characterising uncertainty") == BLANK


@pytest.mark.parametrize(
    ("amounts", "when"),
    [([1, 2], "the start"), ([-5, 3, 3], "year 3"), ([1, -2], "not in the period"), ([-1, 2, -3, 4], "year 4")],
)
def test_a_payer_is_ahead_once_it_never_falls_behind_again(amounts: list[float], when: str) -> None:
    assert ahead_from(np.array(amounts, dtype=float)) == when
