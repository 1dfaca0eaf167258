from __future__ import annotations

from sim.parameters import load_sources
from sim.parameters.registry import HERE
from sim.parameters.sources import source_ids


def test_identifiers_found_by_pattern_are_those_of_the_files() -> None:
    assert source_ids(HERE) == frozenset(load_sources())


def test_numbers_published_together_carry_names() -> None:
    sources = load_sources()
    assert sources["RF09"].values["four_or_more_drinking"] == 28.3
    assert sources["T20"].details["low"] == {"all": 0.035, "women": 0.045, "men": 0.022}
    assert sources["EC09"].values["homicide"] == 4_314_400


def test_every_figure_has_a_value_a_unit_and_a_citation() -> None:
    for source in load_sources().values():
        assert source.name and source.citation, source.id
        if source.kind == "figure":
            assert source.values is not None and source.unit, source.id
        if source.kind == "target":
            assert source.values is not None and source.details["statistic"], source.id
        if source.kind == "intervention":
            prior = source.details["prior"]
            assert prior["low"] <= prior["central"] <= prior["high"], source.id


def test_the_three_tables_of_evidence_are_complete() -> None:
    kinds = [source.kind for source in load_sources().values()]
    assert (kinds.count("figure"), kinds.count("target"), kinds.count("intervention")) == (156, 31, 42)
