"""Charts of the forecasts of held-out communities: their scores, and every community's forecast beside its record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.forecast_scores import EVERYWHERE, HeldOut, Points
from experiments.report.charts import BLUE, GREY, ORANGE, WIDTH_INCHES, Drawing, svg_of

SCORES = {"rank_correlation": "rank correlation", "crps": "CRPS (less is better)"}
COVERED = {"coverage_50": (0.5, "^"), "coverage_80": (0.8, "s"), "coverage": (0.95, "o")}
LEAST_SHOWN = 0.5
INCHES_A_FORECAST, INCHES_FOR_AXES = 0.2, 0.8
GROUPS = 10


def forecast_scores(held_out: HeldOut) -> Drawing:
    """Draw the scores of the forecasts: the model in circles, naive forecasts in diamonds."""
    scores = held_out.scores
    height = INCHES_A_FORECAST * len(scores) + INCHES_FOR_AXES
    figure = Figure(figsize=(WIDTH_INCHES, height), facecolor="white", layout="constrained")
    columns: Sequence[Axes] = figure.subplots(1, 3, sharey=True)
    for row, each in enumerate(scores):
        model = each.kind == "model"
        colour = BLUE if model else ORANGE
        for axes, name in zip(columns, SCORES, strict=False):
            value = getattr(each, name)
            if value is not None:
                axes.plot(value, row, "o" if model else "D", color=colour, markersize=5)
        for name, (_, mark) in COVERED.items():
            columns[2].plot(getattr(each, name), row, mark, color=colour, markersize=4.5)
    for axes, label in zip(columns, SCORES.values(), strict=False):
        axes.set_xlabel(label)
    columns[2].set_xlabel("share inside 50, 80\nand 95% intervals")
    columns[2].set_xticks([share for share, _ in COVERED.values()])
    for share, _ in COVERED.values():
        columns[2].axvline(share, color=GREY, linewidth=1, zorder=0)
    for axes in columns:
        for row in range(1, len(scores)):
            if scores[row].communities != scores[row - 1].communities:
                axes.axhline(row - 0.5, color=GREY, linewidth=0.8, linestyle=":")
    labels = [each.name if each.communities == EVERYWHERE else f"{each.name} ({each.communities})" for each in scores]
    columns[0].set_yticks(range(len(labels)), labels, fontsize=7)
    columns[0].invert_yaxis()
    lost = sum("a naive forecast wins" in sentence for sentence in held_out.words)
    title = f"A naive forecast does better than the model in {lost} of {len(held_out.words)} comparisons"
    rows = [
        [each.name, each.communities, "-" if each.rank_correlation is None else f"{each.rank_correlation:.2f}",
         f"{each.coverage:.2f}", f"{each.coverage_80:.2f}", f"{each.coverage_50:.2f}", f"{each.crps:.2f}",
         f"{each.level:.2f}"]
        for each in scores
    ]  # fmt: skip
    header = ["Forecast", "Communities", "Rank correlation", "In 95%", "In 80%", "In 50%", "CRPS", "Level"]
    description = f"{title}. Blue: the model; orange: naive. Triangles, squares and circles: 50, 80 and 95% intervals."
    return Drawing("forecasts", title, svg_of(figure, "forecasts", title, description), description, header, rows)


def forecast_points(held_out: HeldOut) -> Drawing:
    """Draw every community's forecast and record."""
    figure = Figure(figsize=(WIDTH_INCHES, WIDTH_INCHES * 0.52), facecolor="white", layout="constrained")
    columns: Sequence[Axes] = figure.subplots(1, 2, sharex=True, sharey=True)
    rows: list[list[str]] = []
    for axes, points in zip(columns, held_out.points, strict=True):
        _points(axes, points)
        rows += _groups(points)
    columns[0].set_ylabel("recorded in the later year")
    by_name = {each.name: each for each in held_out.scores if each.communities == EVERYWHERE}
    said = " and ".join(f"{by_name[points.forecast].coverage:.0%} ({points.forecast})" for points in held_out.points)
    title = f"Inside their 95% interval: {said} of {held_out.communities} communities"
    description = (
        "One dot a community; orange where the record is outside the interval; the line is a perfect forecast."
    )
    header = [
        "Forecast",
        "Tenth of communities by forecast",
        "Mean forecast",
        "Mean recorded",
        "Outside their interval",
    ]
    return Drawing(
        "forecast-points", title, svg_of(figure, "forecast-points", title, description), description, header, rows
    )


def _points(axes: Axes, points: Points) -> None:
    mean, recorded = (np.maximum(each, LEAST_SHOWN) for each in (points.mean, points.recorded))
    outside = _outside(points)
    # Counts are whole: a little sideways in a fixed pattern keeps dots of one count apart.
    apart = 1.0 + 0.06 * np.sin(np.arange(recorded.size) * 2.4)
    axes.plot(mean[~outside], (recorded * apart)[~outside], ".", color=BLUE, markersize=2.5, alpha=0.5)
    axes.plot(mean[outside], (recorded * apart)[outside], ".", color=ORANGE, markersize=4)
    ends = [LEAST_SHOWN, float(max(mean.max(), recorded.max()) * 1.2)]
    axes.plot(ends, ends, color=GREY, linewidth=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    ticks = [tick for tick in (1, 3, 10, 30, 100, 300) if tick <= ends[1]]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(f"forecast, {points.forecast}")


def _outside(points: Points) -> np.ndarray:
    low, high, recorded = (np.asarray(each) for each in (points.low, points.high, points.recorded))
    return np.asarray((recorded < np.floor(low)) | (recorded > np.ceil(high)))


def _groups(points: Points) -> list[list[str]]:
    """Return a row for each tenth of the communities, in the order of their forecasts."""
    mean, recorded, outside = np.asarray(points.mean), np.asarray(points.recorded), _outside(points)
    parts = np.array_split(np.argsort(mean, kind="stable"), GROUPS)
    return [
        [
            points.forecast,
            str(number),
            f"{mean[part].mean():.1f}",
            f"{recorded[part].mean():.1f}",
            str(outside[part].sum()),
        ]
        for number, part in enumerate(parts, 1)
        if part.size
    ]
