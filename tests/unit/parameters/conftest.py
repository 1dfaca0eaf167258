"""Small registries written to a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.parameters import Registry, load_registry

SOURCES = """schema: placewise.sources/1
sources:
  known_source:
    kind: document
    name: A document
    citation: Someone, 2020
    verified: yes
"""
HEAD = "schema: placewise.parameters/1\nroom: families\nparameters:\n"
ROW = """  {name}:
    value: {value}
    unit: per month
    range: {range}
    prior: {{shape: {shape}}}
    kind: {kind}
    meaning: Something that can be said in a sentence
    source: [known_source]
    verified: no
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes families.yaml, with sources beside it, and returns the folder."""

    def write_file(text: str) -> Path:
        folder = tmp_path / f"registry_{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
        (folder / "families.yaml").write_text(text, encoding="utf-8")
        return folder

    return write_file


def row(
    name: str = "stress",
    value: str = "0.06",
    bounds: str = "[0.03, 0.10]",
    shape: str = "normal",
    kind: str = "evidence",
) -> str:
    """Return the text of one parameter."""
    return ROW.format(name=name, value=value, range=bounds, shape=shape, kind=kind)


def table_row(name: str = "by_age") -> str:
    """Return the text of one parameter that is a table."""
    return row(name, "[1.0, 2.0, 3.0]", "[0.5, 2.0]", "lognormal") + "    range_is: factor\n    index: age 1, 2, 3\n"


@pytest.fixture
def registry(write: Write) -> Registry:
    """Return a registry with a parameter of every kind, and a table."""
    rows = [row("fixed_one", kind="fixed", shape="fixed"), row(), table_row()]
    rows += [row("fitted", kind="calibrated"), row("chosen", kind="scenario")]
    return load_registry(write(HEAD + "".join(rows)))
