"""Scenario files and a fake model for tests of studies."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from experiments.comparison import Comparison, compare
from sim.interventions.catalogue import Catalogue
from sim.parameters import load_registry
from sim.parameters.sources import FILES
from tests.unit.experiments.fake_place import FakeData, build_fake

HEAD = "schema: placewise.scenario/1\ntitle: {title}\ndecision_date: {date}\nhorizon_years: 3\n"


@pytest.fixture
def scenario_file(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, places: int | None = 100, date: str = "2026-04", folder: str = ".") -> Path:
        path = tmp_path / folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = HEAD.format(title=name.capitalize(), date=date)
        if places is not None:
            text += f"interventions:\n  mentoring: {{places_per_year: {places}}}\n"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    """A scenario that uses a programme of one's own whose strengths were set by hand."""
    text = Catalogue().files["mentoring"].read_text(encoding="utf-8").replace("id: mentoring", "id: our_mentors")
    text = re.sub(r"push: (\S+)\n\s+because: (.*)", r"strength: {provisional: \1, because: \2}", text)
    (tmp_path / "hand" / "catalogue").mkdir(parents=True)
    (tmp_path / "hand" / "catalogue" / "our_mentors.yaml").write_text(text)
    path = tmp_path / "hand" / "by_hand.yaml"
    head = HEAD.format(title="By hand", date="2026-04")
    path.write_text(head + "interventions:\n  our_mentors: {places_per_year: 50}\n")
    return path


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The parameters of economics and of programmes alone: reading all of them takes longer than these tests."""
    folder = tmp_path_factory.mktemp("parameters")
    shipped = Path(sim.__file__).parent / "parameters"
    for name in ("economics.yaml", "programmes.yaml", *FILES):
        if (shipped / name).exists():
            shutil.copy(shipped / name, folder)
    return load_registry(folder)


@pytest.fixture
def compared(scenario_file: Callable[..., Path], registry: Any) -> Callable[..., Comparison]:
    def run(*scenarios: Any, **options: Any) -> Comparison:
        chosen = scenarios or (scenario_file("small", 50), scenario_file("large", 400))
        options = {"runs": 4, "workers": 1, "build": build_fake, "parameters": registry} | options
        place = options.pop("place", None) or FakeData()
        return compare(chosen, place, **options)

    return run
