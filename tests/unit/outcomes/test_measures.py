"""Measures are declared once, completely, and headline outcomes are among them."""

from __future__ import annotations

from sim.outcomes.measures import MEASURE_NAMES, MEASURES, OUTCOMES, measure


def test_names_are_unique_and_described() -> None:
    assert len(set(MEASURE_NAMES)) == len(MEASURES)
    for each in MEASURES:
        assert each.label and each.unit and each.attributed_to
        assert len(each.meaning.split()) >= 3, each.name
        assert measure(each.name) is each


def test_headline_outcomes_are_measures() -> None:
    assert set(OUTCOMES) <= set(MEASURE_NAMES)
    assert len(OUTCOMES) == 9
