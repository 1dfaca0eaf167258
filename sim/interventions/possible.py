"""Find programmes that nobody can be eligible for, and bundles that do not hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, suggest
from sim.core.yaml_files import Document
from sim.interventions.catalogue import CATALOGUE_FOLDER, Catalogue
from sim.interventions.programme_parts import Eligibility
from sim.interventions.resolved import Scenario, resolve_eligibility
from sim.interventions.schema import CatalogueEntry

OLDEST: dict[tuple[str, Any], int] = {
    ("work", "pupil"): 16,
    ("looked_after", True): 17,
}
"""Oldest age in years at which a condition can be met, where there is one."""

YOUNGEST: dict[tuple[str, Any], int] = {
    ("work", "neet"): 15,
    ("work", "employed"): 15,
    ("work", "education"): 15,
}
"""Youngest age in years at which a condition can be met, where there is one."""

SETTINGS_OF_BUNDLES = ("start", "stop", "communities", "effect", "uptake", "completion", "months")


def is_impossible(who: Eligibility) -> bool:
    """Say whether nobody can meet an eligibility, whatever the place."""
    if any(_is_out_of_age(who, each) for each in who.all_of):
        return True
    if who.any_of and all(_is_out_of_age(who, each) for each in who.any_of):
        return True
    states = {value for name, value in who.all_of if name == "work"}
    return len(states) > 1 or bool(set(who.all_of) & set(who.none_of))


def _is_out_of_age(who: Eligibility, condition: tuple[str, Any]) -> bool:
    return who.youngest > OLDEST.get(condition, who.youngest) or who.oldest < YOUNGEST.get(condition, who.oldest)


def nobody_warnings(document: Document, scenario: Scenario) -> Iterator[Problem]:
    """Warn of programmes of a scenario that nobody can be eligible for."""
    for programme in scenario.programmes:
        if is_impossible(programme.who):
            keys = ("interventions", programme.bundle or programme.id)
            yield _warning(document, keys, f"Nobody can be eligible for {programme.name}.")


def entry_warnings(document: Document, entry: CatalogueEntry) -> Iterator[Problem]:
    """Warn of an entry that nobody can be eligible for."""
    if is_impossible(resolve_eligibility(entry)):
        yield _warning(document, ("who",), f"Nobody can be eligible for {entry.name}.")


def _warning(document: Document, keys: tuple[str | int, ...], message: str) -> Problem:
    line, column = document.where(*keys)
    path = ".".join(str(key) for key in keys)
    return Problem(document.file, line, column, path, message, "See: placewise explain W08", "W08", "warning")


def part_problems(document: Document, entry: CatalogueEntry, path: Path) -> Iterator[Problem]:
    """Find parts of the bundle in ``path`` that are no entries of the catalogue, or are bundles themselves."""
    catalogue = Catalogue((CATALOGUE_FOLDER, path.resolve().parent))
    known = catalogue.ids
    for name in entry.parts:
        if name not in known:
            near = suggest(name, known, 1)
            fix = f'Did you mean "{near[0]}"?' if near else "See: placewise list interventions"
            yield document.problem(("parts", name), f'There is no intervention called "{name}".', fix)
            continue
        try:
            is_bundle = name == entry.id or bool(catalogue.entry(name).parts)
        except InputError:
            fix = f"See: placewise check {catalogue.files[name]}"
            yield document.problem(("parts", name), f'The catalogue file of "{name}" has problems.', fix)
            continue
        if is_bundle:
            yield document.problem(("parts", name), f'The part "{name}" is a bundle.', "Name its parts instead.")


def bundle_setting_problems(
    document: Document, data: Mapping[str, Any], entries: Mapping[str, CatalogueEntry]
) -> Iterator[Problem]:
    """Find settings of a bundle that have a meaning for a single programme only."""
    given = data.get("interventions")
    for name, settings in given.items() if isinstance(given, dict) else ():
        if name not in entries or not entries[name].parts or not isinstance(settings, dict):
            continue
        for key in settings:
            if key not in SETTINGS_OF_BUNDLES:
                message = f'"{key}" has no meaning for a bundle of programmes.'
                fix = f"Settings of bundles: {', '.join(SETTINGS_OF_BUNDLES)}."
                yield document.problem(("interventions", name, key), message, fix)
