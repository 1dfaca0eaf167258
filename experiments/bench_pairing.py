"""Measure what common random numbers save in the real model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.bench_rows import Row

PLACE, SEEDS, YEARS, BURN_IN_YEARS = "Rutland", 12, 5, 5
SHARE_REACHED, LEAST_FACTOR = 0.01, 20.0
STEM = "one_in_a_hundred"
SCENARIO = (
    "schema: placewise.scenario/1\ntitle: One resident in a hundred\ndecision_date: 2026-04\nhorizon_years: {years}\n"
    "interventions:\n  mentoring: {{places_per_year: {places}}}\n"
)
OUTCOMES = {"incidents": "incidents", "ed_attendances": "A&E attendances"}


def pairing_rows() -> Iterator[Row]:
    """Measure by how much the paired difference varies less than that of independent seeds, by outcome.

    The scenario mentors one resident in a hundred over five years.
    """
    from experiments.variance import pairing_at_one_draw

    found = pairing_at_one_draw(_plan(), SEEDS)[STEM]
    yield from rows_of(found)


def rows_of(found: dict[str, dict[str, float | None]]) -> Iterator[Row]:
    """Return a row for each outcome whose pairing was measured."""
    for name, label in OUTCOMES.items():
        factor = found[name]["factor"]
        note = f"{SEEDS} seeds in {PLACE}" if factor is not None else "the difference does not vary: no luck is left"
        what = f"common random numbers, {label}: variance against independent seeds"
        yield Row(what, factor, "times smaller", LEAST_FACTOR, least=True, note=note)


def _plan() -> Any:
    from experiments.runs import Plan
    from experiments.worlds import decision_month, read_worlds
    from sim.parameters import load_registry
    from sim.population.places import resolve

    place = resolve(PLACE)
    with tempfile.TemporaryDirectory(prefix="placewise-bench-") as folder:
        path = Path(folder) / f"{STEM}.yaml"
        path.write_text(SCENARIO.format(years=YEARS, places=round(SHARE_REACHED * place.population / YEARS)))
        worlds = read_worlds([path], {})
    scenarios = {stem: world.scenario for stem, world in worlds.items()}
    return Plan(place, load_registry(), scenarios, decision_month(worlds), YEARS, BURN_IN_YEARS)
