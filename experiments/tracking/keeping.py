"""Keep a score as a folder: result, tables, charts, page and log, complete or not there at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.files import csv_text, new_folder, sha256, write_text
from experiments.manifest import outputs_of
from experiments.store import MANIFEST, REPORT, RESULT, WORKBOOK, dated_folder
from experiments.tracking.forecast import Forecast
from experiments.tracking.result import ControlChart, TrackResult
from experiments.version import placewise_version

SCHEMA = "placewise.track-manifest/1"


def default_folder(result: TrackResult) -> Path:
    """Return ``runs/<time>_<place>_track_<hash>`` in the working directory."""
    return dated_folder(result.place, "track", result.forecast_sha256)


def store_score(
    result: TrackResult,
    forecast: Forecast,
    folder: Path,
    command_line: Sequence[str],
    inputs: Sequence[Path],
    force: bool = False,
) -> Path:
    """Write a score and its page, and return the folder. Observed files are named with their hash, never copied."""
    from experiments.report.plain_workbook import write_tables
    from experiments.report.tracking_page import draw_tracking, tracking_page

    tables = tables_of(result)
    with new_folder(folder, force) as partial:
        write_text(partial / RESULT, result.to_json())
        for name, (header, rows) in tables.items():
            write_text(partial / "tables" / f"{name}.csv", csv_text(header, rows))
        drawings = draw_tracking(result)
        for drawing in drawings.values():
            write_text(partial / "figures" / f"{drawing.name}.svg", drawing.svg)
            write_text(partial / "figures" / f"{drawing.name}.txt", f"{drawing.title}\n\n{drawing.description}\n")
        write_text(partial / REPORT, tracking_page(result, forecast, drawings))
        when = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        write_tables(partial / WORKBOOK, f"Forecast and counts, {result.place}", tables, when)
        manifest = {
            "schema": SCHEMA,
            "created_utc": when.isoformat() + "Z",
            "placewise": placewise_version(),
            "command": list(command_line),
            "forecast_sha256": result.forecast_sha256,
            "inputs": {str(path): sha256(path) if path.is_file() else None for path in inputs},
            "limits_of_use": forecast.limits_of_use,
            "outputs": outputs_of(partial),
        }
        write_text(partial / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return folder


def tables_of(result: TrackResult) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Return every table of a score, header and rows, by name."""
    return {
        "months": (
            ["outcome", "month", "observed", "world", "forecast_median", "forecast_low", "forecast_high"],
            [
                [name, line.month, line.observed, world, spread.median, spread.low, spread.high]
                for name, each in result.outcomes.items()
                for line in each.months
                for world, spread in line.forecast.items()
            ],
        ),
        "scores": (
            [
                *("outcome", "verdict", "forecast", "months", "crps", "coverage", "community_coverage", "observed"),
                *("total_median", "total_low", "total_high", "inside", "exceedance"),
            ],
            list(_scores(result)),
        ),
        "control_chart": (
            ["outcome", "kind", "month", "value", "centre", "low", "high", "signals"],
            list(_charts(result)),
        ),
        "communities": (
            ["outcome", "lsoa", "observed", "withheld", "world", "expected", "inside"],
            [
                [name, line.lsoa, line.observed, line.withheld, world, line.expected[world], line.inside[world]]
                for name, each in result.outcomes.items()
                for line in each.communities
                for world in line.expected
            ],
        ),
    }


def _scores(result: TrackResult) -> Iterator[list[Any]]:
    for name, each in result.outcomes.items():
        for world, found in each.worlds.items():
            total = found.total
            yield [
                *(name, each.verdict, world, len(each.months), found.crps, found.coverage, found.community_coverage),
                *(each.observed_total, total.median, total.low, total.high, found.inside, found.exceedance),
            ]
        for mark in each.benchmarks:
            yield [name, "", mark.name, mark.months, mark.crps, mark.coverage, *[None] * 7]


def _charts(result: TrackResult) -> Iterator[list[Any]]:
    charts: dict[str, ControlChart] = {name: each.chart for name, each in result.outcomes.items()}
    if result.recording.chart is not None:
        charts["recording"] = result.recording.chart
    for name, chart in charts.items():
        lines = zip(chart.months, chart.values, chart.centre, chart.low, chart.high, strict=True)
        for month, *values in lines:
            said = "; ".join(f"{each.rule} ({each.side})" for each in chart.signals if each.month == month)
            yield [name, chart.kind, month, *values, said]
