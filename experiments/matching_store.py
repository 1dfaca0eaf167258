"""Write strengths to their store beside a catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.files import write_text
from sim.interventions.strength_store import Strengths, as_data, read_strengths

HEADING = """\
# Strengths of interventions, solved for by `placewise match`: not to be edited by hand.
# Effects are log rate ratios, or differences in standard deviations where that is how a trial was published.
"""


def write_store(path: Path, solved: Mapping[str, Strengths]) -> None:
    """Write strengths atomically; those of other entries in the same file stay."""
    kept = read_strengths(path.parent, path.name)
    write_text(path, store_text({**kept, **solved}))


def store_text(strengths: Mapping[str, Strengths]) -> str:
    """Return a store as text: one line for each effect."""
    return HEADING + "\n".join(_lines(as_data(strengths))) + "\n"


def _lines(data: dict[str, Any]) -> Iterator[str]:
    yield f"schema: {data['schema']}"
    yield "entries:" if data["entries"] else "entries: {}"
    for identifier, part in data["entries"].items():
        yield f"  {identifier}:"
        for name in ("model", "entry"):
            # Quoted, so that a digest of figures alone stays text.
            yield f"    {name}: {json.dumps(part[name])}"
        yield f"    seeds: {part['seeds']}"
        yield "    effects:"
        for name, effect in part["effects"].items():
            cells = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in effect.items())
            yield f"      {name}: {{{cells}}}"
