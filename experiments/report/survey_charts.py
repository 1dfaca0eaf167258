"""The charts of a survey: the reporting pyramid, the overlap of records, and what sharing reveals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.report.charts import BLUE, GREY, INK, ORANGE, WIDTH_INCHES, Drawing, panels, style, svg_of
from experiments.small_numbers import written
from experiments.survey import CURRENT, FULL
from experiments.survey_form import Combination, Group, SurveyResult
from experiments.survey_summary import MOST_COMBINATIONS, service_label
from experiments.wording import ends, level, number, percent
from sim.outcomes.shared_picture import PARTS

PART_LABELS = {
    "police": "recorded by police",
    "shared": "reached police from another service",
    "not_passed_on": "another service holds a record that could be linked",
    "not_linkable": "another service holds a record that cannot be linked",
    "unrecorded": "no service holds a record",
}
PART_COLOURS = {
    "police": BLUE,
    "shared": "#3d7d3a",
    "not_passed_on": "#a9d08e",
    "not_linkable": ORANGE,
    "unrecorded": "#d5dae0",
}
PART_HATCHES = {"police": "", "shared": "///", "not_passed_on": "...", "not_linkable": "xxx", "unrecorded": ""}
STEP_LABELS = {
    "true": "True incidents",
    "reported": "Reported to police",
    "recorded": "Recorded by police",
    "ed_treated": "Treated in A&E",
    "admitted": "Admitted to hospital",
    "fatal": "Fatal (expected number)",
}
DIAL_LABELS = {CURRENT: "present sharing", FULL: "full sharing"}


def step_writer(step: str) -> Callable[[float | None], str]:
    """Return what writes a step of the pyramid: expected deaths are a small number, all others are counts."""
    return number if step == "fatal" else level


def draw_survey(result: SurveyResult) -> list[Drawing]:
    """Draw every chart of a survey."""
    return [pyramid(result), overlap(result), picture(result)]


def pyramid(result: SurveyResult) -> Drawing:
    """Draw the steps from true to fatal violence as a pyramid of bars, each in proportion to true incidents."""
    steps = result.pyramid
    rows = [
        [STEP_LABELS[name], write(step.current.mean), ends(step.current, write), number(step.per_1000.mean),
         write(step.full.mean), number(step.change.mean, signed=True)]
        for name, step in steps.items()
        for write in (step_writer(name),)
    ]  # fmt: skip
    recorded = steps["recorded"].per_1000.mean
    title = f"Of every 1,000 violent incidents in {result.place.name}, police record about {number(recorded)}"
    description = (
        f"Incidents of an average year, over {result.runs} runs: "
        + "; ".join(f"{row[0]} {row[1]} ({row[2]})" for row in rows)
        + f". {result.notes[0]}"
    )
    with style():
        figure, (axes,) = panels(1, 2.9)
        for row, (name, step) in enumerate(steps.items()):
            share = step.per_1000.mean or 0.0
            colour = ORANGE if name in ("ed_treated", "admitted", "fatal") else BLUE
            axes.barh(row, share, left=-share / 2, color=colour, height=0.72, alpha=0.9)
            words = f"{rows[row][1]} a year  ({rows[row][2]})"
            axes.text(530, row, words, va="center", fontsize=8.5, color=INK)
            axes.text(-530, row, STEP_LABELS[name], va="center", ha="right", fontsize=9, color=INK)
        axes.set_xlim(-960, 1120)
        axes.invert_yaxis()
        _bare(axes)
        svg = svg_of(figure, "pyramid", title, description)
    header = ["Step", "A year", "95% range", "Per 1,000 true", "With full sharing", "Change"]
    return Drawing("pyramid", title, svg, description, header, rows, note=result.notes[0])


def overlap(result: SurveyResult) -> Drawing:
    """Draw who holds a record together with whom: bars of combinations above a matrix of dots."""
    shown = [each for each in result.overlap if each.services][:MOST_COMBINATIONS]
    services = sorted(
        {name for each in shown for name in each.services},
        key=lambda name: -(result.picture[CURRENT].own[name].mean or 0.0),
    )
    unseen = next((each.held for each in result.overlap if not each.services), None)
    rows = [
        [_together(each), written(each.held.mean), ends(each.held, written), written(each.linked.mean)]
        for each in result.overlap
    ]
    other = [f"{result.other_combinations} rarer combinations", written(result.other_overlap.mean), "", ""]
    rows += [other] if result.other_combinations else []
    title = f"No service in {result.place.name} holds a record of any violence"
    if result.held_by_one.mean is not None:
        alone = _percent(result.held_by_one.mean)
        title = (
            f"Of the violence that any service in {result.place.name} records, {alone} is known to one service alone"
        )
    most = "; ".join(f"{row[0]} {row[1]}" for row in rows[:6])
    description = (
        f"Incidents a year by the combination of services that hold a record, largest first: {most or 'none'}. "
        f"{len(result.overlap) - len(shown) - (unseen is not None)} rarer combinations are not drawn, and "
        f"{result.other_combinations} with {written(result.other_overlap.mean)} incidents together are withheld."
    )
    with style():
        svg = svg_of(_overlap_figure(result, shown, services), "overlap", title, description)
    note = "" if unseen is None else f"Not drawn: {written(unseen.mean)} incidents a year that no service records."
    header = ["Held by these and no others", "Incidents a year", "95% range", "As linked data would show"]
    return Drawing("overlap", title, svg, description, header, rows, note=note)


def _overlap_figure(result: SurveyResult, shown: list[Combination], services: list[str]) -> Figure:
    figure = Figure(figsize=(WIDTH_INCHES, 3.0 + 0.26 * len(services)), facecolor="white", layout="constrained")
    axes: Any = figure.subplots(2, 1, sharex=True, height_ratios=[2.6, max(0.26 * len(services), 0.3)])
    bars, dots = axes
    for column, each in enumerate(shown):
        mean = top = each.held.mean or 0.0
        bars.bar(column, mean, color=BLUE, width=0.62)
        if each.held.low is not None and each.held.high is not None:
            bars.plot([column, column], [each.held.low, each.held.high], color=INK, linewidth=1)
            top = each.held.high
        bars.annotate(
            written(each.held.mean), (column, top), (0, 2), textcoords="offset points", ha="center", fontsize=7.5
        )
        rows = [services.index(name) for name in each.services]
        dots.plot([column] * len(services), range(len(services)), "o", color="#dfe4e9", markersize=6.5)
        dots.plot([column, column], [min(rows), max(rows)], color=INK, linewidth=1.6)
        dots.plot([column] * len(rows), rows, "o", color=INK, markersize=6.5)
    bars.yaxis.set_major_formatter("{x:,.0f}")
    bars.set_ylabel("incidents a year", color=GREY)
    bars.grid(axis="x", visible=False)
    bars.tick_params(axis="x", length=0)
    own = result.picture[CURRENT].own
    labels = [f"{service_label(name)}, {_percent(own[name].mean)}" for name in services]
    dots.set_yticks(range(len(services)), labels)
    dots.set_ylim(len(services) - 0.4, -0.6)
    dots.set_xticks([])
    dots.grid(visible=False)
    dots.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        dots.spines[side].set_visible(False)
    dots.set_xlabel("Beside each service: the share of true incidents of which it holds a record", color=GREY)
    return figure


def picture(result: SurveyResult) -> Drawing:
    """Draw where true incidents stand by context and severity, with data shared as at present and fully."""
    now, full = result.picture[CURRENT], result.picture[FULL]
    title = (
        f"Full sharing lets police know of {_percent(full.all.police_knows.mean)} of true incidents, "
        f"{_percent(now.all.police_knows.mean)} now; no service records {_percent(now.all.parts['unrecorded'].mean)}"
    )
    pairs = [
        (before, after)
        for before, after in zip(_groups(result, CURRENT), _groups(result, FULL), strict=True)
        if before.parts["police"].mean is not None and after.parts["police"].mean is not None
    ]
    rows = [
        [group.label, DIAL_LABELS[dial], *(_percent(group.parts[part].mean) for part in PARTS)]
        for pair in pairs
        for dial, group in zip((CURRENT, FULL), pair, strict=True)
    ]
    description = (
        "Stacked bars of all true incidents, by context and severity, in two rows each: as at present and with data "
        f"fully shared. {_difference(result)}"
    )
    with style():
        svg = svg_of(_picture_figure(pairs), "shared_picture", title, description)
    header = ["Incidents", "Data", *(PART_LABELS[part].capitalize() for part in PARTS)]
    return Drawing("shared_picture", title, svg, description, header, rows, note=result.notes[2])


def _picture_figure(pairs: list[tuple[Group, Group]]) -> Figure:
    figure, (axes,) = panels(1, 0.52 * len(pairs) + 1.0)
    ticks, labels = [], []
    for row, pair in enumerate(pairs):
        for half, group in enumerate(pair):
            left, at = 0.0, row * 2.6 + half
            for part in PARTS:
                share = 100 * (group.parts[part].mean or 0.0)
                axes.barh(
                    at, share, left=left, height=0.86, color=PART_COLOURS[part], hatch=PART_HATCHES[part],
                    edgecolor="white", linewidth=0.4, label=PART_LABELS[part] if row == half == 0 else None,
                )  # fmt: skip
                left += share
            ticks.append(at)
            labels.append(f"{group.label}: present" if half == 0 else "full")
    axes.set_yticks(ticks, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("% of true incidents", color=GREY)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False, fontsize=8.5)
    return figure


def _groups(result: SurveyResult, dial: str) -> list[Group]:
    found = result.picture[dial]
    return [found.all, *found.by_context.values(), *found.by_severity.values()]


def _difference(result: SurveyResult) -> str:
    now, full = result.picture[CURRENT].all, result.picture[FULL].all
    return (
        f"At present police know of {_percent(now.police_knows.mean)} and any service of "
        f"{_percent(now.any_service.mean)}. With full sharing police know of {_percent(full.police_knows.mean)}. "
        f"{_percent(full.parts['not_linkable'].mean)} is known only from records that cannot be linked, and "
        f"{_percent(full.parts['unrecorded'].mean)} is recorded by nobody and cannot be revealed."
    )


def _together(each: Combination) -> str:
    return " + ".join(service_label(name) for name in each.services) or "No service"


def _percent(share: float | None) -> str:
    return percent(share, signed=False)


def _bare(axes: Axes) -> None:
    axes.set_yticks([])
    axes.set_xticks([])
    axes.grid(visible=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
