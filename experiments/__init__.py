"""Studies of many runs: comparisons, reports, the command line."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME_OF = {
    "compare": "experiments.comparison",
    "Comparison": "experiments.comparison",
    "query": "experiments.study.querying",
    "simulate": "experiments.levels",
    "sweep": "experiments.sweeps.sweeping",
    "write_report": "experiments.store",
}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
