"""Analyse a stored sweep: indices, noise, convergence, the choice, and where things of interest happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.progress import Mode, progress_of
from experiments.sensitivity import direct
from experiments.sensitivity.choices import Choice, choice
from experiments.sensitivity.convergence import Step, convergence
from experiments.sensitivity.discovery import Discovery, discover, weakest
from experiments.sensitivity.emulated import (
    BASE_SAMPLE,
    REFITS,
    Emulated,
    emulate,
    emulated_rows,
    emulated_swings,
)
from experiments.sensitivity.methods import AUTO, EMULATOR, LEADING, SWINGS, chosen_methods
from experiments.sensitivity.noise import Noise, noise_of
from experiments.sensitivity.reading import SPREAD, StudyData, Target
from experiments.sensitivity.rows import CONSTANT, Index, frame, told_honestly
from experiments.sensitivity.swings import Swing, swing_rows, swings

Array = npt.NDArray[np.float64]

MOST_NOISE = 0.05


@dataclass(frozen=True)
class Analysed:
    """Hold what was found about one target.

    Attributes
    ----------
    emulated
        The emulator with its error; None where none was asked for.
    swings
        The outcome at both ends of every factor; empty where the methods asked for do not give it.
    steps
        Leading index of the first method by number of points used.
    discovery
        Where its highest values lie; None in designs whose points do not lie all over the space.
    """

    target: Target
    noise: Noise
    rows: tuple[Index, ...]
    emulated: Emulated | None
    swings: tuple[Swing, ...]
    steps: tuple[Step, ...]
    discovery: Discovery | None

    def leading(self, method: str) -> list[Index]:
        """Return the leading index of one method for every factor, largest first; chance, where analysed, last."""
        rows = [row for row in self.rows if row.method == method and row.measure == LEADING[method]]
        return sorted(rows, key=lambda row: (row.factor == direct.DUMMY, -abs(row.value or 0.0)))


@dataclass(frozen=True)
class Analysis:
    """Hold the analysis of a study. Tables come as DataFrames."""

    data: StudyData
    methods: tuple[str, ...]
    targets: tuple[Analysed, ...]
    choice: Choice | None
    cautions: tuple[str, ...]

    @property
    def indices(self) -> pd.DataFrame:
        """One row an index: target, method, measure, factor, partner, value, low, high, note."""
        return frame(row for each in self.targets for row in each.rows)

    @property
    def noise(self) -> pd.DataFrame:
        """One row a target: shares of variance that are noise, and how good its emulator is."""
        return pd.DataFrame(
            [
                {
                    "target": each.target.key,
                    "noise_share": each.noise.share,
                    "shared_luck": each.noise.shared_luck,
                    "left_in_mean": each.noise.left_in_mean,
                    "runs_per_point": each.noise.runs,
                    "emulator_q2": None if each.emulated is None else each.emulated.q2,
                    "emulator_points": None if each.emulated is None else each.emulated.points,
                }
                for each in self.targets
            ]
        )

    @property
    def swings(self) -> pd.DataFrame:
        """One row a target and factor: the outcome at the low and at the high end of its range."""
        return _table(self.targets, "swings", ("factor", "low", "high", "at_low", "at_high", "middle"))

    @property
    def convergence(self) -> pd.DataFrame:
        """One row a target, number of points and factor: the leading index of the first method."""
        rows = [
            {"target": each.target.key, "points": step.points, "factor": name, "value": value}
            for each in self.targets
            for step in each.steps
            for name, value in step.values.items()
        ]
        return pd.DataFrame(rows, columns=["target", "points", "factor", "value"])


def analyse(
    study: str | Path,
    methods: str | Sequence[str] = AUTO,
    outcomes: Sequence[str] | None = None,
    worth: float = 0.0,
    seed: int = 0,
    progress: Mode = "none",
    base_sample: int = BASE_SAMPLE,
    refits: int = REFITS,
) -> Analysis:
    """Analyse a study that `experiments.sweep` wrote.

    Parameters
    ----------
    study
        Folder of the study.
    methods
        Some of ``morris``, ``sobol``, ``pawn``, ``delta``, ``regional``, ``emulator`` (Sobol indices of an emulator)
        and ``swings``; ``auto`` takes all that suit the design.
    outcomes
        Outcomes to analyse, the first of which decides the choice among options; all by default.
    worth
        How much an option must avert to be preferred to doing nothing.
    seed
        Of resampling.
    base_sample, refits
        Size of the Sobol sample of emulators, and number of bootstrap emulators.

    Raises
    ------
    InputError
        When this is no study, has no such outcome, or a method does not suit its design.

    Examples
    --------
    >>> analyse("my_study", ["pawn", "emulator"]).indices
    """
    from threadpoolctl import threadpool_limits

    data = StudyData(study)
    chosen = chosen_methods(data, [methods] if isinstance(methods, str) else list(methods))
    targets = data.targets(outcomes)
    ticks = len(targets) * (len(chosen) + (2 * (refits + 1) if EMULATOR in chosen else 0) + 1)
    found = []
    # Many small matrices: threads of linear algebra that wait for one another would take most of the time.
    with (
        threadpool_limits(1),
        progress_of(f"{len(targets)} targets of {data.folder.name}", ticks, progress) as shown,
    ):
        done = [0]

        def tick(steps: int) -> None:
            done[0] += steps
            shown.update(done[0])

        for target in targets:
            found.append(_analysed(data, target, chosen, seed, base_sample, refits, tick))
    first = targets[0].outcome
    of_first = [target for target in targets if target.outcome == first]
    decided = choice(data, of_first, worth, seed) if data.method in SPREAD else None
    return Analysis(data, chosen, tuple(found), decided, tuple(_cautions(data, found)))


def _analysed(
    data: StudyData, target: Target, methods: Sequence[str], seed: int, base_sample: int, refits: int, tick: Any
) -> Analysed:
    means = target.means
    if np.nanmax(means) == np.nanmin(means):
        tick(len(methods) + (2 * (refits + 1) if EMULATOR in methods else 0) + 1)
        return _constant(data, target, methods)
    rows: list[Index] = []
    emulated, ends = None, ()
    for name in methods:
        if name == EMULATOR:
            emulated = emulate(data, means, seed, refits, tick)
            rows += emulated_rows(data, emulated, seed, base_sample, tick=tick)
            ends = tuple(emulated_swings(data, emulated, seed))
        elif name == SWINGS:
            rows += swing_rows(data, np.asarray(target.values, dtype=np.float64))
        else:
            rows += direct.ANALYSES[name](data, means, seed)
        tick(1)
    if SWINGS in methods:
        ends = tuple(swings(data, means))
    steps = () if methods[0] == SWINGS else tuple(convergence(data, methods[0], means, seed))
    tick(1)
    return Analysed(
        target,
        noise_of(np.asarray(target.values, dtype=np.float64)),
        tuple(told_honestly(replace(row, target=target.key)) for row in rows),
        emulated,
        ends,
        steps,
        _discovered(data, target, seed) if data.method in SPREAD else None,
    )


def _constant(data: StudyData, target: Target, methods: Sequence[str]) -> Analysed:
    """Return what can be said of a target that is the same at every point."""
    rows = tuple(
        Index(target.key, method, LEADING[method], name, note=CONSTANT) for method in methods for name in data.names
    )
    return Analysed(target, noise_of(np.asarray(target.values, dtype=np.float64)), rows, None, (), (), None)


def _discovered(data: StudyData, target: Target, seed: int) -> Discovery | None:
    """Say where an option averts nothing, if that is neither rare nor the rule; else where the target is highest."""
    keep = data.independent & np.isfinite(target.means)
    points, values = data.points[keep], target.means[keep]
    cases, what = weakest(values, target.label)
    if target.paired and cases.mean() <= (values >= 0.0).mean() <= 1 - cases.mean():
        cases, what = values >= 0.0, f"{target.world.replace('_', ' ')} averts nothing"
    return discover(points, cases, data.names, what, seed)


def _cautions(data: StudyData, found: Sequence[Analysed]) -> list[str]:
    cautions = []
    undone = sum(int(each.target.values.isna().any(axis=1).sum()) for each in found[:1])
    if undone:
        cautions.append(
            f"{undone} of {len(data.points)} points have runs that failed or are not done; whole blocks of a Morris or "
            "Sobol design that hold such a point are left out where a point has no run at all."
        )
    for each in found:
        if each.emulated is not None and not each.emulated.trusted:
            cautions.append(
                f"{each.target.label}: the emulator explains {max(each.emulated.q2, 0):.0%} of the variance between "
                "unseen points, under the 80% at which its indices can be relied upon."
            )
        left = each.noise.left_in_mean
        if left is None:
            continue
        if left > MOST_NOISE:
            cautions.append(
                f"{each.target.label}: {left:.0%} of the variance between points is chance of single runs, which no "
                f"factor explains; {each.noise.runs} runs a point are too few for less than {MOST_NOISE:.0%}."
            )
    if found and found[0].noise.share is None:
        cautions.append("No two runs of a point are known, so chance of single runs cannot be told from factors.")
    return cautions


def _table(targets: Sequence[Analysed], field: str, columns: Sequence[str]) -> pd.DataFrame:
    rows = [
        {"target": each.target.key} | {name: getattr(row, name) for name in columns}
        for each in targets
        for row in getattr(each, field)
    ]
    return pd.DataFrame(rows, columns=["target", *columns])
