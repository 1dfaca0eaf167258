"""Read a stored sweep for analysis: its design, and one outcome at every point in every run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.runs import BASELINE
from experiments.study import querying
from experiments.study.folder import opened
from sim.core.errors import InputError, Problem, suggest
from sim.outcomes.measures import MEASURE_NAMES, measure

Array = npt.NDArray[np.float64]

SIGNIFICANT = 10
SPREAD = ("latin_hypercube", "sobol", "grid")
"""Designs whose points lie all over the space of factors."""


@dataclass(frozen=True)
class Target:
    """Name one thing that is analysed.

    Attributes
    ----------
    outcome, world
        What is counted, and in which world.
    paired
        Whether it is the difference from the baseline of the same run, not the level.
    values
        One row a point, one column a run; undefined (NaN) where a run failed.
    """

    outcome: str
    world: str
    paired: bool
    values: pd.DataFrame

    @property
    def key(self) -> str:
        """A short name that is the target's own."""
        return f"{self.outcome}, {self.world} less baseline" if self.paired else f"{self.outcome}, {self.world}"

    @property
    def label(self) -> str:
        """What is analysed, in words."""
        what = measure(self.outcome).label if self.outcome in MEASURE_NAMES else self.outcome
        world = self.world.replace("_", " ")
        return f"{what}: change by {world}" if self.paired else f"{what}: level in {world}"

    @property
    def means(self) -> Array:
        """Mean over the runs of each point; undefined where no run is known."""
        return np.asarray(self.values.mean(axis="columns"), dtype=np.float64)


class StudyData:
    """Hold the design of a study that a sweep wrote, and read its outcomes."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.about = opened(folder).about
        self.inputs = querying.inputs(folder)
        self.problem: dict[str, Any] = self.about["problem"]
        self.design: dict[str, Any] = self.about["design"]

    @property
    def method(self) -> str:
        """The method of the design."""
        return str(self.design["method"])

    @property
    def names(self) -> list[str]:
        """The names of the factors."""
        return [str(name) for name in self.problem["names"]]

    @property
    def options(self) -> list[str]:
        """The worlds other than the baseline."""
        return [str(world) for world in self.about["worlds"] if world != BASELINE]

    @cached_property
    def points(self) -> Array:
        """The design: float64 (points, factors)."""
        return np.asarray(self.inputs[self.names], dtype=np.float64)

    @cached_property
    def units(self) -> Array:
        """The design as shares of each factor's range."""
        low, high = np.array(self.problem["bounds"], dtype=np.float64).T
        return (self.points - low) / (high - low)

    @cached_property
    def independent(self) -> Array:
        """Which points were drawn independently of one another: of a Sobol design, those that begin and end blocks."""
        keep = np.ones(len(self.points), dtype=bool)
        if self.method == "sobol":
            at = np.arange(len(keep)) % self.block
            keep = (at == 0) | (at == self.block - 1)
        return keep

    @property
    def block(self) -> int:
        """How many points of the design belong together: a trajectory, or one base point with its exchanges."""
        count = len(self.names)
        if self.method == "morris":
            return count + 1
        if self.method == "sobol":
            return 2 * count + 2 if self.design["second_order"] else count + 2
        return 1

    def targets(self, outcomes: Sequence[str] | None = None) -> list[Target]:
        """Return what may be analysed: every outcome's level, and its difference in every world but the baseline.

        The level is that of the baseline, and of the first scenario where all points share their baseline.

        Raises
        ------
        InputError
            When an outcome was not kept, or no run is done yet.
        """
        known = [str(name) for name in self.about["outcomes"]]
        for name in outcomes or ():
            if name not in known:
                near = suggest(name, known, 2) or known
                message = f'The study has no outcome "{name}".'
                raise InputError(Problem(str(self.folder), 0, 0, "--outcome", message, f"It has {', '.join(near)}."))
        at_home = self.options[0] if self.about["shares_burn_in"] and self.options else BASELINE
        found = []
        for outcome in outcomes or known:
            pairs = [(at_home, False)] + [(option, True) for option in self.options]
            for world, paired in pairs:
                values = querying.totals(self.folder, outcome, world, paired)
                found.append(Target(outcome, world, paired, _without_rounding(values)))
        if not any(np.isfinite(target.means).any() for target in found):
            message = "No run of this study is done yet."
            raise InputError(Problem(str(self.folder), 0, 0, "", message, "Go on with placewise sweep ... --resume."))
        return found


def _without_rounding(values: pd.DataFrame) -> pd.DataFrame:
    """Round away the error of adding and subtracting, so that what does not vary is seen not to."""
    most = float(np.nanmax(np.abs(values.to_numpy()), initial=0.0))
    return values.round(SIGNIFICANT - math.ceil(math.log10(most))) if most > 0 and math.isfinite(most) else values
