"""Strengths solved for in virtual trials: kept, read again, interpolated, and known to be out of date."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sim.core.errors import InputError
from sim.interventions.catalogue import Catalogue, with_strengths
from sim.interventions.checking import check_scenario
from sim.interventions.meaning import WARNINGS
from sim.interventions.model_hash import code_without_words, model_hash
from sim.interventions.resolved import resolve_programme
from sim.interventions.strength_store import CENTILES, Solved, Strengths, as_data, entry_hash, read_strengths
from sim.interventions.strengths import at_scale, drawn_strengths, transport_deviate

LOG_RR, SD = -0.128, 0.0809
HEAD = "schema: placewise.scenario/1\ntitle: x\ndecision_date: 2026-04\nhorizon_years: 5\n"


def strengths(slope=-8.0, published=None, entry="e", bound=""):
    effects = [(name, Solved(LOG_RR + z * SD, slope * (LOG_RR + z * SD), bound=bound)) for name, z in CENTILES.items()]
    if published is not None:
        effects.append(("published", Solved(-0.236, published)))
    return Strengths("m", entry, tuple(effects))


def mentoring(**options):
    entry = Catalogue().entry("mentoring")
    return replace(resolve_programme(entry), matched=strengths(**options))


def test_a_store_gives_back_what_was_put_in(tmp_path):
    stored = {"mentoring": strengths(published=3.0), "other": strengths(bound="the lever is at its floor")}
    (tmp_path / "strengths.yaml").write_text(json.dumps(as_data(stored)), encoding="utf-8")
    found = read_strengths(tmp_path)
    assert as_data(found) == as_data(stored)
    assert found["mentoring"].by_name["published"].scale == 3.0
    assert found["mentoring"].bounds == ()
    assert found["other"].bounds == ("the lever is at its floor",)
    assert read_strengths(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    "text", ["[]", "schema: other/1\nentries: {}", "schema: placewise.strengths/1\nentries: {a: 1}"]
)
def test_a_damaged_store_is_refused(tmp_path, text):
    (tmp_path / "strengths.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_strengths(tmp_path)


def test_scales_lie_on_straight_lines_through_no_effect_and_end_a_little_beyond_the_last():
    curve = strengths()
    for log_rr in (-0.25, -0.128, -0.02, 0.0, 0.001, 0.03):
        assert curve.scale_at(log_rr) == pytest.approx(-8.0 * log_rr, abs=1e-6)
    last, before = (curve.by_name[name].scale for name in ("p05", "p25"))
    assert curve.scale_at(-5.0) == pytest.approx(last + 1.5 * (last - before))
    assert curve.scale_at(5.0) < 0.0
    bent = Strengths("m", "e", tuple((n, Solved(e.log_rr, e.scale * (1 + abs(e.scale)))) for n, e in curve.effects))
    assert bent.scale_at(0.0) == 0.0
    scales = [bent.scale_at(LOG_RR + z * SD / 10) for z in range(-30, 31)]
    assert scales == sorted(scales, reverse=True)


def test_one_effect_makes_one_scale():
    assert Strengths("m", "e", (("central", Solved(-0.1, 2.0)),)).scale_at(-0.3) == 2.0


def test_all_levers_move_by_the_scale_and_a_share_stays_a_share():
    programme = mentoring()
    central = drawn_strengths(programme, None, 1.0)
    scale = -8.0 * LOG_RR
    assert central["violence_hazard"] == pytest.approx(-0.09 * scale)
    assert central["acceptance_of_violence"] == pytest.approx(-0.10 * scale)
    assert central["trusted_adult"] == pytest.approx(0.7 * scale)
    for number in range(200):
        drawn = drawn_strengths(programme, number, 1.0)
        assert drawn["violence_hazard"] / drawn["acceptance_of_violence"] == pytest.approx(0.9)
        assert 0.0 <= drawn["trusted_adult"] <= 1.0
    assert max(drawn_strengths(programme, number, 1.0)["violence_hazard"] for number in range(200)) > 0.0
    fixed = at_scale(programme, 4.0)
    assert drawn_strengths(fixed, 7, 1.0)["violence_hazard"] == -0.36
    assert drawn_strengths(fixed, None, 1.0)["trusted_adult"] == 1.0


def test_the_published_effect_is_asked_for_by_name():
    programme = mentoring(published=3.0)
    asked = replace(programme, effect="published")
    assert drawn_strengths(asked, None, 1.0)["violence_hazard"] == pytest.approx(-0.09 * 3.0)
    for number in range(20):
        one, other = (drawn_strengths(each, number, 1.0)["violence_hazard"] for each in (programme, asked))
        assert other - one == pytest.approx(-0.09 * (3.0 + 8.0 * LOG_RR))


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_programmes_share_the_error_of_transport_as_far_as_the_parameter_says(correlation):
    one, other = ([transport_deviate(name, n, correlation) for n in range(200)] for name in ("a", "b"))
    mean = [sum(each) / 200 for each in (one, other)]
    product = sum((x - mean[0]) * (y - mean[1]) for x, y in zip(one, other, strict=True)) / 200
    spread = [sum((x - m) ** 2 for x in each) / 200 for each, m in zip((one, other), mean, strict=True)]
    assert product / (spread[0] * spread[1]) ** 0.5 == pytest.approx(correlation, abs=0.15)
    assert spread[0] == pytest.approx(1.0, abs=0.3)
    assert transport_deviate("a", None, correlation) == 0.0


def test_words_and_costs_leave_the_digest_of_an_entry_and_levers_do_not(tmp_path):
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    path = tmp_path / "mentoring.yaml"

    def digest(before="", after=""):
        path.write_text(text.replace(before, after, 1) if before else text, encoding="utf-8")
        return entry_hash(Catalogue((tmp_path,)).entry("mentoring"))

    usual = digest()
    assert digest("gbp: 2000", "gbp: 2100") == usual
    assert digest("about a third of the effect", "a third of it") == usual
    assert digest("push: -0.10", "push: -0.11") != usual
    assert digest("age: [10, 18]", "age: [10, 17]") != usual
    assert digest("completion: 0.55", "completion: 0.56") != usual
    assert digest("-0.236, 0.030", "-0.230, 0.030") != usual


def test_comments_and_docstrings_leave_the_digest_of_code_and_numbers_do_not():
    code = 'def f(x):\n    """Say."""\n    return x + 1  # why\n'
    assert code_without_words(code) == code_without_words("def f(x):\n    return x+1\n")
    assert code_without_words(code) != code_without_words("def f(x):\n    return x+2\n")
    assert model_hash() == model_hash()


def test_a_stale_match_and_a_bound_are_warned_of_and_refused_by_nobody(tmp_path):
    own = tmp_path / "catalogue"
    own.mkdir()
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    (own / "boxing.yaml").write_text(text.replace("id: mentoring", "id: boxing"), encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(HEAD + "interventions:\n  boxing: on\n", encoding="utf-8")
    good = entry_hash(with_strengths(Catalogue((own,)).entry("boxing"), own / "boxing.yaml"))

    def codes(model, entry, bound=""):
        store = {"boxing": replace(strengths(entry=entry, bound=bound), model=model)}
        (own / "strengths.yaml").write_text(json.dumps(as_data(store)), encoding="utf-8")
        found = check_scenario(tmp_path / "mine.yaml")
        assert found.problems == ()
        return {warning.code for warning in found.warnings}

    assert codes(model_hash(), good) == set()
    assert codes("another", good) == {"W20"}
    assert codes(model_hash(), "another") == {"W20"}
    assert codes(model_hash(), good, "the lever is at its floor") == {"W21"}
    assert {"W20", "W21"} <= set(WARNINGS)
