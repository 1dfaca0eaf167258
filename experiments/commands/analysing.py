"""The part of placewise sweep that analyses a stored study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

ENDING = "-analysis"


def analysis_folder(study: Path) -> Path:
    """Return where the analysis of a study goes if nothing else is said: beside it."""
    return study.resolve().with_name(study.resolve().name + ENDING)


def analyse_study(
    study: Path,
    methods: str,
    outcomes: Sequence[str] | None,
    worth: float,
    folder: Path,
    force: bool,
    json: str | None,
    mode: Any,
) -> None:
    """Analyse a study, keep what was found in a folder and print it; the last line is the path of the page."""
    from experiments.commands.writing import write_json
    from experiments.files import refuse_overwrite
    from experiments.sensitivity.analysing import analyse
    from experiments.sensitivity.keeping import plain, store_analysis
    from experiments.sensitivity.words import summary

    refuse_overwrite(folder, force)
    asked = [name.strip() for name in methods.split(",")]
    found = analyse(study, asked, outcomes, worth, progress=mode)
    page = store_analysis(found, folder, force)
    if json is not None:
        write_json(json, plain(found))
    if json != "-":
        print("\n".join(summary(found)))
        for caution in found.cautions:
            print(f"Caution: {caution}")
        print(page.resolve())
