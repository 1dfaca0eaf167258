"""A score for the terminal."""

from __future__ import annotations

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from experiments.terminal import print_rich
from experiments.tracking.conclusions import heading, spike_words
from experiments.tracking.forecast import Forecast
from experiments.tracking.result import TrackResult
from experiments.wording import number, percent


def print_archived(forecast: Forecast) -> None:
    """Print what was archived: levels by year, what to expect without a programme, the hash."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("First year, 95% range", *forecast.worlds.values()):
        table.add_column(escape(column), overflow="fold")
    for each in forecast.outcomes.values():
        first = [world.years[0] for world in each.worlds.values()]
        table.add_row(each.label, *(f"{low:,.0f} to {high:,.0f}" for low, *_, high in first))
    words = [
        f"{each.label}: {spike_words(one, None)}"
        for each in forecast.outcomes.values()
        for one in each.without_programme
    ]
    notes = [f"[bold]Note:[/bold] {escape(each)}" for each in forecast.warnings]
    print_rich(Group(table, *(escape(each) for each in words), *notes))
    print_rich(f"Archived {forecast.archived_utc}. Make this hash known now: {forecast.sha256}")


def print_score(result: TrackResult) -> None:
    """Print scores by outcome, and what can and cannot be concluded."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Outcome", "Forecast", "Total, 95% range", "Observed", "CRPS", "Months inside"):
        table.add_column(column, overflow="fold")
    for each in result.outcomes.values():
        for world, found in each.worlds.items():
            total = found.total
            table.add_row(
                each.label,
                escape(result.worlds[world]),
                f"{total.low:,.0f} to {total.high:,.0f}",
                f"{each.observed_total:,.0f}",
                number(found.crps),
                percent(found.coverage, signed=False),
            )
        for mark in each.benchmarks:
            table.add_row(each.label, f"Naive: {mark.name}", "", "", number(mark.crps), percent(mark.coverage, False))
    said = [f"{each.label}: {sentence}" for each in result.outcomes.values() for sentence in each.words]
    print_rich(f"\n[bold]{escape(heading(result.place, result.outcomes))}[/bold]")
    print_rich(Group(table, *(escape(each) for each in [*said, *result.words])))
    for warning in result.warnings:
        print_rich(f"[bold]Note:[/bold] {escape(warning)}")
