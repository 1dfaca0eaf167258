"""Write the generated parts of the model description from the source itself.

``python -m experiments.describe --write`` renews what stands between the markers of ``sim/README.md`` and
``sim/TABLES.md``; without ``--write`` it says which of them have drifted. Nothing is compiled for it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from experiments.describe_source import ROOT, decisions, mechanisms_examined, processes
from sim.core.column import Column
from sim.core.levers import LEVERS
from sim.mechanisms import MECHANISMS
from sim.parameters import Parameter, load_registry
from sim.population.columns import COMMUNITIES, FAMILIES, PEOPLE

FILES = ("sim/README.md", "sim/TABLES.md")
PART = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
ENTITIES = {"people": PEOPLE, "families": FAMILIES, "communities": COMMUNITIES}
KINDS = ("fixed", "evidence", "calibrated", "scenario")


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def entities() -> str:
    """Count the state variables of each entity."""
    rows = []
    for name, columns in ENTITIES.items():
        writers = Counter(column.writer for column in columns)
        written = ", ".join(f"{writer} {number}" for writer, number in writers.most_common())
        rows.append((name, len(columns), sum(column.row_bytes for column in columns), written))
    return table(("entity", "state variables", "bytes each", "written by"), rows)


def state_variables() -> str:
    """List every state variable."""
    parts = []
    for name, columns in ENTITIES.items():
        rows = [(f"`{c.name}`", held_as(c), c.unit, c.writer, c.meaning) for c in columns]
        parts += [f"### {name.capitalize()}", table(("name", "held as", "unit", "written by", "meaning"), rows)]
    return "\n\n".join(parts)


def held_as(column: Column) -> str:
    return column.dtype if column.width == 1 else f"{column.dtype} x {column.width}"


def schedule() -> str:
    """List what a month calls, in order."""
    rows = [(n, f"`{call}`", f"`{path}`", text) for n, (call, path, text) in enumerate(processes(), 1)]
    return table(("", "call", "file", "what it does"), rows)


def levers() -> str:
    """List the levers."""
    rows = [(f"`{lever.name}`", lever.level, lever.combine, lever.unit, lever.meaning) for lever in LEVERS.values()]
    return table(("lever", "acts on a", "pushes combine by", "unit", "meaning"), rows)


def chance() -> str:
    """List every decision of chance."""
    rows = [(f"`{sheet}`", word, name, f"`{path}`") for sheet, word, name, path in decisions()]
    return table(("sheet", "word", "decision", "declared in"), rows)


def mechanisms() -> str:
    """List the mechanisms with their switches and tests."""
    tests = mechanisms_examined()
    rows = []
    for each in MECHANISMS:
        off = ", ".join(f"`{switch}`" for switch in each.switches) + f" = {each.at}" if each.switches else ""
        named = ", ".join(f"`{test.removeprefix('tests/')}`" for test in tests.get(each.id, []))
        rows.append((f"`{each.id}`", each.level, each.does, f"`{each.path}`", off, named))
    return table(("mechanism", "level", "what it does", "file", "off when", "tests"), rows)


def parameter_counts() -> str:
    """Count the parameters of each room by kind and by what they rest on."""
    by_room: dict[str, list[Parameter]] = {}
    for parameter in load_registry().parameters():
        by_room.setdefault(parameter.room, []).append(parameter)
    by_room = dict(sorted(by_room.items())) | {"all": list(load_registry().parameters())}
    rows = []
    for room, found in by_room.items():
        kinds = Counter(parameter.kind for parameter in found)
        assumed = sum(not parameter.source_ids for parameter in found)
        rows.append((room, len(found), *(kinds[k] for k in KINDS), assumed, sum(p.verified for p in found)))
    return table(("room", "parameters", *KINDS, "assumption only", "figure read in its source"), rows)


def parameters() -> str:
    """List every parameter of every room."""
    rooms: dict[str, list[tuple[str, ...]]] = {}
    for p in load_registry().parameters():
        by = "x " if p.range_is == "factor" else ""
        value = f"table of {p.value.size}" if not isinstance(p.value, float) else f"{p.value:g}"
        source = ", ".join([*p.source_ids, *(["assumption"] if p.assumptions else [])])
        limits, read = f"{by}{p.low:g} to {by}{p.high:g}", "yes" if p.verified else "no"
        row = (f"`{p.id}`", value, p.unit, limits, p.kind, source, read, p.meaning)
        rooms.setdefault(p.room, []).append(row)
    headings = ("id", "value", "unit", "range", "kind", "source", "read", "meaning")
    return "\n\n".join(f"### {room.capitalize()}\n\n{table(headings, rows)}" for room, rows in sorted(rooms.items()))


PARTS: dict[str, Callable[[], str]] = {
    "entities": entities,
    "schedule": schedule,
    "parameter counts": parameter_counts,
    "state variables": state_variables,
    "levers": levers,
    "mechanisms": mechanisms,
    "chance": chance,
    "parameters": parameters,
}


def renewed(text: str) -> str:
    """Return a text with every generated part made anew."""
    return PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n\n{part[3]}", text)


def main() -> None:
    """Renew the generated parts, or say which files have drifted."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    drifted = []
    for name in FILES:
        before = (ROOT / name).read_text(encoding="utf-8")
        after = renewed(before)
        if after != before:
            drifted.append(name)
            if write:
                (ROOT / name).write_text(after, encoding="utf-8")
    sys.stdout.write(f"{'renewed' if write else 'drifted'}: {', '.join(drifted) or 'nothing'}\n")
    sys.exit(0 if write else len(drifted))


if __name__ == "__main__":
    main()
