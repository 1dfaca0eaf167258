"""Reading, checking and explaining files must not wait for compilers or plotting."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT

HEAVY = ("numba", "mesa", "pandas", "matplotlib", "sklearn", "scipy", "networkx", "duckdb")


@pytest.mark.parametrize("module", ["sim.core.yaml_files", "sim.parameters", "experiments.explain"])
def test_light_modules_import_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
