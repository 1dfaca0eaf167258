"""The command survey as a user meets it: a small place, its folder, and the draft needs assessment."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from experiments.factors import factors
from experiments.factors_store import store_factors
from experiments.levels import prepare
from experiments.listing import schema_of
from sim.outcomes.risk_factors import RISK_FACTORS
from tests.end_to_end.test_commands import THREE, placewise

WORDS = ["survey", "--place", THREE, "--runs", "2", "--years", "1", "--workers", "1", "--progress", "plain"]
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Balance(HTMLParser):
    """Note headings, and tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return the folder of a survey, what was printed, and the progress shown, with a study of factors beside it."""
    folder = tmp_path_factory.mktemp("survey")
    question = prepare("baseline", THREE.split(","), 1, 1)
    store_factors(factors(question, 1, factors=RISK_FACTORS[:2]), folder / "factors", ["placewise", "factors"])
    done = placewise(folder, *WORDS, "--out", "out", "--json", "result.json", "--factors", "factors")
    assert done.returncode == 0, done.stderr
    return folder, done.stdout, done.stderr


def test_it_prints_tables_and_the_folder_last(survey: tuple[Path, str, str]) -> None:
    folder, printed, progress = survey
    lines = printed.splitlines()
    assert lines[-1] == str(folder / "out") and "100% done" in progress
    for start in ("Incidents a year", "Recorded by these and no others", "Share of true incidents", "True incidents"):
        assert any(line.startswith(start) for line in lines)


def test_the_result_follows_its_schema_and_adds_up(survey: tuple[Path, str, str]) -> None:
    folder, _, _ = survey
    result = json.loads((folder / "result.json").read_text())
    jsonschema.validate(result, schema_of("survey"))
    assert result == json.loads((folder / "out" / "result.json").read_text())
    steps = {name: step["current"]["mean"] for name, step in result["pyramid"].items()}
    assert steps["true"] > steps["reported"] > steps["recorded"] > steps["admitted"] > steps["fatal"] > 0
    assert result["pyramid"]["true"]["change"]["mean"] == pytest.approx(0, abs=0.1 * steps["true"])
    assert result["pyramid"]["recorded"]["change"]["mean"] >= 0
    now, full = result["picture"]["current"]["all"], result["picture"]["full"]["all"]
    assert now["parts"]["shared"]["mean"] == 0 < full["parts"]["shared"]["mean"]
    assert now["police_knows"]["mean"] < full["police_knows"]["mean"] <= full["linkable"]["mean"] + 1e-9
    assert full["linkable"]["mean"] < full["any_service"]["mean"] < 1
    assert result["levels"]["neet"]["england"]["mean"] > 0


def test_the_folder_is_complete_and_small_numbers_are_withheld(survey: tuple[Path, str, str]) -> None:
    folder, _, _ = survey
    out = folder / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert files == {*manifest["outputs"], "manifest.json"}
    wanted = {f"figures/{name}.svg" for name in ("pyramid", "overlap", "shared_picture")}
    assert wanted | {"needs_assessment.md", "needs_assessment.html", "tables/overlap.csv"} <= files
    result = json.loads((out / "result.json").read_text())
    counts = [each[name] for each in result["overlap"] for name in ("held", "linked")]
    counts += [each["count"] for name in ("residence", "location") for each in result[name]]
    assert counts and all(count["withheld"] or count["mean"] % 5 == 0 for count in counts)
    assert result["other_combinations"] > 0


def test_the_draft_marks_every_row_and_leaves_blanks(survey: tuple[Path, str, str]) -> None:
    folder, _, _ = survey
    text = (folder / "out" / "needs_assessment.md").read_text()
    for heading in (
        "Who is harmed",
        "Where",
        "When",
        "Drivers",
        "Services and assets",
        "gaps",
        "Costs",
        "Limits of use",
    ):
        assert re.search(rf"^## .*{heading}", text, re.MULTILINE)
    assert "To be completed by the partners" in text and "Ethnicity is not modelled" in text
    assert "factors that account for most violence" in text and RISK_FACTORS[0].label in text
    marks = ("observed", "modelled", "assumed")
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, _, *rows = table.splitlines()
        assert rows and all(row.count("|") == head.count("|") for row in rows)
        assert all(any(mark in row.split("|")[-2] for mark in marks) for row in rows) or any(
            mark in head for mark in marks
        )
    assert "None" not in text and not re.findall(r"\bnan\b", text)


def test_the_page_is_whole_and_stands_by_itself(survey: tuple[Path, str, str]) -> None:
    folder, _, _ = survey
    text = (folder / "out" / "needs_assessment.html").read_text()
    page = Balance()
    page.feed(text)
    assert not page.wrong and not page.open
    assert page.count["h1"] == page.count["main"] == 1 and page.count["figure"] == 3
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text.replace("http://www.w3.org", ""))
    anchors = set(re.findall(r'href="#([a-z]+)"', text))
    assert anchors <= set(re.findall(r'id="([a-z]+)"', text))


def test_it_never_overwrites_by_itself(survey: tuple[Path, str, str]) -> None:
    folder, _, _ = survey
    again = placewise(folder, *WORDS, "--out", "out")
    assert again.returncode == 3 and "--force" in again.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["survey"], 3, "--place"),
        (["survey", "--place", "Rutlnd"], 3, "Rutland"),
        (["survey", "--place", "Rutland", "--years", "0"], 2, "--years"),
        (["survey", "--place", "Rutland", "--runs", "auto"], 2, "--runs"),
        (["survey", "--place", "Rutland", "--factors", "nowhere"], 3, "result.json"),
        (["survey", "--place", "Rutland", "--set", "partnership.data_shring=1"], 3, "data_sharing"),
        (["survey", "--place", "Rutland", "--set", "interventions.mentoring.uptake=1"], 3, "mentoring"),
    ],
)
def test_mistakes_leave_a_plain_message_and_nothing_else(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = placewise(tmp_path, *words)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr and done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_factors_of_another_place_are_refused(survey: tuple[Path, str, str]) -> None:
    folder, _, _ = survey
    other = placewise(folder, "survey", "--place", "Rutland", "--factors", "factors")
    assert other.returncode == 3 and "the survey is of Rutland" in other.stderr
    wrong = placewise(folder, *WORDS, "--out", "second", "--factors", "out")
    assert wrong.returncode == 3 and "placewise.factors/1" in wrong.stderr
