"""Tell files of proposals from other files, without reading what reads them."""

from __future__ import annotations

from pathlib import Path

CSV, EXCEL = ".csv", ".xlsx"
TABLES = (CSV, EXCEL)
MARKS = (b"schema: placewise.proposal", b"claimed_effect:", b"organisation:")
LONGEST_HEAD_BYTES = 4096


def is_proposal_file(path: Path) -> bool:
    """Say whether a file holds proposals: a table, or a YAML file that says so or looks like it."""
    if path.suffix.lower() in TABLES:
        return path.is_file()
    try:
        head = path.read_bytes()[:LONGEST_HEAD_BYTES]
    except OSError:
        return False
    return any(head.startswith(mark) or b"\n" + mark in head for mark in MARKS)
