"""Lay power, and what a trial is worth, out for the terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from experiments.power.result import FormulaRow, PowerResult
from experiments.power.value_result import TrialValueResult
from experiments.wording import level, money, number, percent
from sim.interventions.trial_words import RANDOMISED

NAMES = {"individual": "people", "cluster": "clusters", "stepped_wedge": "stepped wedge"}


def effect_text(value: float, scale: str) -> str:
    """Write an effect as a percentage of the control mean, or in standard deviations."""
    return f"{number(value, signed=True)} sd" if scale == "standard deviations" else percent(value)


def units_word(result: PowerResult) -> str:
    """Name what is counted: people or clusters."""
    return "people" if result.design == "individual" else "clusters"


def power_lines(result: PowerResult) -> list[str]:
    """Return the sentences that lead the output."""
    virtual, scale = result.virtual, result.scale
    months = f"months {result.follow_up_from_months} to {result.follow_up_months} after enrolment"
    units, each = units_word(result), ""
    if result.design != "individual" and result.people_per_cluster > 1.0:
        each = f" of {number(result.people_per_cluster)} people each"
    places = "" if result.places == 1 else f", from {result.places} places like this one"
    lines = [
        f"[bold]{escape(result.name)}[/bold]: could a trial in {escape(result.place.name)} see its effect?",
        f"{NAMES[result.design].capitalize()} randomised ({escape(RANDOMISED[result.unit])}): {result.clusters:,} "
        f"{units}{each}{places}; {percent(result.attrition, False)} lost. Outcome: {escape(result.measure)}, {months}.",
        "",
        f"The true effect here is {effect_text(virtual.true_effect, scale)}. In {virtual.trials:,} virtual trials from "
        f"{result.runs} populations power is [bold]{virtual.power:.0%}[/bold]; the smallest effect seen with 80% power "
        f"is {detectable_words(result)}.",
        f"With a programme that does nothing {virtual.type_one:.1%} of trials show an effect (by chance "
        f"{virtual.type_one_low:.1%} to {virtual.type_one_high:.1%}); intervals hold the truth in "
        f"{virtual.coverage:.0%}.",
        needed_words(result),
    ]
    if result.icc is not None:
        lines.append(icc_words(result))
    if result.assurance is not None:
        lines.append(f"Averaged over what the evidence leaves open of the effect, power is {result.assurance:.0%}.")
    return lines


def detectable_words(result: PowerResult) -> str:
    """Write the minimum detectable effect by virtual trials."""
    size = result.virtual.detectable
    if result.scale == "standard deviations":
        return f"{number(size)} sd"
    return f"a change of {percent(size, False)}" if size < 1.0 else "more than all there is"


def needed_words(result: PowerResult) -> str:
    """Say how many are needed for 80% and 90% power."""
    units, usual, high = units_word(result), result.clusters_for_usual, result.clusters_for_high
    if usual is None or high is None:
        return f"No number of {units} that a trial could have is enough for this effect."
    return f"For 80% power it takes {usual:,} {units}, for 90% {high:,}."


def icc_words(result: PowerResult) -> str:
    """Set the intra-cluster correlation that emerges beside the one assumed."""
    icc = result.icc
    assert icc is not None
    return (
        f"The intra-cluster correlation that emerges is {icc.value:.3f} ({icc.low:.3f} to {icc.high:.3f}); assumed is "
        f"{result.icc_assumed:.3f} ({escape(result.icc_source)})."
    )


def formula_cells(row: FormulaRow) -> list[str]:
    """Return one row of the table of formulas."""
    smallest = f"{row.detectable_sd:.2f} sd"
    if row.detectable_relative is not None:
        smallest += f", {percent(row.detectable_relative, False)}"
    enough = [f"{n:,}" if n is not None else "none" for n in (row.clusters_for_usual, row.clusters_for_high)]
    icc = "" if row.icc_from == "none" else f"{row.icc:.3f} {row.icc_from}"
    return [
        "no clusters" if row.design == "individual" else NAMES[row.design],
        icc,
        f"{row.clusters:,}",
        f"{row.people_per_cluster:.1f}",
        smallest,
        f"{row.power:.0%}",
        *enough,
    ]


FORMULA_HEADER = (
    "Design",
    "ICC",
    "Units",
    "Followed up in each",
    "Smallest effect seen",
    "Power",
    "For 80%",
    "For 90%",
)


def _table(title: str, header: tuple[str, ...], rows: list[list[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left", title_style="bold")
    table.add_column(header[0], overflow="fold")
    for heading in header[1:]:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


def print_power(result: PowerResult) -> None:
    """Print a study of power."""
    from experiments.terminal import print_rich

    print_rich("\n" + "\n".join(power_lines(result)) + "\n")
    print_rich(_table("By formula", FORMULA_HEADER, [formula_cells(row) for row in result.formulas]))
    curve = [
        [f"{each.clusters:,}", "" if each.simulated is None else f"{each.simulated:.0%}", f"{each.formula:.0%}"]
        for each in result.curve
    ]
    print_rich(_table("\nPower by size", ("Units", "Virtual trials", "Formula"), curve))
    flow = [
        [each.step, *("" if n is None else f"{n:,.0f}" for n in (each.treated, each.control, each.total))]
        for each in result.flow
    ]
    print_rich(_table("\nExpected flow", ("", "Treated", "Control", "Both"), flow))
    print_rich(f"\nThe trial costs about {money(result.cost_gbp)}, the programme itself left out.")
    for words in (*result.differences, *result.advice):
        print_rich(escape(words))
    for warning in result.warnings:
        print_rich(f"[bold]Note:[/bold] {escape(warning)}")


def print_value(value: TrialValueResult) -> None:
    """Print what a trial is worth before the decision."""
    from experiments.terminal import print_rich

    print_rich("\n[bold]Adopt, adopt and evaluate, pilot or reject[/bold]")
    for words in value.words:
        print_rich(escape(words))
    print_rich(f"Rule: {escape(value.rule)}")
    print_rich(f"By {value.method}, from {value.runs} runs; {level(value.residents_affected)} residents affected.")
