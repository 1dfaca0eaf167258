"""Whether fit, strengths and model belong together: what was made for another model is named, and nothing else."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.consistency import consistency, consistency_text
from sim.interventions.catalogue import CATALOGUE_FOLDER
from sim.interventions.model_hash import code_hash, model_hash
from sim.parameters.posterior import PATH

FIT, STORE = "fit.json", "strengths.yaml"


@pytest.fixture
def fit(tmp_path):
    """Copy the shipped posterior, as a function that changes its account and returns its folder."""

    def change(**values):
        folder = tmp_path / "posterior"
        shutil.copytree(PATH.parent, folder, dirs_exist_ok=True)
        made = json.loads((folder / FIT).read_text(encoding="utf-8"))
        (folder / FIT).write_text(json.dumps(made | values), encoding="utf-8")
        return folder

    return change


def differing(found):
    return [(check.part, check.question) for check in found.checks if not check.agrees and check.part != "strengths"]


def test_the_shipped_fit_belongs_to_the_model():
    assert differing(consistency()) == []


@pytest.mark.parametrize(
    ("key", "question"),
    [
        ("targets_digest", "targets fitted to"),
        ("other_parameters_digest", "parameters the fit did not move"),
        ("code_digest", "code of the model"),
        ("draws", "joint draws"),
    ],
)
def test_a_fit_made_with_something_else_is_named(fit, key, question):
    found = consistency(fit(**{key: "another"}))
    assert question in [check.question for check in found.checks if not check.agrees]
    assert found.status == "inconsistent" and not found.consistent
    text = consistency_text(found)
    assert f"{question}: made with another" in text and "placewise calibrate --update-shipped" in text


def test_a_fit_made_with_this_code_agrees(fit):
    assert differing(consistency(fit(code_digest=code_hash()))) == []


def test_a_central_value_off_the_centre_of_the_posterior_is_named(fit):
    made = json.loads((PATH.parent / FIT).read_text(encoding="utf-8"))
    directions = made["directions"]
    directions[0]["centre"] = [2.0 * value for value in directions[0]["centre"]]
    found = consistency(fit(directions=directions))
    assert differing(found) == [("fit", "central values")]
    assert directions[0]["moves"][0] in consistency_text(found)


@pytest.mark.parametrize("agrees", [True, False])
def test_strengths_of_another_model_are_counted(tmp_path, agrees):
    name = "mentoring"
    shutil.copy(CATALOGUE_FOLDER / f"{name}.yaml", tmp_path)
    text = (CATALOGUE_FOLDER / STORE).read_text(encoding="utf-8")
    part = re.search(rf"\n  {name}:\n((?:    .*\n)+)", text)[1]
    part = re.sub(r'model: ".*"', f'model: "{model_hash() if agrees else "0123456789abcdef"}"', part)
    (tmp_path / STORE).write_text(f"schema: placewise.strengths/1\nentries:\n  {name}:\n{part}", encoding="utf-8")
    strengths = [check for check in consistency(catalogue=tmp_path).checks if check.part == "strengths"]
    assert [check.agrees for check in strengths] == [agrees, True]
    assert strengths[0].question == "model of 1 of 1 strengths"


def test_a_catalogue_without_strengths_is_not_consistent(tmp_path):
    found = consistency(catalogue=tmp_path)
    assert [check.made_with for check in found.checks if check.part == "strengths"] == ["none"]
    assert not found.consistent


def test_the_verb_ends_with_6_where_parts_differ(monkeypatch, tmp_path, fit):
    import experiments.consistency as module

    written = tmp_path / "check.json"
    monkeypatch.setattr(module, "consistency", lambda: consistency(fit(draws=7)))
    ran = CliRunner().invoke(app, ["validate", "--check", "--json", str(written)])
    assert ran.exit_code == 6, ran.output
    assert "DIFFERS  draws: joint draws: made with 7, now 200" in ran.output
    assert json.loads(written.read_text(encoding="utf-8"))["schema"] == "placewise.consistency/1"
