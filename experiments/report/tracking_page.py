"""The page of a score: forecast with and without the programme beside what was observed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from experiments.report.charts import BLUE, GREY, INK, ORANGE, Drawing, panels, style, svg_of
from experiments.report.parts import Section, Table
from experiments.report.study_page import study_page
from experiments.runs import BASELINE
from experiments.small_numbers import WITHHELD, written
from experiments.tracking.conclusions import NOT_COMPARABLE, about, heading
from experiments.tracking.forecast import Forecast
from experiments.tracking.result import ControlChart, OutcomeScore, Spread, TrackResult
from experiments.wording import lower, number, percent

RECORDING = "recording"
COLOURS = (ORANGE, BLUE)
STYLES = ("--", "-.", ":")
MOST_LABELS = 14


def tracking_page(result: TrackResult, forecast: Forecast, drawings: Mapping[str, Drawing]) -> str:
    """Return a score as one HTML page."""
    sections = [
        Section("conclusions", "What can and cannot be concluded", result.words),
        *(_outcome(result, name, drawings) for name in result.outcomes),
    ]
    if result.recording.chart is not None:
        drawn = [drawings[RECORDING]] if RECORDING in drawings else []
        sections.append(Section(RECORDING, "Has recording changed?", result.recording.words, drawn))
    sections.append(_assumptions(forecast))
    return study_page(
        f"Placewise track · {result.place} · counts against an archived forecast",
        f"Forecast and counts: {result.place}",
        heading(result.place, result.outcomes),
        about(forecast, result.first_month, result.last_month),
        sections,
        [*(each for each in result.warnings if each not in forecast.warnings), result.small_numbers],
    )


def _outcome(result: TrackResult, name: str, drawings: Mapping[str, Drawing]) -> Section:
    each = result.outcomes[name]
    words = list(each.words)
    if each.missing_months:
        words.append(f"{each.missing_months} months between the first and the last have no count.")
    if each.verdict == NOT_COMPARABLE:
        words.append("The centre of the control chart is a level that these counts do not compare with.")
    words += (
        []
        if each.verdict == NOT_COMPARABLE
        else [
            f"Control chart, {signal.month}: {signal.rule} ({signal.side})."
            for signal in each.chart.signals[:MOST_LABELS]
        ]
    )
    drawn = [drawings[key] for key in (f"forecast_{name}", f"chart_{name}") if key in drawings]
    tables = [_scores(result, each)]
    if each.communities:
        tables.append(_communities(result, each))
    return Section(name, each.label, words, drawn, tables)


def _scores(result: TrackResult, each: OutcomeScore) -> Table:
    rows = [
        [
            result.worlds[world],
            _span(found.total),
            "inside" if found.inside else "outside",
            f"{100 * found.exceedance:.0f} in 100",
            number(found.crps),
            percent(found.coverage, signed=False),
            "not given" if found.community_coverage is None else percent(found.community_coverage, signed=False),
        ]
        for world, found in each.worlds.items()
    ]
    rows += [
        [f"Naive: {mark.name} ({mark.months} months)", "", "", "", number(mark.crps), percent(mark.coverage, False), ""]
        for mark in each.benchmarks
    ]
    header = ["Forecast", "Total, 95% range", "Observed is", "Chance of more", "CRPS", "Months inside", "Areas inside"]
    note = (
        f"Observed {each.observed_total:,.0f} in {len(each.months)} months. CRPS: mean distance of months from the "
        "forecast, in counts; less is better. Months and areas inside their 95% range: 95% is right."
    )
    return Table(f"Scores, {lower(each.label)}", note, header, rows)


def _communities(result: TrackResult, each: OutcomeScore) -> Table:
    worlds = list(result.worlds)
    rows = [
        [line.lsoa, WITHHELD if line.withheld else written(line.observed)]
        + [f"{line.expected[world]:,.0f}" for world in worlds]
        + ["" if (inside := line.inside[BASELINE]) is None else "inside" if inside else "outside"]
        for line in each.communities
    ]
    header = ["Area", "Observed", *(f"Forecast: {result.worlds[world]}" for world in worlds), "Without: observed is"]
    return Table(f"By area, {lower(each.label)}", result.small_numbers, header, rows)


def _assumptions(forecast: Forecast) -> Section:
    rows = [
        [each.name.replace("_", " "), number(each.value), " to ".join(number(end) for end in each.range), each.meaning]
        + [each.source]
        for each in forecast.assumptions
    ]
    levels = [
        [each.label, each.anchored_on or "the model", number(each.month_spread), number(each.year_spread)]
        for each in forecast.outcomes.values()
    ]
    words = [
        f"Archived {forecast.archived_utc} by Placewise {forecast.placewise}; hash {forecast.sha256}; parameters "
        f"{forecast.parameters_sha256[:12]}; comparison {forecast.run_id}. A forecast whose contents do not have its "
        "hash is refused.",
        *forecast.warnings,
    ]
    return Section(
        "assumptions",
        "What the forecast assumes",
        words,
        (),
        [
            Table("Assumptions", "", ["Name", "Value", "Range", "Meaning", "Source"], rows),
            Table("Where levels come from", "", ["Outcome", "Level from", "Month spread", "Year spread"], levels),
        ],
    )


def _span(spread: Spread) -> str:
    return f"{spread.low:,.0f} to {spread.high:,.0f} (central {spread.median:,.0f})"


def draw_tracking(result: TrackResult) -> dict[str, Drawing]:
    """Draw each outcome's forecast with what was observed, its control chart, and the chart of recording."""
    drawn = {}
    for name, each in result.outcomes.items():
        drawn[f"forecast_{name}"] = _forecast(result, name, each)
        if each.chart.months:
            drawn[f"chart_{name}"] = _control(f"chart_{name}", each.label, each.chart, result)
    if result.recording.chart is not None and result.recording.chart.months:
        drawn[RECORDING] = _control(RECORDING, "Share that is recorded", result.recording.chart, result)
    return drawn


def _forecast(result: TrackResult, name: str, each: OutcomeScore) -> Drawing:
    title = f"{each.label}: observed, and forecast with and without the programme"
    parts = [f"{result.worlds[world]}: total {_span(found.total)}" for world, found in each.worlds.items()]
    description = f"Observed total {each.observed_total:,.0f}. {'. '.join(parts)}. Bands hold 95% of the forecast."
    months = [line.month for line in each.months]
    rows = [
        [line.month, written(line.observed), *(_span(spread) for spread in line.forecast.values())]
        for line in each.months
    ]
    with style():
        figure, axes = panels(len(result.worlds), 1.9)
        top = max(spread.high for line in each.months for spread in line.forecast.values())
        seen = [np.nan if line.observed is None else line.observed for line in each.months]
        for panel, (world, label) in zip(axes, result.worlds.items(), strict=True):
            spreads = [line.forecast[world] for line in each.months]
            colour = COLOURS[0] if world == BASELINE else COLOURS[1]
            x = range(len(months))
            panel.fill_between(x, [s.low for s in spreads], [s.high for s in spreads], color=colour, alpha=0.2)
            panel.plot(x, [s.median for s in spreads], color=colour, linestyle=STYLES[0], label="forecast")
            panel.plot(x, seen, color=INK, marker="o", markersize=3.5, linewidth=1, label="observed")
            panel.set_ylim(0, 1.1 * max(top, np.nanmax([*seen, 1.0])))
            panel.set_title(label, loc="left", fontsize=9)
            panel.legend(frameon=False, ncols=2, loc="lower left")
        _month_axis(axes[-1], months)
        svg = svg_of(figure, f"forecast_{name}", title, description)
    header = ["Month", "Observed", *result.worlds.values()]
    return Drawing(f"forecast_{name}", title, svg, description, header, rows)


def _control(name: str, label: str, chart: ControlChart, result: TrackResult) -> Drawing:
    marked = {signal.month for signal in chart.signals}
    kind = f"{chart.kind}-chart"
    title = f"{label}: {kind}, {len(marked)} of {len(chart.months)} months complete a rule for runs"
    description = (
        f"{chart.unit[0].upper()}{chart.unit[1:]}. Centre: forecast without the programme. Limits: three standard "
        "deviations, widened for what months vary beyond chance. Squares mark months that complete a rule."
    )
    lines = zip(chart.months, chart.values, chart.centre, chart.low, chart.high, strict=True)
    rows = [[month, *(f"{value:.3g}" for value in values), _rules(chart, month)] for month, *values in lines]
    with style():
        figure, (axes,) = panels(1, 2.6)
        x = np.arange(len(chart.months))
        axes.plot(x, chart.centre, color=ORANGE, linestyle="--", label="without the programme")
        axes.plot(x, chart.low, color=GREY, linewidth=0.9, linestyle=":")
        axes.plot(x, chart.high, color=GREY, linewidth=0.9, linestyle=":", label="limits")
        for style_of, (world, values) in zip(STYLES * len(chart.programme), chart.programme.items(), strict=False):
            axes.plot(x, values, color=BLUE, linestyle=style_of, label=result.worlds[world])
        axes.plot(x, chart.values, color=INK, marker="o", markersize=3.5, linewidth=1, label="observed")
        places = [place for place, month in enumerate(chart.months) if month in marked]
        axes.plot(places, [chart.values[place] for place in places], "s", color=INK, fillstyle="none", markersize=9)
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False, ncols=3, loc="lower left", fontsize=8)
        _month_axis(axes, chart.months)
        svg = svg_of(figure, name, title, description)
    return Drawing(name, title, svg, description, ["Month", "Value", "Centre", "Low", "High", "Rules"], rows)


def _rules(chart: ControlChart, month: str) -> str:
    return "; ".join(f"{each.rule} ({each.side})" for each in chart.signals if each.month == month)


def _month_axis(axes: Axes, months: list[str]) -> None:
    step = max(1, -(-len(months) // MOST_LABELS))
    axes.set_xticks(range(0, len(months), step), months[::step], rotation=40, ha="right")
