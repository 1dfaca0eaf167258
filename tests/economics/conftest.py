"""The economics parameters as they ship, read without the rest of the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.core.yaml_files import read_yaml


@pytest.fixture(scope="session")
def parameters() -> dict[str, Any]:
    rows = read_yaml(Path(sim.__file__).parent / "parameters" / "economics.yaml").data["parameters"]
    values = {name: row["value"] for name, row in rows.items()}
    return {
        f"economics.{name}": np.array(value, dtype=float) if isinstance(value, list) else float(value)
        for name, value in values.items()
    }
