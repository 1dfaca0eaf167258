"""Commands for studies of many runs: sweep and query."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from experiments.commands.guarding import BUG, INTERRUPTED
from experiments.commands.studies import (
    ClusterAddress,
    Force,
    Json,
    PlaceName,
    ProgressMode,
    Workers,
    announce_compiling,
    progress_mode,
)

MEGABYTE = 1e6
SHOWN_ROWS = 200
ANALYSE_HELP = "Analyses, by commas: auto, morris, sobol, pawn, delta, regional, emulator or swings."


def sweep(
    file: Annotated[
        Path,
        typer.Argument(help="Sweep file: what varies, how, where and what is kept; with --analyse, or a study."),
    ],
    place: PlaceName = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Folder of the study; of the analysis, where a stored study is analysed."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say runs, time and disk; simulate nothing.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a study that was broken off.")] = False,
    only: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--only", help="Live one run by its task, keep nothing and print what it gives."),
    ] = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    analyse: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--analyse", help=ANALYSE_HELP),
    ] = None,
    outcome: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--outcome", help="Analyse this outcome; may be given again. The first decides the choice."),
    ] = None,
    worth: Annotated[
        float, typer.Option("--worth", min=0, help="What an option must avert to be preferred to doing nothing.")
    ] = 0.0,
    force: Force = False,
    json: Json = None,
    progress: ProgressMode = "auto",
) -> None:
    """Live a place over a design of inputs, or analyse what was lived.

    Varies values of a scenario or parameters of the model by grid, Latin hypercube, Sobol, factorial, one-at-a-time or
    Morris design, and keeps every run in a folder that placewise query reads; the last line is its path. With
    --analyse it says which factors matter and where the choice flips; the last line is the path of the page.
    """
    from experiments.commands.analysing import analyse_study, analysis_folder
    from experiments.files import refuse_overwrite
    from experiments.sweeps.sweeping import prepare

    mode = progress_mode(progress)
    if analyse is not None and file.is_dir():
        return analyse_study(file, analyse, outcome, worth, out or analysis_folder(file), force, json, mode)
    if analyse is not None and out is not None:
        refuse_overwrite(analysis_folder(out), force)
    prepared = prepare(file, place)
    if dry_run:
        _say_estimate(prepared, workers, cluster, json)
    elif only is not None:
        announce_compiling()
        _live_one(prepared, only, json)
    elif out is None:
        raise typer.BadParameter("name the folder of the study", param_hint="--out")
    else:
        _live(prepared, out, workers, cluster, resume, json if analyse is None else None, mode)
        if analyse is not None:
            analyse_study(out, analyse, outcome, worth, analysis_folder(out), force, json, mode)


def query(
    study: Annotated[Path, typer.Argument(help="Folder of a study.")],
    sql: Annotated[str, typer.Argument(help='Such as "select * from runs". Tables: inputs, runs, results.')],
    json: Json = None,
    csv: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--csv", help="Also write the answer as CSV to this file; - is stdout, instead of the table."),
    ] = None,
) -> None:
    """Ask a study a question in SQL.

    Tables: inputs (a row a point), runs (a row a run) and results (a row a run, world, year, fifth and outcome); where
    the study keeps such detail, months and communities, without small numbers.
    """
    from experiments.commands.writing import write_json
    from experiments.files import csv_text, write_text
    from experiments.study.querying import query as ask
    from experiments.terminal import print_rich

    found = ask(study, sql)
    rows = _plain_rows(found)
    if json is not None:
        write_json(json, {"schema": "placewise.query/1", "columns": [str(name) for name in found], "rows": rows})
    if csv is not None:
        text = csv_text([str(name) for name in found], rows)
        print(text, end="") if csv == "-" else write_text(Path(csv), text)
    if "-" not in (json, csv):
        print_rich(_table(found, rows))
        if len(rows) > SHOWN_ROWS:
            print(f"{len(rows):,} rows; the first {SHOWN_ROWS} are shown. --csv writes them all.", file=sys.stderr)


def _live(
    prepared: Any, out: Path, workers: int | None, cluster: str | None, resume: bool, json: str | None, mode: Any
) -> None:
    from experiments.commands.writing import write_json
    from experiments.engine import ClusterLost, executor_of
    from experiments.study.folder import FAILED, StudyFolder
    from experiments.sweeps.sweeping import live

    announce_compiling()
    try:
        found = live(prepared, out, executor_of(workers, cluster), resume, mode, sys.argv)
    except KeyboardInterrupt:
        done = len(StudyFolder(out).parts())
        print(f"Interrupted. {done} of {len(prepared.tasks)} runs are kept; go on with --resume.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except ClusterLost as error:
        print(f"{error} {StudyFolder(out).told_so_far(len(prepared.tasks), 'runs')}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    told = {"runs": found.runs, "failed": found.failed, "digest": found.digest, "folder": str(out.resolve())}
    if json is not None:
        write_json(json, {"schema": "placewise.sweep-result/1", **told})
    if found.failed:
        print(f"{found.failed} runs failed; each is described in {out / FAILED}.", file=sys.stderr)
    if json != "-":
        print(f"{found.runs - found.failed:,} runs. Digest of the study: {found.digest}")
        print(out.resolve())
    if found.failed == found.runs:
        raise SystemExit(BUG)


def _say_estimate(prepared: Any, workers: int | None, cluster: str | None, json: str | None) -> None:
    from dataclasses import asdict

    from experiments.commands.writing import write_json
    from experiments.engine import executor_of
    from experiments.engine.choosing import default_workers
    from experiments.progress import clock
    from experiments.sweeps.estimating import estimate

    # How many processes a cluster elsewhere has is not asked before there is work.
    processes = (executor_of(cluster=cluster).workers if cluster else workers) or default_workers()
    found = estimate(prepared, processes)
    if json is not None:
        write_json(json, {"schema": "placewise.sweep-estimate/1", **asdict(found)})
    if json == "-":
        return
    print(f"{found.points:,} points, {found.runs:,} runs, {found.simulated_years:,} simulated years.")
    print(f"About {clock(found.seconds)} on {processes} cores, once compiled.")
    print(f"About {found.study_bytes / MEGABYTE:.1f} MB for the study.")
    if found.detail_bytes:
        names = " and ".join(prepared.common.detail)
        print(f"About {found.detail_bytes / MEGABYTE:.1f} MB more for {names}.")
    if found.snapshot_bytes:
        print(
            f"About {found.snapshot_bytes / MEGABYTE:.0f} MB for burnt-in places, kept in the cache to be used again."
        )


def _live_one(prepared: Any, name: str, json: str | None) -> None:
    import pandas as pd

    from experiments.commands.writing import write_json
    from experiments.sweeps.tasks import live_task
    from experiments.terminal import print_rich

    task = prepared.task(name)
    found = pd.DataFrame(live_task(prepared.common, task, lambda steps: None).totals)
    totals = found.groupby(["world", "outcome"], sort=False)["value"].sum().reset_index()
    if json is not None:
        write_json(json, {"task": task.digest, "totals": totals.to_dict("records")})
    if json != "-":
        print_rich(_table(totals, _plain_rows(totals)))


def _plain_rows(found: Any) -> list[list[Any]]:
    """Return the rows of a table as plain values, None where nothing is known."""
    import pandas as pd

    return [[None if pd.isna(cell) else cell for cell in row] for row in found.astype(object).to_numpy().tolist()]


def _table(found: Any, rows: list[list[Any]]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, kind in zip(found, found.dtypes, strict=True):
        table.add_column(escape(str(name)), justify="right" if kind.kind in "iuf" else "left", overflow="fold")
    for row in rows[:SHOWN_ROWS]:
        table.add_row(*(escape(_cell(cell)) for cell in row))
    return table


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:,.6g}" if isinstance(cell, float) else str(cell)
