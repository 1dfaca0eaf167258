"""Compile kernels with a cache that cannot go stale.

Numba's own cache notices a change in the file of a kernel, not in a function or constant another file gives it. So the
kernels of each module are kept in a folder named by a hash of that module and of every module of the model it imports,
directly or not: an edit recompiles what depends on it and nothing else.
"""

from __future__ import annotations

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
    """Compile a small function that is inlined into the kernels that call it, and kept with them."""
    decorate: Any = numba.njit(nogil=True, error_model="numpy", forceinline=True, no_cfunc_wrapper=True)
    compiled: Function = decorate(function)
    return compiled
