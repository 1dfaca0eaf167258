"""Keep burnt-in places on disk, so that runs which share one live its burn-in once.

A snapshot is found by a digest of all that decides what it holds: the source of the model, the data of the place, the
parameters, seed, dates, and the versions of Python and NumPy.
"""

from __future__ import annotations

import hashlib
import os
import platform
from typing import TYPE_CHECKING

import numpy as np

from experiments.pickle_cache import MOST_BYTES, PickleCache

if TYPE_CHECKING:
    from experiments.runs import Plan

SIZE_VARIABLE = "PLACEWISE_SNAPSHOT_BYTES"


def shared_snapshots() -> PickleCache:
    """Return the snapshots of this user: beside compiled kernels, at most 4 GB or ``PLACEWISE_SNAPSHOT_BYTES``."""
    from sim.core.compiling import CACHE_FOLDER

    most = os.environ.get(SIZE_VARIABLE, "")
    return PickleCache(CACHE_FOLDER.parent / "worlds", int(most) if most.isdigit() else MOST_BYTES)


def snapshot_key(plan: Plan, number: int) -> str:
    """Return the digest of all that decides how the place of a run is at the decision date."""
    drawn = plan.parameters if plan.central else plan.parameters.draw(number)
    build = "" if plan.build is None else f"{plan.build.__module__}.{plan.build.__qualname__}"
    parts = (
        model_digest(),
        platform.python_version(),
        np.__version__,
        plan.place.digest(),
        drawn.digest(),
        drawn.number,
        plan.seed + number,
        plan.decision_date,
        plan.burn_in_years,
        build,
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


def model_digest() -> str:
    """Return a digest of the source of everything that a run of the model executes."""
    from sim.core.compiling import source_hash

    return source_hash("sim.run")
