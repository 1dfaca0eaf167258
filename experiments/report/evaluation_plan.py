"""An evaluation plan as a page and as Markdown."""

from __future__ import annotations

from pathlib import Path

from experiments.files import write_text
from experiments.power.plan import EvaluationPlan, all_items
from experiments.power.result import PowerResult
from experiments.power.text import FORMULA_HEADER, formula_cells
from experiments.report.charts import BLUE, GREY, Drawing, panels, style, svg_of
from experiments.report.parts import Section, Table
from experiments.report.study_page import study_page
from experiments.version import placewise_version
from experiments.wording import level, money

NOT_YET = "Blank"


def write_plan(plan: EvaluationPlan, folder: Path, stem: str = "plan") -> Path:
    """Write a plan as HTML, Markdown and JSON into a folder, and return the path of the page."""
    page = folder / f"{stem}.html"
    write_text(folder / f"{stem}.md", plan_markdown(plan))
    write_text(folder / f"{stem}.json", plan.to_json())
    write_text(page, plan_page(plan))
    return page


def plan_page(plan: EvaluationPlan) -> str:
    """Return a plan as one HTML page."""
    power = plan.power
    about = (
        f"{power.place.name}, {power.place.population:,} residents; {power.virtual.trials:,} virtual trials from "
        f"{power.runs} simulated populations. Modelled estimates."
    )
    sections = [_items_section(heading, number, plan) for number, heading in enumerate(all_items(plan))]
    sections[3:3] = [_power_section(power)]
    if plan.value is not None:
        sections.insert(4, _value_section(plan))
    return study_page(
        "Evaluation plan", f"Evaluation plan: {plan.title}", plan.finding, about, sections, power.warnings
    )


def _items_section(heading: str, number: int, plan: EvaluationPlan) -> Section:
    rows = [[each.heading, each.text if each.status == "done" else f"{NOT_YET}: {each.text}"]
            for each in all_items(plan)[heading]]  # fmt: skip
    return Section(f"part-{number}", heading, (), (), (Table(heading, "", ("Item", "Plan"), rows),))


def _power_section(power: PowerResult) -> Section:
    flow = [
        [step.step, *("" if n is None else f"{n:,.0f}" for n in (step.treated, step.control, step.total))]
        for step in power.flow
    ]
    cost = [[row.what, money(row.gbp), row.basis] for row in power.cost]
    tables = [
        Table("What formulas say", "Two-sided 5%; smallest effect with 80% power.", FORMULA_HEADER,
              [formula_cells(row) for row in power.formulas]),
        Table("Expected flow of participants", "Means over trials.", ("Step", "Treated", "Control", "Both"), flow),
        Table("Cost of the trial", "The programme itself left out.", ("Part", "Pounds", "Basis"), cost),
    ]  # fmt: skip
    if power.rates is not None:
        rates = power.rates
        needed = "no number" if rates.clusters_per_arm is None else level(rates.clusters_per_arm)
        smallest = "none" if rates.detectable_reduction is None else f"{rates.detectable_reduction:.0%}"
        row = [f"{rates.rate:.4f}", f"{rates.person_years:,.0f}", f"{rates.variation:.2f}", needed, smallest]
        header = ("Events in a person-year", "Person-years of a cluster", "Variation between clusters",
                  "Clusters in each arm for 80%", "Smallest reduction seen")  # fmt: skip
        tables.append(Table("Rates of events", "Formula of Hayes and Bennett.", header, [row]))
    return Section("power", "What a trial could see", power.advice, [draw_power(power)], tables)


def _value_section(plan: EvaluationPlan) -> Section:
    value = plan.value
    assert value is not None
    rows = [[name, money(worth)] for name, worth in value.options_gbp.items()]
    note = f"{value.method[0].upper()}{value.method[1:]}; {value.runs} runs."
    table = Table("Expected net value of each choice", note, ("Choice", "Pounds"), rows)
    return Section("value", "What the trial is worth", [*value.words, f"Rule: {value.rule}"], (), (table,))


def draw_power(power: PowerResult) -> Drawing:
    """Draw power against the size of the trial, by virtual trials and by formula."""
    units = "People randomised" if power.design == "individual" else "Clusters randomised"
    seen = [point for point in power.curve if point.simulated is not None]
    title = f"Power is {power.virtual.power:.0%} with {power.clusters:,} {'people' if power.design == 'individual' else 'clusters'}"  # noqa: E501
    description = "; ".join(
        f"{point.clusters:,}: " + ("" if point.simulated is None else f"{point.simulated:.0%} in virtual trials, ")
        + f"{point.formula:.0%} by formula" for point in power.curve
    )  # fmt: skip
    with style():
        figure, [axes] = panels(1, 2.6)
        axes.plot(
            [p.clusters for p in power.curve], [100 * p.formula for p in power.curve], color=GREY, label="formula"
        )
        axes.plot([p.clusters for p in seen], [100 * (p.simulated or 0.0) for p in seen], "o-", color=BLUE,
                  label="virtual trials")  # fmt: skip
        axes.axhline(80, color=GREY, linewidth=0.8, linestyle="--")
        axes.set_ylim(0, 100)
        axes.set_xlabel(units)
        axes.set_ylabel("Power, %")
        axes.legend(frameon=False)
        svg = svg_of(figure, "power-curve", title, description)
    rows = [
        [f"{p.clusters:,}", "not simulated" if p.simulated is None else f"{p.simulated:.0%}", f"{p.formula:.0%}"]
        for p in power.curve
    ]
    return Drawing("power_curve", title, svg, description, (units, "Virtual trials", "Formula"), rows)


def plan_markdown(plan: EvaluationPlan) -> str:
    """Return a plan as Markdown, to be edited and registered."""
    lines = [f"# Evaluation plan: {plan.title}", "", plan.finding + ".", ""]
    for heading, items in all_items(plan).items():
        lines += [f"## {heading}", ""]
        for each in items:
            mark = "" if each.status == "done" else "_"
            lines.append(f"* **{each.heading}**: {mark}{each.text}{mark}")
        lines.append("")
    if plan.value is not None:
        lines += ["## What the trial is worth", "", *(f"* {words}" for words in plan.value.words), ""]
        lines += [f"Rule: {plan.value.rule}", ""]
    lines += ["## Expected flow", "", "| step | treated | control | both |", "|---|---|---|---|"]
    for step in plan.power.flow:
        cells = ("" if n is None else f"{n:,.0f}" for n in (step.treated, step.control, step.total))
        lines.append(f"| {step.step} | {' | '.join(cells)} |")
    lines += ["", f"Modelled estimates by Placewise {placewise_version()}; nothing here is about any real person.", ""]
    return "\n".join(lines)
