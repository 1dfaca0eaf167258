"""A digest of what the model does: its code without comments and docstrings, and its parameter values."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

import numpy as np

import sim
from sim.parameters.registry import load_registry

ROOMS = (
    "core",
    "individual",
    "relationship",
    "community",
    "society",
    "services",
    "violence",
    "population",
    "interventions",
)
ONLY_READ_AND_CHECKED = frozenset(
    {
        "sim/core/errors.py",
        "sim/core/recorder.py",
        "sim/core/yaml_files.py",
        "sim/core/yaml_wording.py",
        "sim/interventions/catalogue.py",
        "sim/interventions/checking.py",
        "sim/interventions/cost_schema.py",
        "sim/interventions/evidence_schema.py",
        "sim/interventions/fields.py",
        "sim/interventions/form.py",
        "sim/interventions/meaning.py",
        "sim/interventions/model_hash.py",
        "sim/interventions/possible.py",
        "sim/interventions/reach_schema.py",
        "sim/interventions/resolving.py",
        "sim/interventions/scenario.py",
        "sim/interventions/schema.py",
        "sim/interventions/strength_store.py",
        "sim/interventions/trial_words.py",
        "sim/interventions/vocabulary.py",
        "sim/interventions/wording.py",
    }
)
"""Modules that say what files may hold, or report, and so do not decide what happens in a place."""
NOT_BEHAVIOUR = frozenset({"economics", "trials"})
"""Rooms of the registry that behaviour does not read."""
DIGITS = 16


@cache
def model_hash() -> str:
    """Return the digest of the code and the central parameter values behind every strength."""
    sha = _sha_of_code()
    registry = load_registry()
    for parameter in sorted(registry.parameters(), key=lambda each: each.id):
        if parameter.room not in NOT_BEHAVIOUR:
            sha.update(parameter.id.encode())
            sha.update(np.asarray(registry[parameter.id], dtype="<f8").tobytes())
    return sha.hexdigest()[:DIGITS]


@cache
def code_hash() -> str:
    """Return the digest of the code alone."""
    return _sha_of_code().hexdigest()[:DIGITS]


def _sha_of_code() -> hashlib._Hash:
    root = Path(sim.__file__).parent
    sha = hashlib.sha256()
    for path in (root / "place.py", *(file for room in ROOMS for file in sorted((root / room).rglob("*.py")))):
        name = path.relative_to(root.parent).as_posix()
        if name not in ONLY_READ_AND_CHECKED:
            sha.update(name.encode())
            sha.update(code_without_words(path.read_text(encoding="utf-8")).encode())
    return sha


def code_without_words(text: str) -> str:
    """Return code as a syntax tree in text, without comments, layout and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [statement for statement in node.body if not _is_words(statement)] or [ast.Pass()]
    return ast.dump(tree)


def _is_words(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
