"""What ``placewise list`` and ``placewise schema`` show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem, suggest

if TYPE_CHECKING:
    from rich.table import Table

Listing = tuple[list[dict[str, Any]], "Table"]
SCHEMAS = (
    *(
        "compare",
        "evaluation_plan",
        "factors",
        "forecast",
        "intervention",
        "match",
        "power",
        "proposal",
        "run",
        "run-areas",
    ),
    *("scenario", "screen", "survey", "sweep", "track", "trial"),
)


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
    from experiments.results import json_schema

    if name == "compare":
        return json_schema()
    if name == "factors":
        from experiments.factors import json_schema as schema_of_factors

        return schema_of_factors()
    if name == "run":
        from experiments.levels import LevelsResult

        return LevelsResult.model_json_schema(by_alias=True)
    if name == "run-areas":
        from experiments.areas.result import AreasResult

        return AreasResult.model_json_schema(by_alias=True)
    if name == "survey":
        from experiments.survey_form import json_schema as schema_of_survey

        return schema_of_survey()
    if name == "sweep":
        from experiments.sweeps.form import SweepFile

        return SweepFile.model_json_schema(by_alias=True)
    if name == "track":
        from experiments.tracking.result import TrackResult

        return TrackResult.model_json_schema(by_alias=True)
    if name == "forecast":
        from experiments.tracking.forecast import Forecast

        return Forecast.model_json_schema(by_alias=True)
    if name == "trial":
        from experiments.trial_result import TrialResult

        return TrialResult.model_json_schema(by_alias=True)
    if name == "match":
        from experiments.matching_result import MatchResult

        return MatchResult.model_json_schema(by_alias=True)
    if name == "proposal":
        from experiments.screening.form import Proposal

        return Proposal.model_json_schema(by_alias=True)
    if name == "screen":
        from experiments.screening.result import ScreenResult

        return ScreenResult.model_json_schema(by_alias=True)
    if name == "power":
        from experiments.power.result import PowerResult

        return PowerResult.model_json_schema(by_alias=True)
    if name == "evaluation_plan":
        from experiments.power.plan import EvaluationPlan

        return EvaluationPlan.model_json_schema(by_alias=True)
    if name in SCHEMAS:
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
