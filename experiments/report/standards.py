"""Where a report meets the standards it is judged by. What only people can write stays blank, and says so."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.checklists import BLANK, CHEERS, DONE, PART, STRESS_ABS, Held, Item
from experiments.report.parts import Section, Table
from experiments.results import CompareResult
from experiments.store import Stored
from experiments.wording import chance, money, number, span


def standards_section(stored: Stored) -> Section:
    """Return the appraisal summary and the lists of the standards."""
    result, held = stored.result, Held(stored)
    words = [
        "Done means that this run holds all that fills the item, part that it holds some, blank that it holds none or "
        "that only people can write it. The status is counted from the run; nobody has judged how well an item is met.",
    ]
    tables = [
        appraisal_summary(result),
        _checklist("CHEERS 2022, reporting of health economic evaluations", CHEERS, held),
        _checklist("STRESS, reporting of agent-based simulations: main items", STRESS_ABS, held),
    ]
    return Section("standards", "Standards", words, tables=tables)


def appraisal_summary(result: CompareResult) -> Table:
    """Return the appraisal summary table of the Green Book, one column a scenario."""
    scenarios = list(result.scenarios.values())
    found = [each.economics for each in scenarios]
    rows = [
        ["Net present social value", *(span(each.net_present_social_value, money) for each in found)],
        ["Net value to public budgets", *(span(each.net_public_value, money) for each in found)],
        ["Programme cost", *(span(each.programme_cost, money) for each in found)],
        ["Benefit for each £1, never to be read alone", *(span(each.benefit_cost_ratio) for each in found)],
        ["Benefit above cost in", *(chance(each.chance_benefit_exceeds_cost, result.runs) for each in found)],
        ["Factor on cost at which net value is 0", *(_factor(each.switching.cost_factor) for each in found)],
        ["Years of healthy life gained", *(span(each.qalys_gained) for each in found)],
        ["Effects without a price", *("blank: to be written by people" for _ in scenarios)],
        ["Risks of delivery", *("see If delivery goes wrong" if result.stress else "not asked" for _ in scenarios)],
    ]
    return Table(
        "Appraisal summary",
        f"Against the baseline over {result.years} years; present values in {found[0].price_year} prices. "
        f"Profile: {result.profile.title} ({result.profile.dated}). Perspective: {result.profile.perspective}.",
        ["Item", *(each.title for each in scenarios)],
        rows,
    )


def _factor(value: float | None) -> str:
    return "no factor: benefit is not above 0" if value is None else number(value)


def _checklist(caption: str, items: Sequence[Item], held: Held) -> Table:
    found = [(item, *item.status(held)) for item in items]
    count = {each: sum(status == each for _, status, _ in found) for each in (DONE, PART, BLANK)}
    note = f"{count[DONE]} done, {count[PART]} part, {count[BLANK]} blank, of {len(items)}."
    rows = [
        [
            f"{number}. {item.name}",
            status,
            "nowhere yet" if status == BLANK else item.where,
            "nothing" if not missing else f"to be added: {', '.join(missing)}",
        ]
        for number, (item, status, missing) in enumerate(found, 1)
    ]
    return Table(caption, note, ["Item", "Status", "Where", "Missing"], rows)
