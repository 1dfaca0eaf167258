"""Every bad file gets exactly the message that stands beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from experiments.checking import check_files, exit_code, report_text

BAD = Path(__file__).parent / "bad"
REFRESH = "REFRESH_GOLDEN"
BINARY = {
    "control_characters": (b"\x00\x01", "control character", 1),
    "not_utf8": (b"schema: placewise.scenario/1\ntitle: caf\xe9\n", "not UTF-8", 2),
    "a_picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8", 1),
}


@pytest.mark.parametrize("file", sorted(path.name for path in BAD.glob("*.yaml")))
def test_message(file, monkeypatch):
    monkeypatch.chdir(BAD)
    found = check_files([file])
    text = report_text(found) + "\n"
    expected = BAD / Path(file).with_suffix(".txt")
    if os.environ.get(REFRESH):
        expected.write_text(text, encoding="utf-8")
    assert exit_code(found) == 3
    assert text == expected.read_text(encoding="utf-8")


def test_there_are_enough_of_them():
    assert len(list(BAD.glob("*.yaml"))) >= 25


@pytest.mark.parametrize("name", BINARY)
def test_binary(name, tmp_path):
    content, words, line = BINARY[name]
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(content)
    found = check_files([path])
    assert exit_code(found) == 3
    assert [problem.line for problem in found[0].problems] == [line]
    assert words in report_text(found)


def test_folder_and_missing_file(tmp_path):
    found = check_files([tmp_path, tmp_path / "erly_years.yaml"])
    assert [checked.problems[0].message for checked in found] == [
        "This is a folder, not a file.",
        f'There is no file and no bundled scenario called "{tmp_path / "erly_years.yaml"}".',
    ]
    assert found[1].problems[0].fix == 'Did you mean "early_years"?'
