"""Compile kernels with a cache that cannot go stale.

Numba's own cache does not notice a change in a function another file inlines, so the cache folder is named by a
hash of every source file that holds kernels. It is chosen before the first kernel is declared.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
MARK = b"sim.core.compiling"


def source_hash() -> str:
    """Hash every source file of the model that declares kernels."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(__file__).resolve().parents[1]
    for path in sorted(root.rglob("*.py")):
        text = path.read_bytes()
        if MARK in text:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(text)
    return digest.hexdigest()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def cache_folder() -> Path:
    """Choose the first writable of: PLACEWISE_CACHE, the user's cache folder, the temporary folder."""
    name = Path("placewise") / f"kernels-{source_hash()}"
    homes = [os.environ.get("PLACEWISE_CACHE"), os.environ.get("XDG_CACHE_HOME"), str(Path("~/.cache").expanduser())]
    for home in homes:
        if home and _writable(Path(home) / name):
            return Path(home) / name
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


CACHE_FOLDER = cache_folder()
os.environ["NUMBA_CACHE_DIR"] = str(CACHE_FOLDER)

import numba

vars(numba.config)["CACHE_DIR"] = str(CACHE_FOLDER)


def kernel(function: Function) -> Function:
    """Compile a kernel on first use, cached on disk, releasing the interpreter lock."""
    decorate: Any = numba.njit(cache=True, nogil=True, error_model="numpy")
    compiled: Function = decorate(function)
    return compiled


def inline(function: Function) -> Function:
    """Compile a small function that is inlined into the kernels that call it."""
    decorate: Any = numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
    compiled: Function = decorate(function)
    return compiled
