"""Any change of a headline number needs a reason in CHANGELOG.md; see ``headlines.py``."""

from __future__ import annotations

import json

import pytest

from tests.golden.headlines import FILE, headlines


def test_headline_numbers_are_as_they_were():
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert len(kept) == 30
    assert headlines() == pytest.approx(kept, rel=1e-9)
