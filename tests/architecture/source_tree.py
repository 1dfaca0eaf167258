"""The Python files of the software, parsed once for all architecture tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("sim", "calibration", "experiments", "scenarios")


@dataclass(frozen=True)
class Module:
    """Hold one Python file: its path from the root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Return the dotted name of the module."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def walk(self) -> Iterator[ast.AST]:
        """Return every node of the syntax tree."""
        return ast.walk(self.tree)


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Read every module of some packages; of all packages when none is named."""
    found = []
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append(Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)
