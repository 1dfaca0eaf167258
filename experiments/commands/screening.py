"""The command that sifts proposals: screen."""

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


def screen(
    proposals: Annotated[Path, typer.Argument(help="A folder of proposals (YAML, CSV, Excel), or one such file.")],
    place: PlaceName = None,
    runs: NumberOfRuns = "20",
    seed: Seed = 0,
    years: Annotated[int, typer.Option("--years", min=1, max=50, help="Years after the decision date.")] = 5,
    workers: Workers = None,
    out: Out = None,
    json: Json = None,
    quick: Quick = False,
    pack: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--pack", help="The pack.json of an earlier screening, which this one must reproduce."),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", help="Appraisal profile: green_book, nice, local, or a file.")
    ] = "green_book",
    trials: Annotated[
        bool,
        typer.Option("--trials", help="Also ask what a trial of each is worth, and write evaluation plans. Slower."),
    ] = False,
    residents: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--residents-affected", min=1, help="With --trials: residents of all who would follow a result."),
    ] = None,
    settings: Set = None,
    force: Force = False,
    progress: ProgressMode = "auto",
) -> None:
    """Sift proposals, all by the same pack.

    Delivers each in the model and says reject, ask for more, pilot, trial or roll out, with the reasons. Writes a
    folder with a table, a page for each proposal and a workbook; the last line is the path of the table.
    """
    from experiments.files import refuse_overwrite, write_text
    from experiments.screening.reading import read_proposals
    from experiments.screening.screening import screen as screen_proposals
    from experiments.screening.storing import PAGE, default_folder, store_screening
    from experiments.screening.text import print_screening
    from experiments.settings import parse_settings

    count = number_of_runs(runs, quick)
    if out is not None:
        refuse_overwrite(out, force)
    loaded = read_proposals(proposals)
    worth = None
    if trials:
        from experiments.executor import default_workers
        from experiments.power.of_proposals import TrialsOfProposals
        from experiments.power.valuing import Terms

        worth = TrialsOfProposals(
            workers=workers or default_workers(), terms=Terms(residents), progress=progress_mode(progress)
        )
    announce_compiling()
    found = screen_proposals(
        loaded,
        place,
        count,
        years,
        seed,
        workers,
        profile=profile,
        pack=pack,
        settings=parse_settings(settings or []),
        value_of_trial=worth,
        progress=progress_mode(progress),
    )
    folder = out or default_folder(found)
    result = store_screening(
        *(found, folder, sys.argv, force), plans=worth.plans if worth else None, trials=worth.asked if worth else None
    )
    if json == "-":
        print(result.to_json(), end="")
        return
    if json is not None:
        write_text(Path(json), result.to_json())
    print_screening(result)
    print((folder / PAGE).resolve())
