"""A proposal to change, and a screening of some on a stand-in for the model."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from ruamel.yaml import YAML

from experiments.screening.screening import Screened, screen
from tests.unit.experiments.fake_place import FakeData, build_fake

SOUND: dict[str, Any] = {
    "schema": "placewise.proposal/1",
    "id": "P-1",
    "organisation": "Example Trust (invented)",
    "programme": "cognitive_behavioural_therapy",
    "cohort": {"ages": [10, 17], "n": 200, "how_identified": "school and youth justice", "selection_risk": "low"},
    "dose": {"sessions": 24, "weeks": 26},
    "claimed_effect": {"outcome": "violence", "relative_reduction": 0.15, "basis": "published trials"},
    "cost": {"setup": 10000, "recurrent_per_child": 1000, "years": 2, "price_year": 2024},
    "trial": {"design": "cluster", "unit": "school", "clusters": 18, "attrition": 0.2},
    "safeguarding": {"lead_named": True},
}


class PlaceOfProposals(FakeData):
    """The fake place, with what a screening asks of a place besides."""

    lsoa: ClassVar[Any] = defaultdict(lambda: np.full(3, 50.0))

    def digest(self) -> str:
        return "fake"


def changed(**parts: Any) -> dict[str, Any]:
    """Return the sound proposal with some parts changed: a mapping is merged, None removes."""
    data = copy.deepcopy(SOUND)
    for name, value in parts.items():
        if isinstance(value, dict) and isinstance(data.get(name), dict) and name != "programme":
            data[name] = {key: each for key, each in (data[name] | value).items() if each is not None}
        elif value is None:
            del data[name]
        else:
            data[name] = value
    return data


def write_yaml(path: Path, data: Any) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(data, stream)
    return path


@pytest.fixture
def proposals(tmp_path: Path) -> Callable[..., Path]:
    """Write proposals into a folder and return it."""

    def write(*given: dict[str, Any]) -> Path:
        folder = tmp_path / f"proposals_{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for number, data in enumerate(given):
            write_yaml(folder / f"p{number}.yaml", data)
        return folder

    return write


@pytest.fixture
def screened(proposals: Callable[..., Path], registry: Any) -> Callable[..., Screened]:
    """Screen proposals on the stand-in."""

    def run(*given: dict[str, Any], **options: Any) -> Screened:
        options = {"runs": 4, "years": 2, "workers": 1, "build": build_fake, "parameters": registry} | options
        return screen(proposals(*given), PlaceOfProposals(), **options)

    return run
