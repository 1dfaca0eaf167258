"""A stored comparison is complete or absent, never overwritten by itself, and can be reported again."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from experiments.cautions import FEWEST_FOR_A_DECISION
from experiments.comparison import compare
from experiments.files import csv_text, new_folder, sha256, write_text
from experiments.manifest import outputs_of
from experiments.report.briefing import briefing
from experiments.store import read_stored, store, write_report
from sim.core.errors import InputError
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, registry: Any) -> Path:
    """Store one comparison of two scenarios by the fake model in three real neighbourhoods."""
    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    scenarios = ["counter_narrative", "employment_pathways"]
    comparison = compare(scenarios, place, 4, 3, workers=1, build=build_fake, parameters=registry)
    return store(comparison, tmp_path_factory.mktemp("stored") / "out", ["placewise", "compare"])


def test_the_folder_holds_what_its_manifest_lists(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {*manifest["outputs"], "manifest.json"}
    assert {"result.json", "report.html", "scenario.resolved.yaml", "log.jsonl", "tables/outcomes.csv"} <= files
    assert {"figures/payers.svg", "figures/payers.txt", "figures/map_change_counter_narrative.svg"} <= files
    for name, digest in manifest["outputs"].items():
        assert sha256(folder / name) == digest
    assert manifest["provisional"]["counter_narrative"] == []
    assert manifest["seeds"] == [0, 1, 2, 3]


def test_tables_hold_the_numbers_of_the_result(folder: Path) -> None:
    result = read_stored(folder).result
    with (folder / "tables" / "outcomes.csv").open() as stream:
        rows = {(row["scenario"], row["outcome"]): row for row in csv.DictReader(stream)}
    found = result.scenarios["counter_narrative"].outcomes["incidents"].difference
    assert float(rows["counter_narrative", "incidents"]["difference_mean"]) == found.mean


def test_everything_that_follows_from_the_numbers_can_be_written_again_alike(folder: Path, tmp_path: Path) -> None:
    again = write_report(folder, tmp_path / "again")
    assert again == tmp_path / "again" / "report.html"
    made = outputs_of(tmp_path / "again")
    kept = json.loads((folder / "manifest.json").read_text())["outputs"]
    simulated = {"result.json", "scenario.resolved.yaml", "log.jsonl"}
    assert set(made) == {name for name in kept if name not in simulated and not name.startswith("inputs/")}
    assert {name for name in made if made[name] != kept[name]} == set()
    with pytest.raises(InputError, match="never overwritten"):
        write_report(folder, tmp_path / "again")


def test_a_damaged_report_is_mended_in_place(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    for name in ("report.html", "plain.html", "briefing.html", "workbook.xlsx", "tables/replicates.csv"):
        (copy / name).unlink()
    (copy / "figures" / "payers.png").write_bytes(b"")
    write_report(copy)
    assert outputs_of(copy) == outputs_of(folder) | {"manifest.json": outputs_of(copy)["manifest.json"]}
    assert json.loads((copy / "manifest.json").read_text()) == json.loads((folder / "manifest.json").read_text())


def test_every_chart_is_there_as_svg_png_and_words(folder: Path) -> None:
    drawn = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert {"cost_effectiveness_plane", "equity_impact_plane", "running_mean", "payers"} <= drawn
    for ending in ("png", "txt"):
        assert {path.stem for path in (folder / "figures").glob(f"*.{ending}")} == drawn
    for path in (folder / "figures").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_briefing_counts_the_people_harmed_and_not_how_often(folder: Path) -> None:
    result = json.loads((folder / "result.json").read_text())
    [scenario, *_] = result["scenarios"].values()
    harmed = scenario["outcomes"]["victims"]["baseline"]["mean"]
    told = re.search(r"about ([\d,]+) of every 10,000 residents are attacked", (folder / "briefing.html").read_text())
    assert told is not None
    assert float(told[1].replace(",", "")) == pytest.approx(1e4 * harmed / result["place"]["population"], rel=0.06)


def test_the_briefing_says_when_it_is_too_early_to_decide(folder: Path) -> None:
    few = read_stored(folder)
    many = replace(few, result=few.result.model_copy(update={"runs": FEWEST_FOR_A_DECISION}))
    assert "<h1>First look: " in briefing(few) and "Decision to prepare:" in briefing(few)
    assert "irst look" not in briefing(many) and "Decision asked for:" in briefing(many)


def test_an_existing_folder_is_kept_unless_forced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for text, force in (("first", False), ("second", True)):
        with new_folder(out, force) as partial:
            write_text(partial / "manifest.json", text)
    with pytest.raises(InputError, match="never overwritten"), new_folder(out, force=False):
        raise AssertionError
    assert (out / "manifest.json").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_folder(tmp_path / "out", force=False) as partial:
        write_text(partial / "result.json", "{}")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_killed_process_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    body = (
        "import sys, time; from pathlib import Path; from experiments.files import new_folder, write_text\n"
        "with new_folder(Path(sys.argv[1]), False) as partial:\n"
        "    write_text(partial / 'manifest.json', '{}'); write_text(partial / 'result.json', '{}')\n"
        "    print('written', flush=True); time.sleep(60)\n"
    )
    out = tmp_path / "out"
    process = subprocess.Popen([sys.executable, "-c", body, str(out)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.05)
    assert not out.exists()
    with pytest.raises(InputError, match="not the folder of a finished comparison"):
        read_stored(out)
    with new_folder(out, force=False) as partial:
        write_text(partial / "manifest.json", "{}")
    assert (out / "manifest.json").exists()


def test_empty_cells_stand_for_undefined_numbers() -> None:
    assert csv_text(["a", "b"], [[None, float("nan")], [1.5, "x"]]) == "a,b\n,\n1.5,x\n"


class Page(HTMLParser):
    """Collect what a reader with a screen reader or no network would meet."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_the_report_is_one_accessible_page(folder: Path) -> None:
    text = (folder / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert page.count("h1") == page.count("main") == page.count("header") == page.count("footer") == 1
    assert dict(page.tags)["html"]["lang"] == "en-GB"
    assert any(tag == "a" and attributes.get("href") == "#main" for tag, attributes in page.tags)
    assert page.count("table") == page.count("caption") > 10
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.tags if tag == "th")
    figures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(figures) == page.count("figure") >= 6
    identifiers = {attributes["id"] for _, attributes in page.tags if attributes.get("id")}
    for attributes in figures:
        assert attributes["role"] == "img"
        assert set((attributes["aria-labelledby"] or "").split()) <= identifiers


def test_the_report_needs_no_network(folder: Path) -> None:
    page = Page()
    page.feed((folder / "report.html").read_text())
    for tag, attributes in page.tags:
        assert tag not in ("script", "iframe", "object", "embed"), tag
        for name in ("src", "href", "xlink:href"):
            target = attributes.get(name)
            assert target is None or target.startswith("#"), (tag, target)


def test_the_report_says_what_is_provisional(tmp_path: Path, by_hand: Path, registry: Any) -> None:
    place = from_codes(["E01012007", "E01012011"], name="Testford")
    comparison = compare([by_hand], place, 2, 2, workers=1, build=build_fake, parameters=registry)
    out = store(comparison, tmp_path / "out", ["placewise", "compare"])
    assert "Provisional strengths" in (out / "report.html").read_text()
    assert json.loads((out / "manifest.json").read_text())["provisional"]["by_hand"]


def test_the_report_says_what_it_is_not_for(folder: Path) -> None:
    text = (folder / "report.html").read_text()
    assert "Provisional strengths" not in text
    assert "do not predict, score or rank people" in text
    assert "Open Government Licence" in text
    assert "modelled estimate" in text


def test_identifiers_in_the_report_are_unique_where_they_are_linked(folder: Path) -> None:
    page = Page()
    page.feed((folder / "report.html").read_text())
    labelled = [attributes["aria-labelledby"] for tag, attributes in page.tags if tag == "svg"]
    assert len(set(labelled)) == len(labelled)
