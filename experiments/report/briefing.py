"""The one-page briefing: what was compared, what is likely, how sure, who pays, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from experiments.cautions import FEWEST_FOR_A_DECISION, PROVISIONAL_MEANING
from experiments.report.briefing_chart import briefing_chart
from experiments.report.page import MOST_NAMES, environment, heading
from experiments.results import CompareResult, Outcome, Scenario
from experiments.store import Stored
from experiments.wording import MINUS, PER_PEOPLE, chance, clear, ends, level, money, number, percent, span
from sim.economics.unit_costs import payer_label

signed = partial(number, signed=True)
MOST_IN_FULL, MOST_ROWS = 4, 7
"""Options that are told in full, and rows of the table: what fits on one side of A4."""
MOST_PAYERS = 4
HEADLINE, HOSPITAL = "incidents_with_injury", "ed_attendances"
WORD_JOINER = "\N{WORD JOINER}"
"""Keeps a minus on the line of its number."""
SMALL_SHARE = 0.05


def briefing(stored: Stored) -> str:
    """Return the briefing of a comparison as one HTML page that prints on one side of A4."""
    result = stored.result
    rows, shown = _largest(result, MOST_ROWS), _largest(result, MOST_IN_FULL)
    all_shown = len(shown) == len(result.scenarios)
    return (
        environment()
        .get_template("briefing.html.j2")
        .render(
            result=result,
            manifest=stored.manifest,
            heading=heading(result),
            first_look=_first_look(result),
            made_of=_made_of(stored, shown) if all_shown else "",
            before=_levels(result),
            rows=[_row(scenario, result) for scenario in rows.values()],
            left_out=len(result.scenarios) - len(rows),
            in_full=len(shown),
            harmed=_harmed(result, shown),
            chart=briefing_chart(shown, HEADLINE) if all_shown else None,
            payers=[_payers(scenario) for scenario in shown.values()],
            most_payers=MOST_PAYERS,
            surety=_surety(stored),
            next_step=next_step(result),
            change_mind=_change_mind(shown),
        )
    )


def _largest(result: CompareResult, most: int) -> dict[str, Scenario]:
    """Return all scenarios in their order, or as many as fit, those with the largest net value on average."""
    if len(result.scenarios) <= most:
        return dict(result.scenarios)
    worth = {stem: each.economics.net_present_social_value.mean or 0.0 for stem, each in result.scenarios.items()}
    kept = set(sorted(worth, key=lambda stem: -worth[stem])[:most])
    return {stem: each for stem, each in result.scenarios.items() if stem in kept}


def _first_look(result: CompareResult) -> str:
    """Return a caution for the top of the page where there are too few runs to decide on."""
    if result.runs >= FEWEST_FOR_A_DECISION:
        return ""
    return (
        f"A first look: {result.runs} simulated runs are too few to decide on. Ask for {FEWEST_FOR_A_DECISION} or more."
    )


def _made_of(stored: Stored, shown: Mapping[str, Scenario]) -> str:
    """Say which programmes each option holds and how many people they reach, since a title seldom does."""
    told = []
    for stem, scenario in shown.items():
        programmes = []
        for each in stored.programmes.get(stem, ()):
            counts = scenario.participants.get(each["id"])
            people = counts.starts.mean if counts else None
            reach = f" ({level(people)} people start)" if people else ""
            programmes.append(each["id"].replace("_", " ") + reach)
        if programmes:
            told.append(f"{scenario.title}: {', '.join(programmes)}")
    return "; ".join(told)


def _harmed(result: CompareResult, shown: Mapping[str, Scenario]) -> list[str]:
    """Return how many of every 10,000 are harmed if nothing more is done, then how each option changes that."""
    victims = {scenario.title: scenario.outcomes["victims"] for scenario in shown.values()}
    scale = PER_PEOPLE / result.place.population
    before = next(iter(victims.values())).baseline.mean or 0.0
    lines = [
        f"People, each counted once however often: if nothing more is done, about {level(before * scale)} of every "
        f"{PER_PEOPLE:,} residents are attacked, hurt or not, in {result.years} "
        f"{'year' if result.years == 1 else 'years'}."
    ]
    for title, outcome in victims.items():
        mean = (outcome.difference.mean or 0.0) * scale
        unsure = "" if clear(outcome.difference) else "; possibly none, or the opposite"
        lines.append(f"{title}: on average {number(abs(mean))} {'fewer' if mean <= 0 else 'more'}{unsure}.")
    return lines


def _levels(result: CompareResult) -> list[str]:
    """Return what is expected if nothing more is done, for the first row of the table."""
    found = next(iter(result.scenarios.values())).outcomes
    counts = [f"{level(found[name].baseline.mean)} in all" for name in (HEADLINE, HOSPITAL)]
    return ["Nothing more", *counts, "none", "none", "none"]


def _row(scenario: Scenario, result: CompareResult) -> list[str]:
    found, economics = scenario.outcomes, scenario.economics
    return [
        scenario.title,
        *(_change(found[name]) for name in (HEADLINE, HOSPITAL)),
        span(economics.programme_cost, money),
        span(economics.net_present_social_value, money),
        chance(economics.chance_benefit_exceeds_cost, result.runs),
    ]


def _change(outcome: Outcome) -> str:
    """Write the difference in an outcome, and its mean as a share of the level where there is one."""
    share = outcome.relative.mean
    told = span(outcome.difference, signed)
    return told if share is None else told.replace(")", f", {percent(share)})")


def _payers(scenario: Scenario) -> str:
    """Say who pays for a scenario and who gains most by it."""
    economics = scenario.economics
    paying = sorted(economics.programme_cost.by_payer.items(), key=lambda item: -(item[1].mean or 0.0))
    gaining = sorted(economics.benefit_by_payer.items(), key=lambda item: -(item[1].mean or 0.0))
    gains = [(payer, each) for payer, each in gaining if (each.mean or 0.0) > 0][:MOST_PAYERS]
    pays = ", ".join(f"{payer_label(payer)} {ends(each, money)}" for payer, each in paying[:MOST_PAYERS]) or "nobody"
    gain = ", ".join(f"{payer_label(payer)} {ends(each, money)}" for payer, each in gains) or "nobody on average"
    return f"{scenario.title}. Pays: {pays}. Gains: {gain}.".replace(MINUS, MINUS + WORD_JOINER)


def _surety(stored: Stored) -> list[str]:
    result = stored.result
    lines = [
        f"The years were simulated {result.runs} times with and without each option, each time with other luck and "
        "other plausible values for what nobody knows exactly. A 95% range is where 19 of 20 more such runs would "
        "fall. It leaves out how good the model is, for which see its scorecard."
    ]
    changes = {each.title: each.outcomes[HEADLINE].difference for each in result.scenarios.values()}
    if open_ones := [title for title, change in changes.items() if not clear(change)]:
        lines.append(
            f"No change in violence with injury, or more of it, is within the range for: {_named(open_ones, result)}."
        )
    worths = {each.title: each.economics.net_present_social_value for each in result.scenarios.values()}
    if losing := [title for title, worth in worths.items() if (worth.low or 0.0) < 0.0]:
        lines.append(f"Costs above benefits are within the range for: {_named(losing, result)}.")
    worth = result.decision.value_of_perfect_information.gbp
    if result.runs >= FEWEST_FOR_A_DECISION:
        lines.append(f"Knowing everything that is uncertain before choosing would be worth {money(worth)} on average.")
    if any(stored.manifest["provisional"].values()):
        lines.append("Some strengths are provisional: not matched to a trial.")
    if result.profile.unchecked:
        values = [
            name.partition(".")[2].replace("_", " ").replace("qaly", "a QALY") for name in result.profile.unchecked
        ]
        lines.append(f"Money values that nobody has checked yet: {', '.join(values)}.")
    return lines


def _named(titles: Sequence[str], result: CompareResult) -> str:
    """Name options, or count them where they are many."""
    if len(titles) == len(result.scenarios) > 1:
        return "every option"
    return ", ".join(titles) if len(titles) <= MOST_NAMES else f"{len(titles)} of {len(result.scenarios)} options"


def next_step(result: CompareResult) -> str:
    """Say which option is best on average at the profile's own value, and how often it is."""
    decision = result.decision
    best = decision.acceptability.best_on_average[-1]
    share = decision.acceptability.probability_best[best][-1]
    title = "doing nothing more" if best == result.baseline else result.scenarios[best].title
    held = f"the largest in {chance(share, result.runs)}"
    worth = decision.value_of_perfect_information.gbp
    spent = [each.economics.programme_cost.mean or 0.0 for each in result.scenarios.values()]
    wait = worth > SMALL_SHARE * max(spent, default=0.0)
    if result.runs < FEWEST_FOR_A_DECISION:
        advice = f"{result.runs} runs are too few to decide on: use {FEWEST_FOR_A_DECISION} or more"
    elif any(PROVISIONAL_MEANING in each.warnings for each in result.scenarios.values()):
        advice = "do not decide on provisional strengths: match the programmes to their trials first"
    elif wait:
        advice = "test before rolling out: knowing more is worth much beside the cost"
    else:
        advice = "decide on these grounds"
    return f"On average {title} has the largest net value ({held}); {advice}."


def _change_mind(shown: Mapping[str, Scenario]) -> list[str]:
    lines = []
    for scenario in shown.values():
        factor = scenario.economics.switching.benefit_factor
        if factor is None:
            told = "benefit is not above zero on average; no change of price makes it pay"
        elif factor > 1:
            told = f"benefit would have to be {number(factor)} times its average to cover cost"
        else:
            told = f"benefit could shrink to {number(100 * factor)}% of its average and still cover cost"
        lines.append(f"{scenario.title}: {told}.")
    return lines
