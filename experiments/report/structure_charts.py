"""Dot charts of structure: what each form of the model says, below the ranges of few runs and of parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from matplotlib.axes import Axes

from experiments.report.charts import BLUE, GREY, ORANGE, Drawing, millions, panels, style, svg_of, zero_line
from experiments.report.structure_section import INJURY, TWO_SIDED
from experiments.result_parts import Difference
from experiments.results import CompareResult
from experiments.structure_results import FormResult, Sources, Structure
from experiments.structures import MONEY
from experiments.wording import money, number
from sim.outcomes.measures import measure

ROW_INCHES, FRAME_INCHES = 0.24, 0.5
TAG = "structure"
Write = Callable[[float | None], str]
signed = partial(number, signed=True)


def structure_charts(result: CompareResult) -> list[Drawing]:
    """Draw violence with injury and net social value by form of the model; nothing where it was not asked."""
    if result.structure is None:
        return []
    injury = f"Change in {measure(INJURY).label.lower()} by form of the model"
    with style():
        return [
            _chart(result, result.structure, "structure_injury", INJURY, injury, signed),
            _chart(result, result.structure, "structure_value", MONEY, "Net social value by form of the model", money),
        ]


def change_of(found: FormResult, quantity: str) -> Difference:
    """Return one quantity of a scenario in a form."""
    return found.net_present_social_value if quantity == MONEY else found.outcomes[quantity]


def _chart(result: CompareResult, found: Structure, name: str, quantity: str, title: str, write: Write) -> Drawing:
    lived = [form for form in found.forms.values() if form.scenarios]
    figure, axes = panels(len(result.scenarios), ROW_INCHES * (len(lived) + 2) + FRAME_INCHES)
    rows, sentences = [], []
    for panel, (stem, scenario) in zip(axes, result.scenarios.items(), strict=True):
        each = found.uncertainty[stem][quantity]
        dots = [(form.title, change_of(form.scenarios[stem], quantity)) for form in lived]
        _draw_ranges(panel, each)
        for row, (_, change) in enumerate(dots, start=2):
            _bar(panel, row, change.mean or 0.0, change.monte_carlo_se, BLUE)
            panel.plot(change.mean, row, "o", color=BLUE, markersize=5)
        panel.set_yticks(range(len(dots) + 2), ["Number of runs", "Parameters", *(label for label, _ in dots)])
        panel.invert_yaxis()
        zero_line(panel, vertical=True)
        panel.set_title(scenario.title, loc="left", fontsize=9.5, fontweight="bold")
        if quantity == MONEY:
            millions(panel, "x")
        rows += [[scenario.title, label, write(change.mean), _error(change, write)] for label, change in dots]
        sentences.append(f"{scenario.title}: {write(each.structure_low)} to {write(each.structure_high)} over forms")
    description = f"Dot chart, one dot for each form of the model. {'; '.join(sentences)}."
    header = ["Scenario", "Form", "Mean", "Standard error"]
    svg = svg_of(figure, name, title, description)
    note = "Bars: 95% range of the mean over so many runs; the bar of parameters: 95% range between draws without luck."
    return Drawing(name, title, svg, description, header, rows, note=note, tags=(TAG,))


def _draw_ranges(panel: Axes, each: Sources) -> None:
    _bar(panel, 0, each.mean, each.monte_carlo_se, GREY)
    _bar(panel, 1, each.mean, each.parameter_sd, ORANGE)
    panel.plot([each.mean] * 2, [0, 1], "|", color=GREY, markersize=9)


def _bar(panel: Axes, row: int, mean: float, deviation: float | None, colour: str) -> None:
    half = TWO_SIDED * (deviation or 0.0)
    panel.plot([mean - half, mean + half], [row, row], color=colour, linewidth=2.2)


def _error(change: Difference, write: Write) -> str:
    return "one run" if change.monte_carlo_se is None else write(change.monte_carlo_se).lstrip("+")
