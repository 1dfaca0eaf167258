"""Each room writes its own columns and no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sim.population.columns import COMMUNITIES, FAMILIES, PEOPLE
from tests.architecture.source_tree import Module, modules

ROOM_OF = {
    "sim/society/": "society",
    "sim/community/": "communities",
    "sim/relationship/families": "families",
    "sim/relationship/ties": "ties",
    "sim/relationship/norms": "norms",
    "sim/individual/": "individuals",
    "sim/services/": "services",
    "sim/violence/": "violence",
    "sim/interventions/": "programmes",
}
DERIVED = {"age_sex"}  # a function of birth month and presence: whoever meets newcomers first may work it out
WRITERS: dict[str, set[str]] = {}
for _columns in (PEOPLE, FAMILIES, COMMUNITIES):
    for _column in _columns:
        WRITERS.setdefault(_column.name, set()).add(_column.writer)


def room_of(path: str) -> str | None:
    """Return the room a file belongs to, None for files of no room."""
    return next((room for start, room in ROOM_OF.items() if path.startswith(start)), None)


def written_columns(module: Module) -> Iterator[tuple[int, str]]:
    """Return (line, column) of every assignment to entries of a column, as in ``people.trauma[rows] = ...``."""
    for node in module.walk():
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        for target in targets:
            if not (isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute)):
                continue
            own_attribute = isinstance(target.value.value, ast.Name) and target.value.value.id == "self"
            if target.value.attr in WRITERS and not own_attribute:
                yield node.lineno, target.value.attr


def test_rooms_write_only_their_own_columns() -> None:
    trespasses = [
        f"{module.path}:{line} writes {column}, which is written by {', '.join(sorted(WRITERS[column]))}"
        for module in modules("sim")
        if (room := room_of(module.path)) is not None
        for line, column in written_columns(module)
        if column not in DERIVED and room not in WRITERS[column]
    ]
    assert not trespasses, "\n".join(trespasses)


def test_a_trespass_would_be_found() -> None:
    text = "people.trauma[rows] += 1\nself.family[rows] = 2\nself.people.weapon[:] = 0\n"
    assert list(written_columns(Module("sim/x.py", text, ast.parse(text)))) == [(1, "trauma"), (3, "weapon")]
