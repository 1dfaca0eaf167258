"""One run of the fit: parameters moved, a sample of LSOAs, a draw of evidence, and the statistics that come out."""

from __future__ import annotations

import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calibration.fitting.space import registry_with
from calibration.observation import observe
from calibration.samples import pools, sample
from calibration.statistics import STATISTICS
from sim.core.time import MONTHS_PER_YEAR
from sim.parameters.registry import load_registry
from sim.population.places import from_codes

Tick = Callable[[int], None]
Result = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """Say how large a run is."""

    communities: int = 48
    years: int = 3
    burn_in_years: int = 5

    @property
    def months(self) -> int:
        """Months lived in a run."""
        return MONTHS_PER_YEAR * (self.years + self.burn_in_years)


@dataclass(frozen=True)
class FitTask:
    """Say what one run is.

    Attributes
    ----------
    file
        Where the result goes; a run whose file is there already is not run again.
    moved
        Values of the parameters that differ from the registry (factors for tables).
    draw
        Number of the joint draw of evidence; -1 for the central values.
    seed
        Seed of the run and number of its sample of LSOAs.
    """

    file: str
    moved: dict[str, float]
    draw: int
    seed: int
    size: Size
    statistics: tuple[str, ...]


def one_fit_run(task: FitTask, tick: Tick) -> Result:
    """Live one run, keep its statistics in its file, and return them."""
    started = time.process_time()
    place = from_codes(sample(pools()[0], task.size.communities, task.seed), name=f"Sample {task.seed}")
    registry = registry_with(load_registry(), task.moved)
    draw = task.draw if task.draw >= 0 else None
    seen = observe(place, task.seed, draw, task.size.years, task.size.burn_in_years, registry, tick)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        statistics = {name: float(STATISTICS[name](seen)) for name in task.statistics}
    seconds = round(time.process_time() - started, 2)
    result: Result = {"moved": task.moved, "draw": task.draw, "seed": task.seed, "statistics": statistics}
    result["seconds"] = seconds
    write_whole(Path(task.file), json.dumps(result))
    return result


def read_result(task: FitTask) -> Result | None:
    """Return the result of a run that was lived before, None if there is none or it was of another point."""
    file = Path(task.file)
    if not file.exists():
        return None
    found: Result = json.loads(file.read_text(encoding="utf-8"))
    same = found["moved"] == task.moved and found["draw"] == task.draw and found["seed"] == task.seed
    return found if same and set(task.statistics) <= set(found["statistics"]) else None


def write_whole(path: Path, text: str) -> None:
    """Write a text file that appears complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    Path(name).chmod(0o644)
    Path(name).replace(path)
