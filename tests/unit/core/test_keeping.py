import datetime as dt
from pathlib import Path

import pytest

from sim.core import keeping, yaml_files


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("PLACEWISE_CACHE", str(tmp_path))
    keeping.cache_folder.cache_clear()
    yield tmp_path
    keeping.cache_folder.cache_clear()


def test_what_is_kept_is_recalled_and_nothing_else(empty):
    assert keeping.recall("words", "a") is None
    keeping.keep("words", "a", "said")
    assert keeping.recall("words", "a") == "said"
    assert keeping.recall("words", "b") is None
    assert [path.name for path in (empty / "placewise" / "words").iterdir()] == ["a"]


def test_the_key_knows_where_one_part_ends():
    assert keeping.content_key([b"ab", b"c"]) != keeping.content_key([b"a", b"bc"])
    assert keeping.content_key([b"ab"]) == keeping.content_key(iter([b"ab"]))


def test_a_folder_that_cannot_be_written_is_passed_over(tmp_path, monkeypatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("PLACEWISE_CACHE", str(in_the_way))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    keeping.cache_folder.cache_clear()
    assert keeping.cache_folder("words") == tmp_path / "own" / "placewise" / "words"
    keeping.cache_folder.cache_clear()


def test_keeping_where_nothing_can_be_written_is_silent(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "cache_folder", lambda kind: tmp_path / "absent" / kind)
    keeping.keep("words", "a", "said")
    assert keeping.recall("words", "a") is None


@pytest.mark.parametrize("changed_by_json", [{1: "a"}, {"day": dt.date(2026, 4, 1)}, {"a": float("nan")}])
def test_data_that_json_would_change_are_not_kept(empty, changed_by_json):
    keeping.keep_data("data", "a", changed_by_json)
    assert keeping.recall_data("data", "a") is None


def test_spoiled_data_are_not_recalled(empty):
    keeping.keep("data", "a", "{")
    assert keeping.recall_data("data", "a") is None


def test_a_shipped_file_is_parsed_once_and_again_when_it_changes(empty, tmp_path, monkeypatch):
    path = Path(tmp_path / "file.yaml")
    path.write_text("a: 1.0\nb: [on, 2]\n")
    first = yaml_files.read_shipped_yaml(path)
    monkeypatch.setattr(yaml_files, "YAML", None)
    assert yaml_files.read_shipped_yaml(path) == first == {"a": 1.0, "b": ["on", 2]}
    monkeypatch.undo()
    path.write_text("a: 2.0\n")
    assert yaml_files.read_shipped_yaml(path) == {"a": 2.0}
