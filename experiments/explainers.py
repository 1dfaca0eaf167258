"""One explainer for each kind of name: which names there are, and what is known about one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from experiments.cards import intervention_card
from sim.core.levers import LEVERS
from sim.core.yaml_files import read_shipped_yaml
from sim.interventions.catalogue import Catalogue
from sim.interventions.meaning import WARNINGS
from sim.interventions.vocabulary import DIALS
from sim.outcomes.measures import MEASURES
from sim.parameters import KINDS, Parameter, load_registry, load_sources
from sim.parameters.parameter import ASSUMPTION

LONGEST_TABLE = 8
_PRIOR = {
    "fixed": "does not vary",
    "uniform": "uniform over the range",
    "normal": "normal, 95% of it within the range",
    "lognormal": "lognormal, 95% of it within the range",
    "beta": "beta, 95% of it within the range",
}


@dataclass(frozen=True)
class Explanation:
    """Hold what is known about one name.

    Attributes
    ----------
    kind : parameter, source, lever, measure, intervention, partnership dial or warning.
    meaning : one sentence.
    facts : pairs of label and text, in reading order.
    """

    identifier: str
    kind: str
    meaning: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Explainer:
    """Explain the names of one kind."""

    names: Callable[[], Collection[str]]
    explain: Callable[[str], Explanation]


def short_value(value: Any, longest: int = LONGEST_TABLE) -> str:
    """Write a number, or the first ``longest`` numbers of a table, briefly."""
    if not isinstance(value, np.ndarray):
        return f"{value:,.6g}" if isinstance(value, int | float) and abs(value) >= 10_000 else f"{value:g}"
    shown = ", ".join(f"{number:g}" for number in value.ravel()[:longest])
    more = ", ..." if value.size > longest else ""
    return f"[{shown}{more}]"


def range_text(parameter: Parameter) -> str:
    """Write the range of a parameter."""
    prefix = "times " if parameter.range_is == "factor" else ""
    return f"{prefix}{short_value(parameter.low)} to {short_value(parameter.high)}"


def explain_parameter(identifier: str) -> Explanation:
    """Explain one parameter of the registry, with the sources it cites."""
    parameter = load_registry().parameter(identifier)
    facts = [("value", f"{short_value(parameter.value)} {parameter.unit}")]
    if parameter.is_table:
        facts.append(("table of", parameter.index))
    facts += [
        ("range", range_text(parameter)),
        ("prior", _PRIOR[parameter.shape]),
        ("kind", f"{parameter.kind}: {KINDS[parameter.kind]}"),
        ("verified", "yes, read in its source" if parameter.verified else "no: recalled, derived, fitted or assumed"),
    ]
    facts += [("source", _citation(text)) for text in parameter.sources]
    facts.append(("file", f"sim/parameters/{parameter.file}"))
    return Explanation(identifier, "parameter", parameter.meaning, tuple(facts))


def explain_source(identifier: str) -> Explanation:
    """Explain one document or published figure, and list the parameters that cite it."""
    source = load_sources()[identifier]
    facts = [("value", _plain(source.values))] if source.values is not None else []
    facts += [(key.replace("_", " "), _plain(value)) for key, value in source.details.items()]
    described = (("unit", source.unit), ("citation", source.citation), ("address", source.url), ("note", source.note))
    facts += [(label, text) for label, text in described if text]
    facts.append(("verified", "yes, read in its source" if source.verified else "no"))
    citing = [parameter.id for parameter in load_registry().parameters() if identifier in parameter.sources]
    facts.append(("cited by", ", ".join(citing) if citing else "no parameter"))
    return Explanation(identifier, f"source ({source.kind})", source.name, tuple(facts))


def explain_lever(identifier: str) -> Explanation:
    """Explain one lever, and list the interventions that push it."""
    lever = LEVERS[identifier]
    users = [name for name, entry in catalogue().items() if identifier in (entry.get("levers") or {})]
    facts = (
        ("level", lever.level),
        ("unit", lever.unit),
        ("pushes combine by", lever.combine),
        ("pushed by", ", ".join(users) if users else "no intervention of the catalogue"),
    )
    return Explanation(identifier, "lever", _sentence(lever.meaning), facts)


def explain_measure(identifier: str) -> Explanation:
    """Explain one measure of the ledger."""
    measure = next(measure for measure in MEASURES if measure.name == identifier)
    facts = (("label", measure.label), ("unit", measure.unit), ("filed under", measure.attributed_to))
    return Explanation(identifier, "measure", measure.meaning, facts)


def explain_intervention(identifier: str) -> Explanation:
    """Explain one intervention of the catalogue, as a card in plain English."""
    return Explanation(identifier, "intervention", *intervention_card(identifier))


def explain_warning(identifier: str) -> Explanation:
    """Explain one numbered warning of a check."""
    return Explanation(identifier, "warning", WARNINGS[identifier], ())


def explain_dial(identifier: str) -> Explanation:
    """Explain one dial of the partnership block of a scenario."""
    return Explanation(identifier, "partnership dial", _sentence(DIALS[identifier]), (("range", "0 to 1"),))


@cache
def catalogue() -> Mapping[str, dict[str, Any]]:
    """Read the catalogue of interventions, by identifier."""
    return {name: read_shipped_yaml(path) for name, path in Catalogue().files.items()}


def _citation(text: str) -> str:
    if text.startswith(ASSUMPTION):
        return text
    source = load_sources()[text]
    checked = "" if source.verified else " (not verified)"
    return f"{text}: {source.name}. {source.citation}{checked}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{str(key).replace('_', ' ')} {_plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        sentences = any(str(item).endswith(".") for item in value)
        return (" " if sentences else ", ").join(_plain(item) for item in value)
    if value is None:
        return "not known"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000 else str(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


ALL = (
    Explainer(lambda: load_registry().keys(), explain_parameter),
    Explainer(lambda: catalogue().keys(), explain_intervention),
    Explainer(lambda: load_sources().keys(), explain_source),
    Explainer(lambda: LEVERS.keys(), explain_lever),
    Explainer(lambda: {measure.name for measure in MEASURES}, explain_measure),
    Explainer(lambda: DIALS.keys(), explain_dial),
    Explainer(lambda: WARNINGS.keys(), explain_warning),
)
