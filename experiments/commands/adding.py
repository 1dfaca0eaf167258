"""Show whether the programmes of each scenario add up."""

from __future__ import annotations

import sys
from json import dumps as to_json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.comparison import Comparison

INTERACTIONS_SCHEMA = "placewise.interactions/1"


def show_interactions(found: Comparison, folder: Path, workers: int | None, mode: Any, show: bool) -> None:
    """Show whether the programmes of each scenario add up, and write it to ``interactions.json``."""
    from experiments.files import write_text
    from experiments.interactions import interactions, interactions_table
    from experiments.runs import BASELINE
    from experiments.terminal import print_rich

    result = {}
    for stem in sorted(set(found.plan.worlds) - {BASELINE}):
        adding = interactions(found.plan, stem, found.result.runs, workers, mode)
        if adding is None:
            print(f"{stem} has fewer than two parts, so there is nothing to add up.", file=sys.stderr)
            continue
        result[stem] = adding.model_dump(by_alias=True)
        if show:
            print_rich(interactions_table(adding))
    document = {"schema": INTERACTIONS_SCHEMA, "scenarios": result}
    write_text(folder / "interactions.json", to_json(document, indent=2) + "\n")
