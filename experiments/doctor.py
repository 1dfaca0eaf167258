"""Examine an installation: versions, data files, cache, cores and memory."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from experiments.executor import default_workers
from experiments.version import placewise_version, version_of

if TYPE_CHECKING:
    from rich.table import Table

PYTHON = (3, 11)
LIBRARIES = ("mesa", "numpy", "numba", "pandas", "scipy", "matplotlib", "duckdb", "pydantic", "ruamel.yaml", "joblib")
DATA = ("lsoa", "adjacency", "boundaries", "la", "secondary_schools")
LEAST_MEMORY_GB = 4.0


@dataclass(frozen=True)
class Item:
    """Hold one thing examined."""

    what: str
    found: str
    fine: bool
    fix: str = ""


def examine() -> list[Item]:
    """Examine this installation; nothing is changed."""
    return [
        Item("placewise", placewise_version(), True),
        Item("python", platform.python_version(), sys.version_info >= PYTHON, "Install Python 3.11 or later."),
        *(_library(name) for name in LIBRARIES),
        *(_data(name) for name in DATA),
        _cache(),
        Item("cores", str(default_workers()), True),
        _memory(),
    ]


def doctor_data(items: list[Item]) -> list[dict[str, Any]]:
    """Return what was found as data for JSON."""
    return [asdict(item) for item in items]


def doctor_table(items: list[Item]) -> Table:
    """Build the rich table of what was found."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("what", "found", "fine", "fix"):
        table.add_column(heading, overflow="fold")
    for item in items:
        table.add_row(item.what, item.found, "yes" if item.fine else "no", "" if item.fine else item.fix)
    return table


def _library(name: str) -> Item:
    version = version_of(name)
    return Item(name, version or "not installed", bool(version), "pip install placewise")


def _data(name: str) -> Item:
    path = Path(sim.__file__).parents[1] / "scenarios" / "england" / f"{name}.parquet"
    size = f"{path.stat().st_size / 1e6:.1f} MB" if path.is_file() else "missing"
    return Item(f"data: {name}", size, path.is_file(), "Install placewise again: its data files are missing.")


def _cache() -> Item:
    from sim.core.compiling import CACHE_FOLDER

    fine = os.access(CACHE_FOLDER, os.W_OK)
    kernels = len(list(CACHE_FOLDER.rglob("*.nbc")))
    return Item("compiled kernels", f"{kernels} in {CACHE_FOLDER}", fine, "Set PLACEWISE_CACHE to a writable folder.")


def _memory() -> Item:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9 if hasattr(os, "sysconf") else 0.0
    text = f"{gigabytes:.1f} GB" if gigabytes else "unknown"
    return Item("memory", text, not gigabytes or gigabytes >= LEAST_MEMORY_GB, "A city needs 4 GB: use --workers 1.")
