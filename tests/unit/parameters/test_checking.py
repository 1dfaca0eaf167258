from __future__ import annotations

from typing import Any

import pytest

from sim.parameters.checking import REQUIRED, build, check_file, check_row

GOOD: dict[str, Any] = {
    "value": 0.3,
    "unit": "share",
    "range": [0.1, 0.5],
    "prior": {"shape": "normal"},
    "kind": "evidence",
    "meaning": "Something",
    "source": ["RF08"],
    "verified": "no",
}


def faults(**changes: Any) -> list[str]:
    """Return what is wrong with the good row after some changes; None removes a field."""
    row = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return [message for _, message, _ in check_row("name", row, {"RF08", "RF09"})]


def test_a_good_row_has_no_faults_and_can_be_built() -> None:
    assert faults() == []
    assert build("families", "name", GOOD, "families.yaml").id == "families.name"


@pytest.mark.parametrize("field", REQUIRED)
def test_every_field_is_required(field: str) -> None:
    assert any(field in message for message in faults(**{field: None}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "many"}, "finite number"),
        ({"value": True}, "finite number"),
        ({"value": [[1, 2], [3]], "range_is": "factor", "index": "rows"}, "full table"),
        ({"value": [0.2, 0.3], "index": "rows"}, "multiplies the whole table"),
        ({"value": [0.2, 0.9], "index": "rows", "prior": {"shape": "fixed"}}, "0.9 is outside its range"),
        ({"value": [1, 2], "range": [0.5, 2], "range_is": "factor"}, "say what its rows are"),
        ({"range": [0.5, 0.1]}, "lower first"),
        ({"range": 3}, "lower first"),
        ({"value": 0.6}, "outside its range"),
        ({"value": [1, 2], "index": "rows", "range": [2, 3], "range_is": "factor"}, "outside its range"),
        ({"prior": {"shape": "triangular"}}, "prior is not known"),
        ({"prior": "normal"}, "prior is not known"),
        ({"range": [0.3, 0.3]}, "no width"),
        ({"kind": "fixed"}, "fixed prior"),
        ({"kind": "guess"}, "not known"),
        ({"prior": {"shape": "lognormal"}, "range": [0.0, 0.5]}, "above zero"),
        ({"prior": {"shape": "beta"}, "range": [0.1, 1.5]}, "0 <= low"),
        ({"range": [0.3, 0.5]}, "not at the end"),
        ({"source": ["RF99"]}, "no source called RF99"),
        ({"source": []}, "identifiers of sources"),
        ({"source": "assumption: so"}, "give its reason"),
        ({"verified": "perhaps"}, "yes or no"),
        ({"unit": " "}, "must be words"),
        ({"colour": "blue"}, "not known"),
    ],
)
def test_each_mistake_is_named(changes: dict[str, Any], said: str) -> None:
    assert any(said in message for message in faults(**changes)), faults(**changes)


def test_a_table_that_never_varies_may_have_a_range_for_its_entries() -> None:
    assert faults(value=[0.2, 0.4], index="rows", prior={"shape": "fixed"}) == []


def test_a_reason_may_stand_in_place_of_a_source() -> None:
    assert faults(source="assumption: nobody has measured this in England") == []
    assert faults(source=["RF08", "assumption: shrunk because most of it is confounding"]) == []


def test_the_head_of_a_file_is_checked() -> None:
    assert list(check_file({"schema": "placewise.parameters/1", "room": "ties", "parameters": {}}, "ties")) == []
    wrong = [keys[0] for keys, _, _ in check_file({"schema": "x", "room": "norms", "extra": 1}, "ties")]
    assert sorted(wrong) == ["extra", "parameters", "room", "schema"]
