"""What is assumed about variation of counts: rows of ``assumptions.yaml``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from experiments.results import Part
from sim.core.yaml_files import read_shipped_yaml

FILE = Path(__file__).parent / "assumptions.yaml"


class Assumption(Part):
    """One assumed number."""

    name: str
    value: float
    range: list[float] = Field(description="Lowest and highest")
    unit: str
    meaning: str
    source: str


def read_assumptions() -> dict[str, Assumption]:
    """Return the assumptions that ship, by name."""
    return {name: Assumption(name=name, **row) for name, row in read_shipped_yaml(FILE).items()}
