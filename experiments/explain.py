"""Say what a name means: a parameter, source, lever, measure, intervention or partnership dial.

Plain functions that return plain data; the command line prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from experiments import explainers
from experiments.explainers import Explainer, Explanation
from sim.core.errors import PlacewiseError, suggest
from sim.parameters import Parameter, load_registry

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

EXPLAINERS: list[Explainer] = list(explainers.ALL)
"""Kinds of name that can be explained; append to it to explain more."""


class UnknownName(PlacewiseError):
    """Report a name nothing is known about, with the nearest names that are known."""

    exit_code = 3

    def __init__(self, identifier: str, nearest: list[str]) -> None:
        self.identifier, self.nearest = identifier, nearest
        hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        super().__init__(f'Nothing is called "{identifier}".{hint}')

    def __reduce__(self) -> tuple[type[UnknownName], tuple[str, list[str]]]:
        return type(self), (self.identifier, self.nearest)


@dataclass(frozen=True)
class ParameterRow:
    """Hold one line of a list of parameters, as text."""

    id: str
    value: str
    unit: str
    range: str
    kind: str
    verified: str
    meaning: str


def explain(identifier: str) -> Explanation:
    """Return what is known about a name.

    Raises
    ------
    UnknownName : with the nearest names, when nothing is called that.
    """
    for explainer in EXPLAINERS:
        if identifier in explainer.names():
            return explainer.explain(identifier)
    raise UnknownName(identifier, suggest(identifier, _all_names()))


def explanation_text(explanation: Explanation) -> str:
    """Write an explanation as plain text, one fact a line."""
    width = max((len(label) for label, _ in explanation.facts), default=0)
    facts = [f"  {label:<{width}}  {text}" for label, text in explanation.facts]
    return "\n".join([f"{explanation.identifier} ({explanation.kind})", explanation.meaning, "", *facts])


def explanation_table(explanation: Explanation) -> RenderableType:
    """Build the rich rendering of an explanation."""
    from rich.console import Group
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    before = ""
    for label, text in explanation.facts:
        facts.add_row("" if label == before else escape(label), escape(text))
        before = label
    head = Text.assemble((explanation.identifier, "bold"), f"  {explanation.kind}")
    return Group(head, Text(explanation.meaning), Text(), facts)


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as data for JSON."""
    return {**asdict(explanation), "facts": [{"label": label, "text": text} for label, text in explanation.facts]}


def list_parameters(words: str = "", kind: str | None = None) -> list[ParameterRow]:
    """Return the parameters whose identifier, meaning or sources hold every one of ``words``, in any letter case."""
    wanted = words.casefold().split()
    return [_row(parameter) for parameter in load_registry().parameters() if _matches(parameter, wanted, kind)]


def parameter_table(rows: list[ParameterRow]) -> Table:
    """Build the rich table of a list of parameters."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"{len(rows)} parameters", title_justify="left", box=None, pad_edge=False)
    table.add_column("parameter", style="bold", no_wrap=True)
    table.add_column("value", justify="right")
    for heading in ("unit", "range", "kind"):
        table.add_column(heading)
    table.add_column("meaning", ratio=1)
    for row in rows:
        table.add_row(*(escape(cell) for cell in (row.id, row.value, row.unit, row.range, row.kind, row.meaning)))
    return table


def _row(parameter: Parameter) -> ParameterRow:
    return ParameterRow(
        id=parameter.id,
        value=explainers.short_value(parameter.value, longest=3),
        unit=parameter.unit,
        range=explainers.range_text(parameter),
        kind=parameter.kind,
        verified="yes" if parameter.verified else "no",
        meaning=parameter.meaning,
    )


def _matches(parameter: Parameter, wanted: list[str], kind: str | None) -> bool:
    text = " ".join((parameter.id, parameter.meaning, *parameter.sources)).casefold()
    return (kind is None or parameter.kind == kind) and all(word in text for word in wanted)


def _all_names() -> Iterator[str]:
    for explainer in EXPLAINERS:
        yield from explainer.names()
