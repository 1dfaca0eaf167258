"""Commands about how far to trust the model and its results: validate, calibrate, reproduce."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from experiments.commands.guarding import CHECK_FAILED, REPRODUCE_MISMATCH
from experiments.commands.studies import (
    Json,
    PlaceName,
    ProgressMode,
    Quick,
    Workers,
    announce_compiling,
    progress_mode,
    telling_of,
)


def validate(
    place: PlaceName = None,
    runs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--runs", min=1, help="Number of runs; 10 if not given."),
    ] = None,
    years: Annotated[int, typer.Option("--years", min=1, max=20, help="Years observed after the burn-in.")] = 3,
    workers: Workers = None,
    json: Json = None,
    html: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--html", help="Also write the scorecard, with charts, as a page to this file."),
    ] = None,
    targets_only: Annotated[
        bool, typer.Option("--targets-only", help="Leave out the forecasts of held-out communities and the gradient.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Only say whether fit, strengths and model belong together; exit code 6 if not. Simulates nothing.",
        ),
    ] = False,
    quick: Quick = False,
    progress: ProgressMode = "auto",
) -> None:
    """Hold the model against known figures.

    Simulates a sample of England's neighbourhoods (or a place) and prints every target beside what the model gives;
    then where the deprivation gradient comes from, and forecasts of held-out communities beside naive ones.
    """
    if check:
        return _check(json)
    from calibration.fitting.driver import shipped_fit_is_current
    from experiments.commands.writing import write_json
    from experiments.terminal import print_rich
    from experiments.validation import validate as hold_against_targets
    from experiments.validation_tables import causes_text, forecast_table, gradient_table, validation_table

    announce_compiling()
    if not shipped_fit_is_current():
        print("Some parameters have changed since the shipped fit was made: see placewise calibrate.", file=sys.stderr)
    found = hold_against_targets(
        place, runs, years, workers, quick=quick, targets_only=targets_only, progress=progress_mode(progress)
    )
    if html is not None:
        from experiments.files import write_text
        from experiments.report.scorecard_page import scorecard_page

        write_text(html, scorecard_page(found))
    if json is not None:
        write_json(json, found.model_dump(by_alias=True))
    if json != "-":
        print_rich(validation_table(found.targets))
        for use, (inside, of) in found.inside.items():
            print(f"{use}: {inside} of {of} inside their range")
        if causes := causes_text(found.targets):
            print(causes)
        if found.gradient:
            print_rich(gradient_table(found.gradient))
        if found.held_out is not None:
            print_rich(forecast_table(found.held_out.scores))
            for sentence in found.held_out.words:
                print(sentence)
        if html is not None:
            print(html)


def _check(json: Optional[str]) -> None:  # noqa: UP045
    from experiments.commands.writing import write_json
    from experiments.consistency import consistency, consistency_text

    found = consistency()
    if json is not None:
        write_json(json, found.model_dump(by_alias=True))
    if json != "-":
        print(consistency_text(found))
    if not found.consistent:
        raise SystemExit(CHECK_FAILED)


def calibrate(
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Folder of the fit; a fit broken off in it is taken up again."),
    ] = None,
    budget_runs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--budget-runs", min=60, help="Runs in all; 600 if not given."),
    ] = None,
    communities: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--communities", min=5, max=500, help="Neighbourhoods in each run; 48 if not given."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the whole fit.")] = 0,
    workers: Workers = None,
    update_shipped: Annotated[
        bool,
        typer.Option(
            "--update-shipped",
            help="Make this fit the one that every run uses; with --check, mark the shipped one as still holding.",
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Only live a few runs of the shipped fit again and see that the model gives the same; code 6 if not.",
        ),
    ] = False,
    json: Json = None,
    quick: Quick = False,
    progress: ProgressMode = "auto",
) -> None:
    """Fit the model to known figures.

    Lives many small runs, learns how the figures depend on the free parameters, and draws parameters in keeping with
    the figures. Prints which figures the fitted model meets, and which it cannot.
    """
    from calibration.fitting.report import in_words
    from experiments.calibrating import calibrate as fit_to_targets
    from experiments.commands.writing import write_json

    announce_compiling()
    if check:
        return _check_fit(update_shipped)
    if out is None:
        raise typer.BadParameter("A fit needs a folder.", param_hint="--out")
    found = fit_to_targets(
        out,
        budget_runs,
        communities,
        seed,
        workers,
        quick=quick,
        update_shipped=update_shipped,
        progress=progress_mode(progress),
    )
    if json is not None:
        write_json(json, found)
    if json != "-":
        print(in_words(found))


def _check_fit(renew: bool) -> None:
    from calibration.fitting.witnesses import changed_witnesses

    if changed := changed_witnesses(renew=renew):
        print("The model no longer gives what it gave when it was fitted:", *changed, sep="\n  ")
        raise SystemExit(CHECK_FAILED)
    print("The runs kept with the fit come out the same to the last digit.")


def reproduce(
    study: Annotated[
        Path, typer.Argument(help="Folder that compare, run, screen, portfolio or sweep wrote, or its manifest.json.")
    ],
    workers: Workers = None,
    progress: ProgressMode = "auto",
) -> None:
    """Run a stored study again and compare every number.

    Says whether result, tables and inputs are the same byte for byte; ends with code 7 where they are not.
    """
    from experiments.kept_runs import shared_kept_runs
    from experiments.reproduction import manifest_digest
    from experiments.reproduction import reproduce as run_again

    kept = shared_kept_runs(f"reproduce {manifest_digest(study)}")
    announce_compiling()
    with telling_of(kept):
        found = run_again(study, workers, progress_mode(progress), kept=kept)
    kept.forget()
    if found.identical:
        print(f"identical: all {len(found.compared)} files of inputs and numbers are the same, byte for byte")
        return
    print(f"different: {len(found.different)} of {len(found.compared)} files")
    for line in (*found.different, *found.reasons):
        print(f"  {line}")
    raise SystemExit(REPRODUCE_MISMATCH)
