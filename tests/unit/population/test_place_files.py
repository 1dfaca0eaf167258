"""Place files, local figures and assets, and what is said about mistakes in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import scenarios
from sim.core.errors import InputError
from sim.population.attributes import AGE_COLUMNS
from sim.population.local_tables import looks_personal
from sim.population.places import resolve

CODES = ["E01012041", "E01035190", "E01035192"]
GOOD = f"schema: placewise.place/1\nname: Ours\nlsoas: [{', '.join(CODES)}]\n"


@pytest.fixture
def write(tmp_path):
    def place_file(text: str, figures: str = "", assets: str = "") -> Path:
        path = tmp_path / "ours.yaml"
        path.write_text(text + "overrides: figures.csv\n" * bool(figures) + "assets: assets.csv\n" * bool(assets))
        (tmp_path / "figures.csv").write_text(figures)
        (tmp_path / "assets.csv").write_text(assets)
        return path

    return place_file


def problems(path) -> list:
    with pytest.raises(InputError) as failure:
        resolve(path)
    return failure.value.problems


def test_example_place_file_works():
    place = resolve(Path(scenarios.__file__).parent / "places" / "central_middlesbrough.yaml")
    assert (place.name, place.kind, place.n) == ("Central Middlesbrough", "place file", 16)
    at = place.codes.tolist().index("E01035192")
    assert place.lsoa["households"][at] == 452
    assert place.lsoa["social_rent"][at] == pytest.approx(0.16)
    assert place.assets["youth club"].sum() == 3


@pytest.mark.parametrize(
    ("chosen", "communities"),
    [
        ("authority: Rutland", 26),
        ("partnership: North Devon", 97),
        ("police_force: Dorset", 463),
        ("authority: E06000017", 26),
    ],
)
def test_place_can_be_chosen_by_kind(write, chosen, communities):
    assert resolve(write(f"schema: placewise.place/1\nname: Ours\n{chosen}\n")).n == communities


def test_every_problem_is_reported_with_its_line(write):
    found = problems(
        write(
            "schema: placewise.place/2\nnmae: Ours\nlsoas:\n  - E01012041\n  - E01999999\n  - E01012041\n"
            "overrides: absent.csv\n"
        )
    )
    assert [(problem.line, problem.path) for problem in found] == [
        (1, "name"),
        (1, "schema"),
        (2, "nmae"),
        (5, "lsoas[1]"),
        (6, "lsoas[2]"),
        (7, "overrides"),
    ]
    assert "name" in found[2].fix
    assert "first on line 4" in found[4].message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("schema: placewise.place/1\nname: Ours\n", 1, "which communities"),
        ("schema: placewise.place/1\nname: Ours\nauthority: Sothwark\n", 3, "Southwark"),
        ("schema: placewise.place/1\nname: Ours\nauthority: Rutland\npolice_force: Dorset\n", 4, "chosen twice"),
        ("schema: placewise.place/1\nname: Ours\nlsoas: Rutland\n", 3, "list of LSOA codes"),
        ("schema: placewise.place/1\nname: Ours\nlsoas: [Rutland]\n", 3, "E01012041"),
        ("schema: placewise.place/1\nname: Ours\nauthority: [Rutland]\n", 3, "one name"),
        ("schema: placewise.place/1\nname: Ours\nauthority: Rutland\nname: Again\n", 4, "twice"),
    ],
)
def test_mistakes_in_a_place_file(write, text, line, words):
    found = problems(write(text))
    assert found[0].line == line
    assert words in str(found[0])


def test_mistakes_in_local_figures_have_their_lines(write):
    figures = (
        "lsoa,socal_rent,flats,population\n"
        "E01012041,,60,1200\n"
        "E06000017,,0.5,1000\n"
        "E01012041,,0.5,1000\n"
        "E01035190,,abc,-5\n"
        "E01035192,0.2\n"
    )
    found = problems(write(GOOD, figures))
    assert {problem.file.rpartition("/")[2] for problem in found} == {"figures.csv"}
    assert [problem.line for problem in found] == [1, 2, 3, 4, 5, 5, 6]
    assert "social_rent" in found[0].fix
    assert "0.6" in found[1].fix
    assert "listed twice" in found[3].message


@pytest.mark.parametrize("column", ["Name", "dob", "NHS Number", "home_postcode", "uprn", "DateOfBirth", "victim_id"])
def test_details_of_persons_are_refused(write, column):
    found = problems(write(GOOD, f"lsoa,flats,{column}\nE01012041,0.5,Mary Jones\n"))
    assert "details of persons" in str(found[0])
    assert "Mary" not in str(found)


def test_names_of_places_are_not_personal(write):
    assert not looks_personal("social_rent")
    place = resolve(
        write(GOOD, "lsoa,lsoa_name,ward_name,notes,flats\nE01012041,Middlesbrough 003F,Newport,ours,0.5\n")
    )
    assert place.lsoa["flats"][0] == 0.5


def test_empty_cells_keep_national_figures(write):
    national = resolve(CODES)
    place = resolve(write(GOOD, "lsoa,flats,social_rent\nE01012041,0.5,\nE01035192,,0.25\n"))
    assert place.lsoa["flats"].tolist() == [0.5, *national.lsoa["flats"][1:].tolist()]
    assert place.lsoa["social_rent"].tolist() == [*national.lsoa["social_rent"][:2].tolist(), 0.25]
    assert np.isnan(place.overrides["flats"]).tolist() == [False, True, True]
    assert place.lsoa["flats"].dtype == national.lsoa["flats"].dtype


def test_residents_given_alone_scale_the_ages(write):
    national = resolve(CODES)
    place = resolve(write(GOOD, f"lsoa,population\n{CODES[0]},2210\n"))
    ratio = 2210 / sum(float(national.lsoa[column][0]) for column in AGE_COLUMNS)
    assert place.lsoa["age_10"][0] == pytest.approx(national.lsoa["age_10"][0] * ratio, rel=1e-5)
    assert place.lsoa["age_10"][1] == national.lsoa["age_10"][1]
    assert sum(float(place.lsoa[column][0]) for column in AGE_COLUMNS) == pytest.approx(2210, rel=1e-4)


def test_ages_given_alone_set_the_residents(write):
    national = resolve(CODES)
    place = resolve(write(GOOD, f"lsoa,age_16\n{CODES[0]},500\n"))
    extra = 500 - float(national.lsoa["age_16"][0])
    assert place.lsoa["population"][0] == pytest.approx(national.lsoa["population"][0] + extra, abs=2)


def test_local_income_deprivation_is_ranked_nationally(write):
    national = resolve(CODES)
    place = resolve(write(GOOD, f"lsoa,income_deprivation\n{CODES[0]},0.002\n{CODES[1]},1\n"))
    assert place.fifth[0] == 4 and place.z[0] < -3
    assert place.lsoa["income_rank"][1] == 1
    assert place.z[2] == national.z[2]


def test_assets_are_counted_by_kind(write):
    text = f"lsoa,asset,count\n{CODES[0]},Youth club,2\n{CODES[0]},youth club,1\n{CODES[2]},library,\n"
    place = resolve(write(GOOD, assets=text))
    assert {kind: counts.tolist() for kind, counts in place.assets.items()} == {
        "youth club": [3.0, 0.0, 0.0],
        "library": [0.0, 0.0, 1.0],
    }
    found = problems(write(GOOD, assets=f"lsoa,asset,count,colour\n{CODES[0]},,1,red\n{CODES[1]},library,two,red\n"))
    assert [problem.line for problem in found] == [1, 2, 3]


def test_unreadable_figures_are_explained(write, tmp_path):
    path = write(GOOD, "lsoa,flats\n")
    (tmp_path / "figures.csv").write_bytes(b"lsoa,flats\nE01012041,\xa30.5\n")
    assert "UTF-8" in str(problems(path)[0])
    (tmp_path / "figures.csv").write_text("code,flats\nE01012041,0.5\n")
    assert 'no column called "lsoa"' in str(problems(path)[0])
