"""Keep what came of all areas beside them, in the folder of the study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.areas.living import KEPT
from experiments.areas.result import AreasResult, summarise_areas
from experiments.areas.simulating import AreaQuestion, live_areas, values_of
from experiments.engine import Executor
from experiments.files import csv_text, write_text
from experiments.levels import OUTCOMES_SHOWN
from experiments.levels_store import levels_tables
from experiments.progress import Mode
from experiments.store import RESOLVED, RESULT, worlds_text
from experiments.study.folder import STUDY, StudyFolder
from experiments.study.querying import query
from sim.core.errors import PlacewiseError

Array = npt.NDArray[Any]

BY_AREA = """
    select inputs.{level} as name, outcome, sum(value) / {runs} as total
    from results join inputs using (point) group by all order by name, outcome
"""


class AreasFailed(PlacewiseError):
    """Report that areas failed, so that there is no result for the whole place."""

    exit_code = 1


def live_and_store_areas(
    asked: AreaQuestion,
    folder: Path,
    executor: Executor,
    resume: bool = False,
    progress: Mode = "none",
    command: Sequence[str] = (),
) -> AreasResult:
    """Live what is left of all areas, keep each, and then the levels of the whole place.

    Raises
    ------
    AreasFailed
        When an area failed twice; the others are kept.
    """
    failed = live_areas(asked, folder, executor, resume, progress, command)
    study = StudyFolder(folder)
    if failed:
        names = sorted({str(each["name"]) for each in study.failures().values()})
        raise AreasFailed(
            f"{failed} of {len(asked.tasks)} areas failed, each described in {folder / 'failed'}: {'; '.join(names)}. "
            "The others are kept; go on with --resume."
        )
    values = values_of(asked, study)
    result = summarise_areas(asked, values, study.digest or "")
    result = result.model_copy(update={"manifest": str(folder / STUDY)})
    write_text(folder / RESULT, result.to_json())
    write_text(folder / RESOLVED, worlds_text(asked.question.worlds))
    for name, text in _tables(asked, study, result, values).items():
        write_text(folder / "tables" / name, text)
    return result


def areas_folder(asked: AreaQuestion) -> Path:
    """Return ``runs/<time>_<place>_<scenario>_<id>`` in the working directory."""
    from experiments.levels_store import default_folder

    return default_folder(asked.question)


def _tables(asked: AreaQuestion, study: StudyFolder, result: AreasResult, values: Array) -> dict[str, str]:
    totals = {name: values[:, row].sum(axis=(1, 2)) for row, name in enumerate(KEPT)}
    return {
        **levels_tables(result, totals),
        "areas.csv": _by(study, "area", asked),
        "regions.csv": _by(study, "region", asked),
        "targets.csv": csv_text(
            ["target", "statistic", "published", "low", "high", "model_mean", "model_low", "model_high", "inside"],
            (
                [t.id, t.statistic, t.published, t.low, t.high, t.model.mean, t.model.low, t.model.high, t.inside]
                for t in result.targets
            ),
        ),
    }


def _by(study: StudyFolder, level: str, asked: AreaQuestion) -> str:
    """Return yearly means over runs, and rates, of areas or regions."""
    years = asked.question.plan.years
    found = query(study.folder, BY_AREA.format(level=level, runs=asked.question.runs))
    table = found.pivot(index="name", columns="outcome", values="total")
    lived = table["person_years"]
    return csv_text(
        [level, "residents", *OUTCOMES_SHOWN, *(f"{name}_per_1000" for name in OUTCOMES_SHOWN)],
        (
            [
                name,
                round(lived[name] / years),
                *(round(float(table[what][name]) / years, 2) for what in OUTCOMES_SHOWN),
                *(round(1000 * float(table[what][name] / np.maximum(lived[name], 1.0)), 4) for what in OUTCOMES_SHOWN),
            ]
            for name in table.index
        ),
    )
