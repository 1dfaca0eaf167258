"""Keep the advice on a mix as a folder: result, tables, charts, page and manifest, complete or not there at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from experiments.files import copy_text, csv_text, new_folder, write_text
from experiments.manifest import Study, manifest_of_study, outputs_of, question_id
from experiments.portfolio.result import PortfolioResult
from experiments.portfolio.study import Advice
from experiments.runs import BASELINE
from experiments.store import (
    INPUTS,
    LOG,
    MANIFEST,
    PROFILE,
    PROFILES,
    REPORT,
    RESOLVED,
    RESULT,
    WORKBOOK,
    dated_folder,
    keep_with_catalogue,
    log_text,
    worlds_text,
)
from experiments.worlds import World
from sim.interventions.catalogue import bundled_scenarios

CHOSEN = "chosen_mix"


def worlds_of(advice: Advice) -> dict[str, World]:
    """Return the baseline and the chosen mix as scenarios."""
    portfolio, chosen = advice.portfolio, advice.result.chosen
    nothing = tuple(0 for _ in portfolio.options)
    mix = tuple(chosen.mix.levels.values()) if chosen else nothing
    return {
        BASELINE: World(BASELINE, bundled_scenarios()[BASELINE], portfolio.scenario(nothing, BASELINE)),
        CHOSEN: World(CHOSEN, portfolio.path, portfolio.scenario(mix, CHOSEN)),
    }


def default_folder(advice: Advice) -> Path:
    """Return ``runs/<time>_<place>_<file>_<id>`` in the working directory."""
    identity = question_id(advice.plan, worlds_of(advice), advice.result.runs)
    return dated_folder(advice.plan.place.name, advice.portfolio.path.stem, identity)


def store_advice(
    advice: Advice,
    folder: Path,
    command_line: Sequence[str],
    force: bool = False,
    *,
    workers: int = 1,
    seconds: float = 0,
) -> PortfolioResult:
    """Write the advice into ``folder`` and return its result with the path of the manifest."""
    from experiments.report.plain_workbook import write_tables
    from experiments.report.portfolio_page import draw_portfolio, portfolio_page

    result = advice.result.model_copy(update={"manifest": str(folder / MANIFEST)})
    worlds = worlds_of(advice)
    tables = tables_of(advice)
    with new_folder(folder, force) as partial:
        write_text(partial / RESULT, json.dumps(result.model_dump(by_alias=True), indent=1, ensure_ascii=False) + "\n")
        write_text(partial / RESOLVED, worlds_text(worlds))
        keep_with_catalogue(advice.portfolio.path, partial / INPUTS / advice.portfolio.path.name)
        if advice.profile_file is not None:
            copy_text(advice.profile_file, partial / INPUTS / PROFILES / PROFILE)
        for name, (header, rows) in tables.items():
            write_text(partial / "tables" / f"{name}.csv", csv_text(header, rows))
        drawings = draw_portfolio(result)
        for drawing in drawings:
            write_text(partial / "figures" / f"{drawing.name}.svg", drawing.svg)
            write_text(partial / "figures" / f"{drawing.name}.txt", f"{drawing.title}\n\n{drawing.description}\n")
        write_text(partial / REPORT, portfolio_page(result, drawings))
        write_text(partial / LOG, log_text(result.runs, workers, seconds, {}))
        study = Study(advice.plan, worlds, result.runs, workers, seconds, {}, place_file=advice.place_file)
        manifest = manifest_of_study(study, {"portfolio": result.warnings}, command_line)
        manifest["portfolio"] = advice.portfolio.path.name
        when = datetime.fromisoformat(manifest["created_utc"].removesuffix("Z"))
        write_tables(partial / WORKBOOK, result.title, tables, when)
        manifest["outputs"] = outputs_of(partial)
        write_text(partial / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return result


def tables_of(advice: Advice) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Return every table of the advice, header and rows, by name."""
    result, lived, names = advice.result, advice.lived, advice.portfolio.names
    return {
        "ranked": (
            ["mix", *names, "keeps_rules", "predicted_gbp", "chosen_on_gbp", "mean_gbp", "low_gbp", "high_gbp"],
            [
                [
                    *(line.label, *line.levels.values(), line.keeps_rules, line.predicted_value, line.chosen_on),
                    *((each.mean, each.low, each.high) if (each := line.reported_on) else (None, None, None)),
                ]
                for line in result.ranked
            ],
        ),
        "spending": (
            ["payer", "year", "gbp_before_discounting"],
            [
                [payer, year + 1, gbp]
                for payer, by_year in (result.chosen.spending_by_year if result.chosen else {}).items()
                for year, gbp in enumerate(by_year)
            ],
        ),
        "core": (
            ["programme", "verdict", "share_of_near_best", "best_with_gbp", "best_without_gbp"],
            [
                [name, core.verdict, core.share_of_near_best, core.best_with, core.best_without]
                for name, core in result.core.items()
            ],
        ),
        "frontier": (
            ["budget_gbp", "mix", "value_gbp"],
            [[step.budget_gbp, step.label, step.value] for step in result.frontier],
        ),
        "lived": (
            [*names, "value_gbp", "spending_gbp", *(f"{name}_averted" for name in lived.outcomes)],
            [
                [
                    *mix,
                    float(lived.value[:, column].mean()),
                    float(lived.spending[0, :, :, column].sum(axis=0).mean()),
                    *(float(np.mean(each[:, column])) for each in lived.outcomes.values()),
                ]
                for column, mix in enumerate(lived.mixes)
            ],
        ),
    }
