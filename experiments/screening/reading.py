"""Read proposals: YAML files of one proposal each, and tables (CSV or Excel) of one proposal a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.screening.completeness import missing, unfinished
from experiments.screening.evidence import OUTSIDE, judge
from experiments.screening.form import Proposal
from experiments.screening.recognising import TABLES
from experiments.screening.reference import evidence_on
from experiments.screening.rows import Row, read_rows
from experiments.screening.vocabulary import PROPOSAL_SCHEMA
from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import path_text, read_with_problems
from sim.interventions.catalogue import Catalogue, read_entry
from sim.interventions.schema import PLACE, CatalogueEntry
from sim.interventions.vocabulary import INTERVENTION_SCHEMA
from sim.interventions.wording import problems_of

YAML_FILES = (".yaml", ".yml")
WARNING = "warning"
NONE: Mapping[str, Path] = {}


@dataclass(frozen=True)
class Loaded:
    """Hold one proposal with the catalogue entry of its programme; ``own`` where the applicant wrote that entry.

    ``own_file`` is the file of that entry where it stands in one, which the proposal names as ``own_name``.
    """

    proposal: Proposal
    entry: CatalogueEntry
    own: bool
    file: Path
    line: int
    missing: tuple[str, ...]
    own_name: str = ""
    own_file: Path | None = None

    @property
    def of_places(self) -> bool:
        return self.entry.mode == PLACE


@dataclass(frozen=True)
class Read:
    """Hold what was read from one file: proposals, mistakes, and warnings of what is missing."""

    file: str
    proposals: tuple[Loaded, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_proposals(folder: str | Path, entries: Mapping[str, Path] = NONE) -> list[Loaded]:
    """Return every proposal of a folder, or of one file, in the order of their ids.

    Parameters
    ----------
    entries : file of an applicant's own entry by the name that proposals give it, where it is not beside them.

    Raises
    ------
    InputError : with every mistake in every file, and where two proposals have one id.
    """
    files = proposal_files(Path(folder))
    found = [read_file(path, entries) for path in files]
    problems = [problem for each in found for problem in each.problems]
    loaded = sorted((each for part in found for each in part.proposals), key=lambda one: one.proposal.id)
    problems += _twice(loaded)
    if problems:
        raise InputError(problems)
    return loaded


def proposal_files(folder: Path) -> list[Path]:
    """Return the files of proposals in a folder, in alphabetical order."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        message = "There is no folder and no file of this name."
        raise InputError(Problem(str(folder), 0, 0, "", message, "Name a folder of proposals.", code="missing_file"))
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in (*YAML_FILES, *TABLES) and p.name[0] not in ".~")
    if not files:
        message = "This folder holds no proposals: no .yaml, .csv or .xlsx file."
        raise InputError(Problem(str(folder), 0, 0, "", message, "See the examples in scenarios/proposals."))
    return files


def read_file(path: Path, entries: Mapping[str, Path] = NONE) -> Read:
    """Read one file of proposals and find every mistake in it; nothing is simulated."""
    try:
        if path.suffix.lower() in TABLES:
            rows, problems = read_rows(path)
            parts = [_read_one(row, path, entries) for row in rows]
        else:
            document, problems = read_with_problems(path)
            parts = [_read_one(document, path, entries)]
    except InputError as error:
        return Read(str(path), (), tuple(error.problems), ())
    proposals = [loaded for loaded, _, _ in parts if loaded is not None]
    problems = [*problems, *(problem for _, found, _ in parts for problem in found)]
    if path.suffix.lower() in TABLES:
        problems += _twice(proposals)
    warnings = sorted(warning for _, _, found in parts for warning in found)
    return Read(str(path), tuple(proposals), tuple(dict.fromkeys(sorted(problems))), tuple(warnings))


def _read_one(
    document: Any, path: Path, entries: Mapping[str, Path]
) -> tuple[Loaded | None, list[Problem], list[Problem]]:
    """Return the proposal of a document or row, its mistakes and what it leaves open."""
    problems: list[Problem] = []
    if "schema" not in document.data and not isinstance(document, Row):
        message = 'The key "schema" is missing.'
        problems.append(Problem(document.file, 1, 1, "schema", message, f"Add: schema: {PROPOSAL_SCHEMA}"))
    proposal: Proposal | None = None
    try:
        proposal = Proposal.model_validate(_said(document.data))
    except ValidationError as error:
        problems += [_schema_hint(each) for each in problems_of(error, Proposal, document)]
    given = document.data.get("programme")
    beside = entries.get(given, path.parent / given) if isinstance(given, str) else None
    entry, own, faults = _programme(document, beside)
    problems += faults
    of_places = entry is not None and entry.mode == PLACE
    lacking = missing(document.data, of_places)
    open_ends = unfinished({key: value for key, value in document.data.items() if key != "programme"})
    warnings = [_warn(document, each.path, f"Missing: {each.words}.", f"Add: {each.example}") for each in lacking]
    warnings += [_warn(document, keys, "This is still to be filled in.", "") for keys in open_ends]
    if proposal is None or entry is None:
        return None, problems, warnings
    judged = judge(proposal.claimed_effect, evidence_on(entry, own)[0])
    if judged.verdict == OUTSIDE:
        keys = ("claimed_effect", "relative_reduction")
        warnings.append(_warn(document, keys, f"This is outside all trials. {judged.words}", "", "outside_all_trials"))
    words = (*(each.words for each in lacking), *(f"{path_text(keys)} (to be filled in)" for keys in open_ends))
    line, _ = document.where()
    from_file = (str(given), beside) if own and beside is not None else ("", None)
    return Loaded(proposal, entry, own, path, line, words, *from_file), problems, warnings


def _said(data: dict[Any, Any]) -> dict[Any, Any]:
    """Return what a proposal says: a key with nothing after it is the same as no key."""
    return {
        key: _said(value) if isinstance(value, dict) and key != "programme" else value
        for key, value in data.items()
        if value is not None
    }


def _schema_hint(problem: Problem) -> Problem:
    return replace(problem, fix=f"Write: schema: {PROPOSAL_SCHEMA}") if problem.path.startswith("schema") else problem


def _warn(document: Any, keys: Sequence[str | int], message: str, fix: str, code: str = "missing") -> Problem:
    line, column = document.where(*keys)
    return Problem(document.file, line, column, path_text(tuple(keys)), message, fix, code, WARNING)


@dataclass(frozen=True)
class _Inside:
    """Say where a key of the inline programme stands."""

    file: str
    data: dict[Any, Any]
    outer: Any

    def where(self, *keys: str | int) -> tuple[int, int]:
        found: tuple[int, int] = self.outer.where("programme", *keys)
        return found


def _programme(document: Any, beside: Path | None) -> tuple[CatalogueEntry | None, bool, list[Problem]]:
    """Return the catalogue entry of a proposal, whether it is the applicant's own, and mistakes in it.

    ``beside`` is where the file would stand that the proposal names, if it names one.
    """
    given = document.data.get("programme")
    if isinstance(given, dict):
        return _inline(given, document)
    if beside is None:
        return None, False, []
    catalogue = Catalogue()
    line, column = document.where("programme")
    if given in catalogue.files:
        try:
            return _usable(catalogue.entry(given), False, document)
        except InputError as error:
            return None, False, list(error.problems)
    if beside.suffix in YAML_FILES and beside.is_file():
        try:
            return _usable(read_entry(beside), True, document)
        except InputError as error:
            return None, True, list(error.problems)
    near = suggest(given, catalogue.files, 1)
    fix = f'Did you mean "{near[0]}"?' if near else "See: placewise list interventions"
    message = f'There is no intervention and no file called "{given}".'
    problem = Problem(document.file, line, column, f"programme: {given}", message, fix, code="unknown_intervention")
    return None, False, [problem]


def _inline(given: dict[str, Any], document: Any) -> tuple[CatalogueEntry | None, bool, list[Problem]]:
    data = {"schema": INTERVENTION_SCHEMA, "id": "own_programme"} | given
    inside = _Inside(document.file, data, document)
    try:
        return _usable(CatalogueEntry.model_validate(data), True, document)
    except ValidationError as error:
        found = problems_of(error, CatalogueEntry, inside)  # type: ignore[arg-type]
        return None, True, [replace(each, path=f"programme.{each.path}".rstrip(".")) for each in found]


def _usable(entry: CatalogueEntry, own: bool, document: Any) -> tuple[CatalogueEntry | None, bool, list[Problem]]:
    """Refuse what screening has no rule for: bundles, and entries that move no lever."""
    line, column = document.where("programme")
    if entry.parts or not entry.levers:
        what = "is a bundle of programmes" if entry.parts else "moves no lever by itself"
        message = f"{entry.name} {what}, so its effect cannot be set beside the evidence on one programme."
        problem = Problem(document.file, line, column, f"programme: {entry.id}", message, "Propose one programme.")
        return None, own, [problem]
    return entry, own, []


def _twice(loaded: Sequence[Loaded]) -> Iterator[Problem]:
    """Find proposals with one id, told apart by letters and figures alone as names of files are."""
    first: dict[str, Loaded] = {}
    for each in loaded:
        known = first.setdefault(slug(each.proposal.id), each)
        if known is not each:
            where = f"{known.file.name}, line {known.line}"
            message = f'The id "{each.proposal.id}" is used twice (first in {where}).'
            yield Problem(str(each.file), each.line, 1, "id", message, "Give every proposal an id of its own.")


def slug(identifier: str) -> str:
    """Return an id as the name of a file and of a world."""
    kept = "".join(character if character.isalnum() else "-" for character in identifier.lower())
    return "-".join(part for part in kept.split("-") if part)
