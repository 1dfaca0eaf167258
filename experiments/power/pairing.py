"""Live the worlds behind virtual trials: nobody treated, every recruit treated, and a real trial with both arms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.executor import Tick
from experiments.power.virtual import Paired, told_apart
from experiments.trial_design import Design
from experiments.trial_measures import is_rated
from experiments.trial_recruits import ALLOCATION, allocate
from experiments.trial_worlds import Recruits, Untreated, live_treated, live_untreated
from experiments.trials import BURN_IN_YEARS, RATING
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class PairTask:
    """Name one population of a study of power.

    ``clusters`` and ``per_cluster`` size the trial that is lived whole, all recruits when None; it is lived only where
    ``joint`` says so.
    """

    design: Design
    place: Any
    parameters: Any
    seed: int
    joint: bool
    clusters: int | None = None
    per_cluster: int | None = None
    burn_in_years: int = BURN_IN_YEARS

    @property
    def steps(self) -> int:
        """Simulated months."""
        return self.burn_in_years * MONTHS_PER_YEAR + (3 if self.joint else 2) * self.design.months


@dataclass(frozen=True)
class Joint:
    """Hold what a trial lived whole says of those who are touched by others' treatment.

    Attributes
    ----------
    apart
        Change of the outcome in the treated arm less that in the control arm, each against the same people untreated.
    alone
        Change of the treated arm's people when everybody is treated: what the arms would differ by without spill-over.
    control
        Change in the control arm.
    """

    apart: float
    alone: float
    control: float


@dataclass(frozen=True)
class Pair:
    """Hold one population's paired outcomes and, where it was lived, its trial with both arms."""

    paired: Paired
    joint: Joint | None


def one_pair(task: PairTask, tick: Tick) -> Pair | None:
    """Live one population; None where its route finds fewer than two units to randomise."""
    from sim.run import RunSpec, build

    base = build(RunSpec(task.place, seed=task.seed, burn_in_years=task.burn_in_years), task.parameters)
    base.burn_in()
    tick(task.burn_in_years * MONTHS_PER_YEAR)
    found = live_pair(base, task, tick)
    base.close()
    return found


def live_pair(base: Any, task: PairTask, tick: Tick | None = None) -> Pair | None:
    """Live the worlds of one population from a place at its decision date, which is left as it is."""
    [untreated] = live_untreated(base, [task.design], tick)
    recruits = untreated.recruits
    if np.unique(recruits.unit).size < 2:
        return None
    everybody = replace(untreated, recruits=replace(recruits, treated=np.ones(len(recruits), bool)))
    treated = live_treated(base, task.design, everybody, tick)
    paired = _paired(base, task, untreated, treated)
    joint = None
    if task.joint:
        kept = _kept(base, recruits, task.clusters, task.per_cluster)
        part = _part(base, untreated, kept)
        both = live_treated(base, task.design, part, tick)
        joint = joint_of(part.recruits.treated, part.outcomes.truth, treated.truth[kept], both.truth)
    return Pair(paired, joint)


def joint_of(arm: Array, untreated: Array, all_treated: Array, both: Array) -> Joint:
    """Return what a trial with both arms says, from the outcomes of the same people in three worlds."""
    change = both - untreated
    control = float(change[~arm].mean())
    return Joint(float(change[arm].mean()) - control, float((all_treated - untreated)[arm].mean()), control)


def _paired(base: Any, task: PairTask, untreated: Untreated, treated: Any) -> Paired:
    recruits, without, design = untreated.recruits, untreated.outcomes, task.design
    noise = np.zeros(len(recruits))
    if is_rated(design.measure):
        noise = float(base.parameters["trials.rating_error"]) * base.tools.chance.normals(RATING, 0, recruits.key, 0)
    return Paired(
        told_apart(recruits.key, task.seed),
        told_apart(recruits.unit, task.seed),
        without.observed + noise,
        treated.observed + noise,
        without.truth,
        treated.truth,
        without.stayed,
        treated.stayed,
        treated.completed,
        recruits.risk,
        untreated.asked,
    )


def _kept(base: Any, recruits: Recruits, clusters: int | None, per_cluster: int | None) -> Array:
    """Return which recruits a trial of so many clusters, and of so many people in each, takes in, by lot."""
    chance, word = base.tools.chance, ALLOCATION.word("sample")
    keys, of = np.unique(recruits.unit, return_inverse=True)
    kept = np.ones(of.size, bool)
    if clusters is not None:
        chosen = np.zeros(keys.size, bool)
        chosen[np.argsort(chance.uniforms(ALLOCATION, word, keys, 0), kind="stable")[:clusters]] = True
        kept = chosen[of]
    if per_cluster is not None:
        order = np.lexsort((chance.uniforms(ALLOCATION, word, recruits.key, 1), of))
        first = np.cumsum(np.bincount(of)) - np.bincount(of)
        rank = np.empty(of.size, np.int64)
        rank[order] = np.arange(of.size) - first[of[order]]
        kept &= rank < per_cluster
    return np.asarray(kept)


def _part(base: Any, untreated: Untreated, kept: Array) -> Untreated:
    """Return the part of the recruits that a trial takes in, randomised among themselves."""
    recruits = untreated.recruits
    unit = recruits.unit[kept]
    arm = allocate(base.tools.chance, unit)
    part = Recruits(recruits.key[kept], recruits.month[kept], unit, arm, recruits.risk[kept])
    outcomes = type(untreated.outcomes)(**{name: value[kept] for name, value in vars(untreated.outcomes).items()})
    return Untreated(part, outcomes, untreated.seen_share, untreated.asked)
