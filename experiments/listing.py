"""What ``placewise list`` and ``placewise schema`` show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem, suggest

if TYPE_CHECKING:
    from rich.table import Table

Listing = tuple[list[dict[str, Any]], "Table"]
MODELS = {
    "compare": "experiments.results:json_schema",
    "evaluation_plan": "experiments.power.plan:EvaluationPlan",
    "factors": "experiments.factors:json_schema",
    "forecast": "experiments.tracking.forecast:Forecast",
    "match": "experiments.matching_result:MatchResult",
    "portfolio": "experiments.portfolio.form:PortfolioFile",
    "portfolio-result": "experiments.portfolio.result:PortfolioResult",
    "power": "experiments.power.result:PowerResult",
    "proposal": "experiments.screening.form:Proposal",
    "run": "experiments.levels:LevelsResult",
    "run-areas": "experiments.areas.result:AreasResult",
    "screen": "experiments.screening.result:ScreenResult",
    "survey": "experiments.survey_form:json_schema",
    "sweep": "experiments.sweeps.form:SweepFile",
    "track": "experiments.tracking.result:TrackResult",
    "trial": "experiments.trial_result:TrialResult",
}
"""Where the form of each result or file is, or what gives its schema; imported when asked for, which takes a while."""
FILES = ("intervention", "scenario")
SCHEMAS = tuple(sorted((*MODELS, *FILES)))


def listing(what: str, search: str = "", kind: str | None = None) -> Listing:
    """Return rows as data and as a table.

    Parameters
    ----------
    what
        One of ``LISTS``.
    search
        Words that must be found.
    kind
        Kind of parameter or place; strand of intervention; level of lever.
    """
    if what not in LISTS:
        near = suggest(what, LISTS)
        fix = f"Did you mean {near[0]}?" if near else f"Lists: {', '.join(LISTS)}."
        raise InputError(Problem("", 0, 0, "list", f'There is no list of "{what}".', fix))
    return LISTS[what](search, kind)


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a result or kind of file."""
    if name in MODELS:
        module, _, model = MODELS[name].partition(":")
        form = getattr(import_module(module), model)
        return form.model_json_schema(by_alias=True) if isinstance(form, type) else form()
    if name in FILES:
        from experiments.catalogue import file_schema

        return file_schema(name)
    near = suggest(name, SCHEMAS)
    fix = f"Did you mean {near[0]}?" if near else f"Schemas: {', '.join(SCHEMAS)}."
    raise InputError(Problem("", 0, 0, "schema", f'There is no schema called "{name}".', fix))


def _parameters(search: str, kind: str | None) -> Listing:
    from experiments.explain import list_parameters, parameter_table

    rows = list_parameters(search, kind)
    return [asdict(row) for row in rows], parameter_table(rows)


def _interventions(search: str, kind: str | None) -> Listing:
    from experiments.catalogue import intervention_table, list_interventions

    rows = list_interventions(search, kind)
    return [asdict(row) for row in rows], intervention_table(rows)


def _places(search: str, kind: str | None) -> Listing:
    from experiments.place_tables import places_table
    from experiments.places import list_places

    found = list_places(kind, search)
    return [asdict(place) for place in found], places_table(found)


def _scenarios(search: str, kind: str | None) -> Listing:
    from sim.interventions.catalogue import bundled_scenarios
    from sim.interventions.checking import read_scenario

    rows = []
    for name, path in bundled_scenarios().items():
        scenario = read_scenario(path)
        programmes = ", ".join(programme.id for programme in scenario.programmes)
        rows.append({"scenario": name, "title": scenario.title, "programmes": programmes, "about": scenario.about})
    return _plain_table(rows, search)


def _measures(search: str, kind: str | None) -> Listing:
    from sim.outcomes.measures import MEASURES

    rows = [
        {"measure": each.name, "meaning": each.meaning, "unit": each.unit, "attributed to": each.attributed_to}
        for each in MEASURES
    ]
    return _plain_table(rows, search)


def _levers(search: str, kind: str | None) -> Listing:
    from sim.core.levers import LEVERS

    rows = [
        {"lever": lever.name, "level": lever.level, "unit": lever.unit, "meaning": lever.meaning}
        for lever in LEVERS.values()
        if kind in (None, lever.level)
    ]
    return _plain_table(rows, search)


def _conditions(search: str, kind: str | None) -> Listing:
    from sim.interventions.conditions import CONDITIONS

    rows = [
        {"condition": name, "value": _form(condition.value), "people": condition.words.format(value="...")}
        for name, condition in CONDITIONS.items()
    ]
    return _plain_table(rows, search)


def _form(value: Any) -> str:
    """Say what may be written as the value of a condition."""
    if hasattr(value, "words"):
        return ", ".join(value.words)
    low, high = getattr(value, "low", None), getattr(value, "high", None)
    if low is None or high is None:
        return "true"
    return f"{low:g} to {high:g}{'' if hasattr(value, 'whole') else ' months'}"


def _plain_table(rows: list[dict[str, Any]], search: str) -> Listing:
    from rich.markup import escape
    from rich.table import Table

    wanted = search.casefold().split()
    found = [row for row in rows if all(word in " ".join(row.values()).casefold() for word in wanted)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(rows[0] if rows else ()):
        table.add_column(heading, style="bold" if number == 0 else "", overflow="fold")
    for row in found:
        table.add_row(*(escape(str(cell)) for cell in row.values()))
    return found, table


LISTS: dict[str, Callable[[str, str | None], Listing]] = {
    "parameters": _parameters,
    "interventions": _interventions,
    "scenarios": _scenarios,
    "places": _places,
    "measures": _measures,
    "levers": _levers,
    "conditions": _conditions,
}
