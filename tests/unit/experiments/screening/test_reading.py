"""Proposals are the same from YAML, CSV and Excel, and every mistake is named with its place and the nearest word."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from experiments.checking import check_files, exit_code, report_text
from experiments.screening.completeness import QUESTIONS
from experiments.screening.reading import read_file, read_proposals
from experiments.screening.recognising import is_proposal_file
from experiments.screening.rows import columns
from sim.core.errors import InputError
from sim.interventions.catalogue import SCENARIOS_FOLDER
from tests.unit.experiments.screening.conftest import SOUND, changed, write_yaml

EXAMPLES = sorted((SCENARIOS_FOLDER / "proposals").glob("*.yaml"))
ROW = {
    "id": "P-1",
    "organisation": "Example Trust (invented)",
    "programme": "cognitive_behavioural_therapy",
    "cohort.ages": "10-17",
    "cohort.n": 200,
    "cohort.how_identified": "school and youth justice",
    "cohort.selection_risk": "low",
    "dose.sessions": 24,
    "dose.weeks": 26,
    "claimed_effect.outcome": "violence",
    "claimed_effect.relative_reduction": "15%",
    "claimed_effect.basis": "published trials",
    "cost.setup": "£10,000",
    "cost.recurrent_per_child": 1000,
    "cost.years": 2,
    "cost.price_year": 2024,
    "trial.design": "cluster",
    "trial.unit": "school",
    "trial.clusters": 18,
    "trial.attrition": 0.2,
    "safeguarding.lead_named": "yes",
}


def write_csv(path: Path, *rows: dict[str, Any], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_excel(path: Path, *rows: dict[str, Any]) -> Path:
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(path)
    return path


def test_yaml_csv_and_excel_give_the_same_proposal(tmp_path: Path) -> None:
    files = [
        write_yaml(tmp_path / "a.yaml", SOUND),
        write_csv(tmp_path / "a.csv", ROW),
        write_csv(tmp_path / "semicolons.csv", ROW, delimiter=";"),
        write_excel(tmp_path / "a.xlsx", ROW | {"safeguarding.lead_named": True, "cohort.n": 200.0}),
    ]
    read = [read_file(path) for path in files]
    assert [each.problems for each in read] == [()] * 4
    first = read[0].proposals[0]
    assert all(each.proposals[0].proposal == first.proposal for each in read)
    assert all(each.proposals[0].entry.id == first.entry.id for each in read)
    assert first.missing == ()


def test_a_row_may_name_a_file_of_ones_own_and_may_leave_cells_empty(tmp_path: Path) -> None:
    shipped = SCENARIOS_FOLDER / "catalogue" / "mentoring.yaml"
    (tmp_path / "mentors.yaml").write_text(shipped.read_text().replace("id: mentoring", "id: mentors"))
    [one] = read_file(write_csv(tmp_path / "a.csv", ROW | {"programme": "mentors.yaml", "cost.setup": ""})).proposals
    assert one.own and one.entry.id == "mentors"
    assert one.missing == ("what it costs to set up",)


def test_every_mistake_is_named_at_once_with_its_line_and_the_nearest_word(tmp_path: Path) -> None:
    data = changed(
        programme="mentorin",
        cohort={"how_identified": "schol referral", "selection_risk": "medum"},
        dose={"weekz": 26},
        claimed_effect={"relative_reduction": 35, "basis": "uncontroled pre-post"},
        cost={"recurrent_per_child": None},
        safeguarding={"lead_named": "Jane"},
    )
    path = write_yaml(tmp_path / "a.yaml", data)
    [found] = checked = check_files([path])
    text = report_text(checked)
    assert exit_code(checked) == 3
    for word in ('"mentoring"', '"school"', '"medium"', '"weeks"', "0.35", "lead_named: true", "uncontrolled pre post"):
        assert word in text
    assert any(each.path == "cost.recurrent_per_child" and each.code == "missing" for each in found.problems)
    lines = path.read_text().splitlines()
    for problem in found.problems:
        key = problem.path.partition(":")[0].split(".")[-1]
        assert problem.code == "missing" or f"{key}:" in lines[problem.line - 1]


def test_what_is_missing_is_a_warning_and_a_mistake_only_where_strict(tmp_path: Path) -> None:
    bare = {name: SOUND[name] for name in ("schema", "id", "organisation", "programme")}
    path = write_yaml(tmp_path / "a.yaml", bare)
    [found] = check_files([path])
    assert check_files([path.parent]) == [found], "a folder stands for the proposals in it"
    assert exit_code([found]) == 0
    assert [each.path for each in found.warnings if each.code == "missing"] != []
    assert len(found.warnings) == len(QUESTIONS)
    assert exit_code(check_files([path], strict=True)) == 3


def test_a_key_with_nothing_after_it_is_missing_and_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_yaml(path, changed(cost={"setup": 1}))
    path.write_text(path.read_text().replace("setup: 1\n", "setup:\n"))
    [one] = read_file(path).proposals
    assert one.proposal.cost.setup is None
    assert one.missing == ("what it costs to set up",)


def test_unfinished_text_a_lead_who_is_not_named_and_a_wild_claim_are_warned_of(tmp_path: Path) -> None:
    data = changed(
        trial={"icc": {"value": 0.05, "source": "TO-FILL"}},
        safeguarding={"lead_named": False},
        claimed_effect={"relative_reduction": 0.9},
    )
    [found] = check_files([write_yaml(tmp_path / "a.yaml", data)])
    assert {each.path for each in found.warnings} == {
        "trial.icc.source",
        "safeguarding.lead_named",
        "claimed_effect.relative_reduction",
    }


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("cohort.nn", '"cohort.n"'), ("programe", '"programme"'), ("surname", "personal data")],
)
def test_wrong_columns_are_named_once(tmp_path: Path, header: str, wanted: str) -> None:
    path = write_csv(tmp_path / "a.csv", ROW | {header: "x"}, ROW | {"id": "P-2", header: "x"})
    problems = [each for each in read_file(path).problems if each.path == header]
    assert len(problems) == 1 and problems[0].line == 1 and problems[0].column == len(ROW) + 1
    assert wanted in problems[0].message + problems[0].fix


def test_mistakes_in_rows_name_row_and_column(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROW, ROW | {"id": "P-2", "cohort.n": "many", "programme": "mentorin"})
    problems = read_file(path).problems
    where = {(each.line, each.column) for each in problems}
    assert where == {(3, list(ROW).index("cohort.n") + 1), (3, list(ROW).index("programme") + 1)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"id,organisation,programme\n"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.xlsx", b"not a workbook"),
        ("a.yaml", b"schema: placewise.proposal/1\n\tid: 1\n"),
        ("a.yaml", b"- a list\n"),
        ("a.yaml", b"schema: placewise.proposl/1\nid: a\norganisation: b\nprogramme: mentoring\n"),
        ("a.yaml", b"id: a\norganisation: b\nprogramme: mentoring\n"),
        ("a.yaml", b"schema: placewise.proposal/1\nid: a\norganisation: b\nprogramme: family_hub\n"),
        ("a.yaml", b"schema: placewise.proposal/1\nid: a\norganisation: b\nprogramme: {name: Own}\n"),
        ("a.yaml", b"schema: placewise.proposal/1\nid: '--'\norganisation: b\nprogramme: mentoring\n"),
    ],
)
def test_bad_files_are_refused_with_a_reason(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_proposals(tmp_path)
    assert all(problem.message for problem in raised.value.problems)


def test_one_id_for_two_proposals_and_an_empty_folder_are_refused(
    tmp_path: Path, proposals: Callable[..., Path]
) -> None:
    with pytest.raises(InputError, match="used twice"):
        read_proposals(proposals(SOUND, changed(id="p 1")))
    with pytest.raises(InputError, match="no proposals"):
        read_proposals(proposals())
    with pytest.raises(InputError, match="no folder"):
        read_proposals(tmp_path / "nowhere")


def test_the_form_of_the_handbook_is_read(tmp_path: Path) -> None:
    text = """
schema: placewise.proposal/1
id: 2026-017
organisation: Example CIC
programme: mentoring
cohort: {ages: [11, 16], n: 240, how_identified: school referral, selection_risk: medium}
dose: {sessions: 24, weeks: 26}
claimed_effect: {outcome: violent_offence, relative_reduction: 0.35, basis: uncontrolled pre-post}
cost: {setup: 60000, recurrent_per_child: 1900, years: 2}
trial: {design: cluster, unit: school, clusters: 18, attrition: 0.2, icc: {value: 0.05, source: TO-FILL}}
safeguarding: {lead_named: true}
"""
    path = tmp_path / "a.yaml"
    path.write_text(text)
    [one] = read_file(path).proposals
    assert one.proposal.cohort.how_identified == ("school",)
    assert one.proposal.claimed_effect.basis == "before_after"


def test_the_twelve_examples_hold_no_mistake_and_say_that_they_are_invented() -> None:
    assert len(EXAMPLES) == 12
    for path in EXAMPLES:
        assert is_proposal_file(path)
        [one] = read_file(path).proposals
        assert "(invented)" in one.proposal.organisation


def test_columns_are_those_of_the_form() -> None:
    assert set(ROW) <= set(columns())
    assert "cost.paid_by" not in columns()
