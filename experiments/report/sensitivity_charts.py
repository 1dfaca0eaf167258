"""The charts of a sensitivity analysis: tornado, indices with intervals, heat map of factors by target, convergence."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from experiments.report.charts import BLUE, GREY, ORANGE, Drawing, panels, style, svg_of, zero_line
from experiments.sensitivity.analysing import Analysed, Analysis
from experiments.sensitivity.direct import DUMMY
from experiments.sensitivity.methods import LEADING
from experiments.sensitivity.rows import Index
from experiments.sensitivity.words import MEASURES, index_text, leads
from experiments.wording import number

INCHES_A_ROW, INCHES_AROUND = 0.28, 1.0
MOST_LINES = 8
DARK_SHARE = 0.6


def draw_target(analysis: Analysis, found: Analysed, place: int) -> list[Drawing]:
    """Draw what was found about one target, the ``place``-th of the analysis."""
    drawings = []
    if found.swings:
        drawings.append(_tornado(found, f"tornado_{place}"))
    for method in analysis.methods:
        rows = [row for row in found.leading(method) if row.value is not None]
        if rows:
            drawings.append(_indices(found, method, rows, f"indices_{place}_{method}"))
    if len(found.steps) > 1:
        drawings.append(_convergence(analysis, found, f"convergence_{place}"))
    return drawings


def draw_heat_map(analysis: Analysis) -> Drawing | None:
    """Draw the leading index of every factor for every target; None where there is one target only."""
    method = analysis.methods[0]
    names, targets = analysis.data.names, analysis.targets
    if len(targets) < 2:
        return None
    values = np.array([_shares(each, method, names) for each in targets]).T
    labels = [each.target.label for each in targets]
    leaders = [names[int(column.argmax())] if column.any() else "no factor" for column in values.T]
    one = f"{leaders[0]} matters most for everything that was analysed"
    title = one if len(set(leaders)) == 1 else "What matters most depends on what is asked"
    description = (
        f"A grid of factors by targets. Each cell is the {MEASURES[method, LEADING[method]]} as a share of the largest "
        "one of its column. "
        + " ".join(f"{label}: {leader} leads." for label, leader in zip(labels, leaders, strict=True))
    )
    with style():
        figure, (axes,) = panels(1, INCHES_A_ROW * len(names) + 2.2)
        axes.imshow(values, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in np.ndindex(values.shape):
            dark = values[row, column] > DARK_SHARE
            text = f"{values[row, column]:.0%}"
            axes.text(column, row, text, ha="center", va="center", fontsize=7.5, color="white" if dark else "#1d2733")
        axes.set_xticks(range(len(labels)), [_wrapped(label) for label in labels], rotation=25, ha="right", fontsize=8)
        axes.set_yticks(range(len(names)), names)
        axes.grid(visible=False)
        svg = svg_of(figure, "heat_map", title, description)
    rows = [[name, *(f"{share:.0%}" for share in values[at])] for at, name in enumerate(names)]
    return Drawing("heat_map", title, svg, description, ["Factor", *labels], rows)


def _tornado(found: Analysed, file: str) -> Drawing:
    swings = found.swings
    most = swings[0]
    title = (
        f"{most.factor} moves it most: from {number(most.at_low)} to {number(most.at_high)}"
        if most.size
        else "No factor moves it"
    )
    description = (
        f"Tornado chart of {found.target.label}. For each factor, the value at the low and at the high end of its "
        "range. " + " ".join(f"{each.factor}: {number(each.at_low)} to {number(each.at_high)}." for each in swings)
    )
    with style():
        figure, (axes,) = panels(1, INCHES_A_ROW * len(swings) + INCHES_AROUND)
        for row, each in enumerate(swings):
            for end, colour, label in ((each.at_low, ORANGE, "factor low"), (each.at_high, BLUE, "factor high")):
                axes.barh(
                    row, end - each.middle, left=each.middle, color=colour, height=0.6, label=label if not row else None
                )
        axes.axvline(swings[0].middle, color=GREY, linewidth=1)
        axes.set_yticks(range(len(swings)), [each.factor for each in swings])
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.set_xlabel(found.target.label)
        axes.grid(axis="y", visible=False)
        axes.legend(frameon=False, fontsize=8, loc="lower right")
        svg = svg_of(figure, file, title, description)
    rows = [
        [
            each.factor,
            f"{each.low:.4g}",
            f"{each.high:.4g}",
            number(each.at_low),
            number(each.at_high),
            number(each.size),
        ]
        for each in swings
    ]
    header = ["Factor", "Low end", "High end", "Value at the low end", "Value at the high end", "Size of the swing"]
    note = "The other factors are averaged over their ranges, or at their base in a one-at-a-time design."
    return Drawing(file, title, svg, description, header, rows, note)


def _indices(found: Analysed, method: str, rows: Sequence[Index], file: str) -> Drawing:
    measure = MEASURES[method, LEADING[method]]
    title = leads(found, method)
    description = f"Dot chart of the {measure} of every factor, with its 95% interval. " + " ".join(
        f"{row.factor}: {index_text(row)}." for row in rows
    )
    with style():
        figure, (axes,) = panels(1, INCHES_A_ROW * len(rows) + INCHES_AROUND)
        for at, row in enumerate(rows):
            colour = GREY if row.factor == DUMMY else BLUE
            if row.low is not None and row.high is not None:
                axes.plot([row.low, row.high], [at, at], color=colour, linewidth=2, alpha=0.55)
            axes.plot([row.value], [at], marker="o", color=colour, markersize=6)
        axes.set_yticks(range(len(rows)), [row.factor for row in rows])
        axes.invert_yaxis()
        zero_line(axes, vertical=True)
        axes.set_xlabel(measure)
        axes.grid(axis="y", visible=False)
        svg = svg_of(figure, file, title, description)
    cells = [[row.factor, index_text(row), row.note] for row in rows]
    return Drawing(file, title, svg, description, ["Factor", f"{measure} (95% interval)", "Note"], cells)


def _convergence(analysis: Analysis, found: Analysed, file: str) -> Drawing:
    steps, method = found.steps, analysis.methods[0]
    last = steps[-1].values
    names = sorted((name for name in last if name != DUMMY), key=lambda name: -abs(last[name]))[:MOST_LINES]
    before = sorted(steps[-2].values, key=lambda name: -abs(steps[-2].values[name]))
    settled = [name for name in before if name in names][:1] == names[:1]
    title = (
        "The factor that leads is the same with half of the points"
        if settled
        else "The factor that leads changed in the last half of the points: more points are needed"
    )
    measure = MEASURES[method, LEADING[method]]
    description = f"Line chart of the {measure} as more points of the design are used. " + " ".join(
        f"{name}: {number(steps[0].values.get(name))} with {steps[0].points} points, {number(last[name])} with "
        f"{steps[-1].points}."
        for name in names
    )
    with style():
        figure, (axes,) = panels(1, 2.8)
        for name in names:
            axes.plot(
                [step.points for step in steps],
                [step.values.get(name, np.nan) for step in steps],
                marker="o",
                label=name,
            )
        axes.set_xticks([step.points for step in steps])
        axes.set_xlabel("points of the design used")
        axes.set_ylabel(measure)
        axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
        svg = svg_of(figure, file, title, description)
    rows = [[name, *(number(step.values.get(name)) for step in steps)] for name in names]
    return Drawing(file, title, svg, description, ["Factor", *(f"{step.points} points" for step in steps)], rows)


def _shares(found: Analysed, method: str, names: Sequence[str]) -> list[float]:
    size = {row.factor: max(row.value or 0.0, 0.0) if row.measure != "change" else abs(row.value or 0.0)
            for row in found.leading(method)}  # fmt: skip
    most = max([*(size.get(name, 0.0) for name in names), 1e-300])
    return [size.get(name, 0.0) / most for name in names]


def _wrapped(label: str) -> str:
    return re.sub(r": ", ":\n", label, count=1)
