"""A sweep over a fake place: fast enough to be lived hundreds of times in a test."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.pickle_cache import PickleCache
from experiments.sweeps.sweeping import Swept, sweep
from tests.unit.experiments.fake_place import FakeData, FakePlace

SWEEP = """\
schema: placewise.sweep/1
title: Size of mentoring
scenario: mentors.yaml
years: 2
burn_in_years: 1
runs: {runs}
design: {{method: grid, levels: 4}}
vary:
  interventions.mentoring.places_per_year: {{low: 10, high: 100, name: places}}
  partnership.data_sharing: {{values: [0, 1]}}
outcomes: [incidents, admissions]
"""
SCENARIO = """\
schema: placewise.scenario/1
title: Mentors
decision_date: 2026-04
horizon_years: 3
interventions:
  mentoring: {places_per_year: 50}
"""


class KnownData(FakeData):
    """Data of a fake place that can be told apart."""

    def digest(self) -> str:
        return "testford"


def build_known(spec: Any, parameters: Any) -> FakePlace:
    """Build a fake place; a file named by ``PLACEWISE_TEST_FAULT`` makes runs of an odd seed fail."""
    if os.path.exists(os.environ.get("PLACEWISE_TEST_FAULT", "")) and spec.seed % 2:  # noqa: PTH110
        raise MemoryError("no room for this run")
    return FakePlace(spec.place, spec.seed, parameters)


@dataclass(frozen=True)
class SweepWorld:
    """A sweep file in a folder of its own, and how to live it."""

    home: Path
    registry: Any

    @property
    def file(self) -> Path:
        return self.home / "size.yaml"

    def write(self, text: str) -> Path:
        self.file.write_text(text)
        return self.file

    def live(self, name: str = "study", build: Callable[..., Any] = build_known, **options: Any) -> Swept:
        options = {"workers": 1, "snapshots": PickleCache(self.home / "worlds")} | options
        return sweep(self.file, self.home / name, KnownData(), parameters=self.registry, build=build, **options)


def sweep_world(home: Path, registry: Any, runs: int = 3) -> SweepWorld:
    """Write a sweep file and its scenario."""
    (home / "mentors.yaml").write_text(SCENARIO)
    world = SweepWorld(home, registry)
    world.write(SWEEP.format(runs=runs))
    return world
