"""Commands that keep score afterwards: track archive and track score."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from experiments.commands.studies import Force, Json, Out


def archive(
    study: Annotated[Path, typer.Argument(help="Folder that placewise compare wrote.")],
    out: Annotated[Path, typer.Option("--out", help="File to write; never replaced.")],
    history: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--history", help="Counts before the decision: a table, or police files. Repeat for more."),
    ] = None,
    chosen_on: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--chosen-on", help="Months on whose high counts the place was chosen: 2025-04..2026-03."),
    ] = None,
    chosen: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--chosen", help="The communities chosen, by comma; the whole place if not given."),
    ] = None,
    json: Json = None,
) -> None:
    """Archive a dated forecast that cannot be changed.

    By month, year, outcome and world, with and without the programme, sealed with a hash. With --history the level is
    that of the place's own counts. With --chosen-on the fall to expect without any programme is part of the forecast.
    The last line is the path of the file.
    """
    from experiments.commands.writing import write_json
    from experiments.tracking.archive import make_forecast
    from experiments.tracking.counts import read_counts
    from experiments.tracking.forecast import write_forecast
    from experiments.tracking.selection import read_selection
    from experiments.tracking.simulated import read_simulated
    from experiments.tracking.text import print_archived

    if chosen is not None and chosen_on is None:
        raise typer.BadParameter("say also on which months, with --chosen-on", param_hint="--chosen")
    simulated = read_simulated(study)
    codes = [str(code) for code in simulated.manifest["communities"]]
    selection = read_selection(chosen_on, chosen, codes) if chosen_on is not None else None
    forecast = make_forecast(simulated, read_counts(history, codes) if history else None, selection)
    write_forecast(forecast, out)
    if json is not None:
        write_json(json, forecast.model_dump(by_alias=True))
    if json != "-":
        print_archived(forecast)
        print(out.resolve())


def score(
    forecast: Annotated[Path, typer.Argument(help="File that placewise track archive wrote.")],
    observed: Annotated[
        list[Path],
        typer.Argument(help="Tables of counts (month, outcome, count, community) or police street-level files."),
    ],
    out: Out = None,
    json: Json = None,
    published: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--sha256", help="The hash made known when the forecast was archived, to check the file by."),
    ] = None,
    recording_shift: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--recording-shift", help="Factor by which recording moved recorded counts; 1 is none."),
    ] = None,
    force: Force = False,
) -> None:
    """Hold observed counts against an archived forecast.

    Prints scores beside naive forecasts, control charts, and what can and cannot be concluded. Writes a folder with
    tables, charts, a workbook and a page; the last line is the path of the page.
    """
    from experiments.commands.writing import write_json
    from experiments.files import refuse_overwrite
    from experiments.store import REPORT
    from experiments.tracking.keeping import default_folder, store_score
    from experiments.tracking.study import score_files
    from experiments.tracking.text import print_score

    if out is not None:
        refuse_overwrite(out, force)
    archived, result = score_files(forecast, observed, published, recording_shift)
    folder = out or default_folder(result)
    store_score(result, archived, folder, sys.argv, [forecast, *observed], force)
    if json is not None:
        write_json(json, result.model_dump(by_alias=True))
    if json != "-":
        print_score(result)
        print((folder / REPORT).resolve())
