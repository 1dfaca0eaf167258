"""Police street-level files: what is counted, what is left out and said, what is refused, and that nothing leaks."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import scenarios
from experiments.cli import app
from sim.core.errors import InputError
from sim.population.places import resolve
from sim.population.police_files import LAYOUT, TYPES, VIOLENCE_TYPES, read_police_files

EXAMPLES = Path(scenarios.__file__).parent / "places"
CODES = np.array(["E01012041", "E01035190"], object)
HEADING = ",".join(LAYOUT)
VIOLENT = "Violence and sexual offences"


def line(identifier="", month="2025-01", lsoa=CODES[0], kind=VIOLENT, street="On or near Secret Street") -> str:
    return f'{identifier},{month},Force,Force,-1.234567,54.567890,"{street}",{lsoa},Name,{kind},Outcome,'


@pytest.fixture
def file(tmp_path):
    def write(*lines: str, name: str = "2025-01-force-street.csv", heading: str = HEADING) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def read(*paths: Path):
    counts, problems = read_police_files(paths, CODES)
    assert not problems
    assert counts is not None
    return counts


def test_rows_are_added_up_by_community_month_and_type(file):
    counts = read(
        file(
            line("a1"),
            line("a2"),
            line("a3", kind="Robbery", lsoa=CODES[1]),
            line("a4", month="2025-03", kind="Possession of weapons"),
        )
    )
    assert counts.months == ("2025-01", "2025-03")
    assert counts.counts[0, 0, TYPES.index(VIOLENT)] == 2
    assert counts.counts[1, 0, TYPES.index("Robbery")] == 1
    assert counts.counts.sum() == counts.rows == 4
    assert counts.total(VIOLENCE_TYPES).tolist() == [2.0, 1.0]
    assert counts.dropped.total == 0 and counts.dropped.describe() == "Nothing was left out."


def test_every_row_left_out_is_counted_under_one_reason(file):
    counts = read(
        file(
            line("a1"),
            line("a1"),
            line("a1", month="never"),
            line("b1", month="2025-13"),
            line("b2", month="January"),
            line("c1", kind="Burglary"),
            line("", kind="Anti-social behaviour"),
            line("", kind="Anti-social behaviour"),
            line("d1", lsoa=""),
            line("e1", lsoa="E01013811"),
            line("f1", lsoa="E01012086"),
            line("f2", lsoa="W01000001"),
        )
    )
    dropped = counts.dropped
    assert (dropped.duplicates, dropped.bad_month, dropped.other_crimes) == (2, 2, 3)
    assert (dropped.no_community, dropped.other_area, dropped.unknown_community) == (1, 1, 2)
    assert counts.counts.sum() + dropped.total == counts.rows == 12
    assert "2 with a Crime ID seen before" in counts.describe()
    assert "2011" in dropped.describe()


def test_the_same_file_given_twice_or_in_two_folders_counts_once(file, tmp_path):
    first = file(line("a1"), line("a2"), name="one/2025-01-force-street.csv")
    file(line("a1"), line("a2"), line("a3"), name="two/2025-01-force-street.csv")
    assert read(first, first).counts.sum() == 2
    both = read(tmp_path)
    assert (both.files, both.counts.sum(), both.dropped.duplicates) == (2, 3, 2)


def test_a_folder_is_searched_for_street_files_and_others_are_left(file, tmp_path):
    file(line("a1"), name="2025-01/2025-01-force-street.csv")
    file("x,y", name="2025-01/2025-01-force-outcomes.csv", heading="Crime ID,Outcome type")
    assert read(tmp_path).files == 1


def test_columns_may_stand_in_another_order(file):
    heading = ",".join(reversed(LAYOUT))
    row = f",Outcome,{VIOLENT},Name,{CODES[0]},Street,54,-1,Force,Force,2025-01,a1"
    assert read(file(row, heading=heading)).counts.sum() == 1


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        (HEADING.replace("Crime type", "Crime typ"), 'Did you mean "Crime type"?'),
        (HEADING + ",Victim name", "details of persons"),
        (HEADING + ",Postcode", "details of persons"),
        (HEADING + ",Officer", "not in the published layout"),
        ("Month,LSOA code", "are missing"),
        ("", "are missing"),
    ],
)
def test_other_headings_are_refused_before_anything_is_read(file, heading, words):
    path = file(line("a1") + ",Jane Doe", heading=heading)
    counts, problems = read_police_files([path], CODES)
    assert counts is None
    assert all(problem.file == str(path) and problem.fix for problem in problems)
    text = " ".join(map(str, problems))
    assert words in text
    assert "Jane" not in text and "Secret" not in text


def test_broken_files_are_named_and_never_quoted(file, tmp_path):
    good = file(line("a1"), name="good-street.csv")
    broken = file(line("a1"), 'a2,2025-01,"Secret', name="broken-street.csv")
    counts, problems = read_police_files([good, broken], CODES)
    assert counts is None
    assert problems[0].file == str(broken)
    assert "Secret" not in str(problems[0])
    latin = tmp_path / "latin-street.csv"
    latin.write_bytes((HEADING + "\n").encode() + line("a1", street="Caf\xe9 Secret").encode("latin-1") + b"\n")
    _, problems = read_police_files([latin], CODES)
    assert problems and "Secret" not in str(problems[0])
    _, problems = read_police_files([tmp_path / "absent-street.csv"], CODES)
    assert "cannot be read" in problems[0].message


def test_files_of_another_place_and_empty_folders_are_refused(file, tmp_path):
    _, problems = read_police_files([file(line("a1", lsoa="E01013811"))], CODES)
    assert "1 in other areas" in problems[0].message
    (tmp_path / "empty").mkdir()
    _, problems = read_police_files([tmp_path / "empty"], CODES)
    assert "holds no CSV files" in problems[0].message


def test_nothing_of_a_row_is_kept(file, tmp_path):
    path = file(line("identifier77"), line("identifier78"))
    place_file = tmp_path / "ours.yaml"
    place_file.write_text(
        f"schema: placewise.place/1\nname: Ours\nlsoas: [{', '.join(CODES)}]\npolice_files: [{path.name}]\n"
    )
    held = pickle.dumps(resolve(place_file))
    for secret in (b"identifier77", b"Secret", b"54.567890", b"-1.234567", b"Outcome"):
        assert secret not in held


def place_with(tmp_path: Path, lines: str) -> list:
    path = tmp_path / "ours.yaml"
    path.write_text(f"schema: placewise.place/1\nname: Ours\nlsoas: [{', '.join(CODES)}]\n{lines}\n")
    with pytest.raises(InputError) as failure:
        resolve(path)
    assert failure.value.exit_code == 3
    return failure.value.problems


@pytest.mark.parametrize(
    ("lines", "path", "words"),
    [
        ("police_files: [absent, gone.csv]", "police_files[0]", "no file or folder"),
        ("police_files: absent", "police_files", "no file or folder"),
        ("police_files: 7", "police_files", "list of police files"),
        ("police_files: []", "police_files", "list of police files"),
        ("police_file: [x]", "police_file", "Did you mean police_files"),
        ("structural_only: perhaps", "structural_only", "true or false"),
    ],
)
def test_mistakes_in_the_place_file(tmp_path, lines, path, words):
    found = place_with(tmp_path, lines)[0]
    assert (found.path, found.line) == (path, 4)
    assert words in str(found)


def test_the_example_says_what_it_dropped_and_its_rows_are_marked_synthetic():
    place = resolve(EXAMPLES / "central_middlesbrough_police.yaml")
    assert place.police is not None
    dropped = place.police.dropped
    assert min(vars(dropped).values()) > 0
    assert len(place.police.months) == place.police.files == 3
    for path in (EXAMPLES / "central_middlesbrough_police").rglob("*.csv"):
        rows = path.read_text(encoding="utf-8").splitlines()[1:]
        assert rows and all("Synthetic Constabulary" in row for row in rows)
    assert "Made up" in (EXAMPLES / "central_middlesbrough_police" / "README.md").read_text(encoding="utf-8")


def test_show_describes_the_distribution_and_names_no_community():
    from experiments.locations import summarise_location

    place = resolve(EXAMPLES / "central_middlesbrough_police.yaml")
    summary = summarise_location(place)
    text = summary.describe() + summary.police
    assert "one in ten is above" in text and "Left out" in text
    assert not any(
        code in text or str(name) in text for code, name in zip(place.codes, place.lsoa["lsoa_name"], strict=True)
    )
    place.structural_only = True
    assert "switched off" in summarise_location(place).describe()


def test_wrong_police_files_end_the_command_with_exit_code_3(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(f"schema: placewise.place/1\nname: Ours\nlsoas: [{', '.join(CODES)}]\npolice_files: gone\n")
    assert CliRunner().invoke(app, ["place", "show", str(path)]).exit_code == 3
