"""A few runs of the shipped fit, kept with it, so that a model whose code has changed can be held against it.

Code changes without any run changing: it is made faster, or easier to read. Whether it did is seen by living the
witnesses again: every statistic of each must be the same to the last digit.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from calibration.fitting.one_run import write_whole
from calibration.observation import observe
from calibration.samples import pools, sample
from calibration.scorecard import statistics_of
from calibration.targets import read_calibration_targets
from sim.interventions.model_hash import code_hash
from sim.parameters.posterior import PATH as DRAWS_PATH
from sim.population.places import from_codes

DRAWS_LIVED = (0, 67, 133)
COMMUNITIES, YEARS, BURN_IN_YEARS = 20, 2, 2
SEED = 60_000
KEY = "witnesses"
SHIPPED = DRAWS_PATH.with_name("fit.json")


def witness(draw: int, communities: int = COMMUNITIES) -> dict[str, Any]:
    """Live a small sample of England at a joint draw of the shipped fit, and return its statistics."""
    seed = SEED + draw
    place = from_codes(sample(pools()[0], communities, seed), name=f"Sample {seed}")
    seen = observe(place, seed, draw, YEARS, BURN_IN_YEARS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        statistics = {name: float(value) for name, value in statistics_of(seen, read_calibration_targets()).items()}
    return {"draw": draw, "communities": communities, "statistics": statistics}


def keep_witnesses(path: Path = SHIPPED, draws: tuple[int, ...] = DRAWS_LIVED) -> None:
    """Live the witnesses of a shipped fit and write them into its account, with the code they were lived with."""
    made = json.loads(path.read_text(encoding="utf-8"))
    made |= {"code_digest": code_hash(), KEY: [witness(draw) for draw in draws]}
    write_whole(path, json.dumps(made, indent=1) + "\n")


def changed_witnesses(path: Path = SHIPPED, renew: bool = False) -> list[str]:
    """Live the witnesses of a shipped fit again, and say which statistics differ; none if the fit still holds.

    Parameters
    ----------
    renew
        Where none differs, mark the fit as one of the code as it is.
    """
    made = json.loads(path.read_text(encoding="utf-8"))
    if not made.get(KEY):
        return ["the shipped fit has no witnesses"]
    changed = []
    for kept in made[KEY]:
        now = witness(kept["draw"], kept["communities"])["statistics"]
        for name, value in kept["statistics"].items():
            if not np.array_equal(value, now.get(name, np.nan), equal_nan=True):
                changed.append(
                    f"draw {kept['draw']}, {name}: {value:g} when it was fitted, {now.get(name, np.nan):g} now"
                )
    if renew and not changed:
        write_whole(path, json.dumps(made | {"code_digest": code_hash()}, indent=1) + "\n")
    return changed
