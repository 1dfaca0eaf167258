"""What the source says about the model: the order of a month, the decisions of chance, and which tests examine what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARKER = "pytest.mark.mechanism"
PARTS_OF_ROOMS = {"services.records": "Records", "tools.ledger": "Ledger"}


@cache
def parsed(folder: str) -> dict[str, ast.Module]:
    """Parse every Python file of a folder, by path from the root."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """Return every class of the model with its file."""
    for path, tree in parsed("sim").items():
        yield from ((path, node) for node in tree.body if isinstance(node, ast.ClassDef))


def methods_of(kind: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in kind.body if isinstance(node, ast.FunctionDef)}


def processes() -> list[tuple[str, str, str]]:
    """Return (call, file, first line of its docstring) of all that ``Place.step`` calls on rooms, in order.

    Private methods of the place are followed one level down.
    """
    known = {node.name: (path, node) for path, node in classes()}
    methods = methods_of(known["Place"][1])
    rooms = PARTS_OF_ROOMS | made_by(methods.values())
    found = []
    for step in called(methods["step"]):
        for call in called(methods[step]) if step in methods else [step]:
            room, _, name = call.rpartition(".")
            path, kind = known.get(rooms.get(room, ""), ("", None))
            method = methods_of(kind).get(name) if kind else None
            if method:
                found.append((call, path, (ast.get_docstring(method) or "").partition("\n")[0]))
    return found


def made_by(methods: Iterator[ast.FunctionDef] | object) -> dict[str, str]:
    """Return the class of what is made and kept in ``self``, by attribute."""
    made = {}
    for method in methods:  # type: ignore[attr-defined]
        for node in ast.walk(method):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                made[ast.unparse(node.targets[0]).removeprefix("self.")] = ast.unparse(node.value.func)
    return made


def called(method: ast.FunctionDef) -> list[str]:
    """Return what a method calls on attributes, in the order in which it stands."""
    calls = [node for node in ast.walk(method) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [ast.unparse(call.func).removeprefix("self.") for call in calls]


def decisions() -> list[tuple[str, int, str, str]]:
    """Return (sheet, word, decision, file) of every decision of chance."""
    found = []
    for path, tree in parsed("sim").items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            declared, listed = ast.unparse(node.func), constant(tree, node.args[1])
            if declared in ("declare_sheet", "declare_lanes") and isinstance(listed, ast.Tuple):
                names = ["|".join(name) if isinstance(name, tuple) else name for name in ast.literal_eval(listed)]
                found += [(text_of(node.args[0]), word, name, path) for word, name in enumerate(names)]
    return sorted(found)


def constant(tree: ast.Module, value: ast.expr) -> ast.expr:
    """Return what a name of a module stands for; any other expression is returned as it is."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == ast.unparse(value):
            return node.value
    return value


def text_of(value: ast.expr) -> str:
    """Return a text; what is filled into it while running stays in braces."""
    if isinstance(value, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else ast.unparse(part)[2:-1] for part in value.values]
        return "".join(map(str, parts))
    return str(ast.literal_eval(value))


def mechanisms_examined() -> dict[str, list[str]]:
    """Return the tests marked with each mechanism, as ``file::function``."""
    found: dict[str, list[str]] = {}
    for path, tree in parsed("tests").items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                for name in marked(node):
                    found.setdefault(name, []).append(f"{path}::{node.name}")
    return found


def marked(function: ast.FunctionDef) -> list[str]:
    """Return the mechanisms a test is marked with."""
    return [
        ast.literal_eval(argument)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == MARKER
        for argument in decorator.args
    ]
