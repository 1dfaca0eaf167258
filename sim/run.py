"""One run: a place, a scenario, a draw of parameters and a seed, lived to a horizon."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.result import RunResult
from sim.interventions.resolved import Scenario
from sim.outcomes.measures import MEASURES
from sim.parameters.registry import Registry, load_registry
from sim.place import DEFAULT_BURN_IN_YEARS, DEFAULT_DECISION_DATE, Place
from sim.population.places import PlaceData

MEASURE_NAMES = tuple(measure.name for measure in MEASURES)
JOINT_DRAWS = 200
MONTHS_PER_YEAR = 12

__all__ = ["JOINT_DRAWS", "MEASURE_NAMES", "RunResult", "RunSpec", "build", "run"]


@dataclass(frozen=True)
class RunSpec:
    """Say what one run is: scenario x draw x seed in a place.

    Attributes
    ----------
    draw
        Number of the joint draw of parameters (modulo 200); None takes the central values.
    """

    place: str | PlaceData
    scenario: Scenario | None = None
    draw: int | None = None
    seed: int = 0
    years: int = 10
    decision_date: str = DEFAULT_DECISION_DATE
    burn_in_years: int = DEFAULT_BURN_IN_YEARS


def build(spec: RunSpec, parameters: Registry | None = None) -> Place:
    """Build the place of a run, at the start of its burn-in."""
    registry = parameters if parameters is not None else load_registry()
    drawn = registry if spec.draw is None else registry.draw(spec.draw % JOINT_DRAWS)
    return Place(
        spec.place,
        seed=spec.seed,
        parameters=drawn,
        decision_date=spec.decision_date,
        burn_in_years=spec.burn_in_years,
        scenario=spec.scenario,
        measures=MEASURE_NAMES,
    )


def run(spec: RunSpec, parameters: Registry | None = None) -> RunResult:
    """Live a run from burn-in to its horizon and return what was counted."""
    place = build(spec, parameters)
    try:
        place.burn_in()
        place.run(spec.years * MONTHS_PER_YEAR)
        return place.result()
    finally:
        place.close()
