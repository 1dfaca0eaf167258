"""Planted parameters are found again by the fit of the model itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.fitting.one_run import FitTask, Size, one_fit_run
from calibration.fitting.plan import Plan, Point
from calibration.fitting.space import read_space
from calibration.fitting.workflow import fit
from calibration.targets import from_scale, read_calibration_targets, to_scale

NAMES = ("peer_level", "public_level", "injury", "treatment", "admission", "reporting")
IDS = ("T02", "T03", "T04", "T06", "T15", "T21_perpetrators")
PLANTED = (0.75, 0.35, 0.7, 0.3, 0.6, 0.25)
SIZE = Size(communities=10, years=2, burn_in_years=2)
PLAN = Plan(trajectories=0, wave1=48, wave2=24, recheck=12, again=12)
RUNS_OF_THE_TRUTH = 12


@pytest.mark.slow
def test_planted_parameters_are_recovered_from_the_statistics_they_lead_to(tmp_path):
    space = replace(read_space().only(NAMES), evidence=())
    chosen = [target for target in read_calibration_targets() if target.id in IDS]

    def evaluate(stage, points):
        tasks = [
            FitTask(
                str(tmp_path / f"{stage}-{i}.json"),
                space.moved(point.unit),
                -1,
                point.seed,
                SIZE,
                tuple(target.statistic for target in chosen),
            )
            for i, point in enumerate(points)
        ]
        return [one_fit_run(task, lambda months: None)["statistics"] for task in tasks]

    truth = evaluate("truth", [Point(PLANTED, -1, 90_000 + i) for i in range(RUNS_OF_THE_TRUTH)])
    aimed = []
    for target in chosen:
        mean = np.mean([to_scale(target.scale, run[target.statistic]) for run in truth])
        value = from_scale(target.scale, float(mean))
        aimed.append(replace(target, value=value, low=value / 2, high=value * 2, error=0.05, discrepancy=0.0))
    found = fit(space, aimed, evaluate, PLAN, tail=None)
    low, high = np.quantile(found.posterior.points, (0.025, 0.975), axis=0)
    inside = (low <= PLANTED) & (np.array(PLANTED) <= high)
    assert inside.sum() >= len(NAMES) - 1
    assert (high - low).mean() < 0.75
    assert found.unmet == {}
