"""Lay out places for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from experiments.places import Figure, PlaceSummary
from sim.population.open_data import ATTRIBUTION
from sim.population.place_names import NamedPlace


def places_table(places: Sequence[NamedPlace]) -> Table:
    """Lay out a list of named places."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, side in (
        ("name", "left"),
        ("kind", "left"),
        ("code", "left"),
        ("communities", "right"),
        ("people", "right"),
    ):
        table.add_column(heading, justify="right" if side == "right" else "left")
    for place in places:
        table.add_row(place.name, place.kind, place.code, f"{place.communities:,}", f"{place.population:,}")
    return table


def summary_table(summary: PlaceSummary) -> RenderableType:
    """Lay out the description of a place, beside England."""
    many = len(summary.authorities) > 1
    where = f"{len(summary.authorities)} local authorities" if many else summary.authorities[0]
    communities = f"{summary.communities:,} {'community' if summary.communities == 1 else 'communities'}"
    parts: list[RenderableType] = [
        Text(summary.name, style="bold"),
        Text(f"{summary.kind}: {where}" if many or where != summary.name else summary.kind),
        Text(
            f"{summary.population:,} people in {summary.households:,} households and {communities}; "
            f"{summary.people_aged_10_24:,} aged 10 to 24; {summary.schools:,} secondary schools"
        ),
        _table("Age", summary.ages),
        _table("Deprivation", [*summary.fifths, *summary.deprivation]),
        _table("Recorded violence and disorder", summary.recorded),
        Text(summary.cautions[0], style="dim"),
        Text(f"\n{summary.location.describe()}"),
        _table("Young people", summary.youth),
        Text(summary.cautions[1], style="dim"),
    ]
    if summary.filled:
        listed = ", ".join(f"{name} ({count:,})" for name, count in summary.filled.items())
        parts.append(Text(f"Missing figures filled from comparable areas (communities): {listed}.", style="dim"))
    if summary.overridden:
        parts.append(Text(f"Local figures in use: {', '.join(summary.overridden)}."))
    if summary.assets:
        parts.append(Text(f"Local assets: {', '.join(f'{kind} {count:,}' for kind, count in summary.assets.items())}."))
    if summary.location.police:
        parts.append(Text(f"Police files: {summary.location.police}"))
    if summary.maps:
        parts.append(Text("\nMaps (each also as .svg, with a description in .txt):", style="bold"))
        parts += [Text(path, no_wrap=True, overflow="ignore") for path in summary.maps]
    parts.append(Text(f"\n{ATTRIBUTION}", style="dim"))
    return Group(*parts)


def _table(title: str, figures: Sequence[Figure]) -> Table:
    ranged = any(figure.low is not None for figure in figures)
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("", min_width=38)
    table.add_column("here", justify="right", min_width=8)
    table.add_column("England", justify="right", min_width=8)
    table.add_column("unit")
    if ranged:
        table.add_column("communities")
    for figure in figures:
        cells = [figure.label, _number(figure.place), _number(figure.england), figure.unit]
        if ranged:
            some = figure.low is not None and figure.high is not None
            cells.append(f"{figure.low:.3g} to {figure.high:.3g} ({figure.highest})" if some else "")
        table.add_row(*cells)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else (f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}")
