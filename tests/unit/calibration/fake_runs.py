"""Runs of the fit without the model: statistics that follow from the parameters moved."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from calibration.fitting import driver
from calibration.fitting.one_run import write_whole
from calibration.fitting.space import read_space
from calibration.targets import from_scale, read_calibration_targets


class FakeRuns:
    """Give statistics that follow from the parameters moved, and count the runs."""

    def __init__(self, break_after: int | None = None) -> None:
        self.lived, self.break_after = 0, break_after

    def __call__(self, work, tasks):
        results = []
        for task in tasks:
            if self.lived == self.break_after:
                raise KeyboardInterrupt
            self.lived += 1
            statistics = {}
            for number, target in enumerate(read_calibration_targets()):
                level = sum(np.tanh(v) for v in list(task.moved.values())[number % 5 :: 5])
                statistics[target.statistic] = from_scale(target.scale, target.aim + 0.05 * level)
            result = {"moved": task.moved, "draw": task.draw, "seed": task.seed, "statistics": statistics}
            results.append(result | {"seconds": 0.1})
            write_whole(Path(task.file), json.dumps(results[-1]))
        return results


@contextmanager
def few_directions():
    """Leave few directions, targets and steps, so that a fit takes a second."""
    whole, names = driver.fit, ("peer_level", "public_level", "sanctions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "fit", lambda *given: whole(*given, steps=60))
        patch.setattr(driver, "read_space", lambda *given: read_space(*given).only(names))
        patch.setattr(driver, "read_calibration_targets", lambda: read_calibration_targets()[:3])
        yield
