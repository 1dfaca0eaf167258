"""Which assumptions matter, for what, and where they flip a choice: analyses of a study that a sweep wrote."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME_OF = {
    "analyse": "experiments.sensitivity.analysing",
    "Analysis": "experiments.sensitivity.analysing",
    "discover": "experiments.sensitivity.discovery",
    "find_boxes": "experiments.sensitivity.boxes",
    "grow_tree": "experiments.sensitivity.tree",
    "store_analysis": "experiments.sensitivity.keeping",
}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
