"""A stand-in for a place: a few counts that follow from seed, draw and scenario, with the interface of the model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.core.chance import Chance, code_key, declare_sheet
from sim.outcomes.measures import MEASURE_NAMES

SHEET = declare_sheet("tests.fake_place", ("level",))
COMMUNITIES = 3


class FakeData:
    """Data of a place of three communities in the first, second and last fifth."""

    name, kind, population, n = "Testford", "local authority", 3000, COMMUNITIES
    codes = np.array(["E01000001", "E01000002", "E01000003"], dtype=object)
    fifth = np.array([0, 1, 4], dtype=np.int8)

    def digest(self) -> str:
        """Return what tells this place from others."""
        return "Testford"


class FakePlace:
    """Count violence that depends on the seed and falls with the participants of programmes."""

    def __init__(self, place: Any, seed: int = 0, parameters: Any = None) -> None:
        self.place, self.seed, self.parameters = place, seed, parameters
        self.scenario: Any = None
        self.months = 0

    def burn_in(self) -> None:
        self.months = 0

    def fork(self, scenario: Any) -> FakePlace:
        world = FakePlace(self.place, self.seed, self.parameters)
        world.scenario = scenario
        return world

    def run(self, months: int) -> None:
        self.months += months

    def close(self) -> None:
        self.scenario = None

    def result(self) -> Any:
        years = self.months // 12
        keys = np.array([code_key(name) for name in MEASURE_NAMES], dtype=np.uint64)
        level = 100 * (1 + Chance(self.seed).uniforms(SHEET, 0, keys, 0))
        table = np.zeros((len(MEASURE_NAMES), years, 5))
        table[:, :, self.place.fifth] = level[:, None, None] * (5.0 - self.place.fifth)
        enrolled = self._enrolled()
        effect = 1 - 0.0001 * enrolled * (1 + self.seed % 3)
        moved = [i for i, name in enumerate(MEASURE_NAMES) if name not in ("person_years", "births")]
        table[moved] *= effect
        table[MEASURE_NAMES.index("person_years")] = 0
        table[MEASURE_NAMES.index("person_years")][:, self.place.fifth] = 1000
        used = {
            each.id: {
                field: np.full(years, float(each.places_per_year or 100))
                for field in (
                    "eligible",
                    "known",
                    "offered",
                    "enrolled",
                    "participants",
                    "first_time",
                    "completed",
                    "dropped_out",
                    "place_months",
                    "missed_unknown",
                    "missed_not_offered",
                    "wrongly_targeted",
                    "drawn_in",
                    "waiting_months",
                    "turned_away",
                    "not_funded",
                    "no_service_time",
                    "sessions",
                    "community_years",
                )
            }
            | {"setups": np.eye(1, years)[0]}
            for each in self.scenario.programmes
        }
        return SimpleNamespace(
            measures=list(MEASURE_NAMES),
            by_year_fifth=table,
            by_year_band_sex=np.zeros((len(MEASURE_NAMES), years, 7, 2)),
            by_month=np.repeat(table.sum(axis=2) / 12, 12, axis=1),
            by_community=table.sum(axis=1)[:, self.place.fifth],
            programmes=used,
            resources={"custody_months": np.ones(years)},
            years=years,
            clips={"violence.any": 1},
        )

    def _enrolled(self) -> float:
        return sum(100.0 if each.places_per_year is None else each.places_per_year for each in self.scenario.programmes)


def build_fake(spec: Any, parameters: Any) -> FakePlace:
    """Build a fake place as `sim.run.build` builds a real one."""
    return FakePlace(spec.place, spec.seed, parameters)
