"""A stored comparison of three neighbourhoods by the fake model, and counts of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.comparison import compare
from experiments.store import store
from experiments.tracking.archive import make_forecast
from experiments.tracking.counts import EMERGENCY, RECORDED, TABLE, Counts
from experiments.tracking.forecast import Forecast
from experiments.tracking.months import months_between
from experiments.tracking.simulated import Simulated, read_simulated
from sim.population.places import from_codes
from tests.unit.experiments.fake_place import build_fake

CODES = ["E01012007", "E01012011", "E01012066"]
BEFORE = months_between("2023-04", "2026-03")
AFTER = months_between("2026-04", "2027-03")
SPIKE = BEFORE[-12:]
Table = Callable[..., Path]


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory, registry: Any) -> Path:
    """Store one comparison: twelve runs, three years, one scenario."""
    place = from_codes(CODES, name="Testford")
    found = compare(["employment_pathways"], place, 12, 3, workers=1, build=build_fake, parameters=registry)
    return store(found, tmp_path_factory.mktemp("compared") / "out", ["placewise", "compare"])


@pytest.fixture(scope="session")
def simulated(compared: Path) -> Simulated:
    return read_simulated(compared)


def steady(month: float = 60.0, spike: float = 1.0) -> Counts:
    """Return three years of recorded violence and A&E attendances, the last year times ``spike``."""
    place = {
        name: {each: round(month * scale * (spike if each in SPIKE else 1.0)) for each in BEFORE}
        for name, scale in ((RECORDED, 1.0), (EMERGENCY, 0.5))
    }
    return Counts(place, {}, dict.fromkeys(place, TABLE))


@pytest.fixture(scope="session")
def forecast(simulated: Simulated) -> Forecast:
    """Return a forecast set on three years of steady counts."""
    return make_forecast(simulated, steady())


def observed(**months: Any) -> Counts:
    """Return counts of the first year after the decision: a number for every month, or twelve numbers."""
    place = {
        name: dict(zip(AFTER, np.broadcast_to(np.asarray(values, float), len(AFTER)).tolist(), strict=True))
        for name, values in months.items()
    }
    return Counts(place, {}, dict.fromkeys(place, TABLE))


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Write a table of counts."""

    def write(*lines: str, name: str = "counts.csv", heading: str = "month,outcome,count") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
        return path

    return write
