"""Values set from outside the files: ``--set path=value``.

``interventions.<id>.<key>`` changes a programme in every scenario that has it, ``parameters.<id>`` a parameter in every
world, ``partnership.<dial>`` a dial in every scenario but the baseline of a comparison.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from pydantic import ValidationError

from experiments.runs import BASELINE
from sim.core.errors import InputError, Problem, suggest
from sim.interventions.resolved import Dials, Scenario
from sim.interventions.scenario import Partnership, ProgrammeSettings
from sim.parameters.registry import Registry, UnknownParameter

PARAMETERS, INTERVENTIONS, PARTNERSHIP = "parameters", "interventions", "partnership"
PROGRAMME_KEYS = ("places_per_year", "uptake", "completion", "months", "coverage", "hours_per_month", "neighbours")
DIALS = tuple(each.name for each in fields(Dials))
EXAMPLE = "For example --set interventions.mentoring.uptake=0.3"


def parse_settings(texts: Sequence[str]) -> dict[str, str]:
    """Read ``path=value`` texts.

    Raises
    ------
    InputError
        For a text without ``=`` or with a path that does not begin with a known word.
    """
    settings = {}
    problems = []
    for text in texts:
        path, equals, value = text.partition("=")
        path = path.strip()
        if not equals:
            problems.append(Problem("", 0, 0, text, "A setting is written path=value.", EXAMPLE))
        elif path.partition(".")[0] not in (PARAMETERS, INTERVENTIONS, PARTNERSHIP):
            message = f'A setting begins with {INTERVENTIONS}, {PARTNERSHIP} or {PARAMETERS}, not "{path}".'
            problems.append(Problem("", 0, 0, path, message, EXAMPLE))
        settings[path] = value.strip()
    if problems:
        raise InputError(problems)
    return settings


def parameter_settings(settings: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that settings give to parameters, by identifier."""
    prefix = f"{PARAMETERS}."
    return {path.removeprefix(prefix): _value(path, text) for path, text in settings.items() if path.startswith(prefix)}


def replace_parameters(registry: Registry, settings: Mapping[str, str]) -> Registry:
    """Return the registry with the values that settings give.

    Raises
    ------
    InputError
        With every parameter that does not exist, and every value of the wrong shape.
    """
    values = parameter_settings(settings)
    problems: list[Problem] = []
    for identifier, value in values.items():
        try:
            registry = registry.replace({identifier: value})
        except (UnknownParameter, ValueError, TypeError) as error:
            path = f"{PARAMETERS}.{identifier}"
            problems.append(Problem("", 0, 0, path, str(error), "See: placewise list parameters"))
    if problems:
        raise InputError(problems)
    return registry


def apply_settings(scenarios: Mapping[str, Scenario], settings: Mapping[str, str]) -> dict[str, Scenario]:
    """Return the scenarios with settings applied to programmes and dials.

    Raises
    ------
    InputError
        With every setting that no scenario has a place for, or whose value is refused.
    """
    changed = dict(scenarios)
    problems: list[Problem] = []
    for path, text in settings.items():
        first, *rest = path.split(".")
        try:
            if first == INTERVENTIONS:
                _set_programme(changed, path, rest, _value(path, text))
            elif first == PARTNERSHIP:
                _set_dial(changed, path, rest, _value(path, text))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return changed


def _set_programme(scenarios: dict[str, Scenario], path: str, rest: list[str], value: Any) -> None:
    if len(rest) != 2:
        raise InputError(Problem("", 0, 0, path, "A programme's setting is interventions.<id>.<key>.", EXAMPLE))
    programme, key = rest
    if key not in PROGRAMME_KEYS:
        raise _unknown(path, key, PROGRAMME_KEYS)
    try:
        value = getattr(ProgrammeSettings.model_validate({key: value}), key)
    except ValidationError as error:
        raise InputError(Problem("", 0, 0, path, error.errors()[0]["msg"])) from None
    used = {each.id for scenario in scenarios.values() for each in scenario.programmes}
    if programme not in used:
        raise _unknown(path, programme, sorted(used))
    for stem, scenario in scenarios.items():
        programmes = tuple(
            replace(each, **{key: value}) if each.id == programme else each for each in scenario.programmes
        )
        scenarios[stem] = replace(scenario, programmes=programmes)


def _set_dial(scenarios: dict[str, Scenario], path: str, rest: list[str], value: Any) -> None:
    if len(rest) != 1 or rest[0] not in DIALS:
        raise _unknown(path, ".".join(rest), DIALS)
    try:
        position = getattr(Partnership.model_validate({rest[0]: value}), rest[0])
    except ValidationError as error:
        raise InputError(Problem("", 0, 0, path, error.errors()[0]["msg"])) from None
    for stem, scenario in scenarios.items():
        if stem != BASELINE or len(scenarios) == 1:
            scenarios[stem] = replace(scenario, dials=replace(scenario.dials, **{rest[0]: position}))


def _value(path: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise InputError(Problem("", 0, 0, path, f'"{text}" is not a number or a list of numbers.', EXAMPLE)) from None


def _unknown(path: str, word: str, known: Sequence[str]) -> InputError:
    near = suggest(word, known)
    fix = f"Did you mean {' or '.join(near)}?" if near else f"Known here: {', '.join(known)}."
    return InputError(Problem("", 0, 0, path, f'There is no "{word}" here.', fix))
