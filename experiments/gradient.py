"""Where the deprivation gradient of hospital admissions comes from: paired worlds that switch its sources off.

Three worlds of the same people and luck: *composition* has neither a direct effect of the community on its residents'
risk nor a severity that rises with deprivation; the second adds the direct effect; the third is the whole model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from experiments.results import Part

COMMUNITY = ("violence.factor_deprivation", "violence.factor_collective_efficacy", "violence.factor_youth_provision")
SEVERITY = ("violence.severity_ed_deprivation", "violence.severity_admission_deprivation")
WORLDS: Mapping[str, tuple[str, ...]] = {
    "composition alone": (*COMMUNITY, *SEVERITY),
    "and the direct effect of the community": SEVERITY,
    "and severity that rises with deprivation": (),
}
MEASURES = ("admissions", "attendances", "recorded_by_home", "recorded_by_place")
BURN_IN_YEARS, YEARS, MONTHS_PER_YEAR = 3, 3, 12
MOST_RUNS = 4


class GradientLine(Part):
    """Rate of the most over the least deprived fifth of communities, in one world."""

    world: str
    admissions: float = Field(description="Hospital admissions for violence, by home of the victim")
    attendances: float = Field(description="Emergency-department attendances for violence, by home of the victim")
    recorded_by_home: float = Field(description="Recorded violence with injury, by home of the victim")
    recorded_by_place: float = Field(description="Recorded violence with injury, by place of the incident")
    adds: float = Field(description="Factor by which the world's source multiplies the ratio of admissions")


@dataclass(frozen=True)
class GradientTask:
    """Name one world of one run."""

    place: Any
    world: str
    number: int


def gradient_tasks(place: Any, runs: int) -> list[GradientTask]:
    """Return the worlds to live, those of a run one after the other; a few runs are enough, as worlds are paired."""
    return [GradientTask(place, world, number) for number in range(min(runs, MOST_RUNS)) for world in WORLDS]


def months_of_a_world() -> int:
    """Return the months one world lives."""
    return MONTHS_PER_YEAR * (BURN_IN_YEARS + YEARS)


def one_world(task: GradientTask, tick: Callable[[int], None]) -> dict[str, list[float]]:
    """Live one world and return its rates by fifth."""
    from calibration.observation import observe
    from calibration.profiles import fifth_profile
    from sim.parameters.registry import load_registry

    switched = load_registry().draw(task.number).replace(dict.fromkeys(WORLDS[task.world], 0.0))
    seen = observe(task.place, task.number, None, YEARS, BURN_IN_YEARS, switched, tick)
    return fifth_profile(seen)


def gradient(found: Sequence[Mapping[str, Sequence[float]]]) -> list[GradientLine]:
    """Return a line a world from the results of `gradient_tasks`, in their order."""
    lines: list[GradientLine] = []
    for position, world in enumerate(WORLDS):
        runs = found[position :: len(WORLDS)]
        ratios = {
            name: float(np.exp(np.mean([np.log(run[name][0] / max(run[name][-1], 1e-12)) for run in runs])))
            for name in MEASURES
        }
        before = lines[-1].admissions if lines else 1.0
        lines.append(GradientLine(world=world, **ratios, adds=ratios["admissions"] / before))
    return lines
