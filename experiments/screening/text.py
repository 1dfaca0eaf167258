"""Lay a screening out for the terminal."""

from __future__ import annotations

from rich import console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from experiments.report.screening_words import badge, claim_words, counts, harm_words, in_order, reach_words
from experiments.screening.result import ProposalResult, ScreenResult
from experiments.terminal import print_rich
from experiments.wording import signed_span

HEADINGS = ("Proposal", "Recommended", "Impact", "Security", "Cost", "Starts", "Injury", "Harm")


def print_screening(result: ScreenResult) -> None:
    """Print the table of all proposals, and the reasons of each."""
    ordered = in_order(result)
    places = ", ".join(sorted({each.place.name for each in ordered}))
    heading = (
        f"\n{len(ordered)} proposals screened in [bold]{escape(places)}[/bold]: {counts(result)}. "
        f"{result.years} years, {result.runs} runs. Modelled estimates. Pack [bold]{result.pack['digest']}[/bold]"
    )
    print_rich(Text.from_markup(heading))
    print_rich(console.Group("", _table(ordered)))
    for each in ordered:
        print_rich(console.Group("", *_reasons(each)))
    print_rich("")


def _table(ordered: list[ProposalResult]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True, padding=(0, 2, 0, 0))
    for heading in HEADINGS:
        table.add_column(heading, style="bold" if heading == HEADINGS[0] else "", overflow="fold")
    for each in ordered:
        badges = each.badges
        table.add_row(
            escape(each.id),
            each.recommendation.decision,
            badge(badges.impact),
            badge(badges.security),
            badges.cost,
            reach_words(each),
            signed_span(each.effect["incidents_with_injury"].difference),
            harm_words(each.harm.by_evidence),
        )
    return table


def _reasons(each: ProposalResult) -> list[Text]:
    head = f"[bold]{escape(each.id)}[/bold] {escape(each.title)}: [bold]{each.recommendation.decision}[/bold]"
    lines = [Text.from_markup(head), Text(f"  {claim_words(each)} ({each.claim.verdict})")]
    lines += [Text(f"  - {why}") for why in each.recommendation.because]
    others = [flag.words for flag in each.flags if flag.words not in each.recommendation.because]
    return [*lines, *(Text(f"  also: {words}") for words in others)]
