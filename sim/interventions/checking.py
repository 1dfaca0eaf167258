"""Find every mistake in a scenario or catalogue file at once; simulate nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import Document, as_switch, path_text, read_with_problems
from sim.interventions.catalogue import Catalogue, bundled_scenarios, with_parts, with_strengths
from sim.interventions.fields import written
from sim.interventions.meaning import (
    date_problems,
    parts_problems,
    strict_problems,
    unknown_communities,
    unmatched_problems,
    warnings_about,
)
from sim.interventions.possible import bundle_setting_problems, entry_warnings, nobody_warnings, part_problems
from sim.interventions.resolved import Programme, Scenario, resolve_programme
from sim.interventions.resolving import resolve_scenario
from sim.interventions.scenario import ScenarioFile
from sim.interventions.schema import CatalogueEntry
from sim.interventions.vocabulary import INTERVENTION_SCHEMA, SCENARIO_SCHEMA
from sim.interventions.wording import problems_of, shown_path, unknown_key

SWITCH_KEYS = frozenset({"on", "off", "true", "false", "yes", "no"})
SETTINGS_EXAMPLE = "{places_per_year: 100}"


@dataclass(frozen=True)
class Checked:
    """Hold what a check found: the scenario or programme when there are no problems, and warnings in any case.

    ``place`` is the place that a scenario names, with its line and column.
    """

    file: str
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    scenario: Scenario | None = None
    programme: Programme | None = None
    place: tuple[str, int, int] | None = None

    def require(self) -> Scenario:
        """Return the scenario. Raises `InputError` with all problems."""
        if self.scenario is None:
            message = "This file describes an intervention, not a scenario."
            raise InputError(self.problems or Problem(self.file, 1, 1, "schema", message))
        return self.scenario


def read_scenario(path_or_name: str | Path) -> Scenario:
    """Return a scenario by path or bundled name. Raises `InputError` with every mistake in it."""
    return check_scenario(path_or_name).require()


def check_file(path_or_name: str | Path, strict: bool = False, place_codes: Collection[str] | None = None) -> Checked:
    """Check a scenario or a catalogue file, whichever its ``schema`` or its contents say it is."""
    try:
        opened = _open(path_or_name)
    except InputError as error:
        return Checked(str(path_or_name), tuple(error.problems))
    data = opened.document.data
    if str(data.get("schema")).startswith("placewise.interv") or {"who", "levers", "parts", "dials"} & data.keys():
        return _check_entry(opened, strict)
    return _check_scenario(opened, strict, place_codes)


def check_scenario(
    path_or_name: str | Path, strict: bool = False, place_codes: Collection[str] | None = None
) -> Checked:
    """Check a scenario file.

    Parameters
    ----------
    path_or_name : a path, or the name of a bundled scenario.
    strict : also refuse provisional strengths and unfinished text.
    place_codes : LSOA codes of the place, to check communities against.
    """
    try:
        opened = _open(path_or_name)
    except InputError as error:
        return Checked(str(path_or_name), tuple(error.problems))
    return _check_scenario(opened, strict, place_codes)


def check_catalogue(path: str | Path, strict: bool = False) -> Checked:
    """Check a catalogue file."""
    try:
        opened = _open(path)
    except InputError as error:
        return Checked(str(path), tuple(error.problems))
    return _check_entry(opened, strict)


@dataclass(frozen=True)
class _Opened:
    """Hold a file that could be read, with what is wrong with it as YAML."""

    path: Path
    document: Document
    problems: tuple[Problem, ...]


def _open(path_or_name: str | Path) -> _Opened:
    path, bundled = Path(path_or_name), bundled_scenarios()
    if not path.exists() and str(path_or_name) in bundled:
        path = bundled[str(path_or_name)]
    if path.is_dir():
        raise InputError(Problem(str(path_or_name), 0, 0, "", "This is a folder, not a file.", "Name a file in it."))
    if not path.exists():
        near = suggest(path.stem, [*bundled, *(p.stem for p in path.parent.glob("*.yaml"))], 1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Bundled scenarios: {', '.join(bundled)}."
        message = f'There is no file and no bundled scenario called "{path_or_name}".'
        raise InputError(Problem(str(path_or_name), 0, 0, "", message, hint, code="missing_file"))
    document, problems = read_with_problems(path)
    if path == bundled.get(str(path_or_name)):
        document = replace(document, file=str(path_or_name))
    return _Opened(path, document, tuple(problems))


def _check_scenario(opened: _Opened, strict: bool, place_codes: Collection[str] | None) -> Checked:
    path, document = opened.path, opened.document
    catalogue = Catalogue.beside(path)
    problems = [*opened.problems, *_schema_problems(document, SCENARIO_SCHEMA)]
    problems += _switch_keys(document, document.data, ())
    data, found = _normalised(document, catalogue)
    problems += [*found, *date_problems(document, data), *parts_problems(document, ("funded_by",), data)]
    file: ScenarioFile | None = None
    try:
        file = ScenarioFile.model_validate(data)
    except ValidationError as error:
        problems += [p for p in problems_of(error, ScenarioFile, document) if not _already(p, problems)]
    entries, faults = _entries(document, data, catalogue)
    problems += faults + list(unknown_communities(document, data, place_codes))
    problems += list(bundle_setting_problems(document, data, entries))
    if strict:
        problems += list(strict_problems(document, data, entries))
    named = document.data.get("place")
    place = (named, *document.where("place")) if isinstance(named, str) else None
    if problems or file is None:
        return Checked(document.file, _ordered(problems), place=place)
    scenario = resolve_scenario(path.stem, file, entries)
    warnings = (*warnings_about(document, scenario, file, entries), *nobody_warnings(document, scenario))
    return Checked(document.file, (), warnings, scenario, place=place)


def _check_entry(opened: _Opened, strict: bool) -> Checked:
    path, document = opened.path, opened.document
    problems = [*opened.problems, *_schema_problems(document, INTERVENTION_SCHEMA)]
    problems += _switch_keys(document, document.data, ())
    problems += parts_problems(document, ("cost", "payers"), document.data)
    entry: CatalogueEntry | None = None
    try:
        entry = with_strengths(CatalogueEntry.model_validate(document.data), path)
    except ValidationError as error:
        problems += [p for p in problems_of(error, CatalogueEntry, document) if not _already(p, problems)]
    if isinstance(identifier := document.data.get("id"), str) and identifier != path.stem:
        message = f'The id "{identifier}" differs from the name of the file, "{path.name}".'
        problems.append(document.problem(("id",), message, f"Write id: {path.stem}, or rename the file."))
    if strict and entry is not None:
        problems += list(strict_problems(document, document.data, {}, entry))
    if entry is not None:
        problems += list(part_problems(document, entry, path))
    if problems or entry is None:
        return Checked(document.file, _ordered(problems))
    return Checked(document.file, (), tuple(entry_warnings(document, entry)), programme=resolve_programme(entry))


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(sorted(problems)))


def _already(problem: Problem, problems: list[Problem]) -> bool:
    """Say whether something at the same key was found wrong before."""
    return any(_place(known) == _place(problem) for known in problems)


def _place(problem: Problem) -> tuple[int, int, str]:
    return problem.line, problem.column, problem.path.partition(":")[0]


def _schema_problems(document: Document, wanted: str) -> Iterator[Problem]:
    given = document.data.get("schema")
    if given is not None and given != wanted:
        line, column = document.where("schema")
        message = f"The schema must be {wanted}. You wrote {written(given)}."
        path = shown_path(("schema",), given)
        yield Problem(document.file, line, column, path, message, f"Write: schema: {wanted}", code="schema")


def _switch_keys(document: Document, part: Any, keys: tuple[str | int, ...]) -> Iterator[Problem]:
    """Find on, off, yes, no, true and false where a key is expected."""
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from _switch_keys(document, item, (*keys, index))
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        here = (*keys, str(key).lower() if isinstance(key, bool) else str(key))
        if str(key).lower() in SWITCH_KEYS:
            word = str(key).lower()
            message = f'"{word}" is a value here, never a key.'
            fix = f"Write the name first: mentoring: {'on' if word in ('on', 'true', 'yes') else 'off'}"
            line, column = document.where(*here)
            yield Problem(document.file, line, column, path_text(here), message, fix, code="switch_key")
        else:
            yield from _switch_keys(document, value, here)


def _normalised(document: Document, catalogue: Catalogue) -> tuple[dict[str, Any], list[Problem]]:
    """Return the data with every programme as a mapping of settings, those switched off left out."""
    data = dict(document.data)
    given = data.get("interventions")
    if not isinstance(given, dict):
        if given is None and "interventions" in data:
            data["interventions"] = {}
        return data, []
    problems: list[Problem] = []
    known, settings = catalogue.ids, {}
    for key, value in given.items():
        name = str(key)
        if name.lower() in SWITCH_KEYS:
            continue
        if name not in known:
            problems.append(_unknown_intervention(document, name, known))
        switch, problem = _switch(document, name, value)
        if problem is not None:
            problems.append(problem)
        elif isinstance(value, dict):
            settings[name] = {k: v for k, v in value.items() if str(k).lower() not in SWITCH_KEYS}
        elif switch:
            settings[name] = {}
    data["interventions"] = settings
    return data, problems


def _unknown_intervention(document: Document, name: str, known: list[str]) -> Problem:
    keys = ("interventions", name)
    near = suggest(name, known, 1)
    fix = f'Did you mean "{near[0]}"? See: placewise list interventions' if near else f"Known: {', '.join(known)}."
    line, column = document.where(*keys)
    message = f'There is no intervention called "{name}".'
    if unknown_key(name, ())[0] != f'There is no key called "{name}" here.':
        message, fix = unknown_key(name, ())
    path = path_text(keys)
    return Problem(document.file, line, column, path, message, fix, code="unknown_intervention")


def _switch(document: Document, name: str, value: Any) -> tuple[bool, Problem | None]:
    """Read on or off; a mapping switches on."""
    if isinstance(value, dict):
        return True, None
    switch = as_switch(value)
    rule = f"An intervention is on, off, or a mapping of settings such as {SETTINGS_EXAMPLE}."
    if isinstance(value, str) and value.lower() in ("yes", "no"):
        better = "on" if value.lower() == "yes" else "off"
        rule = f"An intervention is on or off; some readers of YAML turn {value} into something else."
        fix = f"Write {name}: {better}"
    elif switch is not None:
        return switch, None
    else:
        near = suggest(value, ("on", "off", "true", "false"), 1) if isinstance(value, str) else []
        fix = f'Did you mean "{near[0]}"?' if near else f"Write {name}: on"
        if isinstance(value, int | float):
            fix = f"For that many places write {name}: {{places_per_year: {value}}}"
    keys = ("interventions", name)
    line, column = document.where(*keys)
    message = f"{rule} You wrote {written(value)}."
    return False, Problem(document.file, line, column, shown_path(keys, value), message, fix, code="switch")


def _entries(
    document: Document, data: dict[str, Any], catalogue: Catalogue
) -> tuple[dict[str, CatalogueEntry], list[Problem]]:
    """Read the catalogue entries a scenario uses; faults in their files count as faults of the scenario."""
    entries: dict[str, CatalogueEntry] = {}
    problems: list[Problem] = []
    given = data.get("interventions")
    for name in given if isinstance(given, dict) else ():
        if name not in catalogue.files:
            continue
        try:
            found = with_parts(name, catalogue)
        except InputError as error:
            keys = ("interventions", name)
            count = len(error.problems)
            message = f'The catalogue file of "{name}" has {count} problem{"s" if count > 1 else ""}.'
            fix = f"See: placewise check {catalogue.files[name]}"
            problems.append(document.problem(keys, message, fix))
            continue
        entries |= found
        for each, entry in found.items():
            problems += unmatched_problems(document, name, entry, catalogue.files[each])
    return entries, problems
