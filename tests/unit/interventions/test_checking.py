"""Shipped files are good; checking is quick and light; strict checking refuses what is unfinished."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from experiments.cards import intervention_card
from experiments.catalogue import SCHEMAS, file_schema, list_interventions
from experiments.checking import check_files, exit_code, report_data, report_text
from sim.core.yaml_files import read_yaml
from sim.interventions.catalogue import CATALOGUE_FOLDER, SCENARIOS_FOLDER, Catalogue
from sim.interventions.checking import check_catalogue, check_file, check_scenario
from sim.interventions.meaning import WARNINGS
from sim.parameters.registry import HERE
from sim.parameters.sources import source_ids

HEAD = "schema: placewise.scenario/1\ntitle: x\ndecision_date: 2026-04\nhorizon_years: 5\n"
SHIPPED = sorted([*SCENARIOS_FOLDER.glob("*.yaml"), *Catalogue().files.values()])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_file(path):
    assert check_file(path).problems == ()


@pytest.mark.parametrize("identifier", Catalogue().ids)
def test_every_intervention_is_sourced_and_says_what_is_not_known(identifier):
    entry = Catalogue().entry(identifier)
    assert entry.parts or set(entry.evidence.sources) <= source_ids(HERE)
    assert entry.harms
    for push in entry.levers.values():
        assert push.reason


def test_checking_needs_neither_numba_nor_mesa_and_is_quick():
    code = (
        "import sys, time; start = time.perf_counter()\n"
        "from experiments.checking import check_files\n"
        "found = check_files(['whole_system'])\n"
        "assert not found[0].problems\n"
        "heavy = [m for m in ('numba', 'mesa', 'pandas', 'scipy', 'duckdb') if m in sys.modules]\n"
        "print(heavy, time.perf_counter() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy, seconds = done.stdout.rsplit(" ", 1)
    assert heavy == "[]"
    assert float(seconds) < 5


def test_strict_refuses_provisional_strengths_and_unfinished_text(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "about: TO-FILL\ninterventions:\n  mentoring: on\n", encoding="utf-8")
    assert check_scenario(path).problems == ()
    messages = [problem.message for problem in check_scenario(path, strict=True).problems]
    assert messages == ['The text is unfinished: "TO-FILL".']
    unmatched = tmp_path / "unmatched.yaml"
    shipped = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    unmatched.write_text(shipped.replace("id: mentoring", "id: unmatched"), encoding="utf-8")
    strict = check_catalogue(unmatched, strict=True)
    assert "The pushes are not matched to a trial yet." in [problem.message for problem in strict.problems]
    by_hand = tmp_path / "mentoring.yaml"
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    by_hand.write_text(re.sub(r"push: (\S+)\n\s+because: (.*)", r"strength: {provisional: \1, because: \2}", text))
    strict = check_catalogue(by_hand, strict=True)
    assert len([problem for problem in strict.problems if "is provisional" in problem.message]) == 3


def test_a_size_of_a_lever_has_its_reason_and_all_levers_have_one_kind_of_size(tmp_path):
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    path = tmp_path / "mentoring.yaml"
    first = re.search(r"push: (\S+)\n\s+because: (.*)", text)
    path.write_text(text.replace(first[0], f"strength: {{provisional: {first[1]}, because: {first[2]}}}"))
    (problem,) = check_catalogue(path).problems
    assert problem.path == "levers"
    assert "one scale cannot move them together" in problem.message
    path.write_text(text.replace(first[0], f"push: {first[1]}"))
    assert [problem.path for problem in check_catalogue(path).problems] == ["levers.trusted_adult"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("follow_up_months: 12", "follow_up_from_months: 24\n    follow_up_months: 12", "ends before it begins"),
        ("estimand: intention_to_treat", "estimand: intention_to_treat\n    randomised: town", "What is randomised"),
        ("outcome: violence", "outcome: violence\n    measure: conduct_problems", "is not counted"),
    ],
)
def test_a_trial_the_model_cannot_repeat_is_refused(tmp_path, before, after, words):
    path = tmp_path / "mentoring.yaml"
    path.write_text(Catalogue().files["mentoring"].read_text(encoding="utf-8").replace(before, after, 1))
    assert any(words in problem.message for problem in check_catalogue(path).problems)


def test_warnings_have_numbers_that_are_explained(tmp_path):
    path = tmp_path / "mine.yaml"
    text = "about: ask jo@example.org\ninterventions:\n  parenting_programme: {places_per_year: 0}\n"
    path.write_text(HEAD + text, encoding="utf-8")
    found = check_scenario(path)
    assert {w.code for w in found.warnings} == {"W02", "W04", "W05"}
    assert {w.code for w in found.warnings} <= set(WARNINGS)
    path.write_text(HEAD + "partnership: {data_sharing: 0.5}\n", encoding="utf-8")
    assert [w.code for w in check_scenario(path).warnings] == ["W06"]
    path.write_text(HEAD, encoding="utf-8")
    assert [w.code for w in check_scenario(path).warnings] == ["W03"]


def test_communities_are_looked_up_in_the_place(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "interventions:\n  mentoring: {communities: [E01000001, E01000009]}\n", encoding="utf-8")
    assert check_scenario(path).problems == ()
    found = check_scenario(path, place_codes=["E01000001", "E01000002"])
    assert [problem.message for problem in found.problems] == ["The community E01000009 is not in this place."]


def test_the_place_a_scenario_names_is_looked_up(tmp_path):
    path = tmp_path / "mine.yaml"
    text = "place: Rutlnd\ninterventions:\n  mentoring: {communities: [E01000001], uptake: 60}\n"
    path.write_text(HEAD + text, encoding="utf-8")
    (found,) = check_files([path])
    assert [(p.line, p.path.partition(":")[0]) for p in found.problems] == [
        (5, "place"),
        (7, "interventions.mentoring.uptake"),
    ]
    assert "Rutland" in found.problems[0].fix
    path.write_text(HEAD + text.replace("Rutlnd", "Rutland").replace("60", "0.6"), encoding="utf-8")
    (found,) = check_files([path])
    assert [p.message for p in found.problems] == ["The community E01000001 is not in this place."]


def test_place_files_are_checked_too(tmp_path):
    (found,) = check_files([SCENARIOS_FOLDER / "places" / "central_middlesbrough.yaml"])
    assert found.problems == ()
    path = tmp_path / "here.yaml"
    path.write_text("schema: placewise.place/1\nname: Here\nlsoas: [E01999999]\n", encoding="utf-8")
    (found,) = check_files([path])
    assert len(found.problems) == 1


def test_problems_as_data_and_as_text(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "interventions:\n  mentorng: on\n", encoding="utf-8")
    found = check_files([path, "baseline"])
    data = json.loads(json.dumps(report_data(found)))
    assert data["status"] == "invalid"
    assert [file["status"] for file in data["files"]] == ["invalid", "ok"]
    (problem,) = data["files"][0]["problems"]
    assert (problem["line"], problem["column"], problem["path"]) == (6, 3, "interventions.mentorng")
    assert problem["code"] == "unknown_intervention"
    assert exit_code(found) == 3
    assert exit_code(found[1:]) == 0
    assert report_text(found[1:]) == "baseline: no problems"


def test_published_schemas_accept_the_shipped_files():
    jsonschema = pytest.importorskip("jsonschema")
    schemas = {name: file_schema(name) for name in SCHEMAS}
    for path in SHIPPED:
        kind = "intervention" if path.parent == CATALOGUE_FOLDER else "scenario"
        jsonschema.validate(read_yaml(path).data, schemas[kind])


def test_cards_say_what_there_is_to_know():
    rows = list_interventions()
    assert [row.id for row in rows] == Catalogue().ids
    assert [row.id for row in list_interventions("summer", strand="employment_pathway")] == ["summer_jobs"]
    everywhere = ("what it is", "life course", "who runs it", "cost", "who pays", "possible harm", "fairness")
    evidence = ("badge: impact", "badge: security", "badge: cost", "expected in England", "why it differs", "source")
    for row in rows:
        name, facts = intervention_card(row.id)
        labels = {label for label, _ in facts}
        assert name == row.name
        assert labels >= {*everywhere, *(("bundle of",) if row.mode == "bundle" else evidence)}
        assert ("who it is for" in labels) == (row.mode in ("targeted", "universal"))
        assert ("strength" in labels) == (row.strength in ("provisional", "matched to a trial"))
        assert all(text.strip() for _, text in facts)
