"""Survey a place: what violence there is, what each service sees of it, and what sharing records adds.

Every run lives the burn-in once and is forked at the decision date into two worlds of the same people and the same
luck: one in which data are shared as at present, one in which the data-sharing dial stands at 1.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.executor import Tick, default_workers, run_many
from experiments.levels import Question, prepare
from experiments.progress import Mode, progress_of
from experiments.runs import BASELINE, Plan, burnt_in
from experiments.settings import apply_settings
from experiments.survey_form import SurveyResult
from sim.core.time import MONTHS_PER_YEAR

Array = npt.NDArray[Any]

CURRENT, FULL = "current", "full"
DEFAULT_YEARS, DEFAULT_RUNS = 3, 8
REFERENCE_COMMUNITIES = 30


@dataclass(frozen=True)
class SurveyTask:
    """Name one run of a survey.

    Attributes
    ----------
    reference
        Data of the national reference population, with which levels of risk are compared; None for no comparison.
    """

    plan: Plan
    number: int
    reference: Any = None

    @property
    def steps(self) -> int:
        """Simulated months."""
        burn_in = self.plan.burn_in_years * (1 if self.reference is None else 2)
        return MONTHS_PER_YEAR * (burn_in + 2 * self.plan.years)


@dataclass(frozen=True)
class SurveyRun:
    """Hold what one run found.

    Attributes
    ----------
    results, pictures
        `RunResult` and `PictureRecorder` by level of data sharing.
    shared_share
        Probability that a linkable record reaches the others, by level of data sharing.
    levels, reference_levels
        Factor to its level in the place and in the reference population, at the decision date.
    capacity
        Cases each service could begin in a year, shape (services,).
    unit_cost_gbp
        Cost of a case by service.
    """

    number: int
    results: Mapping[str, Any]
    pictures: Mapping[str, Any]
    shared_share: Mapping[str, float]
    levels: Mapping[str, float]
    reference_levels: Mapping[str, float] | None
    capacity: Array
    unit_cost_gbp: Array


@dataclass(frozen=True)
class Surveyed:
    """Hold a finished survey."""

    question: Question
    result: SurveyResult
    runs: Sequence[SurveyRun]
    workers: int
    seconds: float


def prepare_survey(
    place: Any,
    runs: int = DEFAULT_RUNS,
    years: int = DEFAULT_YEARS,
    seed: int = 0,
    *,
    settings: Mapping[str, str] | None = None,
    parameters: Any = None,
) -> Question:
    """Return the question of a survey: the baseline in a place.

    Parameters
    ----------
    place, runs, years, seed, parameters
        As those of `experiments.levels.prepare`.
    settings
        Values of parameters, and positions of the partnership dials at present, such as
        ``{"partnership.data_sharing": "0.3"}`` where some data are shared already.

    Raises
    ------
    InputError
        With every problem of the place or the settings.
    """
    question = prepare(BASELINE, place, runs, years, seed, settings=settings, parameters=parameters)
    # A setting leaves a scenario called baseline as it is; here the baseline is the place as it stands.
    scenario = apply_settings({"survey": question.world.scenario}, settings or {})["survey"]
    plan = replace(question.plan, worlds={BASELINE: scenario})
    return replace(question, world=replace(question.world, scenario=scenario), plan=plan)


def survey(
    question: Question,
    workers: int | None = None,
    progress: Mode = "none",
    reference_communities: int = REFERENCE_COMMUNITIES,
) -> Surveyed:
    """Simulate a place as it stands and with data fully shared, and say who sees what.

    Parameters
    ----------
    question
        The baseline, place, runs and years, from `prepare_survey`.
    workers
        Processes; the number of cores if None.
    progress
        How to show progress on stderr.
    reference_communities
        Size of the national reference population with which levels of risk are compared; 0 for no comparison.
    """
    from experiments.survey_summary import summarise

    started = time.monotonic()
    plan, processes = question.plan, min(workers or default_workers(), question.runs)
    reference = None
    if reference_communities:
        from calibration.reference import reference_place

        reference = reference_place(reference_communities)
    if processes > 1 and plan.build is None:
        from experiments.warming import compile_kernels

        compile_kernels(plan)
    tasks = [SurveyTask(plan, number, reference) for number in range(question.runs)]
    what = f"{question.runs} runs of {plan.place.name}, data shared as at present and fully"
    with progress_of(what, sum(task.steps for task in tasks), progress) as shown:
        runs = run_many(one_survey, tasks, processes, shown)
    return Surveyed(question, summarise(question, runs), runs, processes, time.monotonic() - started)


def one_survey(task: SurveyTask, tick: Tick) -> SurveyRun:
    """Live one run with data shared as at present and fully, watched from the decision date on."""
    from sim.outcomes.factor_levels import levels_of
    from sim.outcomes.shared_picture import PictureRecorder

    plan = task.plan
    reference = None
    if task.reference is not None:
        nation = burnt_in(replace(plan, place=task.reference), task.number, tick)
        reference = levels_of(nation)
        nation.close()
    place = burnt_in(plan, task.number, tick)
    parameters = place.parameters
    capacity = np.asarray(parameters["services.capacity"], np.float64) * place.population * MONTHS_PER_YEAR / 1000.0
    levels = levels_of(place)
    results, pictures, shared = {}, {}, {}
    for name, scenario in scenarios_of(plan).items():
        world = place.fork(scenario)
        picture = world.recorder = PictureRecorder(world.communities.n)
        for _ in range(plan.years):
            world.run(MONTHS_PER_YEAR)
            tick(MONTHS_PER_YEAR)
        results[name], pictures[name] = world.result(), picture
        shared[name] = world.services.partnership.shared_share
        world.recorder = None
        world.close()
    place.close()
    unit_cost = np.asarray(parameters["services.unit_cost_gbp"], np.float64)
    return SurveyRun(task.number, results, pictures, shared, levels, reference, capacity, unit_cost)


def scenarios_of(plan: Plan) -> dict[str, Any]:
    """Return the scenario as it stands, and with the data-sharing dial at 1."""
    current = plan.worlds[BASELINE]
    return {CURRENT: current, FULL: replace(current, dials=replace(current.dials, data_sharing=1.0))}
