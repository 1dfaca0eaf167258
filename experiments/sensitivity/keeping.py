"""Keep an analysis as a folder: page, charts, tables and JSON, complete or not there at all."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files import csv_text, new_folder, write_text
from experiments.sensitivity.analysing import Analysed, Analysis
from experiments.sensitivity.discovery import Discovery
from experiments.sensitivity.words import heading

SCHEMA = "placewise.sensitivity/1"
PAGE, RESULT = "sensitivity.html", "sensitivity.json"


def store_analysis(analysis: Analysis, folder: str | Path, force: bool = False) -> Path:
    """Write an analysis into a folder and return the path of its page."""
    from experiments.report.sensitivity_charts import draw_heat_map, draw_target
    from experiments.report.sensitivity_page import sensitivity_page

    heat_map = draw_heat_map(analysis)
    drawings = [draw_target(analysis, found, at) for at, found in enumerate(analysis.targets, start=1)]
    tables = {
        "indices": analysis.indices,
        "noise": analysis.noise,
        "swings": analysis.swings,
        "convergence": analysis.convergence,
    }
    with new_folder(Path(folder), force) as partial:
        write_text(partial / RESULT, json.dumps(plain(analysis), indent=1, ensure_ascii=False) + "\n")
        for name, table in tables.items():
            rows = [
                [None if pd.isna(cell) else cell for cell in row] for row in table.astype(object).to_numpy().tolist()
            ]
            write_text(partial / "tables" / f"{name}.csv", csv_text([str(each) for each in table], rows))
        for drawing in [*([heat_map] if heat_map else []), *(each for drawn in drawings for each in drawn)]:
            write_text(partial / "figures" / f"{drawing.name}.svg", drawing.svg)
            write_text(partial / "figures" / f"{drawing.name}.txt", f"{drawing.title}\n\n{drawing.description}\n")
        write_text(partial / PAGE, sensitivity_page(analysis, drawings, heat_map))
    return Path(folder) / PAGE


def plain(analysis: Analysis) -> dict[str, Any]:
    """Return an analysis as plain values for JSON; what is not defined or was suppressed is null."""
    about = analysis.data.about
    decided = analysis.choice
    found = {
        "schema": SCHEMA,
        "study": about["title"],
        "digest": _digest(analysis),
        "place": about["place"],
        "design": about["design"],
        "factors": about["factors"],
        "methods": list(analysis.methods),
        "finding": heading(analysis),
        "targets": [_target(each) for each in analysis.targets],
        "choice": None if decided is None else asdict(decided),
        "warnings": list(analysis.cautions),
    }
    result: dict[str, Any] = _finite(found)
    return result


def _target(found: Analysed) -> dict[str, Any]:
    target, emulated = found.target, found.emulated
    return {
        "outcome": target.outcome,
        "world": target.world,
        "paired": target.paired,
        "label": target.label,
        "noise": asdict(found.noise),
        "emulator": None
        if emulated is None
        else {
            "q2": emulated.q2,
            "points": emulated.points,
            "refits": len(emulated.refits),
            "trusted": emulated.trusted,
        },
        "indices": [asdict(row) for row in found.rows],
        "swings": [asdict(each) for each in found.swings],
        "convergence": [asdict(each) for each in found.steps],
        "discovery": _discovery(found.discovery),
    }


def _discovery(found: Discovery | None) -> dict[str, Any] | None:
    return None if found is None else asdict(found)


def _digest(analysis: Analysis) -> str | None:
    from experiments.study.folder import opened

    return opened(analysis.data.folder).digest


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
