"""Turn what pydantic finds into problems that a reader can act on."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ValidationError

from sim.core.errors import Problem, suggest
from sim.core.yaml_files import Document, path_text
from sim.interventions.fields import written
from sim.interventions.vocabulary import PERSONAL_DATA_KEYS

EXAMPLES: dict[str, str] = {
    "schema": "schema: placewise.scenario/1",
    "title": "title: Summer jobs for 14 to 21 year olds",
    "decision_date": "decision_date: 2026-04",
    "horizon_years": "horizon_years: 10",
    "what": "what: labour_market",
    "start": "start: 2027-01",
    "change": "change: -0.5",
    "gbp": "gbp: 1500",
    "price_year": "price_year: 2024",
    "because": "because: the reason in one line",
    "age": "age: [10, 18]",
    "uptake": "uptake: 0.6",
    "completion": "completion: 0.6",
}
PRIVACY = (
    "This looks like a place for data about named people. Placewise never reads personal data: it works with "
    "simulated people only."
)
PRIVACY_FIX = "Remove it from the file."


def problems_of(error: ValidationError, model: type[BaseModel], document: Document) -> list[Problem]:
    """Say every fault of a validation in plain words, with its place in the document."""
    return [_problem(fault, model, document) for fault in error.errors(include_url=False)]


def _problem(fault: Any, model: type[BaseModel], document: Document) -> Problem:
    keys = tuple(step if isinstance(step, int) else str(step) for step in fault["loc"] if step != "[key]")
    code, value = str(fault["type"]), fault["input"]
    context = fault.get("ctx", {})
    if "message" in context:
        message, fix = context["message"], context["fix"]
    elif code == "extra_forbidden":
        message, fix = unknown_key(str(keys[-1]), known_keys(model, keys[:-1]))
    elif code == "missing":
        example = "schema: placewise.intervention/1" if keys == ("id",) else EXAMPLES.get(str(keys[-1]), "")
        message, fix = f'The key "{keys[-1]}" is missing.', f"Add: {example}" if example else ""
    else:
        message, fix = _plain_type(code, str(keys[-1]) if keys else "The file", value, context)
    line, column = document.where(*keys)
    bare = "[key]" in fault["loc"] or message == PRIVACY
    path = path_text(keys) if bare else shown_path(keys, value)
    return Problem(document.file, line, column, path, message, fix, code=code)


def shown_path(keys: tuple[str | int, ...], value: Any) -> str:
    """Write a key path with its value when that is one word: ``uptake: 60``."""
    path = path_text(keys)
    if isinstance(value, dict | list) or value is None:
        return path
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{path}: {text}" if len(text) <= 40 and "\n" not in text else path


def unknown_key(key: str, known: Iterable[str]) -> tuple[str, str]:
    """Return what to say about a key that has no meaning here."""
    known = list(known)
    if key.lower().replace(" ", "_") in PERSONAL_DATA_KEYS:
        return PRIVACY, PRIVACY_FIX
    near = suggest(key, known, 1)
    fix = f'Did you mean "{near[0]}"?' if near else f"Known here: {', '.join(known)}." if known else ""
    return f'There is no key called "{key}" here.', fix


def _plain_type(code: str, name: str, value: Any, context: dict[str, Any]) -> tuple[str, str]:
    """Return (message, fix) for a value of the wrong kind."""
    if code in ("model_type", "model_attributes_type", "dict_type"):
        wanted, fix = "a mapping of `key: value` lines", f"Indent them under {name}:"
    elif code in ("list_type", "tuple_type"):
        wanted, fix = "a list", f"Write [{value}] for a list of one." if isinstance(value, str | int | float) else ""
    elif code in ("string_type", "literal_error"):
        expected = str(context.get("expected", "a line of text")).replace("'", "")
        wanted, fix = (
            expected,
            f"Write {name}: {expected}" if code == "literal_error" and " or " not in expected else "",
        )
    elif code in ("float_type", "int_type", "float_parsing", "int_parsing"):
        wanted, fix = "a number", ""
    elif code in ("too_short", "too_long"):
        limit, number = ("at least", "min_length") if code == "too_short" else ("at most", "max_length")
        return f"{name} must hold {limit} {context.get(number)}. You wrote {len(value)}.", ""
    else:
        wanted, fix = "something else", ""
    return f"{name} must be {wanted}. You wrote {written(value)}.", fix


def known_keys(model: type[BaseModel], keys: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the part of a file at a key path may have."""
    part: Any = model
    for key in keys:
        part = _step(part, key)
        if part is None:
            return []
    part = _model_in(part)
    return [field.alias or name for name, field in part.model_fields.items()] if part is not None else []


def _step(part: Any, key: str | int) -> Any:
    """Follow one key of a path through the annotations of a form."""
    for option in _options(part):
        if isinstance(option, type) and issubclass(option, BaseModel):
            for name, field in option.model_fields.items():
                if key in (name, field.alias):
                    return field.annotation
        origin, arguments = typing.get_origin(option), typing.get_args(option)
        if origin in (dict, list) and arguments:
            return arguments[-1]
    return None


def _options(part: Any) -> list[Any]:
    origin = typing.get_origin(part)
    if origin is Annotated:
        return _options(typing.get_args(part)[0])
    if origin in (typing.Union, types.UnionType):
        return [option for choice in typing.get_args(part) for option in _options(choice)]
    return [part]


def _model_in(part: Any) -> type[BaseModel] | None:
    return next((o for o in _options(part) if isinstance(o, type) and issubclass(o, BaseModel)), None)
