"""The command that writes a stored comparison's pages, charts, workbook and tables again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def report(
    folder: Annotated[Path, typer.Argument(help="Folder that compare wrote.")],
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Folder to write into; the comparison's own if not given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the output folder if it exists.")] = False,
) -> None:
    """Write a stored comparison's report again.

    Writes its pages, charts, workbook and tables from the numbers that its folder keeps; nothing is simulated. The
    last line is the path of the report.
    """
    from experiments.store import write_report

    print(write_report(folder, out, force).resolve())
