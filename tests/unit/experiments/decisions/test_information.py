"""The value of knowing one thing needs enough runs, and is never worth more than knowing everything."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.decisions.information import effects_drawn, information_of
from experiments.runs import BASELINE
from sim.parameters import load_registry


def test_few_runs_say_how_many_are_needed() -> None:
    records: Any = [SimpleNamespace(number=number) for number in range(20)]
    assert information_of(SimpleNamespace(), records, {}) == {"runs_needed": 100, "items": []}


@pytest.fixture(scope="module")
def registry() -> Any:
    return load_registry()


def test_a_programmes_draw_is_one_standard_normal_a_run(registry: Any) -> None:
    programme = SimpleNamespace(entry="mentoring", name="Mentoring", levers=(1,))
    worlds = {BASELINE: SimpleNamespace(programmes=()), "small": SimpleNamespace(programmes=(programme,))}
    records: Any = [SimpleNamespace(number=number) for number in range(200)]
    found = effects_drawn(SimpleNamespace(worlds=worlds, parameters=registry), records)
    assert list(found) == ["Mentoring"]
    assert abs(found["Mentoring"].mean()) < 0.25
    assert found["Mentoring"].std() == pytest.approx(1.0, abs=0.2)
    assert np.unique(found["Mentoring"]).size == 200
