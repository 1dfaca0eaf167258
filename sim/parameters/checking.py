"""Check the rows of a parameter file and say everything that is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from sim.core.errors import suggest
from sim.core.yaml_files import as_switch
from sim.parameters.parameter import ASSUMPTION, KINDS, SHAPES, Parameter, frozen_table

SCHEMA = "placewise.parameters/1"
REQUIRED = ("value", "unit", "range", "prior", "kind", "meaning", "source", "verified")
OPTIONAL = ("index", "range_is", "note")
SHORTEST_REASON = 10
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Fault = tuple[tuple[str | int, ...], str, str]
"""Key path within the file, what is wrong, how to mend it."""


def check_file(data: dict[str, Any], room: str) -> Iterator[Fault]:
    """Check the head of a parameter file: schema, room and the presence of parameters."""
    if data.get("schema") != SCHEMA:
        yield ("schema",), f"The schema must be {SCHEMA}.", f"Write `schema: {SCHEMA}`."
    if data.get("room") != room:
        yield ("room",), f"The room must be the name of the file, {room}.", f"Write `room: {room}`."
    for key in data.keys() - {"schema", "room", "about", "parameters"}:
        yield (str(key),), "This key is not known at the top of a parameter file.", ""
    if not isinstance(data.get("parameters"), dict):
        yield ("parameters",), "The file has no parameters.", "Write them below `parameters:`."


def check_row(name: str, row: Any, known_sources: Collection[str]) -> Iterator[Fault]:
    """Check one parameter; yields one fault for every mistake."""
    at = ("parameters", str(name))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield at, "A parameter's name is lower-case words joined by underscores.", ""
    if not isinstance(row, dict):
        yield at, "A parameter is a mapping.", f"Give it {', '.join(REQUIRED)}."
        return
    missing = [key for key in REQUIRED if row.get(key) is None]
    if missing:
        yield at, f"Required and missing: {', '.join(missing)}.", ""
    for key in row.keys() - set(REQUIRED) - set(OPTIONAL):
        near = suggest(str(key), REQUIRED + OPTIONAL)
        yield (*at, str(key)), "This key is not known.", f"Did you mean {near[0]}?" if near else ""
    yield from _check_words(at, row)
    yield from _check_numbers(at, row)
    yield from _check_sources(at, row.get("source"), known_sources)


def build(room: str, name: str, row: dict[str, Any], file: str) -> Parameter:
    """Make a `Parameter` of a row that `check_row` found nothing wrong with."""
    value = row["value"]
    low, high = row["range"]
    return Parameter(
        id=f"{room}.{name}",
        room=room,
        value=frozen_table(value) if isinstance(value, list) else float(value),
        unit=row["unit"],
        low=float(low),
        high=float(high),
        range_is=row.get("range_is", "value"),
        shape=row["prior"]["shape"],
        kind=row["kind"],
        meaning=row["meaning"],
        sources=_source_list(row["source"]),
        verified=bool(as_switch(row["verified"])),
        index=row.get("index", ""),
        file=file,
    )


def _check_words(at: tuple[str, ...], row: dict[str, Any]) -> Iterator[Fault]:
    for key in ("unit", "meaning", "index", "note"):
        text = row.get(key)
        if text is not None and not (isinstance(text, str) and text.strip()):
            yield (*at, key), "This must be words.", ""
    if row.get("kind") is not None and row["kind"] not in KINDS:
        yield (*at, "kind"), f"The kind {row['kind']!r} is not known.", f"Use one of {', '.join(KINDS)}."
    if row.get("verified") is not None and as_switch(row["verified"]) is None:
        yield (*at, "verified"), "This must be yes or no.", "Write yes only when the figure was read in its source."


def _check_numbers(at: tuple[str, ...], row: dict[str, Any]) -> Iterator[Fault]:
    value, bounds, prior = row.get("value"), row.get("range"), row.get("prior")
    is_table = isinstance(value, list)
    if value is not None and not _is_numeric(value):
        yield (*at, "value"), "The value must be a finite number, or a full table of finite numbers.", ""
        return
    if row.get("range_is", "value") not in ("value", "factor"):
        yield (*at, "range_is"), "range_is must be value or factor.", ""
        return
    is_factor = row.get("range_is") == "factor"
    if is_table and not row.get("index"):
        yield at, "A table must say what its rows are.", "Write for example `index: age in years 16, 20, 25`."
    if bounds is not None and not _is_range(bounds):
        yield (*at, "range"), "The range must be two numbers, the lower first.", "Write `range: [low, high]`."
        return
    shape = prior.get("shape") if isinstance(prior, dict) and set(prior) == {"shape"} else None
    if prior is not None and shape not in SHAPES:
        shapes = ", ".join(SHAPES)
        yield (*at, "prior"), "The prior is not known.", f"Write `prior: {{shape: ...}}` with one of {shapes}."
        return
    if is_table and not is_factor and shape != "fixed":
        message = "The range of a table that varies multiplies the whole table."
        yield at, message, "Write `range_is: factor` and a range around 1."
        return
    if value is None or bounds is None or prior is None:
        return
    entries = [1.0] if is_factor else np.ravel(value)
    for central in {float(np.min(entries)), float(np.max(entries))}:
        yield from _check_fit(at, central, bounds, str(shape), str(row.get("kind")))


def _check_fit(at: tuple[str, ...], central: float, bounds: list[float], shape: str, kind: str) -> Iterator[Fault]:
    low, high = bounds
    if not low <= central <= high:
        yield (*at, "range"), f"The value {central:g} is outside its range [{low:g}, {high:g}].", ""
        return
    if shape != "fixed" and low == high:
        yield (*at, "prior"), "A range of no width cannot vary.", "Widen the range, or write `prior: {shape: fixed}`."
    if kind in ("fixed", "structure") and shape != "fixed":
        yield (
            (*at, "prior"),
            f"A parameter of kind {kind} has a fixed prior.",
            "Write `prior: {shape: fixed}`, or another kind.",
        )
    if shape == "lognormal" and low <= 0.0:
        yield (*at, "range"), "A lognormal prior needs a range above zero.", ""
    if shape == "beta" and not 0.0 <= low < central < high <= 1.0:
        yield (*at, "range"), "A beta prior needs 0 <= low < value < high <= 1.", ""
    if shape in ("normal", "lognormal") and low < high and central in (low, high):
        yield (*at, "range"), f"A {shape} prior needs a value inside its range, not at the end.", "Use uniform instead."


def _check_sources(at: tuple[str, ...], source: Any, known: Collection[str]) -> Iterator[Fault]:
    if source is None:
        return
    entries = source if isinstance(source, list) else [source]
    if not entries or not all(isinstance(entry, str) for entry in entries):
        yield (*at, "source"), "The source must be identifiers of sources, or a text `assumption: reason`.", ""
        return
    for entry in entries:
        if entry.startswith(ASSUMPTION):
            if len(entry.removeprefix(ASSUMPTION).strip()) < SHORTEST_REASON:
                yield (*at, "source"), "An assumption must give its reason.", 'Write `"assumption: because ..."`.'
        elif entry not in known:
            near = suggest(entry, known)
            hint = f"Did you mean {near[0]}?" if near else 'Add it to sources.yaml, or write `"assumption: reason"`.'
            yield (*at, "source"), f"There is no source called {entry}.", hint


def _source_list(source: str | list[str]) -> tuple[str, ...]:
    return tuple(source) if isinstance(source, list) else (source,)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_range(bounds: Any) -> bool:
    return (
        isinstance(bounds, list)
        and len(bounds) == 2
        and all(_is_number(end) for end in bounds)
        and bounds[0] <= bounds[1]
    )


def _is_numeric(value: Any) -> bool:
    if not isinstance(value, list):
        return _is_number(value)
    if not value or not all(_is_numeric(item) for item in value):
        return False
    try:
        np.array(value, dtype=np.float64)
    except ValueError:
        return False
    return True
