"""Commands that define the problem: survey."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

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
    Set,
    Workers,
    announce_compiling,
    number_of_runs,
    progress_mode,
)


def survey(
    place: PlaceName = None,
    runs: NumberOfRuns = "8",
    seed: Seed = 0,
    years: Annotated[int, typer.Option("--years", min=1, max=50, help="Years after the decision date.")] = 3,
    workers: Workers = None,
    out: Out = None,
    json: Json = None,
    quick: Quick = False,
    factors: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--factors", help="Folder that placewise factors wrote for this place, for the draft."),
    ] = None,
    settings: Set = None,
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Show what each service sees of violence.

    Prints violence from true to fatal, who holds a record together with whom, and what sharing records adds, as at
    present and with data fully shared. Writes a folder with tables, charts and a draft strategic needs assessment; the
    last line is its path. --quick leaves out the comparison of risk factors with England.
    """
    from experiments.files import refuse_overwrite, write_text
    from experiments.settings import parse_settings
    from experiments.survey import REFERENCE_COMMUNITIES, prepare_survey
    from experiments.survey import survey as survey_place
    from experiments.survey_store import default_folder, read_factors, store_survey
    from experiments.survey_text import print_survey

    count = number_of_runs(runs, quick)
    if out is not None:
        refuse_overwrite(out, force)
    question = prepare_survey(place, count, years, seed, settings=parse_settings(settings or []))
    known = read_factors(factors, question.plan.place.name) if factors is not None else None
    announce_compiling()
    reference = 0 if quick else REFERENCE_COMMUNITIES
    found = survey_place(question, workers, progress_mode(progress), reference)
    folder = out or default_folder(question)
    result = store_survey(found, folder, sys.argv, force, known)
    if json == "-":
        print(result.to_json(), end="")
        return
    if json is not None:
        write_text(Path(json), result.to_json())
    print_survey(result)
    print(folder.resolve())
