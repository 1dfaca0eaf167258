"""The register of assumptions: what was read, what the answer hangs on, and where it is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.comparison import Comparison
from experiments.decisions.assumptions import drawn_values, rank_correlation
from experiments.decisions.value_of_information import FEWEST_RUNS
from experiments.reading import NotedRegistry
from experiments.report.assumed import register_section, register_sheet
from experiments.runs import RunRecord
from experiments.tables import csv_tables
from tests.unit.experiments.fake_place import FakePlace

Compared = Callable[..., Comparison]


def test_a_noted_registry_gives_the_same_values_and_remembers(registry: Any) -> None:
    read: set[str] = set()
    noted = NotedRegistry.of(registry, read)
    name = next(iter(registry))
    np.testing.assert_array_equal(noted.draw(3)[name], registry.draw(3)[name])
    assert read == {name}
    assert noted.replace({name: registry[name]}).digest() == registry.digest()


def test_rank_correlation_by_hand() -> None:
    # Ranks 1 2 3 4 and 2 1 4 3: 1 - 6 x 4 / (4 x 15) = 0.6.
    assert rank_correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 1.0, 80.0, 7.0])) == pytest.approx(0.6)
    assert rank_correlation(np.array([1.0, 1.0]), np.array([1.0, 2.0])) is None


def test_only_what_was_read_is_listed(compared: Compared, registry: Any) -> None:
    items = compared(runs=3).result.register_of_assumptions.items
    names = {each.id for each in items}
    assert names
    assert all(registry.parameter(name).assumptions for name in names if name in registry)
    assert {name for name in registry if name.startswith("trials.")}.isdisjoint(names)


def test_few_runs_estimate_nothing_and_say_so(compared: Compared) -> None:
    found = compared(runs=3)
    register = found.result.register_of_assumptions
    assert register.runs_needed == FEWEST_RUNS
    assert all(not each.rank_correlation and each.gbp is None for each in register.items)
    assert "not estimated from 3 runs" in " ".join(register_section(found.result).words)
    sheet = register_sheet(found.result)
    assert {row[8] for row in sheet.rows} == {"not estimated from 3 runs"}
    rows = list(csv.DictReader(io.StringIO(csv_tables(found)["assumptions.csv"])))
    assert [row["id"] for row in rows] == [each.id for each in register.items]


def test_provisional_strengths_are_listed(compared: Compared, by_hand: Path) -> None:
    items = compared(by_hand, runs=2).result.register_of_assumptions.items
    assert [each.id for each in items if each.kind == "strength"] == ["programme.our_mentors"]


class DearPlace(FakePlace):
    """A place in which nothing but the drawn value of one parameter moves violence."""

    def __init__(self, place: Any, seed: int = 0, parameters: Any = None) -> None:
        super().__init__(place, 0, parameters)

    def fork(self, scenario: Any) -> FakePlace:
        world = DearPlace(self.place, 0, self.parameters)
        world.scenario = scenario
        return world


def test_with_enough_runs_the_assumption_that_moves_the_answer_leads(compared: Compared, registry: Any) -> None:
    assumed = [each for each in registry.parameters() if each.assumptions and each.varies and not each.is_table]
    chosen = next(each for each in assumed if each.id.startswith("economics."))

    class Moved(DearPlace):
        def fork(self, scenario: Any) -> FakePlace:
            world = Moved(self.place, 0, self.parameters)
            world.scenario = scenario
            return world

        def _enrolled(self) -> float:
            value = float(self.parameters[chosen.id])
            return super()._enrolled() * value / chosen.high

    found = compared(runs=FEWEST_RUNS, build=lambda spec, parameters: Moved(spec.place, 0, parameters.draw(spec.draw)))
    register = found.result.register_of_assumptions
    assert register.runs_needed is None
    assert chosen.id in {each.id for each in register.items if each.gbp is not None}
    listed = next(each for each in register.items if each.id == chosen.id)
    correlation = listed.rank_correlation["large"]
    assert correlation is not None and abs(correlation) > 0.3


def test_values_are_those_of_the_draws(compared: Compared, registry: Any) -> None:
    from types import SimpleNamespace

    name = next(each.id for each in registry.parameters() if each.varies and not each.is_table)
    records = [RunRecord(number, {}) for number in (0, 1, 200)]
    values = drawn_values(SimpleNamespace(parameters=registry), records, [name])[name]
    assert values[0] == values[2] == float(registry.draw(0)[name]) != values[1]
