"""Compile kernels with a cache that cannot go stale.

Numba's own cache notices a change in the file of a kernel, not in a function or constant another file gives it. So the
kernels of each module are kept in a folder named by a hash of that module and of every module of the model it imports,
directly or not: an edit recompiles what depends on it and nothing else.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sim.core.keeping import cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])
ROOT = Path(__file__).resolve().parents[2]
IMPORTED = re.compile(r"^(?:from|import) (sim(?:\.\w+)+)", re.MULTILINE)


def _source(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in found if file.is_file()), None)


@cache
def _text_and_imports(module: str) -> tuple[bytes, tuple[str, ...]]:
    source = _source(module)
    text = source.read_bytes() if source else b""
    return text, tuple(IMPORTED.findall(text.decode()))


def modules_behind(module: str) -> list[str]:
    """Return a module of the model and every module it imports, directly or not, in order of name."""
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _text_and_imports(name)[1]
    return sorted(found)


@cache
def source_hash(module: str) -> str:
    """Hash the source of a module and of all the modules of the model behind it."""
    digest = hashlib.blake2b(digest_size=8)
    for name in modules_behind(module):
        digest.update(name.encode())
        digest.update(_text_and_imports(name)[0])
    return digest.hexdigest()


CACHE_FOLDER = cache_folder("kernels")
# Numba refuses to cache where it finds no writable folder, and asks before the first kernel is declared.
os.environ["NUMBA_CACHE_DIR"] = str(CACHE_FOLDER)

import numba
from numba.core import event


def is_compiled(module: str) -> bool:
    """Return whether kernels of a module, as it stands, are in the cache."""
    return any((CACHE_FOLDER / f"{module}-{source_hash(module)}").rglob("*.nbi"))


def _choose_cache(module: str) -> bool:
    """Point Numba at the folder of a module's kernels; False for functions of no file, which cannot be kept."""
    if module.startswith("sim."):
        vars(numba.config)["CACHE_DIR"] = str(CACHE_FOLDER / f"{module}-{source_hash(module)}")
        return True
    vars(numba.config)["CACHE_DIR"] = str(CACHE_FOLDER / "elsewhere")
    return hasattr(sys.modules.get(module), "__file__")


def kernel(function: Function) -> Function:
    """Compile a kernel on first use, cached on disk, releasing the interpreter lock."""
    kept = _choose_cache(function.__module__)
    decorate: Any = numba.njit(cache=kept, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
    compiled: Function = decorate(function)
    return compiled


def inline(function: Function) -> Function:
    """Compile a small function that is inlined into the kernels that call it, and kept with them.

    The wrapper through which Python calls compiled code takes a good part of compiling and is hardly ever used here, so
    it is made, in another copy, when Python first calls. References to arrays are not counted, so the function may not
    make arrays or give any back.
    """
    return _inline(function, counts_references=False)


def inline_allocating(function: Function) -> Function:
    """Compile a small function that makes arrays or gives them back, to be inlined as by `inline`."""
    return _inline(function, counts_references=True)


def _inline(function: Function, counts_references: bool) -> Function:
    common: dict[str, Any] = {"nogil": True, "error_model": "numpy", "forceinline": True, "no_cfunc_wrapper": True}
    inside: Any = numba.njit(**common, no_cpython_wrapper=True, _nrt=counts_references)(function)
    outside: Any = numba.njit(**common)(function)
    # Numba lists each compiled version for calls from Python: here those with a wrapper, and none without.
    outside._insert = inside._insert
    inside._insert = lambda *version: None
    inside._compile_for_args = outside._compile_for_args
    if not counts_references:
        inside.add_overload = _refusing_arrays(inside, inside.add_overload)
    compiled: Function = inside
    return compiled


def _refusing_arrays(dispatcher: Any, add: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return what notes a compiled version unless it gives back arrays, which would be freed twice."""

    def add_checked(version: Any) -> None:
        if dispatcher.targetctx.data_model_manager[version.signature.return_type].contains_nrt_meminfo():
            raise numba.TypingError(f"{dispatcher.py_func.__name__} returns an array: use @inline_allocating.")
        add(version)

    return add_checked


class _NoCollecting(event.Listener):
    """Put off the collecting of garbage while kernels compile: it would search a growing heap over and over."""

    def __init__(self) -> None:
        self.depth = 0
        self.collecting = False

    def on_start(self, event: Any) -> None:
        if self.depth == 0:
            self.collecting = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: Any) -> None:
        self.depth -= 1
        if self.depth == 0 and self.collecting:
            gc.enable()


event.register("numba:compile", _NoCollecting())
