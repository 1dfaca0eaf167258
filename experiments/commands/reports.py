"""The command that writes the pages of a stored comparison again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def report(
    folder: Annotated[Path, typer.Argument(help="Folder that compare wrote.")],
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="File to write; report.html in the folder if not given."),
    ] = None,
) -> None:
    """Write a stored comparison's report again."""
    from experiments.store import write_report

    print(write_report(folder, out).resolve())
