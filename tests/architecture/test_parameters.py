"""Every parameter is complete, sourced and read, and every parameter that code reads exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.parameters import load_registry, load_sources
from tests.architecture.source_tree import Module, modules

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
WITHOUT_UNIT = """schema: placewise.parameters/1
room: ties
parameters:
  one:
    value: 1
    range: [0, 2]
    prior: {shape: uniform}
    kind: evidence
    meaning: One
    source: [known]
    verified: no
"""


def literal_identifiers(sources: Iterable[Module]) -> set[str]:
    """Return every literal string of the form room.name."""
    return {
        node.value
        for module in sources
        for node in module.walk()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and IDENTIFIER.fullmatch(node.value)
    }


def test_every_parameter_is_complete_and_its_sources_are_known() -> None:
    assert len(load_registry()) > 0


def test_every_parameter_is_read_by_code() -> None:
    unread = sorted(set(load_registry()) - literal_identifiers(modules()))
    assert not unread, f"nothing reads these parameters: {', '.join(unread)}"


def test_every_parameter_that_code_looks_up_exists() -> None:
    registry = load_registry()
    rooms = {parameter.room for parameter in registry.parameters()}
    missing = {
        f"{module.path}:{node.lineno} {node.slice.value}"
        for module in modules("sim", "experiments", "calibration")
        for node in module.walk()
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and IDENTIFIER.fullmatch(node.slice.value)
        and node.slice.value.partition(".")[0] in rooms
        and node.slice.value not in registry
    }
    assert not missing, f"no such parameters: {', '.join(sorted(missing))}"


def test_a_figure_called_verified_rests_on_a_verified_source() -> None:
    sources = load_sources()
    unfounded = [
        parameter.id
        for parameter in load_registry().parameters()
        if parameter.verified and not any(sources[source].verified for source in parameter.source_ids)
    ]
    assert not unfounded, f"verified without a verified source: {', '.join(unfounded)}"


def test_a_parameter_nothing_reads_would_be_found() -> None:
    reader = Module("sim/x.py", "", ast.parse('value = parameters["ties.read"]'))
    assert {"ties.read", "ties.unread"} - literal_identifiers([reader]) == {"ties.unread"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("meaning: One", "meaning: One", "missing: unit"),
        ("meaning: One", "unit: people", "missing: meaning"),
        ("[known]", "[unknown]\n    unit: people", "no source called unknown"),
    ],
)
def test_incomplete_and_unsourced_parameters_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "sources.yaml").write_text("sources:\n  known:\n    kind: document\n", encoding="utf-8")
    (tmp_path / "ties.yaml").write_text(WITHOUT_UNIT.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_registry(tmp_path)
