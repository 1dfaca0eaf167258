"""Time the rooms of a world while it lives."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ROOMS = (
    ("society", "society", "advance"),
    ("demography", "demography", "turn"),
    ("demography", "demography", "bury"),
    ("families", "family_room", "turn"),
    ("development", "individuals", "develop"),
    ("work", "individuals", "work"),
    ("ties", "ties", "turn"),
    ("ties", "ties", "offend_together"),
    ("norms", "norms", "spread"),
    ("communities", "community_room", "turn"),
    ("programmes", "programmes", "deliver"),
    ("violence", "violence", "unfold"),
    ("aftermath", "aftermath", "settle"),
    ("services", "services", "respond"),
    ("counting residents", "census", "count"),
)
"""Name of a part of the month, the room it is in, and the method that lives it."""
OF_THE_PLACE = (("newcomers", "_welcome"), ("support by services", "_support"), ("compacting", "compact"))
REST = "all else"


def seconds_by_room(world: Any, months: int) -> tuple[float, dict[str, float]]:
    """Let a world live some months; return processor seconds in all, and by part of the month, the longest first."""
    spent: defaultdict[str, float] = defaultdict(float)
    with _timed(world, spent):
        begin = time.process_time()
        world.run(months)
        total = time.process_time() - begin
    spent[REST] = total - sum(spent.values())
    return total, dict(sorted(spent.items(), key=lambda part: -part[1]))


@contextmanager
def _timed(world: Any, spent: dict[str, float]) -> Iterator[None]:
    """Put a clock around the methods that live a month, for as long as this lasts."""
    watched = [(name, getattr(world, room), method) for name, room, method in ROOMS]
    watched += [(name, world, method) for name, method in OF_THE_PLACE]
    for name, room, method in watched:
        setattr(room, method, _clocked(getattr(room, method), name, spent))
    try:
        yield
    finally:
        for _, room, method in watched:
            delattr(room, method)


def _clocked(work: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def clocked(*arguments: Any, **others: Any) -> Any:
        begin = time.process_time()
        result = work(*arguments, **others)
        spent[name] += time.process_time() - begin
        return result

    return clocked
