"""Keep a survey as a folder: result, tables, charts, draft needs assessment and manifest, complete or not there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from experiments.factors import SCHEMA as FACTORS_SCHEMA
from experiments.factors import FactorsResult
from experiments.files import csv_text, new_folder, write_text
from experiments.levels import Question
from experiments.manifest import Study, manifest_of_study, outputs_of, question_id
from experiments.store import LOG, MANIFEST, RESOLVED, RESULT, dated_folder, log_text, worlds_text
from experiments.survey import CURRENT, FULL, Surveyed
from experiments.survey_form import Group, SurveyResult
from experiments.survey_summary import PYRAMID
from sim.core.errors import InputError, Problem
from sim.outcomes.shared_picture import PARTS

ENDS = ("mean", "low", "high")
DRAFT = "needs_assessment"


def default_folder(question: Question) -> Path:
    """Return ``runs/<time>_<place>_survey_<id>`` in the working directory."""
    identity = question_id(question.plan, question.worlds, question.runs)
    return dated_folder(question.plan.place.name, "survey", identity)


def read_factors(folder: Path, place: str) -> FactorsResult:
    """Read the result of a study of factors in a place.

    Raises
    ------
    InputError
        When the folder holds no such study, or one of another place.
    """
    path = folder / RESULT
    fix = "Name a folder that placewise factors wrote for the same place."
    if not path.is_file():
        raise InputError(Problem(str(folder), 0, 0, "--factors", "There is no result.json in this folder.", fix))
    try:
        found = FactorsResult.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError:
        message = f"This is not the result of a study of factors ({FACTORS_SCHEMA})."
        raise InputError(Problem(str(path), 0, 0, "--factors", message, fix)) from None
    if found.place.name != place:
        message = f"These factors are those of {found.place.name}, and the survey is of {place}."
        raise InputError(Problem(str(path), 0, 0, "--factors", message, fix))
    return found


def store_survey(
    found: Surveyed,
    folder: Path,
    command_line: Sequence[str],
    force: bool = False,
    factors: FactorsResult | None = None,
) -> SurveyResult:
    """Write a survey into ``folder`` and return its result with the path of the manifest."""
    from experiments.places import summarise
    from experiments.report.needs_assessment import needs_assessment
    from experiments.report.survey_charts import draw_survey

    question = found.question
    result = found.result.model_copy(update={"manifest": str(folder / MANIFEST)})
    drawings = draw_survey(result)
    study = Study(question.plan, question.worlds, result.runs, found.workers, found.seconds, {})
    manifest = manifest_of_study(study, {"survey": result.notes}, command_line)
    with new_folder(folder, force) as partial:
        write_text(partial / RESULT, result.to_json())
        write_text(partial / RESOLVED, worlds_text(question.worlds))
        for name, text in _tables(found).items():
            write_text(partial / "tables" / name, text)
        for chart in drawings:
            write_text(partial / "figures" / f"{chart.name}.svg", chart.svg)
            write_text(partial / "figures" / f"{chart.name}.txt", f"{chart.title}\n\n{chart.description}\n")
        drafts = needs_assessment(result, summarise(question.plan.place), drawings, manifest, factors)
        for ending, text in drafts.items():
            write_text(partial / f"{DRAFT}.{ending}", text)
        write_text(partial / LOG, log_text(result.runs, found.workers, found.seconds, {}))
        manifest["outputs"] = outputs_of(partial)
        write_text(partial / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return result


def _tables(found: Surveyed) -> dict[str, str]:
    result = found.result
    return {
        "pyramid.csv": csv_text(
            ["step", *(f"{which}_{end}" for which in ("current", "full", "change", "per_1000") for end in ENDS)],
            (
                [name, *(getattr(getattr(step, which), end)
                         for which in ("current", "full", "change", "per_1000") for end in ENDS)]
                for name, step in result.pyramid.items()
            ),
        ),
        "overlap.csv": csv_text(
            ["services", *(f"{which}_{end}" for which in ("held", "linked") for end in ENDS)],
            (
                ["+".join(each.services) or "none",
                 *(getattr(getattr(each, which), end) for which in ("held", "linked") for end in ENDS)]
                for each in result.overlap
            ),
        ),
        "shared_picture.csv": csv_text(
            ["data_sharing", "by", "group", "incidents_a_year", *PARTS, "any_service"],
            (
                [dial, by, name, group.incidents.mean, *(group.parts[part].mean for part in PARTS),
                 group.any_service.mean]
                for dial in (CURRENT, FULL)
                for by, name, group in _groups(result, dial)
            ),
        ),
        "services.csv": csv_text(
            ["service", "own_records", "knows_current", "knows_full", "capacity", "referred", "seen", "turned_away",
             "mean_wait_months", "waiting", "unit_cost_gbp", "cost_gbp"],
            (
                [name, result.picture[CURRENT].own[name].mean, result.picture[CURRENT].known[name].mean,
                 result.picture[FULL].known[name].mean, each.capacity.mean, each.referred.mean, each.seen.mean,
                 each.turned_away.mean, each.mean_wait_months.mean, each.waiting.mean, each.unit_cost_gbp,
                 each.cost_gbp.mean]
                for name, each in result.services.items()
            ),
        ),
        "runs.csv": csv_text(
            ["data_sharing", "run", *PYRAMID],
            (
                [dial, run.number, *(run.results[dial].total(name) for name in PYRAMID.values())]
                for dial in (CURRENT, FULL)
                for run in found.runs
            ),
        ),
    }  # fmt: skip


def _groups(result: SurveyResult, dial: str) -> list[tuple[str, str, Group]]:
    picture = result.picture[dial]
    return [
        ("all", "all", picture.all),
        *(("context", name, group) for name, group in picture.by_context.items()),
        *(("severity", name, group) for name, group in picture.by_severity.items()),
    ]
