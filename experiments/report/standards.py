"""Where a report meets the standards it is judged by. What only people can write stays blank, and says so."""

from __future__ import annotations

from experiments.report.parts import Section, Table
from experiments.results import CompareResult
from experiments.wording import chance, money, number, span

DONE, PART, BLANK = "done", "part", "blank"
CHEERS: tuple[tuple[str, str, str], ...] = (
    ("Title", PART, "Heading of this report"),
    ("Abstract", PART, "Summary"),
    ("Background and objectives", BLANK, ""),
    ("Health economic analysis plan", BLANK, ""),
    ("Study population", DONE, "Heading: residents of the place"),
    ("Setting and location", DONE, "Heading"),
    ("Comparators", DONE, "Summary; The decision and its options"),
    ("Perspective", DONE, "Appraisal summary"),
    ("Time horizon", DONE, "Heading"),
    ("Discount rate", DONE, "Who pays, who benefits"),
    ("Selection of outcomes", PART, "Each scenario in full"),
    ("Measurement of outcomes", PART, "Each scenario in full"),
    ("Valuation of outcomes", DONE, "Who pays, who benefits; sheet Assumptions of the workbook"),
    ("Measurement and valuation of resources and costs", DONE, "Sheets Ledger and Assumptions of the workbook"),
    ("Currency, price date and conversion", DONE, "Appraisal summary"),
    ("Rationale and description of model", PART, "Documentation of the software"),
    ("Analytics and assumptions", DONE, "What is provisional or assumed"),
    ("Characterising heterogeneity", PART, "Fairness: effect by deprivation"),
    ("Characterising distributional effects", DONE, "Does it narrow the gap?"),
    ("Characterising uncertainty", DONE, "Summary; The decision and its options"),
    ("Approach to engagement with those affected", BLANK, ""),
    ("Study parameters", PART, "Sheet Assumptions of the workbook; placewise list parameters"),
    ("Summary of main results", DONE, "Summary"),
    ("Effect of uncertainty", PART, "Summary; What is worth finding out first"),
    ("Effect of engagement with those affected", BLANK, ""),
    ("Findings, limitations, generalisability and current knowledge", PART, "Limits of use"),
    ("Source of funding", BLANK, ""),
    ("Conflicts of interest", BLANK, ""),
)
STRESS_ABS: tuple[tuple[str, str, str], ...] = (
    ("Purpose of the model", PART, "Limits of use"),
    ("Model outputs", DONE, "Each scenario in full"),
    ("Aims of the experiment", BLANK, ""),
    ("Base logic and scenario logic", PART, "scenario.resolved.yaml"),
    ("Data sources and input parameters", DONE, "Provenance; placewise list parameters"),
    ("Assumptions", DONE, "What is provisional or assumed"),
    ("Initialisation and burn-in", DONE, "Provenance"),
    ("Run length and replications", DONE, "Provenance"),
    ("Random sampling", DONE, "manifest.json: chance and seeds"),
    ("Software, language and version", DONE, "Provenance"),
    ("System and run time", DONE, "Provenance; manifest.json"),
    ("Access to code", PART, "Provenance: version and commit"),
)


def standards_section(result: CompareResult) -> Section:
    """Return the appraisal summary and the lists of the standards."""
    words = [
        "Done means that the report or its folder holds it, part that a person must add to it, blank that only a "
        "person can write it. Nothing is filled in for them.",
    ]
    tables = [
        appraisal_summary(result),
        _checklist("CHEERS 2022, reporting of health economic evaluations", CHEERS),
        _checklist("STRESS, reporting of agent-based simulations: main items", STRESS_ABS),
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


def _checklist(caption: str, items: tuple[tuple[str, str, str], ...]) -> Table:
    count = {status: sum(each[1] == status for each in items) for status in (DONE, PART, BLANK)}
    note = f"{count[DONE]} done, {count[PART]} part, {count[BLANK]} blank, of {len(items)}."
    rows = [
        [f"{i}. {item}", status, where or "to be written by people"] for i, (item, status, where) in enumerate(items, 1)
    ]
    return Table(caption, note, ["Item", "Status", "Where"], rows)
