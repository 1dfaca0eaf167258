"""Check what a scenario file means: dates that fit together, and things a reader should be warned of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from sim.core.errors import Problem, suggest
from sim.core.yaml_files import Document
from sim.interventions.catalogue import is_shipped
from sim.interventions.cost_schema import require_whole
from sim.interventions.fields import Month, month_number, month_words
from sim.interventions.model_hash import model_hash
from sim.interventions.resolved import Programme, Scenario
from sim.interventions.scenario import LONGEST_HORIZON_YEARS, ScenarioFile
from sim.interventions.schema import CatalogueEntry
from sim.interventions.strength_store import entry_hash
from sim.interventions.wording import shown_path

UNFINISHED = re.compile(r"\b(TO-?FILL|TBC|TBD|XXX)\b", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
EARLY_YEARS_SHOW_AFTER_YEARS = 10

WARNINGS: dict[str, str] = {
    "W01": "Strengths of this programme are provisional: they were set from the published effect by hand, and have "
    "not yet been matched to a virtual trial. Read differences as illustrations, not as estimates.",
    "W02": "Support in the early years acts on violence when children reach their teens. A horizon below "
    "10 years shows the cost and little of the effect.",
    "W03": "Nothing is switched on: no programme, no dial and no shock. The scenario is the same as the baseline.",
    "W04": "A programme with no places changes nothing.",
    "W08": "The ages and conditions of this programme exclude each other, so nobody can be eligible and it changes "
    "nothing.",
    "W05": "An e-mail address stands in the file. Scenario files are meant to be shared: leave out personal data.",
    "W06": "No study gives the strength of the partnership dials. Their effects, and what "
    "they cost, are assumptions with wide ranges.",
    "W20": "The strengths of this programme were solved for with another version of the model or of the entry. They "
    "are used as they are. Run placewise match to solve for them again.",
    "W21": "No strength of the programme's levers makes the virtual trial come out as the evidence says, within the "
    "limits of those levers. The nearest one is used.",
    "W07": "Results are reported for the outcomes listed by placewise list measures. A definition of serious violence "
    "agreed by local partners is kept in the file for the record, and does not change them.",
}


def date_problems(document: Document, data: dict[str, Any]) -> Iterator[Problem]:
    """Find starts before the decision date or after the horizon, and stops that come before their start."""
    decision = _month(data.get("decision_date"))
    years = data.get("horizon_years")
    whole = isinstance(years, int) and not isinstance(years, bool) and 1 <= years <= LONGEST_HORIZON_YEARS
    end = month_number(decision) + years * 12 if decision and whole and years else None
    given = data.get("interventions")
    for name, settings in (given if isinstance(given, dict) else {}).items():
        if isinstance(settings, dict):
            yield from _dates_of(document, ("interventions", name), settings, decision, end)
    shocks = data.get("shocks")
    for index, shock in enumerate(shocks if isinstance(shocks, list) else ()):
        if isinstance(shock, dict):
            yield from _dates_of(document, ("shocks", index), shock, decision, end)


def _dates_of(
    document: Document, keys: tuple[str | int, ...], part: dict[str, Any], decision: Any, end: int | None
) -> Iterator[Problem]:
    start, stop = _month(part.get("start")), _month(part.get("stop"))
    for key, month in (("start", start), ("stop", stop)):
        if month is None:
            continue
        what = f"The {key}, {month_words(month)},"
        if decision and month_number(month) < month_number(decision):
            rule = f"{what} is before the decision date, {month_words(decision)}."
            fix = f"Write {decision[0]}-{decision[1]:02d} or later."
        elif end is not None and month_number(month) >= end + (key == "stop"):
            last = ((end - 1) // 12, (end - 1) % 12 + 1)
            rule = f"{what} is after the end of the horizon, {month_words(last)}."
            fix = "Choose an earlier month, or raise horizon_years."
        else:
            continue
        yield _problem(document, (*keys, key), part[key], rule, fix)
    if start and stop and month_number(stop) <= month_number(start):
        rule = f"The stop, {month_words(stop)}, is not after the start, {month_words(start)}."
        yield _problem(document, (*keys, "stop"), part["stop"], rule, "Choose a later stop, or leave it out.")


def _problem(document: Document, keys: tuple[str | int, ...], value: Any, message: str, fix: str) -> Problem:
    line, column = document.where(*keys)
    return Problem(document.file, line, column, shown_path(keys, value), message, fix, code="date")


def _month(value: Any) -> tuple[int, int] | None:
    try:
        return Month("").check(value)
    except PydanticCustomError:
        return None


def parts_problems(document: Document, keys: tuple[str, ...], data: dict[str, Any]) -> Iterator[Problem]:
    """Find parts of a whole that do not add to 1, whatever else is wrong with them."""
    parts: Any = data
    for key in keys:
        parts = parts.get(key) if isinstance(parts, dict) else None
    if not isinstance(parts, dict) or not all(_is_share(part) for part in parts.values()):
        return
    try:
        require_whole(parts, f"The parts in {keys[-1]}")
    except PydanticCustomError as error:
        line, column = document.where(*keys)
        yield Problem(document.file, line, column, ".".join(keys), error.message(), code="parts")


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def unknown_communities(
    document: Document, data: dict[str, Any], place_codes: Collection[str] | None
) -> Iterator[Problem]:
    """Find communities that are not in the place; nothing is said when the place is not known."""
    if place_codes is None:
        return
    for part in ("interventions", "shocks"):
        given = data.get(part)
        items = given.items() if isinstance(given, dict) else enumerate(given if isinstance(given, list) else ())
        for name, settings in items:
            codes = settings.get("communities") if isinstance(settings, dict) else None
            for index, code in enumerate(codes if isinstance(codes, list) else ()):
                if isinstance(code, str) and code not in place_codes:
                    near = suggest(code, place_codes, 1)
                    message = f"The community {code} is not in this place."
                    fix = f"Did you mean {near[0]}?" if near else "See: placewise place show"
                    yield document.problem((part, name, "communities", index), message, fix)


def strict_problems(
    document: Document, data: dict[str, Any], entries: dict[str, CatalogueEntry], entry: CatalogueEntry | None = None
) -> Iterator[Problem]:
    """Find what a file may hold while it is being worked on, and may not when a decision rests on it."""
    for keys, text in _texts(data, ()):
        if UNFINISHED.search(text):
            message = f'The text is unfinished: "{text[:60]}".'
            yield document.problem(keys, message, "Fill it in.")
    for name, used in entries.items():
        if used.is_provisional:
            message = f"The strengths of {used.name} are provisional."
            fix = "Match them to the trial first, or check without --strict."
            yield document.problem(("interventions", name), message, fix)
    for name, push in entry.levers.items() if entry else ():
        if push.is_provisional:
            keys = ("levers", name, "strength", "provisional")
            yield document.problem(keys, f"The strength of {name} is provisional.", "Match it to the trial.")
    if entry and entry.is_provisional and not any(push.is_provisional for push in entry.levers.values()):
        fix = f"Run: placewise match {document.file}"
        yield document.problem(("levers",), "The pushes are not matched to a trial yet.", fix)
    if entry and entry.evidence and entry.evidence.unverified:
        message = f"Not read in a published source: {entry.evidence.unverified}"
        yield document.problem(("evidence", "unverified"), message, "Find the source, then remove this line.")


def unmatched_problems(document: Document, name: str, entry: CatalogueEntry, path: Path) -> Iterator[Problem]:
    """Find an entry of the user's own that says how levers share an effect, and not how strong it is."""
    if is_shipped(path) or not entry.is_provisional or any(push.is_provisional for push in entry.levers.values()):
        return
    message = f"{entry.name} has not been matched to its trial, so nothing says how strong it is."
    fix = f"Run: placewise match {path}   or give each lever strength: {{provisional: 0.1, because: ...}}"
    yield document.problem(("interventions", name), message, fix)


def _texts(part: Any, keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(part, str):
        yield keys, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(value, (*keys, str(key)))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _texts(value, (*keys, index))


def warnings_about(
    document: Document, scenario: Scenario, file: ScenarioFile, entries: Mapping[str, CatalogueEntry]
) -> Iterator[Problem]:
    """Yield what a reader should know although the file is valid; codes are keys of ``WARNINGS``."""
    for programme in scenario.programmes:
        keys = ("interventions", programme.id)
        if programme.provisional:
            yield _warning(document, keys, "W01", f"The strengths of {programme.name} are provisional.")
        yield from _matching_warnings(document, keys, programme, entries.get(programme.entry))
        if programme.strand == "early_years" and scenario.horizon_years < EARLY_YEARS_SHOW_AFTER_YEARS:
            text = f"{programme.name} shows little effect on violence within {scenario.horizon_years} years."
            yield _warning(document, keys, "W02", text)
        if programme.places_per_year == 0:
            yield _warning(document, keys, "W04", f"{programme.name} has no places, so it changes nothing.")
    dials = any(vars(scenario.dials).values())
    if dials:
        text = "What the partnership dials do, and what they cost, is assumed, not measured."
        yield _warning(document, ("partnership",), "W06", text)
    if file.serious_violence_definition is not None:
        text = "The definition of serious violence is kept with the scenario; outcomes keep their own definitions."
        yield _warning(document, ("serious_violence_definition",), "W07", text)
    if not scenario.programmes and not dials and not scenario.shocks and scenario.name != "baseline":
        yield _warning(document, ("interventions",), "W03", "Nothing is switched on in this scenario.")
    for place, text in _texts(document.data, ()):
        if EMAIL.search(text):
            yield _warning(document, place, "W05", "An e-mail address stands here: leave out personal data.")


def _matching_warnings(
    document: Document, keys: tuple[str | int, ...], programme: Programme, entry: CatalogueEntry | None
) -> Iterator[Problem]:
    """Yield what is wrong with the strengths a programme was matched with."""
    matched = programme.matched
    if matched is None or entry is None:
        return
    if matched.model != model_hash() or matched.entry != entry_hash(entry):
        what = "its catalogue entry" if matched.entry != entry_hash(entry) else "the model"
        text = f"{programme.name} was matched to its trial before {what} changed."
        yield _warning(document, keys, "W20", text)
    for words in matched.bounds:
        yield _warning(document, keys, "W21", f"{programme.name}: {words}")


def _warning(document: Document, keys: tuple[str | int, ...], code: str, message: str) -> Problem:
    line, column = document.where(*keys)
    path = ".".join(str(key) for key in keys)
    return Problem(document.file, line, column, path, message, f"See: placewise explain {code}", code, "warning")
