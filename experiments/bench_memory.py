"""Count the bytes of a world: columns, ties, scratch and what each room keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

FIRST = ("people", "families", "communities")
"""Parts whose arrays others may look at, counted before the rooms that do."""
SMALLEST_SHARE = 0.005
REST = "all else"


def bytes_by_part(place: Any) -> dict[str, int]:
    """Return the bytes of the arrays that each part of a place keeps, the largest first; parts below 0.5% together.

    Every array is counted once, under the first part that holds it. What all worlds of a place share, the open data and
    the parameters, is left out.
    """
    parts = vars(place)
    seen: dict[int, np.ndarray[Any, Any]] = {}
    visited = {id(place), id(place.place_data), id(place.parameters)}
    found: dict[str, int] = {}
    for name in (*FIRST, *(name for name in parts if name not in FIRST)):
        before = sum(array.nbytes for array in seen.values())
        _collect(parts[name], seen, visited)
        found[name] = sum(array.nbytes for array in seen.values()) - before
    total = sum(found.values())
    large = {name: size for name, size in found.items() if size >= SMALLEST_SHARE * total}
    return dict(sorted(large.items(), key=lambda part: -part[1])) | {REST: total - sum(large.values())}


def _collect(start: Any, seen: dict[int, np.ndarray[Any, Any]], visited: set[int]) -> None:
    """Gather the arrays that own the memory of everything reached from one thing."""
    stack = [start]
    while stack:
        thing = stack.pop()
        if id(thing) in visited:
            continue
        visited.add(id(thing))
        if isinstance(thing, np.ndarray):
            owner = thing
            while isinstance(owner.base, np.ndarray):
                owner = owner.base
            seen[id(owner)] = owner
        elif isinstance(thing, dict):
            stack += thing.values()
        elif isinstance(thing, list | tuple | set):
            stack += thing
        elif type(thing).__module__.startswith("sim.") and hasattr(thing, "__dict__"):
            stack += vars(thing).values()
