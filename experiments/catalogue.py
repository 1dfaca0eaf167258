"""Show the catalogue of interventions as a list, and the form of its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.cards import plain
from experiments.catalogue_facts import short_cost
from sim.interventions.catalogue import Catalogue
from sim.interventions.scenario import ScenarioFile
from sim.interventions.schema import CatalogueEntry

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS: dict[str, tuple[str, ...]] = {
    "intervention": (),
    "strand, life course": ("strand", "life_course"),
    "level, tier": ("level", "tier"),
    "impact": ("impact",),
    "security": ("security",),
    "cost": ("cost_badge",),
}
"""Columns of the printed list, each with the fields that stand under one another in it; the first holds id and name."""
SCHEMAS = ("scenario", "intervention")


@dataclass(frozen=True)
class InterventionRow:
    """Hold one line of the list of interventions, as text."""

    id: str
    name: str
    strand: str
    level: str
    tier: str
    life_course: str
    impact: str
    security: str
    cost_badge: str
    ages: str
    mode: str
    cost: str
    strength: str


def list_interventions(words: str = "", strand: str | None = None) -> list[InterventionRow]:
    """Return the interventions whose name, id or description holds every one of ``words``, in alphabetical order."""
    wanted = words.casefold().split()
    rows = []
    for identifier, entry in Catalogue().entries().items():
        text = f"{identifier} {entry.name} {entry.about} {entry.strand}".casefold()
        if all(word in text for word in wanted) and strand in (None, entry.strand):
            rows.append(_row(entry))
    return rows


def intervention_table(rows: list[InterventionRow]) -> Table:
    """Build the rich table of a list of interventions."""
    from rich.markup import escape
    from rich.table import Table

    title = f"{len(rows)} interventions; the last three columns are badges, to be read apart"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in COLUMNS:
        table.add_column(heading, overflow="fold")
    for row in rows:
        name = f"[bold]{escape(row.id)}[/bold]\n{escape(row.name)}"
        table.add_row(
            name, *("\n".join(getattr(row, field) for field in fields) for fields in COLUMNS.values() if fields)
        )
    return table


def file_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file: ``scenario`` or ``intervention``."""
    forms = {"intervention": (CatalogueEntry, "parts"), "scenario": (ScenarioFile, "interventions")}
    form, switched = forms[name]
    schema = form.model_json_schema()
    switches = [{"type": "boolean"}, {"enum": ["on", "off", "true", "false"]}]
    settings = schema["properties"][switched]["additionalProperties"]
    schema["properties"][switched]["additionalProperties"] = {"anyOf": [*switches, settings]}
    schema["properties"][switched]["propertyNames"] = {"type": "string", "minLength": 1}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _row(entry: CatalogueEntry) -> InterventionRow:
    return InterventionRow(
        id=entry.id,
        name=entry.name,
        strand=plain(entry.strand),
        level=entry.level,
        tier=entry.tier,
        life_course=plain(entry.life_course),
        impact="as its parts" if entry.parts else plain(entry.badges.impact),
        security="as its parts" if entry.parts else plain(entry.badges.security or "not rated"),
        cost_badge="as its parts" if entry.parts else entry.badges.cost or "not rated",
        ages=f"{entry.who.age[0]} to {entry.who.age[1]}" if entry.who else "",
        mode="bundle" if entry.parts else entry.mode,
        cost=short_cost(entry.cost),
        strength=_strength(entry),
    )


def _strength(entry: CatalogueEntry) -> str:
    if not entry.levers:
        return "of its parts" if entry.parts else "of its dial"
    return "provisional" if entry.is_provisional else "matched to a trial"
