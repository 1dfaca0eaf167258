"""A stored comparison can be run again to the same bytes, and a changed one is told apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.comparison import compare
from experiments.reproduction import reproduce
from experiments.store import store
from sim.core.errors import InputError
from sim.interventions.strength_store import STORE_FILE
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake

OWN_PROGRAMME = "our_mentoring"
EFFECTS = {"p05": (-0.26, 2.0), "p25": (-0.18, 1.4), "central": (-0.13, 1.0), "p75": (-0.07, 0.6), "p95": (0.0, 0.0)}
STRENGTHS = f"""schema: placewise.strengths/1
entries:
  {OWN_PROGRAMME}:
    model: "as then"
    entry: "as then"
    seeds: 2
    effects:
""" + "".join(
    f"      {name}: {{log_rr: {log_rr}, scale: {scale}, scale_se: 0.1, achieved: {log_rr}, achieved_se: 0.01}}\n"
    for name, (log_rr, scale) in EFFECTS.items()
)


@pytest.fixture
def folder(tmp_path: Path, registry: Any) -> Path:
    """Store a comparison of a bundled scenario and of a user's own, which uses an own catalogue entry."""
    from sim.interventions.catalogue import CATALOGUE_FOLDER

    own = tmp_path / "ours"
    (own / "catalogue").mkdir(parents=True)
    bundled = (CATALOGUE_FOLDER / "mentoring.yaml").read_text()
    (own / "catalogue" / f"{OWN_PROGRAMME}.yaml").write_text(bundled.replace("id: mentoring", f"id: {OWN_PROGRAMME}"))
    (own / "catalogue" / STORE_FILE).write_text(STRENGTHS)
    (own / "own.yaml").write_text(
        "schema: placewise.scenario/1\ntitle: Own\nabout: Our own mentors\ndecision_date: 2026-04\n"
        f"horizon_years: 3\ninterventions:\n  {OWN_PROGRAMME}: {{places_per_year: 50}}\n"
    )
    place = from_codes(["E01012007", "E01012011", "E01012066"], name="Testford")
    comparison = compare(
        ["employment_pathways", own / "own.yaml"],
        place,
        3,
        2,
        seed=5,
        workers=1,
        settings={f"interventions.{OWN_PROGRAMME}.uptake": "0.3"},
        build=build_fake,
        parameters=registry,
    )
    return store(comparison, tmp_path / "out", ["placewise", "compare"])


def test_it_is_identical_from_its_folder_or_its_manifest(folder: Path, registry: Any) -> None:
    for named in (folder, folder / "manifest.json"):
        found = reproduce(named, workers=1, build=build_fake, parameters=registry)
        assert found.identical
        assert "result.json" in found.compared
        assert f"inputs/own/catalogue/{OWN_PROGRAMME}.yaml" in found.compared
        assert f"inputs/own/catalogue/{STORE_FILE}" in found.compared


def test_a_changed_result_is_found(folder: Path, registry: Any) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["outputs"]["tables/outcomes.csv"] = "0" * 64
    path.write_text(json.dumps(manifest))
    found = reproduce(folder, workers=1, build=build_fake, parameters=registry)
    assert found.different == ("tables/outcomes.csv",)
    assert found.reasons


def test_a_changed_input_is_refused(folder: Path) -> None:
    path = folder / "inputs" / "own" / "own.yaml"
    path.write_text(path.read_text().replace("50", "60"))
    with pytest.raises(InputError, match="was changed"):
        reproduce(folder, workers=1, build=build_fake)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no manifest"):
        reproduce(tmp_path)
