"""The page in plain language: what was asked, what the model says, how sure it is, and what nobody knows."""

from __future__ import annotations

from typing import Any

from experiments.report.page import environment
from experiments.results import CompareResult, Interval, Scenario
from experiments.store import Stored
from experiments.wording import clear, level, money, number

OUTCOMES_TOLD = (
    ("incidents_with_injury", "times that somebody is hurt"),
    ("ed_attendances", "visits to A&E after violence"),
)


def plain_page(stored: Stored) -> str:
    """Return the plain page of a comparison as HTML."""
    result = stored.result
    template = environment().get_template("plain.html.j2")
    return str(
        template.render(
            result=result,
            manifest=stored.manifest,
            plans=[_plan(scenario, result) for scenario in result.scenarios.values()],
            provisional=any(stored.manifest["provisional"].values()),
        )
    )


def _plan(scenario: Scenario, result: CompareResult) -> dict[str, Any]:
    hurt = scenario.outcomes["victims"]
    per_thousand = 1000 / max(result.place.population, 1)
    return {
        "title": scenario.title,
        "people": (
            f"Think of 1,000 people who live here. Over {result.years} years, about "
            f"{level((hurt.baseline.mean or 0) * per_thousand)} of them are hurt or threatened if nothing changes. "
            f"With this plan it is about {level((hurt.scenario.mean or 0) * per_thousand)}."
        ),
        "lines": [_change(scenario.outcomes[name].difference, words, result.years) for name, words in OUTCOMES_TOLD],
        "money": _worth(scenario, result.runs),
    }


def _change(change: Interval, words: str, years: int) -> str:
    mean = change.mean or 0.0
    if mean == 0 and not (change.low or change.high):
        return f"The number of {words} stays the same."
    way = "fewer" if mean < 0 else "more"
    middle = f"about {number(abs(mean))} {way} {words} in {years} years"
    if change.low is None or change.high is None:
        return f"In the model there are {middle}. We tried it once, so we cannot say how sure this is."
    if clear(change):
        small, large = sorted((abs(change.low), abs(change.high)))
        return f"In the model there are {number(small)} to {number(large)} {way} {words}. The middle is {middle}."
    return f"We cannot be sure about {words}. Nothing may change, or it may get worse. The middle is {middle}."


def _worth(scenario: Scenario, runs: int) -> str:
    economics = scenario.economics
    cost = money(economics.programme_cost.mean).replace("m", " million").replace("bn", " billion")
    held = round(runs * economics.chance_benefit_exceeds_cost)
    return f"The plan costs about {cost}. The harm it stops is worth more than that in {held} of our {runs} tries."
