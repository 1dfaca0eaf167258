"""Commands about how far to trust the model and its results: validate, reproduce."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from experiments.commands.guarding import REPRODUCE_MISMATCH
from experiments.commands.studies import (
    Json,
    PlaceName,
    ProgressMode,
    Quick,
    Workers,
    announce_compiling,
    progress_mode,
)


def validate(
    place: PlaceName = None,
    runs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--runs", min=1, help="Number of runs; 2 if not given."),
    ] = None,
    years: Annotated[int, typer.Option("--years", min=1, max=20, help="Years observed after the burn-in.")] = 3,
    workers: Workers = None,
    json: Json = None,
    quick: Quick = False,
    progress: ProgressMode = "auto",
) -> None:
    """Hold the model against known figures.

    Simulates a sample of England's neighbourhoods (or a place) and prints every target beside what the model gives.
    """
    from experiments.commands.writing import write_json
    from experiments.terminal import print_rich
    from experiments.validation import validate as hold_against_targets
    from experiments.validation import validation_table

    announce_compiling()
    found = hold_against_targets(place, runs, years, workers, quick=quick, progress=progress_mode(progress))
    if json is not None:
        write_json(json, found.model_dump(by_alias=True))
    if json != "-":
        print_rich(validation_table(found.targets))
        for use, (inside, of) in found.inside.items():
            print(f"{use}: {inside} of {of} inside their range")


def reproduce(
    comparison: Annotated[Path, typer.Argument(help="manifest.json of a stored comparison, or its folder.")],
    workers: Workers = None,
    progress: ProgressMode = "auto",
) -> None:
    """Run a stored comparison again and compare every number.

    Says whether result, tables and inputs are the same byte for byte; ends with code 7 where they are not.
    """
    from experiments.reproduction import reproduce as run_again

    announce_compiling()
    found = run_again(comparison, workers, progress_mode(progress))
    if found.identical:
        print(f"identical: all {len(found.compared)} files of inputs and numbers are the same, byte for byte")
        return
    print(f"different: {len(found.different)} of {len(found.compared)} files")
    for line in (*found.different, *found.reasons):
        print(f"  {line}")
    raise SystemExit(REPRODUCE_MISMATCH)
