from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.core.yaml_files import as_switch, parse_yaml, path_text, read_shipped_yaml, read_yaml

GOOD = """# a comment
title: A place
who:
  age: [10, 18]
  sex: male
list:
- one
- two
"""


def fault(text: str) -> tuple[int, int, str]:
    """Return the (line, column, message) of the only thing wrong with a text."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "file.yaml")
    (problem,) = caught.value.problems
    return problem.line, problem.column, problem.message


def test_values_are_plain_and_positions_point_at_keys_and_items() -> None:
    document = parse_yaml(GOOD, "file.yaml")
    assert document.data == {"title": "A place", "who": {"age": [10, 18], "sex": "male"}, "list": ["one", "two"]}
    assert document.where("title") == (2, 1)
    assert document.where("who", "age") == (4, 3)
    assert document.where("who", "age", 1) == (4, 13)
    assert document.where("list", 1) == (8, 3)
    assert document.value_at("title") == (2, 8)


def test_a_missing_key_is_placed_at_what_should_hold_it() -> None:
    document = parse_yaml(GOOD, "file.yaml")
    assert document.where("who", "missing", "deeper") == (3, 1)
    assert document.where("missing") == document.where() == (2, 1)


def test_a_problem_carries_file_position_and_path() -> None:
    problem = parse_yaml(GOOD, "file.yaml").problem(("who", "age", 0), "Too young.", "Write 10.")
    assert (problem.file, problem.line, problem.column, problem.path) == ("file.yaml", 4, 9, "who.age[0]")


def test_the_dialect_is_yaml_1_2_and_dates_stay_text() -> None:
    data = parse_yaml(
        "on: off\nyes: no\nmonth: 2026-04\nday: 2026-04-01\ncode: 010\nnone: ~\ntrue_one: true\n", "f"
    ).data
    assert data == {
        "on": "off", "yes": "no", "month": "2026-04", "day": "2026-04-01", "code": 10, "none": None, "true_one": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "empty"),
        ("  \n\n", 1, 1, "empty"),
        ("# only words\n", 1, 1, "only comments"),
        ("just a string\n", 1, 1, "plain text"),
        ("- a\n- b\n", 1, 1, "a list"),
        ("a: [1\nb: 2\n", 1, 4, "[ is not closed"),
        ("title: [1", 1, 8, "[ is not closed"),
        ("a: {x: 1\nb: 2\n", 1, 4, "{ is not closed"),
        ('a: "x\nb: 2\n', 1, 4, "quotation mark"),
        ('a: "\\q"\n', 1, 4, "backslash"),
        ("a: b: c\n", 1, 5, "colon where none is expected"),
        ("a: 1\n  b: 2\n", 2, 4, "colon where none is expected"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "does not line up"),
        ("a: @x\n", 1, 4, "cannot begin"),
        ("a: - b\n", 1, 4, "list item"),
        ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "written twice (first on line 1)"),
        ("a: \x00\n", 1, 4, "control character"),
        ("a: .inf\n", 1, 4, "finite"),
        ("a: 1e999\n", 1, 4, "finite"),
        ("a: &x 1\n", 1, 4, "Anchors"),
        ("a: *x\n", 1, 4, "Aliases"),
        ("a: !!python/object:os.system 1\n", 1, 4, "tag"),
        ("? [a]\n: 1\n", 1, 3, "key must be a word"),
        ("<<: {a: 1}\n", 1, 1, "Merge keys"),
        ("a: " + "[" * 100 + "]" * 100, 1, 54, "too deeply"),
        ("a: " + "[" * 5000, 1, 1, "too deeply"),
        ("a: " + "9" * 6000, 1, 4, "cannot be read as a number"),
    ],
)
def test_each_fault_is_said_plainly_and_placed(text: str, line: int, column: int, said: str) -> None:
    found_line, found_column, message = fault(text)
    assert (found_line, found_column) == (line, column), message
    assert said in message


def test_all_duplicate_keys_and_all_tabs_are_reported_at_once() -> None:
    with pytest.raises(InputError) as twice:
        parse_yaml("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n", "f")
    assert [problem.path for problem in twice.value.problems] == ["a", "b.c"]
    with pytest.raises(InputError) as tabs:
        parse_yaml("a:\n\tb: 1\n\tc: 2\n", "f")
    assert [problem.line for problem in tabs.value.problems] == [2, 3]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: x\nname: Caf\xe9\n".encode("latin-1"))
    with pytest.raises(InputError) as caught:
        read_yaml(latin)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 10)
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_yaml(path)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"a: " + b"x" * 5_000_001)
    with pytest.raises(InputError, match="too large"):
        read_yaml(large)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    document = read_yaml(path)
    assert document.data == {"a": 1, "b": 2}
    assert document.where("b") == (2, 1)


def test_the_fast_reader_agrees_and_explains_faults(tmp_path: Path) -> None:
    path = tmp_path / "shipped.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_shipped_yaml(path) == read_yaml(path).data
    path.write_text("a: 1\na: 2\n", encoding="utf-8")
    with pytest.raises(InputError, match="written twice"):
        read_shipped_yaml(path)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        (True, True),
        ("on", True),
        ("YES", True),
        ("off", False),
        ("No", False),
        ("false", False),
        ("maybe", None),
        (1, None),
    ],
)
def test_switches(value: object, meaning: bool | None) -> None:
    assert as_switch(value) is meaning


def test_paths_read_as_they_are_written() -> None:
    assert path_text(("who", "age", 1, "x")) == "who.age[1].x"


@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}\"'#&*!|>%@` \n\t,?1.")), max_size=60))
def test_no_text_raises_anything_but_an_input_error_with_a_position(text: str) -> None:
    try:
        parse_yaml(text, "f")
    except InputError as error:
        lines = text.count("\n") + 1
        assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in error.problems)
        assert all(problem.message.endswith(".") for problem in error.problems)
