"""Print what came of a place lived area by area."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from experiments.areas.result import AreasResult
from experiments.terminal import print_levels, print_rich
from experiments.wording import number, span


def print_areas(result: AreasResult) -> None:
    """Print levels of the whole place, then national figures, then what borders left out."""
    print_levels(result)
    if result.targets:
        print_rich(_targets(result))
    print_rich(escape(borders_text(result)) + "\n")


def borders_text(result: AreasResult) -> str:
    """Say how the place was lived and what that leaves out."""
    how = "1 area" if result.areas == 1 else f"{result.areas} areas, each by itself"
    lived = f"Lived in {how}: {result.people_lived:,} people in "
    lived += f"{result.communities_lived:,} communities"
    if result.population_scale < 1.0:
        lived += f", weighted up to {result.place.population:,} by region and deprivation fifth"
    return (
        f"{lived}. Nothing passes between areas: {result.neighbours_left_out:.1%} of neighbouring communities are left "
        f"out, and {result.people_at_borders:.1%} of people live beside one. {result.friends_elsewhere:.0%} of friends "
        f"live in another community, so about {result.friends_cut:.1%} of friends would be on the other side. "
        "Households and partners are never cut."
    )


def _targets(result: AreasResult) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", title="National figures", title_justify="left")
    table.add_column("Figure", overflow="fold")
    table.add_column("Published (range)", justify="right")
    table.add_column("Model", justify="right")
    table.add_column("95% range", justify="right")
    table.add_column("")
    for target in result.targets:
        published = f"{number(target.published)} ({number(target.low)} to {number(target.high)})"
        words = target.statistic.replace("_", " ")
        verdict = "inside" if target.inside else "outside"
        table.add_row(words, published, number(target.model.mean), span(target.model), verdict)
    return table
