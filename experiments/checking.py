"""Check files and write what was found, as text for people and as data for programs. Nothing is simulated."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.screening.recognising import is_proposal_file
from sim.core.errors import EXIT_INPUT_INVALID, InputError, Problem
from sim.interventions.checking import Checked, check_file

WIDTH = 100
MARGIN = 11
LONGEST_HEAD_BYTES = 4096
CHECK_SCHEMA = "placewise.check/1"


def check_files(paths: Sequence[str | Path], strict: bool = False) -> list[Checked]:
    """Check files of every kind and return what was found, in the order given."""
    return [_check(path, strict) for given in paths for path in _files_of(given)]


def _files_of(path: str | Path) -> list[str | Path]:
    """Return the proposals in a folder that holds some, and any other path as it is."""
    inside = sorted(Path(path).iterdir()) if Path(path).is_dir() else []
    return [each for each in inside if is_proposal_file(each)] or [path]


def _check(path: str | Path, strict: bool) -> Checked:
    for schema, read in _READERS.items():
        if _begins_with(Path(path), schema):
            return _checked_by(read, str(path))
    if is_proposal_file(Path(path)):
        return _check_proposals(Path(path), strict)
    found = check_file(path, strict)
    if found.place is None:
        return found
    name, line, column = found.place
    beside = Path(path).parent / name
    try:
        codes = _codes_of(str(beside) if beside.is_file() else name)
    except InputError as error:
        faults = [replace(p, file=found.file, line=line, column=column, path="place") for p in error.problems]
        return replace(found, problems=tuple(sorted([*found.problems, *faults])), scenario=None)
    return check_file(path, strict, codes)


def _begins_with(path: Path, schema: bytes) -> bool:
    try:
        return schema in path.read_bytes()[:LONGEST_HEAD_BYTES]
    except OSError:
        return False


def _checked_by(read: Callable[[str], object], file: str) -> Checked:
    try:
        read(file)
    except InputError as error:
        return Checked(file, tuple(error.problems))
    return Checked(file, ())


def _read_portfolio(file: str) -> object:
    from experiments.portfolio.form import read_portfolio

    return read_portfolio(file)


def _read_sweep(file: str) -> object:
    from experiments.sweeps.sweep_file import read_sweep
    from sim.parameters import load_registry

    return read_sweep(file, load_registry())


def _check_proposals(path: Path, strict: bool) -> Checked:
    """Check one proposal or a table of them; what is missing is a warning, and a mistake where ``strict``."""
    from experiments.screening.reading import read_file

    found = read_file(path)
    problems, warnings = list(found.problems), found.warnings
    if strict:
        warnings = tuple(replace(each, severity="error") for each in warnings)
    if strict or problems:
        # Whoever has to mend the file wants to hear of everything at once.
        problems, warnings = [*problems, *warnings], ()
    return Checked(found.file, tuple(sorted(problems)), warnings)


def _codes_of(place: str) -> list[str]:
    """Return the communities of a place; the open data are read only when a file names a place."""
    from sim.population.places import resolve

    return [str(code) for code in resolve(place).codes]


_READERS: dict[bytes, Callable[[str], object]] = {
    b"schema: placewise.place/": _codes_of,
    b"schema: placewise.portfolio/": _read_portfolio,
    b"schema: placewise.sweep/": _read_sweep,
}
"""The first line of a file to what reads it and tells every mistake in it."""


def exit_code(found: Sequence[Checked]) -> int:
    """Return 0 when no file has a problem, 3 otherwise."""
    return EXIT_INPUT_INVALID if any(checked.problems for checked in found) else 0


def report_text(found: Sequence[Checked]) -> str:
    """Write what a check found, one block a file.

    Examples
    --------
    >>> from experiments.checking import check_files, report_text
    >>> print(report_text(check_files(["baseline"])))  # doctest: +SKIP
    baseline: no problems
    """
    return "\n\n".join(_file_text(checked) for checked in found)


def problems_text(problems: Sequence[Problem], closing: str = "Nothing was run.") -> str:
    """Write problems grouped by file: what, where, why and how to mend each."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    blocks = [_problems_of(file, [p for p in problems if p.file == file], closing) for file in files]
    return "\n\n".join(blocks)


def error_text(error: InputError, closing: str = "Nothing was run.") -> str:
    """Write an `InputError` in the same shape as a check."""
    return problems_text(error.problems, closing)


def report_data(found: Sequence[Checked]) -> dict[str, Any]:
    """Return what a check found as data for JSON."""
    files = [
        {
            "file": checked.file,
            "status": "invalid" if checked.problems else "ok",
            "problems": [problem_data(problem) for problem in checked.problems],
            "warnings": [problem_data(warning) for warning in checked.warnings],
        }
        for checked in found
    ]
    return {"schema": CHECK_SCHEMA, "status": "invalid" if exit_code(found) else "ok", "files": files}


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return one problem as data for JSON."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "code": problem.code or "invalid",
        "message": problem.message,
        "fix": problem.fix,
        "severity": problem.severity,
    }


def _file_text(checked: Checked) -> str:
    if checked.problems:
        return problems_text(checked.problems)
    if not checked.warnings:
        return f"{checked.file}: no problems"
    count = len(checked.warnings)
    head = f"{checked.file}: no problems, {count} {'warning' if count == 1 else 'warnings'}"
    return "\n\n".join([head, *(_problem_text(warning) for warning in sorted(checked.warnings))])


def _problems_of(file: str, problems: list[Problem], closing: str) -> str:
    count = len(problems)
    where = f" in {file}" if file else ""
    head = f"{count} {'problem' if count == 1 else 'problems'}{where}"
    code = f"(exit {EXIT_INPUT_INVALID})"
    again = f"{closing} Fix the file, then:  placewise check {file}" if file else closing
    return "\n\n".join([head, *(_problem_text(problem) for problem in problems), f"{again}   {code}"])


def _problem_text(problem: Problem) -> str:
    label = f"line {problem.line}" if problem.line else ""
    label = f"{problem.code}, {label}" if problem.severity == "warning" else label
    first = f"  {label:<{MARGIN - 3}} {problem.path}".rstrip()
    lines = [first] if first.strip() else []
    return "\n".join([*lines, *_wrapped(problem.message), *_wrapped(problem.fix)])


def _wrapped(text: str) -> list[str]:
    pad = " " * MARGIN
    return textwrap.wrap(
        text, WIDTH, initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False, break_long_words=False
    )
