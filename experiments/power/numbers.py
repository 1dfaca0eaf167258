"""The numbers that power and the value of a trial rest on, read from `numbers.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.core.yaml_files import read_shipped_yaml

FILE = Path(__file__).with_name("numbers.yaml")


@cache
def numbers() -> dict[str, float]:
    """Return every number by its name."""
    return {name: float(row["value"]) for name, row in number_rows().items()}


def number_rows() -> dict[str, dict[str, str]]:
    """Return every number with its unit, meaning and source, as written in the file."""
    return dict(read_shipped_yaml(FILE)["numbers"])
