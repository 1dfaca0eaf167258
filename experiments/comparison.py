"""Compare scenarios with the baseline, run by run, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments import results
from experiments.appraisals import appraise_runs
from experiments.choice_results import AppraisalProfile, Decision, Register
from experiments.decisions.assumptions import assumptions_of
from experiments.decisions.planes import choices_of
from experiments.decisions.sections import decision_of
from experiments.engine import Used
from experiments.executor import default_workers, noting_where
from experiments.finding import find_parameters, find_place, place_file_of
from experiments.kept_runs import KeptRuns, live_tasks
from experiments.precision import precise_enough
from experiments.progress import Mode
from experiments.runs import BASELINE, Plan, RunRecord, RunTask
from experiments.scenario_results import scenario_result
from experiments.stress import stress_results, with_stress
from experiments.summaries import Stack, clips_of, community_means, resources_of
from experiments.worlds import World, decision_month, longest_horizon, read_worlds
from sim.economics.profile import DEFAULT, Profile, read_profile
from sim.outcomes.measures import MEASURE_NAMES

Array = npt.NDArray[np.float64]

AUTO = "auto"
DEFAULT_RUNS = 20
MOST_RUNS = 200
MORE_RUNS = 10
QUICK_RUNS = 4
BURN_IN_YEARS = 5


@dataclass(frozen=True)
class Comparison:
    """Hold everything a comparison found.

    Attributes
    ----------
    result
        The published result; its ``manifest`` is empty until the comparison is stored.
    plan
        What every run had in common.
    worlds
        The scenarios as read, baseline first.
    communities
        World to column to one value by community; see `community_means`.
    runs
        World to measure to one value per run over the horizon.
    choices
        Scenario to column to one value per run; see `experiments.decisions.planes`.
    clips
        Decision to the number of hazards above their ceiling, over all runs and worlds.
    resources
        World to resource to the mean over runs by year.
    workers, seconds
        Processes and wall time of the runs.
    used
        What the runs really ran on; None where that is not known.
    precise
        False when ``auto`` ended before the precision was reached.
    settings
        Values set from outside the files.
    place_file
        The place file that the place was read from, if any.
    profile_file
        The file of the appraisal profile.
    """

    result: results.CompareResult
    plan: Plan
    worlds: Mapping[str, World]
    communities: Mapping[str, Mapping[str, Array]]
    runs: Mapping[str, Mapping[str, Array]]
    choices: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    clips: Mapping[str, int] = field(default_factory=dict)
    resources: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    workers: int = 1
    seconds: float = 0.0
    precise: bool = True
    used: Used | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    place_file: Path | None = None
    profile_file: Path | None = None


def compare(
    scenarios: Sequence[str | Path],
    place: Any,
    runs: int | str = DEFAULT_RUNS,
    years: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    *,
    settings: Mapping[str, str] | None = None,
    burn_in_years: int = BURN_IN_YEARS,
    progress: Mode = "none",
    parameters: Any = None,
    build: Callable[..., Any] | None = None,
    profile: str | Path = DEFAULT,
    stress: bool = False,
    ways: bool = False,
    structures: bool = False,
    way_runs: int | None = None,
    kept: KeptRuns | None = None,
) -> Comparison:
    """Estimate what each scenario changes against the baseline.

    Every run draws one set of parameters, simulates the place up to the decision date once, and forks it into the
    baseline and every scenario, so that worlds of one run differ only by what a scenario does. The numbers do not
    depend on ``workers`` or on the order of ``scenarios``.

    Parameters
    ----------
    scenarios
        Scenario files or names of bundled scenarios. One whose stem is ``baseline`` becomes the baseline.
    place
        Name, code, LSOA codes, place file or `PlaceData`; None for the place that the scenario files name.
    runs
        Number of runs, or ``auto``: from 20 runs go on by tens until the difference in violence with injury is known
        well enough in every scenario (see `experiments.precision`), or 200 runs are done.
    years
        Years after the decision date; the longest horizon of the scenarios if None.
    seed
        Added to the number of every run.
    workers
        Processes; the number of cores if None.
    settings
        Values set from outside the files, such as ``interventions.mentoring.uptake`` or ``parameters.<id>``.
    burn_in_years
        Years simulated before the decision date.
    progress
        How to show progress on stderr.
    parameters
        The registry, if not the one that ships.
    build
        What builds a place, if not `sim.run.build`.
    profile
        Appraisal profile: a bundled name or a file. Settings given from outside win over it.
    stress
        Also live every scenario as it would be if delivered less well; see `experiments.stress`.
    ways
        Also decompose what every scenario changes by the ways it works; see `experiments.pathways`.
    structures
        Also repeat up to 20 of the runs with the model built otherwise; see `experiments.structures`.
    way_runs
        Runs for ``ways``, of the runs there are; two if None.
    kept
        Where finished runs are kept and looked for, so that a comparison that was broken off goes on; they are not if
        None.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        With every problem of the files: unknown names, two files of one stem, different decision dates.
    """
    worlds = read_worlds(scenarios, settings or {})
    chosen = read_profile(profile)
    plan = Plan(
        place=find_place(place, worlds),
        parameters=find_parameters(parameters, settings or {}, chosen),
        worlds={stem: world.scenario for stem, world in worlds.items()},
        decision_date=decision_month(worlds),
        years=years or longest_horizon(worlds),
        burn_in_years=burn_in_years,
        seed=seed,
        build=build,
    )
    started = time.monotonic()
    lived = with_stress(plan) if stress else plan
    processes = workers or default_workers()
    records: list[RunRecord] = []
    batch = DEFAULT_RUNS if runs == AUTO else int(runs)
    with noting_where() as where:
        while True:
            records += run_plan(lived, range(len(records), len(records) + batch), processes, progress, kept)
            known = precise_enough(records)
            if runs != AUTO or known or len(records) >= MOST_RUNS:
                break
            batch = min(MORE_RUNS, MOST_RUNS - len(records))
    seconds, used = time.monotonic() - started, where()
    found = summarise(plan, worlds, records, used.workers, seconds, known or runs != AUTO, chosen)
    if ways:
        from experiments.pathways import DEFAULT_RUNS as DEFAULT_RUNS_OF_WAYS
        from experiments.pathways import pathways_of

        carried = pathways_of(plan, min(way_runs or DEFAULT_RUNS_OF_WAYS, len(records)), processes, progress)
        found = replace(found, result=found.result.model_copy(update={"pathways": carried}))
    if structures:
        from experiments.structures import structure_of

        otherwise = structure_of(plan, worlds, records, processes, progress, kept)
        found = replace(found, result=found.result.model_copy(update={"structure": otherwise}))
    file = place_file_of(place, worlds)
    return replace(found, used=used, settings=dict(settings or {}), place_file=file, profile_file=chosen.path)


def run_plan(
    plan: Plan, numbers: range, workers: int, progress: Mode = "none", kept: KeptRuns | None = None
) -> list[RunRecord]:
    """Simulate runs of a plan by their numbers, in that order."""
    [found] = run_plans([plan], numbers, workers, progress, kept)
    return found


def run_plans(
    plans: Sequence[Plan], numbers: range, workers: int, progress: Mode = "none", kept: KeptRuns | None = None
) -> list[list[RunRecord]]:
    """Simulate the same runs of several plans, all by the same processes, the longest first.

    Runs found in ``kept`` are not lived again, and those that are lived are kept there.
    """
    tasks = [(place, RunTask(plan, number)) for place, plan in enumerate(plans) for number in numbers]
    tasks.sort(key=lambda each: -each[1].plan.steps_per_run * int(each[1].plan.place.population))
    # Further runs of a study, as for ``auto``, find the kernels compiled.
    if min(workers, len(tasks)) > 1 and plans[0].build is None and numbers.start == 0:
        from experiments.warming import compile_kernels

        compile_kernels(plans[0])
    names = " and ".join(plan.place.name for plan in plans)
    lived = live_tasks([task for _, task in tasks], f"{len(tasks)} runs of {names}", workers, progress, kept)
    found: list[list[RunRecord]] = [[] for _ in plans]
    for (place, _), record in zip(tasks, lived, strict=True):
        found[place].append(record)
    return found


def summarise(
    plan: Plan,
    worlds: Mapping[str, World],
    records: Sequence[RunRecord],
    workers: int = 1,
    seconds: float = 0.0,
    precise: bool = True,
    profile: Profile | None = None,
) -> Comparison:
    """Summarise the runs of a plan, by the default appraisal profile if none is given."""
    profile = profile or read_profile(DEFAULT)
    appraisals = {
        stem: appraise_runs(records, stem, worlds[stem].prices, plan.parameters)
        for stem in plan.worlds
        if stem != BASELINE
    }
    result = results.CompareResult(
        place=results.PlaceSummary(
            name=plan.place.name, kind=plan.place.kind, population=plan.place.population, communities=plan.place.n
        ),
        runs=len(records),
        years=plan.years,
        seed=plan.seed,
        decision_date=plan.decision_date,
        scenarios={
            stem: scenario_result(plan, worlds[stem], records, found, profile) for stem, found in appraisals.items()
        },
        profile=AppraisalProfile(
            id=profile.id,
            title=profile.title,
            dated=profile.dated,
            perspective=profile.perspective_words,
            values=dict(profile.values),
            unchecked=dict(profile.unchecked),
        ),
        decision=Decision.model_validate(decision_of(plan, records, appraisals)),
        register_of_assumptions=Register.model_validate(assumptions_of(plan, worlds, records, appraisals)),
        stress=stress_results(plan, worlds, records),
        manifest="",
    )
    stacks = {world: Stack(records, world) for world in plan.worlds}
    return Comparison(
        result=result,
        plan=plan,
        worlds=worlds,
        communities={world: community_means(records, world) for world in plan.worlds},
        runs={world: {name: stack.total(name) for name in MEASURE_NAMES} for world, stack in stacks.items()},
        choices=choices_of(plan, records, appraisals),
        clips=clips_of(records, list(plan.worlds)),
        resources={world: resources_of(records, world) for world in plan.worlds},
        workers=workers,
        seconds=seconds,
        precise=precise,
    )
