"""Draw maps of communities: outlines filled by value, with legend, scale, north and attribution."""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.map_classes import Classes, classify
from experiments.outlines import outer_edges
from sim.population.open_data import ATTRIBUTION
from sim.population.places import PlaceData

Array = npt.NDArray[Any]

PNG_DOTS_PER_INCH = 150
WIDTH_INCHES = 7.2
MAP_WIDTH_INCHES = 5.1
RASTER_ABOVE = 12_000
MOST_WITH_LINES = 3_000
MOST_AUTHORITY_NAMES = 12
SVG_SETTINGS = {
    "svg.hashsalt": "placewise",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "hatch.linewidth": 0.6,
}


@dataclass(frozen=True)
class DrawnMap:
    """Say where a map was written and describe it in words."""

    title: str
    png: Path
    svg: Path
    text: Path
    description: str


def draw_map(
    place: PlaceData,
    values: Array,
    title: str,
    path: str | Path,
    *,
    unit: str = "",
    diverging: bool = False,
    suppressed: Array | None = None,
    note: str = "",
) -> DrawnMap:
    """Draw one value per community and write it as PNG, SVG and a text that describes it.

    Parameters
    ----------
    values : shape (place.n,); NaN is drawn as suppressed.
    path : where to write, without ending: ``.png``, ``.svg`` and ``.txt`` are added.
    unit : what the values are, shown above the legend.
    diverging : colour around zero, for change: purple below, orange above.
    suppressed : bool, shape (place.n,); communities to hatch because their value is withheld.
    note : a caution printed under the map.

    Returns
    -------
    The files written and the description. The same input gives the same bytes.
    """
    base = Path(path)
    base.parent.mkdir(parents=True, exist_ok=True)
    hidden = _hidden(values, suppressed)
    classes = classify(values[~hidden], diverging)
    description = describe(place, values, title, unit=unit, hidden=hidden)
    files = [base.parent / f"{base.name}{ending}" for ending in (".png", ".svg", ".txt")]
    with matplotlib.rc_context(SVG_SETTINGS):
        figure = _figure(place, values, title, unit, classes, hidden, note)
        FigureCanvasAgg(figure)
        figure.savefig(files[0], format="png", dpi=PNG_DOTS_PER_INCH, metadata={"Software": None})
        files[1].write_text(_svg(figure, title, description), encoding="utf-8")
    files[2].write_text(f"{title}\n\n{description}\n\n{ATTRIBUTION}\n", encoding="utf-8")
    return DrawnMap(title, files[0], files[1], files[2], description)


def map_svg(
    place: PlaceData,
    values: Array,
    title: str,
    *,
    unit: str = "",
    diverging: bool = False,
    suppressed: Array | None = None,
    note: str = "",
) -> tuple[str, str]:
    """Return a map as SVG text for a page, and its description; the arguments are those of `draw_map`."""
    _, svg, description = map_figure(
        place, values, title, unit=unit, diverging=diverging, suppressed=suppressed, note=note
    )
    return svg, description


def map_figure(
    place: PlaceData,
    values: Array,
    title: str,
    *,
    unit: str = "",
    diverging: bool = False,
    suppressed: Array | None = None,
    note: str = "",
) -> tuple[Figure, str, str]:
    """Return a map as a figure, as SVG text for a page, and its description; see `draw_map`."""
    hidden = _hidden(values, suppressed)
    description = describe(place, values, title, unit=unit, hidden=hidden)
    with matplotlib.rc_context(SVG_SETTINGS):
        figure = _figure(place, values, title, unit, classify(values[~hidden], diverging), hidden, note)
        return figure, _svg(figure, title, description), description


def describe(place: PlaceData, values: Array, title: str, *, unit: str = "", hidden: Array | None = None) -> str:
    """Describe a map in words, for those who cannot see it."""
    hidden = _hidden(values, hidden)
    shown = np.flatnonzero(~hidden)
    count = f"{place.n:,} {'community' if place.n == 1 else 'communities'}"
    if not shown.size:
        return f"Map of {place.title}, {count}. {title}: no values can be shown."
    order = shown[np.argsort(-values[shown], kind="stable")]

    def named(rows: Array) -> str:
        return ", ".join(f"{place.lsoa['lsoa_name'][row]} ({values[row]:.3g})" for row in rows)

    low, middle, high = np.quantile(values[shown], [0.1, 0.5, 0.9])
    text = (
        f"Map of {place.title}, {count}, showing {title[0].lower() + title[1:]}{f', {unit}' if unit else ''}. "
        f"The middle community has {middle:.3g}; eight in ten lie between {low:.3g} and {high:.3g}. "
        f"Highest: {named(order[:3])}. Lowest: {named(order[::-1][:3])}."
    )
    withheld = int(hidden.sum())
    return f"{text} {withheld:,} communities are hatched: their value is withheld." if withheld else text


def _hidden(values: Array, suppressed: Array | None) -> Array:
    missing: Array = np.isnan(values)
    return missing if suppressed is None else missing | suppressed.astype(bool)


def _figure(
    place: PlaceData, values: Array, title: str, unit: str, classes: Classes, hidden: Array, note: str
) -> Figure:
    outlines = place.outlines()
    points = np.concatenate([ring for rings in outlines for ring in rings])
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = np.maximum(high - low, 1.0)
    map_height = float(np.clip(MAP_WIDTH_INCHES * height / width, 2.6, 8.4))
    small_print = textwrap.wrap(f"{note} {ATTRIBUTION}".strip(), 128)
    foot = 0.3 + 0.11 * len(small_print)
    total_height = map_height + 0.55 + foot
    figure = Figure(figsize=(WIDTH_INCHES, total_height), facecolor="white")
    axes = figure.add_axes((0.02, foot / total_height, MAP_WIDTH_INCHES / WIDTH_INCHES, map_height / total_height))
    _fill(axes, outlines, values, classes, hidden)
    _authority_lines(axes, place, outlines)
    margin = 0.02 * max(width, height)
    axes.set_xlim(low[0] - margin, high[0] + margin)
    axes.set_ylim(low[1] - margin, high[1] + margin)
    axes.set_aspect("equal")
    axes.set_axis_off()
    heading = "\n".join(textwrap.wrap(f"{title}, {place.title}", 62))
    figure.text(0.03, 1 - 0.12 / total_height, heading, fontsize=12.5, fontweight="bold", va="top")
    _legend(figure, classes, unit, int(hidden.sum()))
    _scale_and_north(figure, axes, (foot + 0.1) / total_height, total_height)
    figure.text(0.03, 0.08 / total_height, "\n".join(small_print), fontsize=6.2, color="#444444", va="bottom")
    return figure


def _fill(axes: Axes, outlines: list[list[Array]], values: Array, classes: Classes, hidden: Array) -> None:
    extents = np.array([sum(float(np.prod(np.ptp(ring, axis=0))) for ring in rings) for rings in outlines])
    colours = classes.colours_of(values)
    # Largest first: an LSOA that lies wholly inside another is drawn on top of it.
    order = np.argsort(-extents, kind="stable")
    rings = [(ring, row) for row in order for ring in outlines[row]]
    line_width = float(np.clip(6.0 / np.sqrt(len(outlines)), 0.08, 0.5))
    for withheld in (False, True):
        chosen = [(ring, row) for ring, row in rings if bool(hidden[row]) is withheld]
        if not chosen:
            continue
        fill = "#e6e6e6" if withheld else [colours[row] for _, row in chosen]
        edge = "#8a8a8a" if withheld else ("face" if len(outlines) > MOST_WITH_LINES else "#9a9a9a")
        polygons = PolyCollection([ring for ring, _ in chosen], facecolors=fill, edgecolors=edge)
        polygons.set_linewidth(line_width)
        polygons.set_hatch("////" if withheld else None)
        polygons.set_rasterized(len(outlines) > RASTER_ABOVE)
        axes.add_collection(polygons, autolim=False)


def _authority_lines(axes: Axes, place: PlaceData, outlines: list[list[Array]]) -> None:
    edges = outer_edges(outlines, place.authority_index)
    lines = LineCollection(list(edges), colors="#333333", linewidths=0.7 if place.n <= 3_000 else 0.3)
    lines.set_rasterized(place.n > RASTER_ABOVE)
    axes.add_collection(lines, autolim=False)
    names = place.authorities
    if 1 < len(names) <= MOST_AUTHORITY_NAMES:
        for number, name in enumerate(names):
            inside = np.flatnonzero(place.authority_index == number)
            centre = np.average(
                np.column_stack([place.lsoa["easting"][inside], place.lsoa["northing"][inside]]), axis=0
            )
            halo = {"boxstyle": "round,pad=0.12", "facecolor": "white", "alpha": 0.72, "linewidth": 0}
            axes.text(*centre, name, fontsize=6.2, ha="center", va="center", bbox=halo)


def _legend(figure: Figure, classes: Classes, unit: str, withheld: int) -> None:
    handles = [Patch(facecolor=colour, edgecolor="#555555", linewidth=0.4) for colour in classes.colours]
    labels = list(classes.labels)
    if withheld:
        handles.append(Patch(facecolor="#e6e6e6", edgecolor="#8a8a8a", linewidth=0.4, hatch="////"))
        labels.append(f"withheld ({withheld:,})")
    legend = figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(MAP_WIDTH_INCHES / WIDTH_INCHES + 0.03, 0.86),
        title="\n".join(textwrap.wrap(unit[:1].upper() + unit[1:], 26)) or None,
        fontsize=8,
        title_fontsize=8,
        frameon=False,
        alignment="left",
        handlelength=1.5,
        handleheight=1.2,
    )
    legend.get_title().set_multialignment("left")


def _scale_and_north(figure: Figure, axes: Axes, level: float, total_height: float) -> None:
    figure.draw_without_rendering()
    box = axes.get_window_extent()
    inches_per_metre = box.width / figure.dpi / float(np.ptp(axes.get_xlim()))
    length = nice_length(0.9 / inches_per_metre)
    left = MAP_WIDTH_INCHES / WIDTH_INCHES + 0.04
    bar = length * inches_per_metre / WIDTH_INCHES
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    tick = 0.05 / total_height
    for x, y in (([left, left + bar], [level, level]), ([left] * 2, [level, level + tick])):
        figure.add_artist(matplotlib.lines.Line2D(x, y, color="#222222", linewidth=1.2))
    figure.add_artist(matplotlib.lines.Line2D([left + bar] * 2, [level, level + tick], color="#222222", linewidth=1.2))
    figure.text(left, level + 0.07 / total_height, label, fontsize=7.5, va="bottom")
    figure.text(0.94, level, "N\n↑", fontsize=9, ha="center", va="bottom", linespacing=0.9)


def nice_length(metres: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above ``metres``."""
    power = 10.0 ** np.floor(np.log10(metres))
    return float(max(step * power for step in (1, 2, 5) if step * power <= metres))


def _svg(figure: Figure, title: str, description: str) -> str:
    buffer = io.StringIO()
    FigureCanvasSVG(figure)
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    opening = f'<svg role="img" aria-labelledby="{name}-title {name}-description"'
    words = (
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-description">{escape(description)}</desc>'
    )
    head, tag, rest = buffer.getvalue().partition("<svg")
    attributes, bracket, body = rest.partition(">")
    return f"{head}{opening}{attributes}{bracket}{words}{body}" if tag else head
