"""What the charts of a report have in common: size, colour, SVG with text as text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.result_parts import Interval

WIDTH_INCHES = 7.2
DOTS_PER_INCH = 150
INK, GREY, ZERO = "#1d2733", "#5c6773", "#8a939c"
BLUE, ORANGE = "#1f5f99", "#b3541e"
SETTINGS = {
    "svg.hashsalt": "placewise",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e7eb",
    "grid.linewidth": 0.7,
}


@dataclass(frozen=True)
class Drawing:
    """Hold one chart with its words and data.

    Attributes
    ----------
    name
        Name of its file.
    title
        What the chart says.
    svg
        The chart, a complete SVG element whose text is text.
    description
        The same in words, from the numbers.
    header, rows
        The data behind it, already written for people.
    note
        A caution to print below it.
    tags
        What it is about, such as ``map``.
    figure
        The figure that was drawn, for a picture in pixels; None where there is the SVG alone.
    """

    name: str
    title: str
    svg: str
    description: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    tags: tuple[str, ...] = field(default=())
    figure: Figure | None = field(default=None, repr=False, compare=False)

    @property
    def png(self) -> bytes | None:
        """The chart in pixels, for slides; None where there is no figure."""
        if self.figure is None:
            return None
        buffer = io.BytesIO()
        FigureCanvasAgg(self.figure)
        self.figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        return buffer.getvalue()


@contextmanager
def style() -> Iterator[None]:
    """Draw with the settings that all charts share."""
    with matplotlib.rc_context(SETTINGS):
        yield


def panels(count: int, height: float, share_x: bool = True) -> tuple[Figure, list[Axes]]:
    """Return a figure of ``count`` panels one below the other."""
    figure = Figure(figsize=(WIDTH_INCHES, height * count + 0.5), facecolor="white", layout="constrained")
    axes: Any = figure.subplots(count, 1, sharex=share_x, squeeze=False)
    return figure, [row[0] for row in axes]


def band(panel: Axes, years: list[int], effects: Sequence[Interval], colour: str) -> None:
    """Draw the average of each year and its 95% range."""
    middle = [effect.mean if effect.mean is not None else np.nan for effect in effects]
    if all(effect.low is not None for effect in effects):
        low = [effect.low for effect in effects]
        high = [effect.high for effect in effects]
        panel.fill_between(years, low, high, color=colour, alpha=0.18, linewidth=0)  # type: ignore[arg-type]
    zero_line(panel)
    panel.plot(years, middle, color=colour, marker="o", markersize=4, linewidth=1.6)
    panel.grid(axis="x", visible=False)


def zero_line(axes: Axes, vertical: bool = False) -> None:
    """Mark zero."""
    (axes.axvline if vertical else axes.axhline)(0, color=ZERO, linewidth=1, zorder=1)


def millions(axes: Axes, which: str) -> None:
    """Label an axis in pounds."""
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _pounds(value)))


def svg_of(figure: Figure, name: str, title: str, description: str) -> str:
    """Return a figure as one SVG element that a screen reader announces by title and description."""
    buffer = io.StringIO()
    FigureCanvasSVG(figure)
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    start = text.index("<svg")
    opening, body = own_names(text[start:], name).split(">", 1)
    opening = opening.replace("<svg", f'<svg role="img" aria-labelledby="{name}-title {name}-text"', 1)
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>'
    return f"{opening}>{words}{body}"


def drawing(
    figure: Figure,
    name: str,
    title: str,
    description: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    note: str = "",
) -> Drawing:
    """Return a figure with its words and data as one chart."""
    svg = svg_of(figure, name, title, description)
    return Drawing(name, title, svg, description, header, rows, note, figure=figure)


def own_names(svg: str, prefix: str) -> str:
    """Return an SVG whose identifiers begin with ``prefix``, so that two on one page never share any."""
    named = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    return re.sub(r'aria-labelledby="(\S+) (\S+)"', rf'aria-labelledby="{prefix}-\g<1> {prefix}-\g<2>"', named)


def _pounds(value: float) -> str:
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    size = abs(value)
    if size >= 1e9:
        return f"{sign}£{size / 1e9:g}bn"
    if size >= 1e6:
        return f"{sign}£{size / 1e6:g}m"
    return f"{sign}£{size / 1e3:g}k" if size >= 1e3 else f"{sign}£{size:g}"
