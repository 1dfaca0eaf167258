"""Names of places and the data behind them."""

from __future__ import annotations

import pickle
import time

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.population import open_data
from sim.population.attributes import AGE_COLUMNS, ATTRIBUTES
from sim.population.places import list_places, resolve

NAMES = [
    ("Rutland", "Rutland", "local authority", 26),
    ("BLACKPOOL", "Blackpool", "local authority", 94),
    ("E06000002", "Middlesbrough", "local authority", 90),
    ("city of london", "City of London", "local authority", 6),
    ("London, City of", "City of London", "local authority", 6),
    ("London, City of (police force)", "London, City of", "police force", 6),
    ("Bristol", "Bristol, City of", "local authority", 268),
    ("st helens", "St. Helens", "local authority", 121),
    ("Kings Lynn & West Norfolk", "King's Lynn and West Norfolk", "local authority", 92),
    ("The Wirral", "Wirral", "local authority", 209),
    ("County Durham", "County Durham", "local authority", 330),
    ("Durham", "Durham", "police force", 396),
    ("North Devon", "North Devon", "local authority", 59),
    ("North Devon (community safety partnership)", "North Devon", "community safety partnership", 97),
    ("North Devon (CSP)", "North Devon", "community safety partnership", 97),
    ("Dorset", "Dorset", "local authority", 223),
    ("Dorset (local authority)", "Dorset", "local authority", 223),
    ("Dorset (police force)", "Dorset", "police force", 463),
    ("Northumbria (police force)", "Northumbria", "police force", 927),
    ("Western Suffolk", "Western Suffolk", "community safety partnership", 219),
    ("London", "London", "region", 4994),
]


@pytest.mark.parametrize(("text", "name", "kind", "communities"), NAMES)
def test_name_finds_its_place(text, name, kind, communities):
    place = resolve(text)
    assert (place.name, place.kind, place.n) == (name, kind, communities)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Sothwark", "Southwark"),
        ("Middlesborough", "Middlesbrough"),
        ("Newcastle", "Newcastle upon Tyne, Newcastle-under-Lyme"),
        ("Hull", "Kingston upon Hull"),
        ("Rutland (police force)", "Rutland"),
        ("Sufolk", "Suffolk (police force)"),
        ("Atlantis", "placewise place list"),
        ("", "placewise place list"),
    ],
)
def test_unknown_or_ambiguous_name_lists_the_nearest(text, nearest):
    with pytest.raises(InputError) as failure:
        resolve(text)
    assert nearest in str(failure.value)
    assert failure.value.exit_code == 3


def test_every_named_place_is_found_by_its_title_and_code():
    places = list_places()
    titles = [place.title for place in places]
    assert len(set(titles)) == len(titles)
    from sim.population.place_names import find_named

    for place in places:
        assert find_named(place.title, places) == place
        if place.code:
            assert find_named(place.code, places) == place


def test_every_authority_name_means_the_authority():
    from sim.population.place_names import find_named

    places = list_places()
    authorities = [place for place in places if place.kind == "local authority"]
    assert len(authorities) == 296
    assert all(find_named(place.name, places) == place for place in authorities)
    assert sum(place.population for place in authorities) == 56_489_608


def test_list_of_places_can_be_searched():
    assert {place.name for place in list_places(search="newcastle")} == {"Newcastle upon Tyne", "Newcastle-under-Lyme"}
    assert len(list_places("police force")) == 39
    assert [place.name for place in list_places(search="E06000017")] == ["Rutland"]
    assert "Southwark" in {place.name for place in list_places(search="Sothwark")}
    with pytest.raises(InputError, match="police force"):
        list_places("police farce")


def test_list_of_codes_counts_each_once_in_code_order(tmp_path):
    expected = ["E01012041", "E01012042"]
    assert resolve("E01012042, E01012041;e01012042").codes.tolist() == expected
    assert resolve(["E01012042", "E01012041"]).codes.tolist() == expected
    listed = tmp_path / "mine.txt"
    listed.write_text("lsoa\nE01012042  # ours\n\nE01012041\n")
    place = resolve(listed)
    assert place.codes.tolist() == expected
    assert place.name == "2 communities in Middlesbrough"


def test_wrong_codes_are_all_reported_with_their_lines(tmp_path):
    listed = tmp_path / "mine.txt"
    listed.write_text("E01012041\nW01000001\nE0101204\n")
    with pytest.raises(InputError) as failure:
        resolve(listed)
    assert [problem.line for problem in failure.value.problems] == [2, 3]
    assert "Wales" in str(failure.value)
    with pytest.raises(InputError, match="E01999999 is not an LSOA"):
        resolve("E01012041,E01999999")
    with pytest.raises(InputError, match="cannot be read"):
        resolve(tmp_path / "absent.txt")


@pytest.fixture(scope="module")
def england():
    return resolve("England")


def test_england_is_whole(england):
    assert england.n == 33_755
    assert england.population == 56_489_608
    people = sum(england.lsoa[column].sum(dtype=np.float64) for column in AGE_COLUMNS)
    assert people == pytest.approx(56.49e6, rel=1e-3)


def test_fifths_cover_england_evenly_and_most_deprived_is_first(england):
    assert np.bincount(england.fifth).tolist() == [6751] * 5
    income = england.lsoa["income_deprivation"]
    means = [income[england.fifth == fifth].mean() for fifth in range(5)]
    assert means == sorted(means, reverse=True)


def test_normal_score_is_standard_and_positive_where_more_deprived(england):
    assert england.z.mean() == pytest.approx(0, abs=1e-4)
    assert england.z.std() == pytest.approx(1, abs=1e-3)
    assert np.corrcoef(england.z, england.lsoa["income_deprivation"])[0, 1] > 0.9
    assert england.z[england.lsoa["income_rank"] == 1] == england.z.max()


def test_nothing_is_missing(england):
    for table in (england.lsoa, england.authority):
        for column, values in table.items():
            assert len(values) == england.n
            assert values.dtype.kind != "f" or np.isfinite(values).all(), column
    assert all(england.lsoa[name].min() >= 0 for name in ATTRIBUTES if ATTRIBUTES[name].kind == "share")


def test_neighbours_are_symmetric_and_inside(england):
    for place in (england, resolve("Rutland"), resolve("E01012041")):
        indptr, indices = place.adjacency
        assert indptr.dtype == indices.dtype == np.int32
        assert indptr[0] == 0 and indptr[-1] == indices.size and len(indptr) == place.n + 1
        here = np.repeat(np.arange(place.n), np.diff(indptr))
        assert not (here == indices).any()
        pairs = set(zip(here.tolist(), indices.tolist(), strict=True))
        assert len(pairs) == indices.size
        assert pairs == {(b, a) for a, b in pairs}
        assert indices.size == 0 or indices.max() < place.n


def test_neighbours_in_a_part_are_those_of_the_whole(england):
    part = resolve("Rutland")
    whole_row = {int(row): number for number, row in enumerate(england.rows)}
    names = {code: number for number, code in enumerate(part.codes)}
    for number, row in enumerate(part.rows):
        at = whole_row[int(row)]
        near = england.adjacency[1][england.adjacency[0][at] : england.adjacency[0][at + 1]]
        expected = sorted(names[code] for code in england.codes[near] if code in names)
        assert part.adjacency[1][part.adjacency[0][number] : part.adjacency[0][number + 1]].tolist() == expected


def test_authorities_are_aligned_with_communities():
    place = resolve("Northumbria (police force)")
    codes = {str(name): str(code) for name, code in zip(place.lsoa["la_name"], place.lsoa["la"], strict=True)}
    assert [codes[name] for name in place.authorities] == sorted(codes.values())
    assert (place.authority["la"] == place.lsoa["la"]).all()
    assert len(set(place.authority_index.tolist())) == len(place.authorities) == 6


def test_missing_authority_figures_come_from_the_region():
    place = resolve("Cumberland")
    table = open_data.read_authorities()
    here = table["la_name"] == "Cumberland"
    assert np.isnan(table["births_25_29"][here]).all()
    births = place.authority["births_25_29"][0]
    assert births / table["population"][here][0] == pytest.approx(0.003, rel=0.5)
    assert place.filled["births_25_29"] == place.n


def test_place_is_found_fast_and_is_small():
    resolve("Birmingham")
    start = time.perf_counter()
    place = resolve("Birmingham")
    assert time.perf_counter() - start < 1.5
    assert len(pickle.dumps(place)) < 1_000_000


def test_working_directory_does_not_matter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve("Rutland").n == 26


def test_outlines_lie_around_their_centroids():
    place = resolve("Rutland")
    outlines = place.outlines()
    assert len(outlines) == place.n
    points = np.concatenate([ring for rings in outlines for ring in rings])
    assert (points.min(axis=0) > [478_000, 290_000]).all() and (points.max(axis=0) < [510_000, 325_000]).all()
    for rings, easting, northing in zip(outlines, place.lsoa["easting"], place.lsoa["northing"], strict=True):
        low, high = np.concatenate(rings).min(axis=0), np.concatenate(rings).max(axis=0)
        assert low[0] <= easting <= high[0] and low[1] <= northing <= high[1]
        assert all((ring[0] == ring[-1]).all() for ring in rings)


def test_areas_of_outlines_match_published_areas():
    place = resolve("Blackpool")
    areas = [sum(_area(ring) for ring in rings) / 10_000 for rings in place.outlines()]
    assert np.median(np.array(areas) / place.lsoa["area_ha"]) == pytest.approx(1.0, abs=0.02)


def _area(ring):
    return abs(np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1])) / 2
