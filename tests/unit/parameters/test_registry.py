from __future__ import annotations

import pickle

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.parameters import Registry, UnknownParameter, load_registry
from tests.unit.parameters.conftest import HEAD, Write, row, table_row


def test_a_number_is_a_float_and_a_table_a_read_only_array(registry: Registry) -> None:
    assert registry["families.stress"] == 0.06
    table = registry["families.by_age"]
    assert table.dtype == np.float64
    assert table.tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 9.0


def test_a_pickled_registry_is_the_same_and_still_read_only(registry: Registry) -> None:
    copy = pickle.loads(pickle.dumps(registry.draw(3)))
    assert copy.digest() == registry.draw(3).digest()
    assert not copy["families.by_age"].flags.writeable


def test_an_unknown_parameter_is_answered_with_the_nearest(registry: Registry) -> None:
    with pytest.raises(UnknownParameter, match=r"families\.stress"):
        registry["families.stres"]
    assert "families.stres" not in registry
    assert registry.get("families.stres") is None


def test_replace_changes_one_value_and_leaves_the_original(registry: Registry) -> None:
    other = registry.replace({"families.stress": 0.5, "families.by_age": [3.0, 2.0, 1.0]})
    assert (registry["families.stress"], other["families.stress"]) == (0.06, 0.5)
    assert other["families.by_age"].tolist() == [3.0, 2.0, 1.0]
    assert other.digest() != registry.digest()


def test_replaced_values_stay_in_every_draw(registry: Registry) -> None:
    assert registry.replace({"families.stress": 0.5}).draw(4)["families.stress"] == 0.5


@pytest.mark.parametrize("value", [[1.0, 2.0], 1.0, [1.0, 2.0, float("nan")]])
def test_replace_refuses_a_value_of_another_shape_or_not_finite(registry: Registry, value: object) -> None:
    with pytest.raises(ValueError, match=r"families\.by_age"):
        registry.replace({"families.by_age": value})


def test_replace_refuses_an_unknown_parameter(registry: Registry) -> None:
    with pytest.raises(UnknownParameter):
        registry.replace({"families.strss": 1.0})


def test_the_digest_depends_on_values_only(registry: Registry, write: Write) -> None:
    same = load_registry(write(HEAD + table_row() + row()))
    again = load_registry(write(HEAD + row() + table_row()))
    assert same.digest() == again.digest() != registry.digest()


def test_what_is_known_about_a_parameter(registry: Registry) -> None:
    parameter = registry.parameter("families.stress")
    assert (parameter.unit, parameter.low, parameter.high, parameter.kind) == ("per month", 0.03, 0.10, "evidence")
    assert parameter.source_ids == ("known_source",)
    assert not parameter.verified


def test_every_problem_of_a_file_is_reported_at_once_with_its_line(write: Write) -> None:
    bad = row("first", value="0.5") + row("second", kind="guess") + "  third: {value: 1}\n"
    with pytest.raises(InputError) as caught:
        load_registry(write(HEAD + bad))
    found = {(problem.line, problem.path) for problem in caught.value.problems}
    assert found == {
        (7, "parameters.first.range"),
        (18, "parameters.second.kind"),
        (22, "parameters.third"),
    }
