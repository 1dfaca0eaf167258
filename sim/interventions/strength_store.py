"""Strengths solved for in virtual trials: a file ``strengths.yaml`` in a catalogue folder, one part for each entry.

An entry's pushes are multiplied by one scale. Which scale depends on the effect that is to be reproduced, so the
store holds a scale for five effects across the range the evidence leaves open, and one for the effect as published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.errors import InputError, Problem
from sim.core.yaml_files import read_shipped_yaml

if TYPE_CHECKING:
    from sim.interventions.schema import CatalogueEntry

STORE_FILE = "strengths.yaml"
STORE_SCHEMA = "placewise.strengths/1"
PUBLISHED = "published"
CENTILES: dict[str, float] = {"p05": -1.6448536, "p25": -0.6744898, "central": 0.0, "p75": 0.6744898, "p95": 1.6448536}
"""Effects a strength is solved for, as standard normal deviates of the effect expected in England."""
SEGMENTS_BEYOND = 1.5
"""Beyond its outermost effects a curve goes on straight, as far as this many times the last distance between them."""
IN_WORDS = {
    *("name", "about", "strand", "level", "tier", "life_course", "badges", "cost", "harms", "equity"),
    *("delivered_by", "shares_capacity_of"),
}
IN_WORDS_OF_EVIDENCE = {
    "trial": {"population", "outcome", "mapping", "note", "attrition"},
    "transport": {"why", "factor"},
    "security": True,
    "unverified": True,
    "sources": True,
}


@dataclass(frozen=True)
class Solved:
    """Hold the scale that reproduces one effect.

    Attributes
    ----------
    log_rr : the effect to be reproduced (a difference in standard deviations where that is how it was published).
    scale, scale_se : what the pushes are multiplied by, and its Monte Carlo standard error.
    achieved, achieved_se : the effect of the virtual trial at this scale.
    bound : why no scale reproduces the effect, and which was taken; empty where one does.
    """

    log_rr: float
    scale: float
    scale_se: float = 0.0
    achieved: float = 0.0
    achieved_se: float = 0.0
    bound: str = ""


@dataclass(frozen=True)
class Strengths:
    """Hold what was solved for one entry, in so many ``seeds``; ``model`` and ``entry`` say what it was solved with."""

    model: str
    entry: str
    effects: tuple[tuple[str, Solved], ...]
    seeds: int = 0

    @property
    def by_name(self) -> dict[str, Solved]:
        return dict(self.effects)

    def scale_at(self, log_rr: float) -> float:
        """Return the scale for an effect: straight lines between those solved, and a little way beyond them.

        No effect takes no strength, so the curve goes through zero where zero lies within its range.
        """
        points = {effect.log_rr: effect.scale for name, effect in self.effects if name != PUBLISHED}
        solved = sorted(points)
        if len(solved) == 1:
            return points[solved[0]]
        low = solved[0] - SEGMENTS_BEYOND * (solved[1] - solved[0])
        high = solved[-1] + SEGMENTS_BEYOND * (solved[-1] - solved[-2])
        if solved[0] < 0.0 < solved[-1]:
            points[0.0] = 0.0
        x = np.array(sorted(points))
        y = np.array([points[value] for value in x])
        wanted = min(max(log_rr, low), high)
        for end, inner in ((0, 1), (-1, -2)):
            if (wanted - x[end]) * (x[inner] - x[end]) < 0.0:
                return float(y[end] + (wanted - x[end]) * (y[end] - y[inner]) / (x[end] - x[inner]))
        return float(np.interp(wanted, x, y))

    @property
    def bounds(self) -> tuple[str, ...]:
        """Why some effects cannot be reproduced, in words."""
        return tuple(dict.fromkeys(effect.bound for _, effect in self.effects if effect.bound))


def entry_hash(entry: CatalogueEntry) -> str:
    """Return the digest of all of an entry that its strength depends on: not its words, costs and ratings."""
    out: dict[str, Any] = dict.fromkeys(IN_WORDS, True)
    out["evidence"] = IN_WORDS_OF_EVIDENCE
    out["levers"] = {name: {"because": True} for name in entry.levers}
    left = entry.model_dump(mode="json", by_alias=True, exclude=out, exclude_defaults=True)
    return hashlib.sha256(json.dumps(left, sort_keys=True).encode()).hexdigest()[:16]


def read_strengths(folder: Path, name: str = STORE_FILE) -> dict[str, Strengths]:
    """Return the strengths stored in a catalogue folder by entry; none when it has no store.

    Raises
    ------
    InputError : when the store is damaged.
    """
    path = folder / name
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=16)
def _read(path: Path, modified_ns: int) -> dict[str, Strengths]:
    data = read_shipped_yaml(path)
    try:
        if data["schema"] != STORE_SCHEMA:
            raise ValueError(f"the schema is {data['schema']}, not {STORE_SCHEMA}")
        return {name: _strengths(part) for name, part in data["entries"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"The store of strengths cannot be read: {error}."
        raise InputError(Problem(str(path), 0, 0, "", message, "Delete it and run: placewise match")) from None


def _strengths(part: Mapping[str, Any]) -> Strengths:
    effects = tuple((str(name), Solved(**effect)) for name, effect in part["effects"].items())
    if "central" not in dict(effects):
        raise ValueError("an entry has no central effect")
    return Strengths(str(part["model"]), str(part["entry"]), effects, int(part["seeds"]))


def as_data(strengths: Mapping[str, Strengths]) -> dict[str, Any]:
    """Return strengths in the form of the store."""
    return {
        "schema": STORE_SCHEMA,
        "entries": {
            name: {
                "model": each.model,
                "entry": each.entry,
                "seeds": each.seeds,
                "effects": {label: _plain(effect) for label, effect in each.effects},
            }
            for name, each in sorted(strengths.items())
        },
    }


def _plain(effect: Solved) -> dict[str, Any]:
    data = {key: round(value, 5) if isinstance(value, float) else value for key, value in asdict(effect).items()}
    return data if effect.bound else {key: value for key, value in data.items() if key != "bound"}
