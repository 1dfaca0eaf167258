"""Cards say in words what files say in numbers, and the page of the catalogue is up to date."""

from __future__ import annotations

import pytest

from experiments import cards, catalogue_page
from experiments.cards import change_words, intervention_card, lever_words, published_words
from sim.core.levers import LEVERS
from sim.interventions import catalogue as catalogue_module
from sim.interventions.catalogue import Catalogue
from sim.interventions.evidence_schema import Effect, LeverPush
from sim.interventions.strength_store import Solved, Strengths


def push(size, **how):
    how = how or {"shape": "while_enrolled"}
    return LeverPush(push=size, because="for the test", **how)


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("violence_hazard", -0.223, "violence in every context: 20% lower; during the programme only"),
        ("parenting", 0.35, "parenting quality: 0.35 standard deviations higher; during the programme only"),
        (
            "acceptance_of_violence",
            -0.1,
            "acceptance of violence: 0.1 standard deviations lower; during the programme only",
        ),
        ("trusted_adult", 0.7, "trusted adult supplied: 70% of the time; during the programme only"),
        ("diversion", 1.0, "odds 172% higher; during the programme only"),
    ],
)
def test_a_push_is_said_in_words(name, size, words):
    assert lever_words(name, push(size)).endswith(words)


def test_every_lever_can_be_said():
    for name, lever in LEVERS.items():
        words = lever_words(name, push(-0.1))
        assert "log hazard" not in words
        assert not words.startswith("shift"), lever.meaning


def test_when_an_effect_comes_and_goes_is_said():
    words = lever_words("violence_hazard", push(-0.1, shape="builds", half_life_months=6, lag_months=3))
    assert words.endswith("from month 3, growing to full size at the end, half of it gone 6 months after the end")


def test_a_scale_moves_the_size_and_keeps_shares_within_bounds():
    assert "18% lower" in lever_words("violence_hazard", push(-0.1), 2.0)
    assert "100% of the time" in lever_words("trusted_adult", push(0.7), 5.0)


def test_changes_are_proportions_and_gaps_are_said():
    assert change_words([-0.128, -0.236, 0.030]) == "12% less (21% less to 3% more)"
    assert change_words([0.0, -0.0305, 0.0296]) == "no change (3% less to 3% more)"
    assert change_words([-0.002, None, None]) == "0.2% less, interval not in our source"
    assert change_words([None, None, None]) == "no figure in our source"
    effect = {
        "population": "x",
        "outcome": "y",
        "estimand": "treated",
        "follow_up_months": 12,
        "measure": "conduct_problems",
    }
    assert published_words(Effect(**effect, effect_sd=[-0.4, -0.6, -0.2])) == "-0.4 standard deviations (-0.6 to -0.2)"


def test_a_card_gives_the_matched_strength_when_there_is_one(monkeypatch):
    monkeypatch.setattr(catalogue_module, "read_strengths", lambda folder: {})
    assert "not matched" in dict(intervention_card("mentoring")[1])["strength"]
    solved = Strengths("model", "entry", (("central", Solved(-0.128, 2.0, 0.1, bound="the lever is at its floor")),))
    monkeypatch.setattr(catalogue_module, "read_strengths", lambda folder: {"mentoring": solved})
    facts = intervention_card("mentoring")[1]
    strength = dict(facts)["strength"]
    assert "pushes times 2.00 (Monte Carlo error 0.10)" in strength
    assert "at its floor" in strength
    assert any(label == "in the model" and "100% of the time" in text for label, text in facts)


def test_the_page_of_the_catalogue_is_up_to_date(capsys):
    assert catalogue_page.main([]) == 0, f"run: {catalogue_page.RENEW}"


def test_the_page_names_every_entry_and_marks_drift(monkeypatch, tmp_path, capsys):
    text = catalogue_page.page()
    assert all(f"({name}.yaml)" in text for name in Catalogue().ids)
    monkeypatch.setattr(catalogue_page, "FILE", tmp_path / "CATALOGUE.md")
    assert catalogue_page.main([]) == 1
    assert catalogue_page.RENEW in capsys.readouterr().err
    assert catalogue_page.main(["--write"]) == 0
    assert catalogue_page.main([]) == 0


def test_badges_are_three_and_not_one():
    badges = cards.badge_facts(Catalogue().entry("ae_navigators").badges)
    assert [label for label, _ in badges] == ["badge: impact", "badge: security", "badge: cost"]
    assert badges[1][1].startswith("very low")
