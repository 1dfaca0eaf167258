"""The model description agrees with the source, and every mechanism of the model has a test."""

from __future__ import annotations

import ast
import re

import pytest

from experiments.describe import FILES, PART, PARTS, renewed
from experiments.describe_source import decisions, marked, mechanisms_examined, processes
from sim.interventions.resolved import Dials
from sim.mechanisms import MECHANISMS
from sim.parameters import load_registry
from sim.violence.factors import FACTORS
from sim.violence.incidents import CONTEXTS
from tests.architecture.source_tree import ROOT
from tests.architecture.test_structure import declared_sheets

ODD = (
    "Purpose and patterns",
    "Entities, state variables and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialisation",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)
REGENERATE = "run: python -m experiments.describe --write"


@pytest.mark.parametrize("name", FILES)
def test_generated_parts_agree_with_the_source(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert renewed(text) == text, REGENERATE


def test_every_generated_part_stands_somewhere_once() -> None:
    found = [part[1] for name in FILES for part in PART.findall((ROOT / name).read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(PARTS)


def test_a_drift_would_be_found() -> None:
    text = "before\n<!-- generated: levers -->\n\n| old |\n\n<!-- end -->\nafter\n"
    assert renewed(text).startswith("before\n<!-- generated: levers -->\n\n| lever |")
    assert renewed(renewed(text)) == renewed(text) != text


def test_the_description_has_the_elements_of_odd_in_their_order() -> None:
    text = (ROOT / "sim/README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \d\. (.*)$", text, re.MULTILINE)
    assert headings == list(ODD)
    concepts = re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", text, re.MULTILINE)
    assert [concept for concept in concepts if concept in CONCEPTS] == list(CONCEPTS)


def test_parameters_named_in_the_description_exist() -> None:
    text = (ROOT / "sim/README.md").read_text(encoding="utf-8")
    registry = load_registry()
    rooms = {parameter.room for parameter in registry.parameters()}
    named = {name for name in re.findall(r"`([a-z_]+\.[a-z_0-9]+)`", text) if name.partition(".")[0] in rooms}
    # Calls of the schedule look like parameters too; they are followed by no list and checked with it.
    called = {call for call, _, _ in processes()}
    assert len(named - called) > 40
    assert not sorted(named - called - set(registry))


def test_the_schedule_is_that_of_the_source() -> None:
    calls = [call for call, _, _ in processes()]
    for first, later in (("society.advance", "demography.turn"), ("programmes.deliver", "violence.unfold")):
        assert calls.index(first) < calls.index(later)
    assert all(text for _, _, text in processes())


def test_every_sheet_of_chance_is_listed() -> None:
    assert {name for name, _ in declared_sheets()} <= {sheet for sheet, _, _, _ in decisions()}


def test_every_mechanism_has_a_name_a_file_and_switches_that_exist() -> None:
    names = [each.id for each in MECHANISMS]
    assert len(names) == len(set(names))
    registry = load_registry()
    assert not [each.id for each in MECHANISMS if not (ROOT / each.path).is_file()]
    assert not {switch for each in MECHANISMS for switch in each.switches} - set(registry)


def test_every_factor_context_and_dial_is_a_mechanism() -> None:
    names = {each.id for each in MECHANISMS}
    wanted = {f"factor_{factor}" for factor in FACTORS} | {f"context_{context}" for context in CONTEXTS}
    wanted |= {f"dial_{dial}" for dial in Dials.__dataclass_fields__}
    assert not sorted(wanted - names)


def test_every_mechanism_has_a_test_and_every_marker_names_one() -> None:
    names, tested = {each.id for each in MECHANISMS}, set(mechanisms_examined())
    assert not sorted(names - tested), "mechanisms without a test"
    assert not sorted(tested - names), "markers of no mechanism in sim/mechanisms.py"


def test_an_unknown_marker_would_be_found() -> None:
    text = '@pytest.mark.mechanism("one", "two")\n@pytest.mark.slow\ndef test_it():\n    pass\n'
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert marked(function) == ["one", "two"]
