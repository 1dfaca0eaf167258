"""The one-page briefing: what was compared, what is likely, how sure, who pays, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from experiments.cautions import FEWEST_FOR_A_DECISION, PROVISIONAL_MEANING
from experiments.report.charts import Drawing
from experiments.report.page import MOST_NAMES, environment, heading
from experiments.results import CompareResult, Scenario
from experiments.store import Stored
from experiments.wording import PER_PEOPLE, chance, clear, ends, level, money, number, span
from sim.economics.unit_costs import payer_label

signed = partial(number, signed=True)
MOST_IN_FULL, MOST_ROWS = 4, 10
"""Options that are told in full, and rows of the table: what fits on one side of A4."""
MOST_PAYERS = 4
HEADLINE = "incidents_with_injury"
SMALL_SHARE = 0.05


def briefing(stored: Stored, drawings: Sequence[Drawing]) -> str:
    """Return the briefing of a comparison as one HTML page that prints on one side of A4.

    Parameters
    ----------
    stored
        The comparison.
    drawings
        Its charts; the effect by year of violence with injury is shown.
    """
    result = stored.result
    rows, shown = _largest(result, MOST_ROWS), _largest(result, MOST_IN_FULL)
    chart = next(drawing for drawing in drawings if drawing.name == f"effect_by_year_{HEADLINE}")
    return (
        environment()
        .get_template("briefing.html.j2")
        .render(
            result=result,
            manifest=stored.manifest,
            heading=heading(result),
            made_of=_made_of(stored, shown) if len(shown) == len(result.scenarios) else "",
            rows=[_row(scenario, result) for scenario in rows.values()],
            left_out=len(result.scenarios) - len(rows),
            in_full=len(shown),
            harmed=_harmed(result, shown),
            chart=chart if len(shown) == len(result.scenarios) else None,
            payers=[_payers(scenario) for scenario in shown.values()],
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


def _made_of(stored: Stored, shown: Mapping[str, Scenario]) -> str:
    """Say which programmes each option holds, since a title seldom does."""
    told = []
    for stem, scenario in shown.items():
        programmes = [each["id"].replace("_", " ") for each in stored.programmes.get(stem, ())]
        if programmes:
            told.append(f"{scenario.title}: {', '.join(programmes)}")
    return "; ".join(told)


def _harmed(result: CompareResult, shown: Mapping[str, Scenario]) -> list[str]:
    """Return how many of every 10,000 are harmed if nothing more is done, then how each option changes that."""
    victims = {scenario.title: scenario.outcomes["victims"] for scenario in shown.values()}
    scale = PER_PEOPLE / result.place.population
    before = next(iter(victims.values())).baseline.mean or 0.0
    lines = [
        f"If nothing more is done: of every {PER_PEOPLE:,} residents about {level(before * scale)} are harmed at least "
        f"once in {result.years} {'year' if result.years == 1 else 'years'}."
    ]
    for title, outcome in victims.items():
        mean = (outcome.difference.mean or 0.0) * scale
        unsure = "" if clear(outcome.difference) else ", on average; possibly none, or the opposite"
        lines.append(f"{title}: {number(abs(mean))} {'fewer' if mean <= 0 else 'more'}{unsure}.")
    return lines


def _row(scenario: Scenario, result: CompareResult) -> list[str]:
    found, economics = scenario.outcomes, scenario.economics
    return [
        scenario.title,
        span(found[HEADLINE].difference, signed),
        span(found["ed_attendances"].difference, signed),
        span(economics.programme_cost, money),
        span(economics.net_present_social_value, money),
        chance(economics.chance_benefit_exceeds_cost, result.runs),
    ]


def _payers(scenario: Scenario) -> str:
    """Say who pays for a scenario and who gains most by it."""
    economics = scenario.economics
    paying = sorted(economics.programme_cost.by_payer.items(), key=lambda item: -(item[1].mean or 0.0))
    gaining = sorted(economics.benefit_by_payer.items(), key=lambda item: -(item[1].mean or 0.0))
    gains = [(payer, each) for payer, each in gaining if (each.mean or 0.0) > 0][:MOST_PAYERS]
    pays = ", ".join(f"{payer_label(payer)} {ends(each, money)}" for payer, each in paying[:MOST_PAYERS]) or "nobody"
    gain = ", ".join(f"{payer_label(payer)} {ends(each, money)}" for payer, each in gains) or "nobody on average"
    return f"{scenario.title}. Pays: {pays}. Gains: {gain}."


def _surety(stored: Stored) -> list[str]:
    result = stored.result
    lines = [
        f"A computer model lived the years {result.runs} times with and without each option, each time with other luck "
        "and other values of what is not known for certain. A 95% range is where one more such run would fall 19 times "
        "in 20. It does not hold what the model leaves out."
    ]
    open_ones = [each.title for each in result.scenarios.values() if not clear(each.outcomes[HEADLINE].difference)]
    if open_ones:
        few = len(open_ones) <= MOST_NAMES
        named = ", ".join(open_ones) if few else f"{len(open_ones)} of {len(result.scenarios)} options"
        lines.append(f"No change in violence with injury, or the opposite, is within the range for: {named}.")
    worth = result.decision.value_of_perfect_information.gbp
    if result.runs < FEWEST_FOR_A_DECISION:
        lines.append(f"{result.runs} runs are too few to say what knowing more before choosing would be worth.")
    else:
        lines.append(f"Knowing everything that is uncertain before choosing would be worth {money(worth)} on average.")
    if any(stored.manifest["provisional"].values()):
        lines.append("Some strengths are provisional: not matched to a trial.")
    if result.profile.unchecked:
        lines.append(f"{len(result.profile.unchecked)} figures of the appraisal profile need a person's check.")
    return lines


def next_step(result: CompareResult) -> str:
    """Say which option is best on average at the profile's own value, and how often it is."""
    decision = result.decision
    best = decision.acceptability.best_on_average[-1]
    share = decision.acceptability.probability_best[best][-1]
    title = "doing nothing more" if best == result.baseline else result.scenarios[best].title
    held = chance(share, result.runs)
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
            lines.append(f"{scenario.title}: benefit is not above zero on average; no change of price makes it pay.")
        elif factor > 1:
            lines.append(f"{scenario.title}: benefit would have to be {number(factor)} times as large to cover cost.")
        else:
            lines.append(f"{scenario.title}: benefit could shrink to {number(100 * factor)}% and still cover cost.")
    return lines
