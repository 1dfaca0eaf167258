"""Write strengths to their store beside a catalogue."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from experiments.files import write_text
from sim.interventions.strength_store import STORE_FILE, Strengths, as_data, read_strengths

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
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    data = as_data(strengths)
    for part in data["entries"].values():
        for name, effect in part["effects"].items():
            line = CommentedMap(effect)
            line.fa.set_flow_style()
            part["effects"][name] = line
    writer = YAML()
    writer.width = 4096
    buffer = io.StringIO()
    writer.dump(data, buffer)
    return HEADING + buffer.getvalue()


__all__ = ["STORE_FILE", "store_text", "write_store"]
