"""Errors that name the thing, the value and the place it came from, and say how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EXIT_INPUT_INVALID = 3


class PlacewiseError(Exception):
    """Base of all errors that are the user's to mend rather than bugs."""

    exit_code = 1


@dataclass(frozen=True, order=True)
class Problem:
    """Describe one mistake: where it is (line and column from 1, 0 when unknown), what it is and how to mend it.

    ``code`` names the kind of mistake for machines; ``severity`` is ``error`` or ``warning``.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    fix: str = ""
    code: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: " if self.line else (f"{self.file}: " if self.file else "")
        what = f"{self.path}: " if self.path else ""
        return f"{where}{what}{self.message}" + (f" {self.fix}" if self.fix else "")


class InputError(PlacewiseError):
    """Report everything that is wrong with an input at once."""

    exit_code = EXIT_INPUT_INVALID

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[list[Problem]]]:
        return type(self), (self.problems,)


def suggest(word: str, candidates: Iterable[str], most: int = 3) -> list[str]:
    """Return the candidates nearest to ``word``, best first, ignoring case."""
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.casefold(), candidate)
    near = difflib.get_close_matches(word.casefold(), by_folded, n=most, cutoff=0.6)
    return [by_folded[folded] for folded in near]
