"""Runs, screenings, portfolios and sweeps can be lived again to the same bytes from what their folders keep."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.levels import prepare
from experiments.levels_store import live_and_store
from experiments.pickle_cache import PickleCache
from experiments.portfolio.keeping import store_advice
from experiments.portfolio.study import find_mix
from experiments.reproduction import Reproduction, reproduce
from experiments.screening.screening import screen
from experiments.screening.storing import PACK, store_screening
from experiments.sweeps.sweeping import sweep
from sim.core.errors import InputError
from sim.interventions.catalogue import CATALOGUE_FOLDER
from sim.interventions.strength_store import STORE_FILE
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake
from tests.unit.experiments.screening.conftest import changed, write_yaml
from tests.unit.experiments.sweep_world import SCENARIO, SWEEP
from tests.unit.experiments.test_reproduction import STRENGTHS

COMMAND = ["placewise"]
CODES = ["E01012007", "E01012011", "E01012066"]
MIX = """schema: placewise.portfolio/1
title: Which mix
decision_date: 2026-04
horizon_years: 3
candidates:
  our_mentoring: {levels: [50, 100]}
  summer_jobs: {levels: [80]}
budget: {gbp_per_year: 400000}
"""


@pytest.fixture
def place() -> Any:
    return from_codes(CODES, name="Testford")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder of files of one's own, which is gone when a study is lived again."""
    folder = tmp_path / "ours"
    (folder / "catalogue").mkdir(parents=True)
    bundled = (CATALOGUE_FOLDER / "mentoring.yaml").read_text()
    (folder / "catalogue" / "our_mentoring.yaml").write_text(bundled.replace("id: mentoring", "id: our_mentoring"))
    (folder / "catalogue" / STORE_FILE).write_text(STRENGTHS)
    profile = CATALOGUE_FOLDER.parents[1] / "sim" / "economics" / "profiles" / "nice.yaml"
    shutil.copy(profile, folder / "our_profile.yaml")
    return folder


@pytest.fixture
def again(registry: Any, home: Path) -> Callable[[Path], Reproduction]:
    """Live a folder again after the files that it was made from are gone."""

    def run(folder: Path) -> Reproduction:
        shutil.rmtree(home, ignore_errors=True)
        return reproduce(folder, workers=1, build=build_fake, parameters=registry)

    return run


def _run(home: Path, place: Any, registry: Any, out: Path) -> Path:
    (home / "own.yaml").write_text(SCENARIO.replace("mentoring:", "our_mentoring:"))
    question = prepare(
        *(home / "own.yaml", place, 3, 2, 4),
        settings={"interventions.our_mentoring.uptake": "0.3"},
        parameters=registry,
        build=build_fake,
        burn_in_years=1,
    )
    live_and_store(question, out, COMMAND, workers=1)
    return out


def _screening(home: Path, place: Any, registry: Any, out: Path) -> Path:
    folder = home / "proposals"
    folder.mkdir()
    write_yaml(folder / "known.yaml", changed())
    write_yaml(folder / "own.yaml", changed(id="P-2", programme="../catalogue/our_mentoring.yaml"))
    write_yaml(folder / "elsewhere.yaml", changed(id="P-3", place=",".join(CODES[:2])))
    found = screen(
        *(folder, place, 3, 2, 6, 1),
        profile=home / "our_profile.yaml",
        settings={"parameters.economics.price_year": "2024"},
        burn_in_years=1,
        parameters=registry,
        build=build_fake,
    )
    store_screening(found, out, COMMAND)
    return out


def _portfolio(home: Path, place: Any, registry: Any, out: Path) -> Path:
    (home / "mix.yaml").write_text(MIX)
    found = find_mix(
        *(home / "mix.yaml", place, 4, None, 2, 1),
        profile=home / "our_profile.yaml",
        parameters=registry,
        build=build_fake,
        burn_in_years=1,
    )
    store_advice(found, out, COMMAND)
    return out


def _sweep(home: Path, place: Any, registry: Any, out: Path) -> Path:
    (home / "mentors.yaml").write_text(SCENARIO)
    (home / "size.yaml").write_text(SWEEP.format(runs=2))
    worlds = PickleCache(home / "worlds")
    sweep(home / "size.yaml", out, place, 1, parameters=registry, build=build_fake, snapshots=worlds)
    return out


KINDS = {"run": _run, "screening": _screening, "portfolio": _portfolio, "sweep": _sweep}
KEPT = {
    "run": ("inputs/own/own.yaml", "inputs/own/catalogue/our_mentoring.yaml", "tables/runs.csv"),
    "screening": ("inputs/own_entries/0/our_mentoring.yaml", "inputs/profile/profile.yaml", "pack.json"),
    "portfolio": ("inputs/mix.yaml", "inputs/catalogue/our_mentoring.yaml", "inputs/profile/profile.yaml"),
    "sweep": ("inputs.parquet", "parts/point 0, run 1, mentors"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_is_lived_again_without_the_files_it_was_made_from(
    kind: str, home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    folder = KINDS[kind](home, place, registry, tmp_path / "out")
    found = again(folder)
    assert found.identical, found.different
    assert set(KEPT[kind]) <= set(found.compared)
    assert kind == "sweep" or "result.json" in found.compared


@pytest.mark.parametrize("kind", ["run", "screening", "portfolio"])
def test_a_number_that_differs_names_its_file(
    kind: str, home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    folder = KINDS[kind](home, place, registry, tmp_path / "out")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    table = next(name for name in manifest["outputs"] if name.startswith("tables/"))
    manifest["outputs"][table] = "0" * 64
    path.write_text(json.dumps(manifest))
    found = again(folder)
    assert found.different == (table,)
    assert found.reasons


def test_another_seed_differs_in_its_result(
    home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    folder = _run(home, place, registry, tmp_path / "out")
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"seed": 9}))
    assert {"result.json", "tables/runs.csv"} <= set(again(folder).different)


def test_a_part_of_a_sweep_that_differs_is_named(
    home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    folder = _sweep(home, place, registry, tmp_path / "out")
    one, other = sorted((folder / "parts").iterdir())[:2]
    one.write_bytes(other.read_bytes())
    found = again(folder)
    assert len(found.different) == 1
    assert found.different[0].startswith("parts/point")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("run", "own/own.yaml"), ("screening", "own_entries/0/our_mentoring.yaml"), ("sweep", "mentors.yaml")],
)
def test_a_changed_input_is_refused(
    kind: str, name: str, home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    folder = KINDS[kind](home, place, registry, tmp_path / "out")
    path = folder / "inputs" / name
    path.write_text(path.read_text() + "# changed\n")
    with pytest.raises(InputError, match="was changed"):
        again(folder)


def test_a_pack_given_is_asked_for_again(
    home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    first = _screening(home, place, registry, tmp_path / "first")
    folder = tmp_path / "second"
    known = home / "proposals" / "known.yaml"
    found = screen(
        *(known, place, 3, 2, 6, 1),
        profile=home / "our_profile.yaml",
        pack=first / PACK,
        settings={"parameters.economics.price_year": "2024"},
        burn_in_years=1,
        parameters=registry,
        build=build_fake,
    )
    store_screening(found, folder, COMMAND)
    assert again(folder).identical


def test_an_unfinished_study_and_an_unknown_folder_are_refused(
    home: Path, place: Any, registry: Any, tmp_path: Path, again: Callable[[Path], Reproduction]
) -> None:
    folder = _sweep(home, place, registry, tmp_path / "out")
    (folder / "finished.json").unlink()
    with pytest.raises(InputError, match="not finished"):
        again(folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="how to run this again"):
        again(other)
