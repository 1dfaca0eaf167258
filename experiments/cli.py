"""The command line: ``placewise``. Thin: each command reads its options and calls a plain function."""

from __future__ import annotations

import sys
from typing import Annotated, Optional

import typer

from experiments.commands import (
    evaluation,
    lookup,
    machine,
    places,
    planning,
    reports,
    running,
    screening,
    studies,
    surveillance,
    sweeping,
    tracking,
    trust,
)
from experiments.commands.guarding import guarded
from experiments.commands.sections import StepGroup

app = typer.Typer(
    name="placewise",
    cls=StepGroup,
    help="Estimate what programmes against serious violence may change in an English place, and what they cost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from experiments.version import placewise_version

        print(f"placewise {placewise_version()}")
        raise typer.Exit


@app.callback()
def placewise(
    version: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end."),
    ] = None,
) -> None:
    """Estimate what programmes against serious violence may change in an English place, and what they cost."""


for name, command in (
    ("demo", studies.demo),
    ("compare", studies.compare),
    ("run", running.run),
    ("factors", studies.factors),
    ("portfolio", planning.portfolio),
    ("survey", surveillance.survey),
    ("report", reports.report),
    ("check", lookup.check),
    ("list", lookup.list_names),
    ("explain", lookup.explain),
    ("schema", lookup.schema),
    ("trial", evaluation.trial),
    ("match", evaluation.match),
    ("screen", screening.screen),
    ("validate", trust.validate),
    ("sweep", sweeping.sweep),
    ("query", sweeping.query),
    ("reproduce", trust.reproduce),
    ("calibrate", trust.calibrate),
    ("bench", machine.bench),
    ("doctor", machine.doctor),
):
    app.command(name)(guarded(command))

place_app = typer.Typer(help="List, show and build places.", no_args_is_help=True, rich_markup_mode=None)
place_app.command("list")(guarded(places.list_places))
place_app.command("show")(guarded(places.show))
place_app.command("build")(guarded(places.build))
app.add_typer(place_app, name="place")

track_app = typer.Typer(help="Archive a forecast and score it afterwards.", no_args_is_help=True, rich_markup_mode=None)
track_app.command("archive")(guarded(tracking.archive))
track_app.command("score")(guarded(tracking.score))
app.add_typer(track_app, name="track")


def main() -> None:
    """Run the command line."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    app()


if __name__ == "__main__":
    main()
