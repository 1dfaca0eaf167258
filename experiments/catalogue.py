"""Show the catalogue of interventions: a list, a card for each in plain English, and the form of the files."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1
from typing import TYPE_CHECKING, Any

from experiments.catalogue_facts import cost_facts, reach_facts, short_cost
from sim.core.levers import LEVERS
from sim.interventions.catalogue import Catalogue
from sim.interventions.evidence_schema import Effect, Evidence, LeverPush
from sim.interventions.meaning import WARNINGS
from sim.interventions.reach_schema import Badges
from sim.interventions.scenario import ScenarioFile
from sim.interventions.schema import CatalogueEntry
from sim.interventions.vocabulary import DELIVERERS, LEVELS, LIFE_COURSE, SHAPES, STRANDS, TIERS

if TYPE_CHECKING:
    from rich.table import Table

SCHEMAS = ("scenario", "intervention")


@dataclass(frozen=True)
class InterventionRow:
    """Hold one line of the list of interventions, as text."""

    id: str
    name: str
    strand: str
    ages: str
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

    table = Table(title=f"{len(rows)} interventions", title_justify="left", box=None, pad_edge=False)
    for heading in ("intervention", "name", "strand", "ages", "cost each", "strength"):
        table.add_column(heading, style="bold" if heading == "intervention" else "", overflow="fold")
    for row in rows:
        table.add_row(*(escape(text) for text in (row.id, row.name, row.strand, row.ages, row.cost, row.strength)))
    return table


def intervention_card(identifier: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the meaning of an intervention and what there is to know, as pairs of label and plain English."""
    entry = Catalogue().entry(identifier)
    facts = [
        ("what it is", entry.about),
        ("strand", f"{_plain(entry.strand)}: {STRANDS[entry.strand]}"),
        ("level", f"{entry.level}: {LEVELS[entry.level]}; {entry.tier}: {TIERS[entry.tier]}"),
        ("stage of life", LIFE_COURSE[entry.life_course]),
        ("badges", _badges(entry.badges)),
        *reach_facts(entry),
        ("who delivers it", DELIVERERS[entry.delivered_by]),
        *(("what the model does", _lever_words(name, push)) for name, push in entry.levers.items()),
    ]
    facts += [*_evidence_facts(entry.evidence), *cost_facts(entry.cost)]
    facts += [*(("possible harm", harm) for harm in entry.harms), ("fairness", entry.equity)]
    if entry.is_provisional:
        facts.append(("provisional", WARNINGS["W01"]))
    if entry.evidence and entry.evidence.unverified:
        facts.append(("not verified", entry.evidence.unverified))
    if entry.evidence:
        facts.append(("sources", ", ".join(entry.evidence.sources)))
    return entry.name, tuple(facts)


def _evidence_facts(evidence: Evidence | None) -> list[tuple[str, str]]:
    if evidence is None:
        return []
    return [
        ("published effect", _published(evidence.trial)),
        ("expected in England", f"{_interval(evidence.transport.log_rr)}, because {evidence.transport.why}"),
        ("evidence security", f"YEF {_rating(evidence.security.yef)}, EIF {_rating(evidence.security.eif)}"),
    ]


def _badges(badges: Badges) -> str:
    security = f"{_plain(badges.security)} ({_plain(badges.security_by)})" if badges.security else "not rated"
    return f"impact {_plain(badges.impact)}; security {security}; cost {badges.cost or 'not rated'}"


def file_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file: ``scenario`` or ``intervention``."""
    if name == "intervention":
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **CatalogueEntry.model_json_schema()}
    if name != "scenario":
        raise KeyError(name)
    schema = ScenarioFile.model_json_schema()
    switches = [{"type": "boolean"}, {"enum": ["on", "off", "true", "false"]}]
    settings = schema["properties"]["interventions"]["additionalProperties"]
    schema["properties"]["interventions"]["additionalProperties"] = {"anyOf": [*switches, settings]}
    schema["properties"]["interventions"]["propertyNames"] = {"type": "string", "minLength": 1}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _row(entry: CatalogueEntry) -> InterventionRow:
    return InterventionRow(
        id=entry.id,
        name=entry.name,
        strand=_plain(entry.strand),
        ages=f"{entry.who.age[0]} to {entry.who.age[1]}" if entry.who else _plain(entry.mode),
        cost=short_cost(entry.cost),
        strength="provisional" if entry.is_provisional else "matched to a trial",
    )


def _lever_words(name: str, push: LeverPush) -> str:
    words = f"{LEVERS[name].meaning}: {push.size:+g} {LEVERS[name].unit}, {SHAPES[push.shape]}"
    if push.half_life_months:
        words += f" (half in {push.half_life_months:g} months)"
    if push.lag_months:
        words += f", from {push.lag_months} months after the start"
    return words + f" [{'provisional: ' if push.is_provisional else ''}{push.reason}]"


def _published(trial: Effect) -> str:
    if trial.effect_log_rr is not None:
        effect = _interval(trial.effect_log_rr)
    else:
        central, low, high = trial.effect_sd or [None, None, None]
        spread = f" ({low:+g} to {high:+g})" if low is not None and high is not None else ", interval not in our source"
        effect = f"{central:+g} sd{spread}"
    note = f"; {trial.note}" if trial.note else ""
    months = f"over {trial.follow_up_months} months"
    return f"{trial.outcome}: {effect} {months}, {_plain(trial.estimand)}, among {trial.population}{note}"


def _interval(values: Any) -> str:
    """Write a log rate ratio with its interval as proportional changes."""
    central, low, high = values
    change = f"{expm1(central):+.0%}"
    if low is None or high is None:
        return f"{change}, interval not in our source"
    return f"{change} ({expm1(low):+.0%} to {expm1(high):+.0%})"


def _rating(value: Any) -> str:
    return "not rated" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _plain(word: str) -> str:
    return word.replace("_", " ")
