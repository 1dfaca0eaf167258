"""The one-page briefing: what was compared, what is likely, how sure, who pays, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from experiments.cautions import FEWEST_FOR_A_DECISION, PROVISIONAL_MEANING
from experiments.report.charts import Drawing
from experiments.report.page import environment, heading
from experiments.results import CompareResult, Scenario
from experiments.store import Stored
from experiments.wording import chance, clear, ends, money, natural_frequency, number, span
from sim.economics.unit_costs import payer_label

signed = partial(number, signed=True)
MOST_SCENARIOS = 4
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
    shown = dict(list(result.scenarios.items())[:MOST_SCENARIOS])
    chart = next(drawing for drawing in drawings if drawing.name == f"effect_by_year_{HEADLINE}")
    return (
        environment()
        .get_template("briefing.html.j2")
        .render(
            result=result,
            manifest=stored.manifest,
            heading=heading(result),
            rows=[_row(scenario, result) for scenario in shown.values()],
            left_out=len(result.scenarios) - len(shown),
            frequencies=[
                f"{scenario.title}: {natural_frequency(scenario.outcomes['victims'], result.place.population)}"
                for scenario in shown.values()
            ],
            chart=chart if len(shown) == len(result.scenarios) else None,
            payers=[_payers(scenario) for scenario in shown.values()],
            surety=_surety(stored),
            next_step=next_step(result),
            change_mind=_change_mind(result),
        )
    )


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
    lines = [f"{result.runs} runs; a range holds one more run with 95% probability, over evidence and luck together."]
    open_ones = [each.title for each in result.scenarios.values() if not clear(each.outcomes[HEADLINE].difference)]
    if open_ones:
        lines.append(f"No change, or the opposite, is within the range for: {', '.join(open_ones)}.")
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


def _change_mind(result: CompareResult) -> list[str]:
    lines = []
    for scenario in list(result.scenarios.values())[:MOST_SCENARIOS]:
        factor = scenario.economics.switching.benefit_factor
        if factor is None:
            lines.append(f"{scenario.title}: benefit is not above zero on average; no change of price makes it pay.")
        elif factor > 1:
            lines.append(f"{scenario.title}: benefit would have to be {number(factor)} times as large to cover cost.")
        else:
            lines.append(f"{scenario.title}: benefit could shrink to {number(100 * factor)}% and still cover cost.")
    return lines
