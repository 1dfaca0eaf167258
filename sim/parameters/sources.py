"""The sources that parameters and interventions cite: documents, and single published figures.

``sources.yaml`` holds documents, ``evidence.yaml`` one entry for every published figure. The identifiers alone are
read with a pattern, in a few milliseconds; the entries are read when someone asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sim.core.yaml_files import as_switch, read_shipped_yaml

FILES = ("sources.yaml", "evidence.yaml")
_ENTRY = re.compile(r"^  ([A-Za-z][A-Za-z0-9_]*):[ ]*$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """Describe one document or one published figure.

    Attributes
    ----------
    kind : ``document``, ``figure`` (a parameter), ``target`` (a statistic to match) or ``intervention``.
    values : a number, a list, or a mapping of names to numbers; None for documents.
    verified : whether the figure was read in its source.
    details : every other field of the entry, as written.
    """

    id: str
    kind: str
    name: str
    values: Any
    unit: str
    citation: str
    url: str
    verified: bool
    note: str
    details: Mapping[str, Any] = field(default_factory=dict)


@cache
def source_ids(folder: Path) -> frozenset[str]:
    """Return the identifiers of all sources in ``folder``."""
    texts = ((folder / name).read_text(encoding="utf-8") for name in FILES if (folder / name).exists())
    return frozenset(identifier for text in texts for identifier in _ENTRY.findall(text))


@cache
def load_sources(folder: Path | None = None) -> Mapping[str, Source]:
    """Read every source, by identifier."""
    here = folder if folder is not None else Path(__file__).parent
    sources: dict[str, Source] = {}
    for name in FILES:
        if (here / name).exists():
            entries = read_shipped_yaml(here / name)["sources"]
            sources.update({identifier: _source(identifier, entry) for identifier, entry in entries.items()})
    return MappingProxyType(sources)


def _source(identifier: str, entry: dict[str, Any]) -> Source:
    rest = dict(entry)
    text = {key: str(rest.pop(key, "") or "") for key in ("kind", "name", "unit", "citation", "url", "note")}
    verified = bool(as_switch(rest.pop("verified", False)))
    return Source(id=identifier, values=rest.pop("values", None), verified=verified, details=rest, **text)
