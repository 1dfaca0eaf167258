"""Virtual trials: what a trial of a programme would find in a place, beside what the programme truly does there.

Every run lives two worlds with the same luck. In one nobody takes part; in the other the treated arm does. Comparing
the same people between the worlds gives the true effect. Comparing the arms within the second world, in what a
trialist can see, gives the trial's estimate. What lies between the two is taken apart step by step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.executor import Tick, default_workers, run_many
from experiments.progress import Mode, progress_of
from experiments.trial_design import TRANSPORTED, Design, design_of
from experiments.trial_estimates import Estimate, contrast, estimate
from experiments.trial_measures import MEASURES, is_rated
from experiments.trial_result import TrialResult, result_of
from sim.core.chance import Chance, declare_sheet
from sim.core.hazards import logistic
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

DEFAULT_RUNS, QUICK_RUNS = 20, 4
BURN_IN_YEARS = 5
LOSS = declare_sheet("trials.loss", ("lost",))
RATING = declare_sheet("trials.rating", ("radius", "angle"))


@dataclass(frozen=True)
class TrialTask:
    """Name one trial: a design in a place, with one seed."""

    design: Design
    place: Any
    parameters: Any
    seed: int
    people: int | None
    burn_in_years: int = BURN_IN_YEARS

    @property
    def steps(self) -> int:
        """Simulated months."""
        return self.burn_in_years * MONTHS_PER_YEAR + 2 * self.design.months


@dataclass(frozen=True)
class TrialRun:
    """Hold one trial: sizes, true effects, the steps that lead to the estimate, and the estimate.

    ``among_completers`` is the true effect on those of the treated arm who stay to the end; NaN where nobody does.
    """

    people: int
    units: int
    true_effect: float
    among_completers: float
    steps: Mapping[str, float]
    estimate: Estimate


def one_trial(task: TrialTask, tick: Tick) -> TrialRun | None:
    """Live one trial; None where its route finds fewer than two units to randomise."""
    from experiments.trial_worlds import live_treated, live_untreated, taken_in
    from sim.run import RunSpec, build

    spec = RunSpec(task.place, seed=task.seed, burn_in_years=task.burn_in_years)
    base = build(spec, task.parameters)
    base.burn_in()
    tick(task.burn_in_years * MONTHS_PER_YEAR)
    [untreated] = live_untreated(base, [task.design], tick)
    untreated = taken_in(base, untreated, task.people)
    if np.unique(untreated.recruits.unit).size < 2:
        base.close()
        return None
    treated = live_treated(base, task.design, untreated, tick)
    found = analyse(task.design, untreated, treated, base.tools.chance, base.parameters)
    base.close()
    return found


def analyse(design: Design, untreated: Any, treated: Any, chance: Chance, parameters: Mapping[str, Any]) -> TrialRun:
    """Compare worlds and arms.

    Parameters
    ----------
    untreated, treated : from `experiments.trial_worlds`: the world without the programme, and outcomes in the other.
    """
    recruits, without = untreated.recruits, untreated.outcomes
    arm, rated = recruits.treated, is_rated(design.measure)
    spread = float(np.std(without.truth[~arm])) or 1.0

    def between(above: Array, below: Array) -> float:
        return contrast(*_means(above, below, rated), rated, spread)

    intended = between(treated.truth[arm], without.truth[arm])
    stayed = arm & treated.completed
    completers = between(treated.truth[stayed], without.truth[stayed]) if stayed.any() else math.nan
    true = completers if design.estimand == "treated" else intended
    spill = between(treated.truth[~arm], without.truth[~arm])
    expected = between(treated.truth[arm], treated.truth[~arm])
    happened = between(treated.happened[arm], treated.happened[~arm])
    seen = treated.observed
    if rated:
        error = float(parameters["trials.rating_error"])
        seen = seen + error * chance.normals(RATING, 0, recruits.key, 0)
    observed = between(seen[arm], seen[~arm])
    followed = followed_up(design, recruits, treated.stayed, chance, parameters)
    found = estimate(seen[followed], arm[followed], recruits.unit[followed], rated)
    steps = {
        "dilution": intended - true,
        "contamination": -spill,
        "imbalance": expected - intended + spill,
        "luck": happened - expected,
        "measurement": observed - happened,
        "attrition": found.value - observed,
    }
    return TrialRun(len(recruits), int(np.unique(recruits.unit).size), true, completers, steps, found)


def _means(above: Array, below: Array, rated: bool) -> tuple[float, float]:
    """Return the means of two groups; a little is added to both counts where one has nothing."""
    one, other = float(above.mean()) if above.size else 0.0, float(below.mean()) if below.size else 0.0
    if rated or (one > 0.0 and other > 0.0):
        return one, other
    return one + 0.5 / max(above.size, 1), other + 0.5 / max(below.size, 1)


def followed_up(design: Design, recruits: Any, stayed: Array, chance: Chance, parameters: Mapping[str, Any]) -> Array:
    """Return whose outcome the trialist has: those asked must be there and be found; records hold the others."""
    measure = MEASURES[design.measure]
    if not measure.asked or design.is_of_places:
        return np.ones(len(recruits), bool)
    share = float(parameters["trials.attrition"]) if design.attrition is None else design.attrition
    if share <= 0.0:
        return np.asarray(stayed)
    odds = math.log(share / (1.0 - share)) if share < 1.0 else math.inf
    lost = logistic(odds + float(parameters["trials.attrition_by_risk"]) * recruits.risk)
    return np.asarray(stayed & (chance.uniforms(LOSS, 0, recruits.key, 0) >= lost))


def trial(
    intervention: str | Path,
    place: Any,
    runs: int = DEFAULT_RUNS,
    seed: int = 0,
    workers: int | None = None,
    *,
    people: int | None = None,
    effect: str = TRANSPORTED,
    burn_in_years: int = BURN_IN_YEARS,
    parameters: Any = None,
    progress: Mode = "none",
) -> TrialResult:
    """Put an intervention on trial in a place.

    Parameters
    ----------
    intervention
        Id of a catalogue entry, or the path of a file of one's own.
    people
        The most people a trial takes in, by lot; everybody who is found and agrees when None.
    effect
        ``transported`` for the effect expected in England, ``published`` for the one published.

    Raises
    ------
    InputError, NoTrial
    """
    from experiments.finding import find_parameters, find_place
    from experiments.trial_entries import read_one
    from sim.core.errors import InputError, Problem

    entry = read_one(intervention)
    design = design_of(entry, effect)
    data = find_place(place, {})
    registry = find_parameters(parameters, {})
    tasks = [TrialTask(design, data, registry, seed + run, people, burn_in_years) for run in range(runs)]
    with progress_of("Trials", sum(task.steps for task in tasks), progress) as shown:
        found = [each for each in run_many(one_trial, tasks, workers or default_workers(), shown) if each is not None]
    if not found:
        message = f"Nobody in this place would be recruited for {entry.name}: it takes two units to randomise."
        raise InputError(Problem("", 0, 0, "place", message, "Choose a larger place."))
    return result_of(entry, design, effect, data, found, seed)
