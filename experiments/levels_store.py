"""Keep the runs of one scenario as a folder: result, tables, detailed tables and manifest, complete or not there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from experiments.detail import PARTS, Detail, join_parts
from experiments.files import csv_text, new_folder, write_text
from experiments.levels import CONTAGION, LevelsResult, Lived, Question, live
from experiments.manifest import Study, manifest_of_study, outputs_of, question_id
from experiments.progress import Mode
from experiments.store import (
    INPUTS,
    LOG,
    MANIFEST,
    RESOLVED,
    RESULT,
    dated_folder,
    keep_scenarios,
    log_text,
    worlds_text,
)
from sim.outcomes.measures import MEASURE_NAMES

Array = npt.NDArray[np.float64]

ENDS = ("mean", "low", "high")


def live_and_store(
    question: Question,
    folder: Path,
    command_line: Sequence[str],
    force: bool = False,
    *,
    workers: int | None = None,
    progress: Mode = "none",
    incidents: bool = False,
    people: bool = False,
) -> Lived:
    """Simulate the runs of a question and keep them in ``folder``.

    Parameters
    ----------
    incidents, people
        Whether to write every incident, and everybody once a year, as Parquet. Both grow on disk, not in memory.
    """
    with new_folder(folder, force) as partial:
        detail = Detail(partial / PARTS, incidents, people)
        if detail.forms:
            detail.folder.mkdir()
        lived = live(question, workers, progress, detail)
        if detail.forms:
            join_parts(detail, range(question.runs), partial)
        lived = replace(lived, result=lived.result.model_copy(update={"manifest": str(folder / MANIFEST)}))
        _write(lived, partial, command_line)
    return lived


def default_folder(question: Question) -> Path:
    """Return ``runs/<time>_<place>_<scenario>_<id>`` in the working directory."""
    identity = question_id(question.plan, question.worlds, question.runs)
    return dated_folder(question.plan.place.name, question.world.stem, identity)


def _write(lived: Lived, folder: Path, command_line: Sequence[str]) -> None:
    question, result = lived.question, lived.result
    write_text(folder / RESULT, result.to_json())
    write_text(folder / RESOLVED, worlds_text(question.worlds))
    keep_scenarios(question.worlds, folder / INPUTS)
    for name, text in levels_tables(result, lived.totals).items():
        write_text(folder / "tables" / name, text)
    write_text(folder / LOG, log_text(result.runs, lived.workers, lived.seconds, lived.clips))
    study = Study(
        *(question.plan, question.worlds, result.runs, lived.workers, lived.seconds, lived.clips),
        settings=question.settings,
        place_file=question.place_file,
        used=lived.used,
    )
    manifest = manifest_of_study(study, {result.scenario: result.warnings}, command_line)
    manifest["outputs"] = outputs_of(folder)
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def levels_tables(result: LevelsResult, totals: Mapping[str, Array]) -> dict[str, str]:
    """Return the CSV text of every table by file name; ``totals`` gives of each measure one value a run."""
    return {
        "outcomes.csv": csv_text(
            ["outcome", *(f"yearly_{end}" for end in ENDS), *(f"per_1000_{end}" for end in ENDS)],
            ([name, *_ends(result, "yearly", name), *_ends(result, "rates", name)] for name in result.outcomes),
        ),
        "contagion.csv": csv_text(
            ["part", *ENDS],
            ([part, *(getattr(getattr(result.contagion, part), end) for end in ENDS)] for part in CONTAGION),
        ),
        "by_year.csv": csv_text(
            ["year", "outcome", *ENDS],
            (
                [year.year, name, *(getattr(year.outcomes[name], end) for end in ENDS)]
                for year in result.by_year
                for name in result.outcomes
            ),
        ),
        "runs.csv": csv_text(
            ["run", *MEASURE_NAMES],
            ([run, *(float(totals[name][run]) for name in MEASURE_NAMES)] for run in range(result.runs)),
        ),
    }


def _ends(result: LevelsResult, which: str, name: str) -> list[float | None]:
    return [getattr(getattr(result, which)[name], end) for end in ENDS]
