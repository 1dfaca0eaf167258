"""A digest of what the model does: its code without comments and docstrings, and its parameter values."""

from __future__ import annotations

import ast
import hashlib
import sys
from functools import cache
from pathlib import Path

import numpy as np

import sim
from sim.core.keeping import content_key, keep, recall
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
        "sim/core/keeping.py",
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
KEPT = "model_digests"


@cache
def model_hash() -> str:
    """Return the digest of the code and the central parameter values behind every strength.

    It takes a second to work out, and is kept under a hash of the files it follows from.
    """
    return _digests()[0]


@cache
def code_hash() -> str:
    """Return the digest of the code alone; kept as that of `model_hash` is."""
    return _digests()[1]


def _digests() -> tuple[str, str]:
    root = Path(sim.__file__).parent
    code = _code_files(root)
    values = [*sorted((root / "parameters").glob("*.py")), *sorted((root / "parameters").glob("*.yaml"))]
    files = {path: path.read_bytes() for path in (*code, *values, Path(__file__))}
    names = (path.relative_to(root.parent).as_posix().encode() for path in files)
    # Python writes a syntax tree, and NumPy rounds, in the way of its version.
    versions = sys.version.encode(), np.__version__.encode()
    key = content_key((*versions, *names, *files.values()))
    kept = recall(KEPT, key)
    if kept is None:
        texts = {path.relative_to(root.parent).as_posix(): files[path].decode("utf-8") for path in code}
        kept = " ".join(_work_out(texts))
        keep(KEPT, key, kept)
    whole, of_code = kept.split()
    return whole, of_code


def _code_files(root: Path) -> list[Path]:
    """Return the files of behaviour, in order."""
    found = (root / "place.py", *(file for room in ROOMS for file in sorted((root / room).rglob("*.py"))))
    return [path for path in found if path.relative_to(root.parent).as_posix() not in ONLY_READ_AND_CHECKED]


def _work_out(texts: dict[str, str]) -> tuple[str, str]:
    """Return the digest of code and values, and that of the code alone."""
    sha = hashlib.sha256()
    for name, text in texts.items():
        sha.update(name.encode())
        sha.update(code_without_words(text).encode())
    code = sha.hexdigest()[:DIGITS]
    registry = load_registry()
    for parameter in sorted(registry.parameters(), key=lambda each: each.id):
        if parameter.room not in NOT_BEHAVIOUR:
            sha.update(parameter.id.encode())
            sha.update(np.asarray(registry[parameter.id], dtype="<f8").tobytes())
    return sha.hexdigest()[:DIGITS], code


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
