"""Import Mesa without the large libraries that only some of its parts ask for, until one of those parts does.

Mesa imports pandas for the tables of its data collector, networkx for network grids and SciPy for continuous spaces.
Together they take several times as long to load as Mesa, in every process, and a month of this model asks for none of
them. While Mesa is imported, stand-ins take their places; a stand-in fetches the library when it is first used.

Mesa also asks which module and class a logger is for. Python answers with the source lines of the whole chain of
imports, for which it searches all loaded modules many times over. Mesa looks only at the nearest caller, so while it is
imported it is given no more.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any

__all__ = ["mesa"]

LARGE = ("pandas", "networkx", "scipy.spatial.distance")
TAKEN_BY_NAME = {"scipy.spatial.distance": ("cdist",)}
"""Functions that Mesa takes out of a library as it imports it."""


class _StandIn(ModuleType):
    """Stand for a library and fetch from it whatever is asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        for function in TAKEN_BY_NAME.get(name, ()):
            setattr(self, function, _deferred(name, function))

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return getattr(importlib.import_module(self.__name__), attribute)


def _deferred(module: str, name: str) -> Any:
    def call(*arguments: Any, **others: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **others)

    return call


@contextmanager
def _without_large_libraries() -> Iterator[None]:
    stand_ins = {name: _StandIn(name) for name in LARGE if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


def _nearest_callers(frame: FrameType, _lines_of_source: int = 1) -> list[inspect.FrameInfo]:
    """Return a frame and the one that called it, without their sources."""
    frames = [near for near in (frame, frame.f_back) if near is not None]
    return [
        inspect.FrameInfo(near, near.f_code.co_filename, near.f_lineno, near.f_code.co_name, None, None)
        for near in frames
    ]


@contextmanager
def _without_sources_of_callers() -> Iterator[None]:
    whole = inspect.getouterframes
    vars(inspect)["getouterframes"] = _nearest_callers
    try:
        yield
    finally:
        vars(inspect)["getouterframes"] = whole


with _without_large_libraries(), _without_sources_of_callers():
    import mesa
