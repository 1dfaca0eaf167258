"""Commands about single interventions: trial and match."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from experiments.commands.guarding import CHECK_FAILED
from experiments.commands.studies import (
    Json,
    NumberOfRuns,
    PlaceName,
    ProgressMode,
    Quick,
    Seed,
    Workers,
    announce_compiling,
    progress_mode,
)

Intervention = Annotated[str, typer.Argument(help="Id of an intervention, or a catalogue file of your own.")]
Interventions = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(help="Ids of interventions, or catalogue files; all that ship with the software if none is given."),
]


def trial(
    intervention: Intervention,
    place: PlaceName = None,
    runs: NumberOfRuns = "20",
    seed: Seed = 0,
    people: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--people", min=2, help="The most people in a trial; everybody found and willing if not given."),
    ] = None,
    effect: Annotated[
        str, typer.Option("--effect", help="transported (expected in England) or published: trial and strength.")
    ] = "transported",
    workers: Workers = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Also write the result as JSON to this file."),
    ] = None,
    json: Json = None,
    quick: Quick = False,
    progress: ProgressMode = "auto",
) -> None:
    """Put an intervention on trial in a place.

    Recruits, randomises and follows people up in the model, and prints the programme's true effect, what a trialist
    would have found, and what lies between.
    """
    from experiments.files import write_text
    from experiments.trial_text import print_trial
    from experiments.trials import QUICK_RUNS
    from experiments.trials import trial as put_on_trial

    if effect not in ("transported", "published"):
        raise typer.BadParameter(f'transported or published, not "{effect}"', param_hint="--effect")
    if not runs.isdigit() or int(runs) < 1:
        raise typer.BadParameter(f'a whole number of at least 1, not "{runs}"', param_hint="--runs")
    announce_compiling()
    found = put_on_trial(
        intervention,
        place,
        QUICK_RUNS if quick else int(runs),
        seed,
        workers,
        people=people,
        effect=effect,
        progress=progress_mode(progress),
    )
    for path in (out, Path(json) if json not in (None, "-") else None):
        if path is not None:
            write_text(path, found.to_json())
    if json == "-":
        print(found.to_json(), end="")
    else:
        print_trial(found)


def match(
    interventions: Interventions = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Store to write; strengths.yaml beside a file of yours, else in this folder."),
    ] = None,
    update_shipped: Annotated[
        bool,
        typer.Option(
            "--update-shipped",
            help="Write the store of the shipped catalogue, in a checkout; with --check, mark what still holds.",
        ),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Verify stored strengths with one trial each; exit code 6 if any is out.")
    ] = False,
    seeds: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--seeds", min=1, max=100, help="Pairs of worlds for each trial; 4, or 2 with --check."),
    ] = None,
    workers: Workers = None,
    json: Json = None,
    progress: ProgressMode = "auto",
) -> None:
    """Solve for the strengths of interventions.

    Finds how far the levers must move for a virtual trial to come out as the evidence says, and prints target,
    effect achieved, error and strength. Work that was cut off goes on where it was when the command is repeated.
    """
    from experiments.files import write_text
    from experiments.matching_request import run_request
    from experiments.terminal import print_rich
    from experiments.trial_text import match_table

    announce_compiling()
    found = run_request(
        interventions or [],
        out,
        update_shipped=update_shipped,
        verify=check,
        seeds=seeds,
        workers=workers,
        progress=progress_mode(progress),
    )
    if json == "-":
        print(found.to_json(), end="")
    else:
        if json is not None:
            write_text(Path(json), found.to_json())
        print_rich(match_table(found))
        if found.store:
            print(Path(found.store).resolve())
    if not found.passed:
        print("Some stored strengths do not hold: run placewise match.", file=sys.stderr)
        raise SystemExit(CHECK_FAILED)
