"""Runs kept with a fit say whether the model still is the one that was fitted."""

from __future__ import annotations

import json

import pytest

from calibration.fitting.witnesses import SHIPPED, changed_witnesses, witness
from sim.interventions.model_hash import code_hash


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "fit.json"
    made = json.loads(SHIPPED.read_text(encoding="utf-8"))
    path.write_text(json.dumps(made | {"code_digest": "of old", "witnesses": [witness(5, communities=3)]}))
    return path


def test_a_fit_holds_while_its_witnesses_come_out_the_same_and_is_marked_only_then(kept):
    assert changed_witnesses(kept) == []
    assert json.loads(kept.read_text())["code_digest"] == "of old"
    assert changed_witnesses(kept, renew=True) == []
    assert json.loads(kept.read_text())["code_digest"] == code_hash()

    made = json.loads(kept.read_text()) | {"code_digest": "of old"}
    name = "adult_incidents_per_1000"
    made["witnesses"][0]["statistics"][name] *= 1.0 + 1e-12
    kept.write_text(json.dumps(made))
    (changed,) = changed_witnesses(kept, renew=True)
    assert changed.startswith(f"draw 5, {name}")
    assert json.loads(kept.read_text())["code_digest"] == "of old"


def test_a_fit_without_witnesses_cannot_be_said_to_hold(tmp_path):
    path = tmp_path / "fit.json"
    path.write_text("{}")
    assert changed_witnesses(path) == ["the shipped fit has no witnesses"]
