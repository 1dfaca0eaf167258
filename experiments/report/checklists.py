"""The checklists of CHEERS 2022 and STRESS, each item split into what would fill it and whether this run holds that.

Nobody judges an item: it is done when the run holds all that fills it, part when it holds some, blank when it holds
nothing or when only people can write it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.results import CompareResult
from experiments.store import Stored
from experiments.variance import FEWEST_RUNS

DONE, PART, BLANK = "done", "part", "blank"
Holds = Callable[["Held"], bool]


@dataclass(frozen=True)
class Held:
    """What a stored comparison holds, asked for one thing at a time."""

    stored: Stored

    @property
    def result(self) -> CompareResult:
        return self.stored.result

    def every(self, name: str) -> bool:
        """Whether every scenario has something under a name."""
        return all(bool(getattr(scenario, name)) for scenario in self.result.scenarios.values())

    def said(self, key: str) -> bool:
        """Whether any scenario file says something under a key."""
        return any(bool(words.get(key)) for words in self.stored.said.values())

    def noted(self, *keys: str) -> bool:
        """Whether the manifest says something under every key."""
        manifest: Mapping[str, Any] = self.stored.manifest
        return all(manifest.get(key) not in (None, "", [], {}) for key in keys)

    def valued(self, *names: str) -> bool:
        """Whether the appraisal profile sets every parameter of money."""
        return all(f"economics.{name}" in self.result.profile.values for name in names)


@dataclass(frozen=True)
class Item:
    """One item: its name, where to read it, and what fills it."""

    name: str
    where: str
    parts: Mapping[str, Holds]

    def status(self, held: Held) -> tuple[str, list[str]]:
        """Return the status, and what is missing."""
        missing = [part for part, holds in self.parts.items() if not holds(held)]
        if not missing:
            return DONE, []
        return (PART if len(missing) < len(self.parts) else BLANK), missing


def always(_: Held) -> bool:
    """Hold what every comparison holds."""
    return True


def never(_: Held) -> bool:
    """Hold nothing: only people can write it."""
    return False


def _gap_placed(held: Held) -> bool:
    found = [each.inequality["incidents_with_injury"].slope_index.difference for each in held.result.scenarios.values()]
    return all(each.mean is not None for each in found)


ENGAGED: dict[str, Holds] = {"who was asked and what they said": lambda held: held.said("coproduction")}
RANGES: Holds = lambda held: held.result.runs > 1  # noqa: E731
INFORMED: Holds = lambda held: bool(held.result.decision.value_of_partial_information.items)  # noqa: E731

CHEERS: tuple[Item, ...] = (
    Item("Title", "Heading of this report", {"what is compared, and where": always}),
    Item(
        "Abstract",
        "Summary",
        {
            "the question": lambda held: held.said("question"),
            "results": lambda held: held.every("outcomes"),
            "ranges": RANGES,
            "other cases": lambda held: bool(held.result.stress),
        },
    ),
    Item(
        "Background and objectives",
        "Scenario files",
        {"the question": lambda held: held.said("question"), "what is known already": never},
    ),
    Item("Health economic analysis plan", "", {"a plan made beforehand": never}),
    Item(
        "Study population",
        "Heading; Who is worse off",
        {"residents": lambda held: held.result.place.population > 0, "by sex and age": lambda h: h.every("by_group")},
    ),
    Item("Setting and location", "Heading", {"the place": lambda held: bool(held.result.place.name)}),
    Item("Comparators", "Summary; The decision and its options", {"all options": lambda h: bool(h.result.scenarios)}),
    Item("Perspective", "Appraisal summary", {"whose money counts": lambda h: bool(h.result.profile.perspective)}),
    Item("Time horizon", "Heading", {"years": lambda held: held.result.years > 0}),
    Item(
        "Discount rate",
        "Who pays, who benefits",
        {"rates for money and health": lambda held: held.valued("discount_rate", "discount_rate_health")},
    ),
    Item("Selection of outcomes", "Each scenario in full", {"outcomes": always, "why these": never}),
    Item("Measurement of outcomes", "Each scenario in full", {"how each is counted": always}),
    Item("Valuation of outcomes", "Sheet Assumptions of the workbook", {"unit values with sources": always}),
    Item(
        "Measurement and valuation of resources and costs",
        "Sheets Ledger and Assumptions of the workbook",
        {"every posting": lambda h: all(each.economics.ledger for each in h.result.scenarios.values())},
    ),
    Item(
        "Currency, price date and conversion",
        "Appraisal summary",
        {"price year": lambda h: all(each.economics.price_year for each in h.result.scenarios.values())},
    ),
    Item("Rationale and description of model", "Documentation of the software", {"description": always}),
    Item(
        "Analytics and assumptions",
        "Register of assumptions",
        {"the assumptions read": lambda h: bool(h.result.register_of_assumptions.items)},
    ),
    Item("Characterising heterogeneity", "Who is worse off", {"sex, age, place": lambda h: h.every("by_group")}),
    Item("Characterising distributional effects", "Does it narrow the gap?", {"change of the gap": _gap_placed}),
    Item("Characterising uncertainty", "Summary; How precise the differences are", {"ranges over runs": RANGES}),
    Item("Approach to engagement with those affected", "Scenario files", ENGAGED),
    Item(
        "Study parameters",
        "Sheets Assumptions and Register; placewise list parameters",
        {"values, ranges, sources": lambda held: held.noted("parameters_sha256")},
    ),
    Item("Summary of main results", "Summary", {"effects": lambda h: h.every("outcomes"), "money": always}),
    Item(
        "Effect of uncertainty",
        "Summary; What is worth finding out first",
        {
            "ranges": RANGES,
            "value of single unknowns": INFORMED,
            "other cases": lambda held: bool(held.result.stress),
        },
    ),
    Item("Effect of engagement with those affected", "Scenario files", {"what it changed": never}),
    Item(
        "Findings, limitations, generalisability and current knowledge",
        "Limits of use",
        {"limitations": lambda held: held.noted("limits_of_use"), "what it adds to what is known": never},
    ),
    Item("Source of funding", "", {"who paid for the analysis": never}),
    Item("Conflicts of interest", "", {"interests declared": never}),
)
STRESS_ABS: tuple[Item, ...] = (
    Item("Purpose of the model", "Limits of use", {"limits": lambda held: held.noted("limits_of_use")}),
    Item("Model outputs", "Each scenario in full", {"outcomes": lambda held: held.every("outcomes")}),
    Item("Aims of the experiment", "Scenario files", {"the question": lambda held: held.said("question")}),
    Item(
        "Base logic and scenario logic",
        "scenario.resolved.yaml",
        {"every setting": lambda held: bool(held.stored.programmes)},
    ),
    Item(
        "Data sources and input parameters",
        "Provenance; placewise list parameters",
        {"inputs": lambda held: held.noted("inputs", "parameters_sha256")},
    ),
    Item(
        "Assumptions",
        "Register of assumptions",
        {"the assumptions read": lambda h: bool(h.result.register_of_assumptions.items)},
    ),
    Item("Initialisation and burn-in", "Provenance", {"years of burn-in": lambda h: h.noted("burn_in_years")}),
    Item(
        "Run length and replications",
        "Provenance; How precise the differences are",
        {
            "years and runs": lambda h: h.noted("years", "runs"),
            "whether runs are enough": lambda h: bool(h.stored.runs),
        },
    ),
    Item("Random sampling", "manifest.json: chance and seeds", {"method": lambda h: h.noted("chance", "seeds")}),
    Item(
        "Common random numbers",
        "How precise the differences are",
        {"what pairing saves": lambda held: held.result.runs >= FEWEST_RUNS},
    ),
    Item("Software, language and version", "Provenance", {"versions": lambda h: h.noted("placewise", "python")}),
    Item("System and run time", "Provenance; manifest.json", {"both": lambda h: h.noted("platform", "wall_seconds")}),
    Item(
        "Access to code",
        "Provenance",
        {"version": lambda h: h.noted("placewise"), "commit": lambda h: h.noted("git_commit")},
    ),
)
