"""Keep a study of factors as a folder: result, tables, ranked chart and manifest, complete or not there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from experiments.factors import OUTCOMES, FactorsFound, FactorsResult
from experiments.files import csv_text, new_folder, write_text
from experiments.levels import Question
from experiments.manifest import Study, manifest_of_study, outputs_of, question_id
from experiments.store import LOG, MANIFEST, RESOLVED, RESULT, dated_folder, log_text, worlds_text

PARTS = ("mean", "low", "high", "monte_carlo_se")


def default_folder(question: Question) -> Path:
    """Return ``runs/<time>_<place>_factors_<id>`` in the working directory."""
    identity = question_id(question.plan, question.worlds, question.runs)
    return dated_folder(question.plan.place.name, "factors", identity)


def store_factors(found: FactorsFound, folder: Path, command_line: Sequence[str], force: bool = False) -> FactorsResult:
    """Write a study of factors into ``folder`` and return its result with the path of the manifest."""
    from experiments.report.factor_chart import factor_chart

    question = found.question
    result = found.result.model_copy(update={"manifest": str(folder / MANIFEST)})
    with new_folder(folder, force) as partial:
        write_text(partial / RESULT, result.to_json())
        write_text(partial / RESOLVED, worlds_text(question.worlds))
        for name, text in _tables(found).items():
            write_text(partial / "tables" / name, text)
        chart = factor_chart(result)
        write_text(partial / "figures" / f"{chart.name}.svg", chart.svg)
        write_text(partial / "figures" / f"{chart.name}.txt", f"{chart.title}\n\n{chart.description}\n")
        write_text(partial / LOG, log_text(result.runs, found.workers, found.seconds, {}))
        study = Study(question.plan, question.worlds, result.runs, found.workers, found.seconds, {})
        manifest = manifest_of_study(study, {"factors": result.notes}, command_line)
        manifest["outputs"] = outputs_of(partial)
        write_text(partial / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return result


def _tables(found: FactorsFound) -> dict[str, str]:
    result = found.result
    return {
        "factors.csv": csv_text(
            ["rank", "factor", "label", "level", "held", *(f"{name}_{part}" for name in OUTCOMES for part in PARTS)],
            (
                [rank, name, factor.label, factor.level, factor.held,
                 *(getattr(factor.outcomes[outcome], part) for outcome in OUTCOMES for part in PARTS)]
                for rank, (name, factor) in enumerate(result.factors.items(), 1)
            ),
        ),
        "runs.csv": csv_text(
            ["factor", "run", *OUTCOMES],
            (
                [name, run, *(float(totals[outcome][run]) for outcome in OUTCOMES)]
                for name, totals in found.totals.items()
                for run in range(result.runs)
            ),
        ),
    }  # fmt: skip
