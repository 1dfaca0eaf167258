"""Common random numbers do their work in the real model: a small programme is told from luck by few runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.runs import BASELINE, Plan
from experiments.variance import pairing_at_one_draw
from experiments.worlds import read_worlds
from sim.parameters import load_registry
from sim.population.places import resolve

SCENARIO = (
    "schema: placewise.scenario/1\ntitle: One resident in a hundred\ndecision_date: 2026-04\nhorizon_years: 5\n"
    "interventions:\n  mentoring: {{places_per_year: {places}}}\n"
)
SEEDS, YEARS, BURN_IN_YEARS = 12, 5, 5
SHARE_REACHED = 0.01
LEAST_FACTOR = 20.0


@pytest.mark.slow
def test_a_programme_for_one_in_a_hundred_takes_a_twentieth_of_the_runs(tmp_path: Path) -> None:
    place = resolve("Rutland")
    path = tmp_path / "few.yaml"
    path.write_text(SCENARIO.format(places=round(SHARE_REACHED * place.population / YEARS)))
    worlds = {stem: world.scenario for stem, world in read_worlds([path], {}).items()}
    assert list(worlds) == [BASELINE, "few"]
    plan = Plan(place, load_registry(), worlds, "2026-04", YEARS, BURN_IN_YEARS)
    found = pairing_at_one_draw(plan, SEEDS)["few"]
    for name in ("incidents", "ed_attendances"):
        factor = found[name]["factor"]
        print(f"{name}: correlation {found[name]['correlation']}, factor {factor}")
        assert factor is None or factor >= LEAST_FACTOR
