"""Maps: what is drawn, described and written."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from experiments.map_classes import classify
from experiments.maps import describe, draw_map, map_svg, nice_length
from experiments.outlines import contains, outer_edges
from experiments.places import show, summarise, values_of
from sim.core.errors import InputError
from sim.population.attributes import MAPPABLE
from sim.population.places import resolve

SQUARE = np.array([[0, 0], [0, 100], [100, 100], [100, 0], [0, 0]], dtype=float)


@pytest.fixture(scope="module")
def rutland():
    return resolve("Rutland")


def test_same_map_has_the_same_bytes(rutland, tmp_path):
    values = values_of(rutland, MAPPABLE["income_deprivation"])
    first = draw_map(rutland, values, "Income deprivation", tmp_path / "a", unit="%")
    second = draw_map(rutland, values, "Income deprivation", tmp_path / "b", unit="%")
    assert first.svg.read_bytes() == second.svg.read_bytes()
    assert first.png.read_bytes() == second.png.read_bytes()
    assert first.png.read_bytes().startswith(b"\x89PNG")


def test_map_in_words_is_in_the_picture(rutland, tmp_path):
    values = values_of(rutland, MAPPABLE["income_deprivation"])
    drawn = draw_map(rutland, values, "Income deprivation", tmp_path / "map", unit="%")
    root = ElementTree.parse(drawn.svg).getroot()
    texts = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert root.get("role") == "img"
    assert texts["title"] == "Income deprivation"
    assert texts["desc"] == drawn.description
    top = rutland.lsoa["lsoa_name"][int(np.argmax(values))]
    assert top in drawn.text.read_text()
    assert "Open Government Licence" in drawn.svg.read_text().replace("\n", " ")


def test_every_community_is_drawn_once(rutland):
    svg, _ = map_svg(rutland, np.arange(26.0), "Number")
    assert svg.count('<g id="PolyCollection_') == 1
    polygons = svg.partition('<g id="PolyCollection_1"')[2].partition("</g>")[0]
    assert polygons.count("<path ") == sum(len(rings) for rings in rutland.outlines())


def test_withheld_values_are_hatched_and_not_named(rutland):
    values = np.linspace(-1, 1, rutland.n)
    withheld = np.zeros(rutland.n, dtype=bool)
    withheld[[0, 25]] = True
    svg, words = map_svg(rutland, values, "Change", diverging=True, suppressed=withheld)
    assert "withheld (2)" in svg
    assert rutland.lsoa["lsoa_name"][25] not in words
    assert "2 communities are hatched" in words
    assert "no values" in describe(rutland, np.full(rutland.n, np.nan), "Change")


def test_change_classes_are_even_around_zero():
    classes = classify(np.linspace(-0.3, 0.1, 50), diverging=True)
    assert np.allclose(classes.limits, -np.array(classes.limits)[::-1])
    assert len(classes.colours) == len(classes.labels) == len(classes.limits) + 1
    assert classes.colours_of(np.array([0.0]))[0] == classes.colours[3]
    low, high = (classes.colours_of(np.array([value]))[0] for value in (-0.3, 0.3))
    assert (low, high) == (classes.colours[0], classes.colours[-1])


@pytest.mark.parametrize("values", [np.zeros(5), np.array([1.0, 1.0, 1.0, 5.0]), np.array([]), np.array([2.0])])
@pytest.mark.parametrize("diverging", [False, True])
def test_values_without_spread_can_be_classed(values, diverging):
    classes = classify(values, diverging)
    assert len(classes.colours) == len(classes.labels) == len(classes.limits) + 1
    assert list(classes.limits) == sorted(set(classes.limits))


def test_classes_hold_about_a_sixth_each():
    values = np.exp(np.linspace(0, 5, 600))
    counts = np.bincount(np.searchsorted(classify(values).limits, values, side="right"))
    assert counts.min() > 80 and counts.max() < 120


def test_point_in_ring():
    assert contains(SQUARE, np.array([50.0, 50.0]))
    assert not contains(SQUARE, np.array([150.0, 50.0]))
    assert not contains(SQUARE, np.array([50.0, -1.0]))


def test_outer_edges_of_two_squares_and_an_enclosed_one():
    right = SQUARE + [100, 0]
    inside = SQUARE * 0.2 + [40, 40]
    outlines = [[SQUARE], [right], [inside]]
    together = outer_edges(outlines, np.array([0, 0, 0]))
    assert len(together) == 6
    apart = outer_edges(outlines, np.array([0, 1, 0]))
    assert len(apart) == 7


def test_nice_length():
    assert [nice_length(value) for value in (3, 1999, 2000, 7_400, 99)] == [2, 1000, 2000, 5000, 50]


def test_show_writes_maps_table_and_figures(tmp_path):
    folder = tmp_path / "out"
    summary = show("Rutland", folder, attributes=["income_deprivation", "share_10_24"])
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["communities.csv"]
        + [f"map_{name}.{end}" for name in ("income_deprivation", "share_10_24") for end in ("png", "svg", "txt")]
    )
    assert summary.maps[0] == str(folder / "map_income_deprivation.png")
    rows = list(csv.DictReader((folder / "communities.csv").open()))
    assert len(rows) == 26
    assert sum(int(row["population"]) for row in rows) == 41_043
    with pytest.raises(InputError, match="exists"):
        show("Rutland", folder)
    show("Rutland", folder, attributes=["flats"], force=True)
    assert (folder / "map_flats.png").exists()


def test_unknown_attribute_names_the_nearest():
    with pytest.raises(InputError, match="income_deprivation"):
        show("Rutland", attributes=["income_deprivaton"])


def test_summary_compares_with_england():
    summary = summarise(resolve("England"))
    for figures in (summary.ages, summary.fifths, summary.deprivation, summary.recorded):
        for figure in figures:
            assert figure.place == pytest.approx(figure.england, rel=1e-4), figure.name
    assert sum(figure.place for figure in summary.ages) == pytest.approx(100)
    assert sum(figure.place for figure in summary.fifths) == pytest.approx(100)
    assert summary.population == 56_489_608


def test_schools_of_a_place_are_those_inside():
    assert 2 <= summarise(resolve("Rutland")).schools <= 5
