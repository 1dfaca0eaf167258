"""What pairing saves: how many times the runs would be needed if scenario and baseline did not share their chance.

Scenario and baseline of one run share its parameters and every chance that the scenario leaves alone. Let B and S be an
outcome in the two. Unpaired, the difference S - B of one run would vary by Var(B) + Var(S); paired it varies by
Var(S - B). The first over the second is the variance reduction factor (Klein and others 2024, arXiv:2409.02086).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.executor import run_many
from experiments.progress import Mode, progress_of
from experiments.runs import BASELINE, Plan, RunRecord, RunTask, one_run
from experiments.summaries import Stack
from sim.outcomes.measures import OUTCOMES

Array = npt.NDArray[np.float64]

FEWEST_RUNS = 10


def pairing(baseline: Array, scenario: Array) -> dict[str, float | None]:
    """Return the correlation of an outcome in two worlds over runs, and the variance reduction factor of pairing.

    Parameters
    ----------
    baseline, scenario
        Shape (runs,), two runs or more.

    Returns
    -------
    dict
        ``correlation``, None where an outcome does not vary; ``factor``, None where the difference does not vary:
        pairing then leaves no luck at all.

    Examples
    --------
    >>> pairing(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0]))["factor"]
    4.0
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(scenario, dtype=np.float64)
    apart = _variance(before) + _variance(after)
    together = _variance(after - before)
    spread = math.sqrt(_variance(before) * _variance(after))
    shared = math.fsum((before - before.mean()) * (after - after.mean())) / (before.size - 1)
    return {
        "correlation": min(1.0, shared / spread) if spread > 0 else None,
        "factor": apart / together if together > 0 else None,
    }


def variance_reduction(baseline: Stack, scenario: Stack) -> dict[str, Any]:
    """Return the pairing of every headline outcome over the horizon; empty with fewer than 10 runs."""
    if baseline.values.shape[0] < FEWEST_RUNS:
        return {}
    return {name: pairing(baseline.total(name), scenario.total(name)) for name in OUTCOMES}


def pairing_at_one_draw(
    plan: Plan, runs: int, workers: int = 1, progress: Mode = "none"
) -> dict[str, dict[str, dict[str, float | None]]]:
    """Measure what shared chance alone saves: every run takes the central parameters and differs by its seed.

    In a comparison runs differ by their parameters too, and pairing takes that out as well, so that its factors are
    larger.

    Parameters
    ----------
    plan
        The place and the worlds.
    runs
        How many seeds.
    workers, progress
        As for `experiments.comparison.compare`.

    Returns
    -------
    dict
        Scenario to headline outcome to its pairing.
    """
    central = replace(plan, build=build_at_central_values)
    tasks = [RunTask(central, number) for number in range(runs)]
    with progress_of(f"{runs} seeds of {plan.place.name}", runs * plan.steps_per_run, progress) as shown:
        records: Sequence[RunRecord] = run_many(one_run, tasks, workers, shown)
    before = Stack(records, BASELINE)
    return {stem: variance_reduction(before, Stack(records, stem)) for stem in plan.worlds if stem != BASELINE}


def build_at_central_values(spec: Any, parameters: Any) -> Any:
    """Build a place as `sim.run.build` does, with the central value of every parameter."""
    from sim.run import build

    return build(replace(spec, draw=None), parameters)


def _variance(values: Array) -> float:
    return math.fsum((values - math.fsum(values) / values.size) ** 2) / (values.size - 1)
