"""Sections for the choice itself: options side by side, what could go wrong, ways, and what to find out first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from experiments.decisions.sections import EFFECTS
from experiments.report.charts import Drawing
from experiments.report.option_charts import option_title
from experiments.report.parts import Section, Table
from experiments.result_parts import Difference, Interval
from experiments.results import CompareResult
from experiments.wording import money, number, percent, span

signed = partial(number, signed=True)


def deciding(result: CompareResult, charts: Sequence[Drawing]) -> list[Section]:
    """Return the sections for the choice; those without results say how to get them."""
    return [options_section(result, charts), stress_section(result), ways_section(result), information_section(result)]


def options_section(result: CompareResult, charts: Sequence[Drawing]) -> Section:
    """Return all options side by side, the baseline among them."""
    tables = [
        Table(
            f"Options in the order of {EFFECTS[effect]}",
            "Means over runs; ranges are in the summary. A dominated option does less for more money; an extendedly "
            "dominated one does less than a mix of two others would for the same money.",
            ["Option", "Effect", "Programme cost", "Standing", "For one more unit"],
            [
                [
                    option_title(result, each.option),
                    number(each.effect),
                    money(each.cost_gbp),
                    each.standing,
                    "does not apply" if each.gbp_per_unit is None else money(each.gbp_per_unit),
                ]
                for each in rows
            ],
        )
        for effect, rows in result.decision.incremental.items()
    ]
    perfect = result.decision.value_of_perfect_information
    error = "" if perfect.standard_error is None else f" (standard error {money(perfect.standard_error)})"
    words = [
        "A year of healthy life is valued differently by different rules, so the charts show every value in use. The "
        "chart of loss comes first: it says what choosing an option gives up on average.",
        f"To know everything uncertain before choosing would be worth {money(perfect.gbp)}{error}.",
    ]
    return Section("options", "The decision and its options", words, charts, tables)


def stress_section(result: CompareResult) -> Section:
    """Return what is left of each scenario when delivery goes wrong."""
    heading = "If delivery goes wrong"
    if not result.stress:
        return Section("stress", heading, ["Not asked in this comparison: compare with --stress answers it."])
    tables = []
    for stem, variants in result.stress.items():
        scenario = result.scenarios[stem]
        changes = {name: outcome.difference for name, outcome in scenario.outcomes.items()}
        money_found = scenario.economics
        rows = [_stress_row("As planned", changes, money_found.programme_cost, money_found.net_present_social_value)]
        rows += [
            _stress_row(each.label, each.outcomes, each.programme_cost, each.net_present_social_value)
            for each in variants.values()
        ]
        tables.append(
            Table(
                f"If delivery goes wrong, {scenario.title}",
                f"Difference from the baseline over {result.years} years: 95% range over {result.runs} runs, then the "
                "central estimate. One thing goes wrong at a time, in every programme of the scenario.",
                ["What happens", "Incidents with injury", "A&E attendances", "Programme cost", "Net social value"],
                rows,
            )
        )
    return Section("stress", heading, _worst(result), tables=tables)


def _stress_row(label: str, changes: dict[str, Difference], cost: Interval, net: Interval) -> list[str]:
    outcomes = [span(changes[name], signed) for name in ("incidents_with_injury", "ed_attendances")]
    return [label, *outcomes, span(cost, money), span(net, money)]


def _worst(result: CompareResult) -> list[str]:
    lines = []
    for stem, variants in result.stress.items():
        planned = result.scenarios[stem].economics.net_present_social_value.mean
        worst = min(variants.values(), key=lambda each: each.net_present_social_value.mean or 0.0)
        lines.append(
            f"{result.scenarios[stem].title}: net social value is {money(planned)} as planned and "
            f"{money(worst.net_present_social_value.mean)} in the worst of these cases "
            f"({worst.label[0].lower()}{worst.label[1:]}); central estimates."
        )
    return lines


def ways_section(result: CompareResult) -> Section:
    """Return by which ways each scenario works."""
    heading = "By which ways each scenario works"
    if not result.pathways:
        return Section("ways", heading, ["Not asked in this comparison: compare with --pathways answers it."])
    words = [
        "What a programme moves is assumed, not found: proportions are stated in its catalogue entry. What carries the "
        "change on through the place is found by the model. Parts overlap and need not add to one.",
    ]
    tables = [
        Table(
            f"Ways of {result.scenarios[stem].title}",
            f"Change in violence with injury with every way open: {span(found.change, percent)}, from the first "
            f"{found.runs} of {result.runs} runs.",
            ["Way", "Kind", "Basis", "Change with this way closed", "Part of the change"],
            [
                [
                    way.label[0].upper() + way.label[1:],
                    "moved by a programme" if way.kind == "lever" else "carries the change",
                    "assumed, not found" if way.basis == "assumed" else "found",
                    span(way.change_without, percent),
                    "nothing changes" if way.share is None else percent(way.share, signed=False),
                ]
                for way in found.ways
            ],
        )
        for stem, found in result.pathways.items()
    ]
    return Section("ways", heading, words, tables=tables)


def information_section(result: CompareResult) -> Section:
    """Return what it would be worth to find out first."""
    found, heading = result.decision.value_of_partial_information, "What is worth finding out first"
    if found.runs_needed is not None:
        words = (
            f"{result.runs} runs are too few to say what each unknown is worth: it takes {found.runs_needed} runs or "
            "more."
        )
        return Section("information", heading, [words])
    if not found.items:
        return Section("information", heading, ["Nothing uncertain is drawn for these options alone."])
    table = Table(
        "Value of knowing one thing before choosing",
        f"Expected gain in net social value, {result.runs} runs. Less than two standard errors is not told from 0.",
        ["What", "Worth", "Standard error"],
        [[each.what, money(each.gbp), money(each.standard_error)] for each in found.items],
    )
    return Section("information", heading, tables=[table])
