"""Commands that choose among programmes: portfolio."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.studies import (
    Force,
    Json,
    NumberOfRuns,
    Out,
    PlaceName,
    ProgressMode,
    Quick,
    Seed,
    Workers,
    Years,
    announce_compiling,
    number_of_runs,
    progress_mode,
)


def portfolio(
    file: Annotated[Path, typer.Argument(help="A portfolio file: candidates, budgets and rules.")],
    place: PlaceName = None,
    runs: NumberOfRuns = "12",
    seed: Seed = 0,
    years: Years = None,
    workers: Workers = None,
    out: Out = None,
    json: Json = None,
    quick: Quick = False,
    profile: Annotated[
        str, typer.Option("--profile", help="Appraisal profile: green_book, nice, local, or a file.")
    ] = "green_book",
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Find the best mix of programmes for a budget.

    Simulates a designed set of mixes and the best few found from them. Prints what to buy, what belongs in every good
    mix, and what more money would buy. Writes a folder with tables, charts, a workbook and a page; the last line is
    the path of the page.
    """
    from experiments.commands.writing import write_json
    from experiments.executor import default_workers
    from experiments.files import refuse_overwrite
    from experiments.portfolio.keeping import default_folder, store_advice
    from experiments.portfolio.study import find_mix
    from experiments.portfolio.text import print_portfolio
    from experiments.store import REPORT

    if out is not None:
        refuse_overwrite(out, force)
    announce_compiling()
    started = time.monotonic()
    advice = find_mix(
        file,
        place,
        number_of_runs(runs, quick),
        years,
        seed,
        workers,
        profile=profile,
        progress=progress_mode(progress),
    )
    folder = out or default_folder(advice)
    seconds = time.monotonic() - started
    result = store_advice(advice, folder, sys.argv, force, workers=workers or default_workers(), seconds=seconds)
    if json is not None:
        write_json(json, result.model_dump(by_alias=True))
    if json != "-":
        print_portfolio(result)
        print((folder / REPORT).resolve())
