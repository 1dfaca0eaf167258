"""Simulate one scenario in a whole country or region: area by area, each kept as soon as it is done."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from experiments.areas.borders import Borders, borders_of
from experiments.areas.grouping import AREA_PEOPLE, Area, areas_of
from experiments.areas.living import KEPT, AreaTask, area_tasks, live_area, steps_of, weights_of
from experiments.areas.sampling import Sample, sample_of
from experiments.engine import Executor, attempt
from experiments.files import csv_text
from experiments.levels import Question
from experiments.manifest import Study, manifest_of_study
from experiments.progress import Mode, progress_of
from experiments.snapshots import model_digest
from experiments.study.folder import Asked, StudyFolder, begun
from experiments.study.parts import as_texts
from sim.core.errors import InputError, Problem
from sim.interventions.catalogue import own_catalogue_files
from sim.parameters.draws import DRAWS

KIND = "areas"
NOT_YET_KNOWN = (
    "schema", "engine", "workers", "cluster", "wall_seconds", "precision_reached", "hazards_above_ceiling", "command",
    "communities",
)  # fmt: skip


@dataclass(frozen=True)
class AreaQuestion:
    """Hold one scenario in a place that is lived area by area, before anything is simulated.

    Attributes
    ----------
    question
        Scenario, place and number of runs.
    scale
        Share of the communities that are lived in.
    """

    question: Question
    scale: float
    sample: Sample
    areas: tuple[Area, ...]
    borders: Borders
    asked: Asked
    tasks: tuple[AreaTask, ...]

    @property
    def people(self) -> int:
        """Number of residents who are simulated."""
        return sum(area.people for area in self.areas)

    @property
    def largest(self) -> int:
        """Number of residents of the largest area."""
        return max(area.people for area in self.areas)


def in_areas(question: Question, scale: float = 1.0, most: int = AREA_PEOPLE) -> AreaQuestion:
    """Cut the place of a question into areas.

    Parameters
    ----------
    scale
        Share of the communities of each region and deprivation fifth that are lived in; see
        `experiments.areas.sampling`.
    most
        People in an area.

    Raises
    ------
    InputError
        When the scale is not a share, or the place has figures of its own.
    """
    place = question.plan.place
    _check(place, scale)
    sample = sample_of(place, scale, question.plan.seed)
    areas = tuple(areas_of(place, sample.taken, most))
    asked = _question(question, scale, areas)
    tasks = tuple(area_tasks(question.plan, question.world.stem, areas, sample, question.runs, asked))
    borders = borders_of(place, areas)
    told = _asked(question, asked, areas, sample, tasks, most)
    return AreaQuestion(question, scale, sample, areas, borders, told, tasks)


def live_areas(
    asked: AreaQuestion,
    folder: Path,
    executor: Executor,
    resume: bool = False,
    progress: Mode = "none",
    command: Sequence[str] = (),
) -> int:
    """Live what is left of all areas, keep each in the folder of a study, and return how many failed.

    The results do not depend on the number of workers, on where they are, or on how often the study was broken off.
    """
    plan = replace(asked.question.plan, place=None)
    started = time.monotonic()
    with begun(folder, asked.asked, resume) as study:
        digests = [task.digest for task in asked.tasks]
        wanted = set(study.left(digests))
        left = [task for task in asked.tasks if task.digest in wanted]
        if executor.workers != 1 and left and plan.build is None:
            from experiments.warming import compile_kernels

            compile_kernels(asked.question.plan)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        study.note(event="began", at=now, areas_left=len(left), areas=len(digests), command=list(command))
        steps = sum(steps_of(plan, task) for task in left)
        with (
            study.noting_loss(executor),
            progress_of(f"{len(left)} areas of {asked.question.plan.place.name}", steps, progress) as shown,
        ):
            for outcome in attempt(executor, functools.partial(live_area, plan), left, shown):
                task = left[outcome.number]
                if outcome.error is None:
                    study.keep(task.digest, outcome.result)
                else:
                    study.keep_failure(task.digest, outcome.error, _facts(asked, task, command))
        digest = study.finish(digests)
        failed = len(study.failures())
        seconds = round(time.monotonic() - started, 1)
        study.note(
            event="ended", areas=len(digests), failed=failed, seconds=seconds, digest=digest, **asdict(executor.used)
        )
    return failed


def values_of(asked: AreaQuestion, study: StudyFolder) -> Any:
    """Add up all areas: float64[runs, outcomes of KEPT, years, fifths], summed in a fixed order."""
    from experiments.study.querying import tables_of

    plan = asked.question.plan
    with tables_of(study) as database:
        rows = database.execute(
            "SELECT run, year, fifth, outcome, value FROM results ORDER BY point, run, year, fifth, outcome"
        ).fetchnumpy()
    number = {name: row for row, name in enumerate(KEPT)}
    outcome = np.array([number[str(name)] for name in rows["outcome"]])
    values = np.zeros((asked.question.runs, len(KEPT), plan.years, 5))
    np.add.at(values, (rows["run"], outcome, rows["year"] - 1, rows["fifth"] - 1), rows["value"])
    return values


def _check(place: Any, scale: float) -> None:
    if not 0.0 < scale <= 1.0:
        message = f"The scale is a share of communities above 0 and at most 1. You wrote {scale:g}."
        raise InputError(Problem("", 0, 0, "--population-scale", message, "Write 1 for everybody, 0.1 for a tenth."))
    if place.overrides or place.assets or place.police is not None or place.structural_only:
        message = f"{place.name} has figures of its own, which areas cannot be given."
        fix = "Leave out --population-scale, or name a country, a region or LSOA codes."
        raise InputError(Problem("", 0, 0, "--place", message, fix))


def _question(question: Question, scale: float, areas: Sequence[Area]) -> dict[str, Any]:
    """Return everything that decides the results, so that areas are resumed only with the same."""
    plan = question.plan
    return {
        "kind": KIND,
        "model": model_digest(),
        "parameters": plan.parameters.digest(),
        "place": plan.place.digest(),
        "scenario": hashlib.sha256(repr(question.world.scenario).encode()).hexdigest(),
        "decision_date": plan.decision_date,
        "years": plan.years,
        "burn_in_years": plan.burn_in_years,
        "runs": question.runs,
        "seed": plan.seed,
        "population_scale": scale,
        "areas": hashlib.sha256("|".join(repr(area.rows.tolist()) for area in areas).encode()).hexdigest(),
    }


def _asked(
    question: Question,
    asked: dict[str, Any],
    areas: Sequence[Area],
    sample: Sample,
    tasks: Sequence[AreaTask],
    most: int,
) -> Asked:
    plan, world = question.plan, question.world
    study = Study(plan, question.worlds, question.runs, 0, 0.0, {}, settings=question.settings)
    manifest = manifest_of_study(study, {world.stem: world.notes}, ())
    numbers = np.array([task.run for task in tasks], np.int32)
    weights = [weights_of(plan.place, area, sample) for area in areas]
    return Asked(
        question=asked,
        about={
            "kind": KIND,
            "title": world.scenario.title,
            "worlds": [world.stem],
            "outcomes": list(KEPT),
            "runs_per_point": question.runs,
            "scenario": world.path.name,
            "area_people": most,
            **{key: value for key, value in manifest.items() if key not in NOT_YET_KNOWN},
        },
        files={
            world.path.name: world.path.read_text(encoding="utf-8"),
            **{f"catalogue/{path.name}": path.read_text(encoding="utf-8") for path in own_catalogue_files(world.path)},
            "communities.csv": _communities_csv(plan.place, areas, sample),
        },
        inputs={
            "point": np.arange(len(areas), dtype=np.int32),
            "area": as_texts([area.name for area in areas]),
            "region": as_texts([area.region for area in areas]),
            "authorities": as_texts(["; ".join(area.authorities) for area in areas]),
            "communities": np.array([area.rows.size for area in areas], np.int32),
            "people": np.array([area.people for area in areas], np.int64),
            **{f"weight_fifth_{fifth + 1}": np.array([each[fifth] for each in weights]) for fifth in range(5)},
        },
        runs={
            "task": as_texts([task.digest for task in tasks]),
            "point": np.array([task.number for task in tasks], np.int32),
            "run": numbers,
            "seed": plan.seed + numbers,
            "draw": np.full(len(tasks), -1, np.int32) if plan.central else (numbers % DRAWS).astype(np.int32),
            "worlds": as_texts([task.world for task in tasks]),
        },
    )


def _communities_csv(place: Any, areas: Sequence[Area], sample: Sample) -> str:
    lsoa = place.lsoa
    return csv_text(
        ["lsoa", "area", "region", "local_authority", "residents", "weight"],
        (
            [lsoa["lsoa"][row], number, area.region, lsoa["la_name"][row], lsoa["population"][row], sample.weight[row]]
            for number, area in enumerate(areas)
            for row in area.rows
        ),
    )


def _facts(asked: AreaQuestion, task: AreaTask, command: Sequence[str]) -> dict[str, Any]:
    plan = asked.question.plan
    return {
        "area": task.number,
        "name": task.name,
        "run": task.run,
        "seed": plan.seed + task.run,
        "draw": None if plan.central else task.run % DRAWS,
        "communities": list(task.codes),
        "replay": " ".join([*command, *([] if "--resume" in command else ["--resume"])]),
    }
