"""From files to what the model reads: defaults, overrides, stress tests, uncertainty."""

from __future__ import annotations

import copy
import json
import pickle
import re

import numpy as np
import pytest

from sim.interventions.catalogue import Catalogue
from sim.interventions.checking import check_scenario, read_scenario
from sim.interventions.model_hash import model_hash
from sim.interventions.strength_store import CENTILES, Solved, Strengths, as_data, entry_hash
from sim.interventions.strengths import drawn_strengths, drop_out_hazard

HEAD = "schema: placewise.scenario/1\ntitle: x\ndecision_date: 2026-04\nhorizon_years: 5\n"


def scenario(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_scenario(path)


def test_defaults_come_from_the_catalogue(tmp_path):
    (programme,) = scenario(tmp_path, "interventions:\n  mentoring: on\n").programmes
    entry = Catalogue().entry("mentoring")
    assert (programme.uptake, programme.completion, programme.months) == (0.6, 0.55, 9)
    assert programme.places_per_year is None
    assert programme.start_month == 0
    assert programme.cost.per_participant.gbp == entry.cost.per_participant.gbp
    assert not programme.provisional


def test_overrides_are_flat(tmp_path):
    text = "interventions:\n  mentoring: {start: 2027-01, stop: 2028-01, places_per_year: 40, uptake: 0.5, months: 6}\n"
    (programme,) = scenario(tmp_path, text).programmes
    assert (programme.start_month, programme.stop_month, programme.places_per_year) == (9, 21, 40.0)
    assert (programme.uptake, programme.completion, programme.months) == (0.5, 0.55, 6)


@pytest.mark.parametrize("off", ["off", "false", "Off", "False"])
def test_off_leaves_a_programme_out(tmp_path, off):
    assert scenario(tmp_path, f"interventions:\n  mentoring: {off}\n").programmes == ()


@pytest.mark.parametrize("on", ["on", "true", "On", "TRUE", "{}"])
def test_on_in_any_dialect(tmp_path, on):
    assert [p.id for p in scenario(tmp_path, f"interventions:\n  mentoring: {on}\n").programmes] == ["mentoring"]


def test_programmes_are_in_alphabetical_order_whatever_the_file_says(tmp_path):
    one = scenario(tmp_path, "interventions:\n  summer_jobs: on\n  mentoring: on\n").programmes
    other = scenario(tmp_path, "interventions:\n  mentoring: on\n  summer_jobs: on\n").programmes
    assert one == other


def test_stress_tests_move_delivery(tmp_path):
    stress = "stress: {uptake_factor: 0.5, effect_factor: 0, delay_months: 12, cost_factor: 1.25}\n"
    found = scenario(tmp_path, f"interventions:\n  mentoring: on\n{stress}")
    (programme,) = found.programmes
    assert programme.uptake == 0.3
    assert programme.start_month == 12
    assert found.cost_factor == 1.25
    assert set(drawn_strengths(programme, 7, 1.0).values()) == {0.0}


def test_dials_shocks_and_funding(tmp_path):
    found = scenario(
        tmp_path,
        "partnership: {data_sharing: 0.5}\nshocks:\n  - {what: labour_market, start: 2027-04, months: 18, change: -1}\n"
        "funded_by: {nhs: 0.4, police: 0.6}\n",
    )
    assert found.dials.data_sharing == 0.5
    assert found.dials.collaboration == 0.0
    (shock,) = found.shocks
    assert [shock.at(month) for month in (11, 12, 29, 30)] == [0.0, -1.0, -1.0, 0.0]
    assert found.funded_by == {"nhs": 0.4, "police": 0.6}


def test_a_scenario_survives_pickling(tmp_path):
    found = read_scenario("whole_system")
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)


def test_own_interventions_stand_in_a_folder_beside_the_scenario(tmp_path):
    own = tmp_path / "catalogue"
    own.mkdir()
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    text = re.sub(r"push: (\S+)\n\s+because: (.*)", r"strength: {provisional: \1, because: \2}", text)
    (own / "boxing_club.yaml").write_text(text.replace("id: mentoring", "id: boxing_club"), encoding="utf-8")
    assert [p.id for p in scenario(tmp_path, "interventions:\n  boxing_club: on\n").programmes] == ["boxing_club"]
    (own / "boxing_club.yaml").write_text("schema: placewise.intervention/1\nid: boxing_club\n", encoding="utf-8")
    found = check_scenario(tmp_path / "mine.yaml")
    assert 'The catalogue file of "boxing_club" has' in found.problems[0].message


def test_an_own_intervention_is_matched_or_says_that_its_strengths_are_provisional(tmp_path):
    own = tmp_path / "catalogue"
    own.mkdir()
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8")
    (own / "boxing_club.yaml").write_text(text.replace("id: mentoring", "id: boxing_club"), encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(HEAD + "interventions:\n  boxing_club: on\n", encoding="utf-8")
    (problem,) = check_scenario(tmp_path / "mine.yaml").problems
    assert problem.path == "interventions.boxing_club"
    assert "placewise match" in problem.fix
    entry = Catalogue((own,)).entry("boxing_club")
    effects = tuple((name, Solved(z, -z)) for name, z in CENTILES.items())
    store = {"boxing_club": Strengths(model_hash(), entry_hash(entry), effects)}
    (own / "strengths.yaml").write_text(json.dumps(as_data(store)), encoding="utf-8")
    found = check_scenario(tmp_path / "mine.yaml")
    assert found.problems == found.warnings == ()
    assert not found.require().programmes[0].provisional


def test_strengths_vary_together_around_the_central_value():
    programme = read_scenario("counter_narrative").programmes[0]
    central = drawn_strengths(programme, None, 1.0)
    draws = [drawn_strengths(programme, number, 1.0) for number in range(200)]
    factors = np.array([draw["violence_hazard"] / central["violence_hazard"] for draw in draws])
    other = np.array([draw["acceptance_of_violence"] / central["acceptance_of_violence"] for draw in draws])
    np.testing.assert_allclose(other, factors, rtol=1e-9)
    # A lever that is a share of time stays one, however strong the programme is drawn.
    assert all(-1.0 <= draw["trusted_adult"] <= 1.0 for draw in draws)
    assert np.median(factors) == pytest.approx(1.0, abs=0.15)
    harmful = (factors < 0).mean()
    assert 0.01 < harmful < 0.12


def test_drop_out_leaves_the_share_that_completes():
    programme = read_scenario("counter_narrative").programmes[0]
    hazard = drop_out_hazard(programme, 0.0)
    assert (1 - hazard) ** programme.months == pytest.approx(programme.completion)
    assert drop_out_hazard(programme, -0.2) < hazard
