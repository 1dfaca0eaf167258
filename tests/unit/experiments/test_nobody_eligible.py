"""A programme that nobody in the place is eligible for says so, though its file is valid."""

from __future__ import annotations

from pathlib import Path

from experiments.comparison import compare
from experiments.matching_store import write_store
from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue
from sim.interventions.checking import check_scenario
from sim.interventions.strength_store import STORE_FILE, read_strengths
from sim.population.places import from_codes, resolve

SCENARIO = """schema: placewise.scenario/1
title: Mentors for the very old
decision_date: 2026-04
horizon_years: 1
interventions:
  nobody: on
  mentoring: on
"""


def test_a_place_without_anybody_eligible_is_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8").replace("id: mentoring", "id: nobody")
    text = text.replace("name: Mentoring by a positive role model", "name: Nobody's mentors", 1)
    text = text.replace("age: [10, 18]", "age: [109, 110]")
    (tmp_path / "catalogue" / "nobody.yaml").write_text(text, encoding="utf-8")
    write_store(tmp_path / "catalogue" / STORE_FILE, {"nobody": read_strengths(CATALOGUE_FOLDER)["mentoring"]})
    path = tmp_path / "old.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    assert not [each for each in check_scenario(path).warnings if each.code == "W08"]
    codes = [str(code) for code in resolve("Rutland").codes[:2]]
    found = compare([path], from_codes(codes), 1, 1, workers=1, burn_in_years=1).result.scenarios["old"]
    said = [each for each in found.warnings if each.startswith("Nobody was eligible")]
    assert said == ["Nobody was eligible for Nobody's mentors: it changes nothing here."]
