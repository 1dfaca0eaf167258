"""Lay the advice on a mix out for the terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from experiments.portfolio.result import PortfolioResult
from experiments.report.portfolio_page import VERDICTS, heading, money_words
from experiments.terminal import print_rich
from experiments.wording import money, percent, span

LINES_SHOWN = 5


def print_portfolio(result: PortfolioResult) -> None:
    """Print what to buy, the best few mixes, what belongs in all of them, and what more money would buy."""
    print_rich(Text(f"\n{heading(result)}", style="bold"))
    if result.chosen is not None:
        print_rich(Text(f"Buy: {result.chosen.mix.label}."))
    print_rich(_ranked(result))
    print_rich(_core(result))
    for sentence in money_words(result):
        print_rich(Text(sentence))
    for warning in result.warnings:
        print_rich(Text.from_markup(f"[bold]Note:[/bold] {escape(warning)}"))
    print_rich("")


def _ranked(result: PortfolioResult) -> Table:
    table = Table(title="\nBest mixes: net present value", title_justify="left", box=None, pad_edge=False)
    for column in ("Mix", "Predicted", "Reported: range, centre", "Keeps rules"):
        table.add_column(column, overflow="fold")
    for line in result.ranked[:LINES_SHOWN]:
        reported = span(line.reported_on, money) if line.reported_on else "not simulated"
        table.add_row(escape(line.label), money(line.predicted_value), reported, "yes" if line.keeps_rules else "no")
    return table


def _core(result: PortfolioResult) -> Table:
    table = Table(title="\nWhat belongs in a good mix", title_justify="left", box=None, pad_edge=False)
    for column in ("Programme", "Verdict", "Share of near-best mixes"):
        table.add_column(column, overflow="fold")
    for core in result.core.values():
        verdict = f"{core.verdict}: {VERDICTS[core.verdict]}"
        table.add_row(escape(core.name), verdict, percent(core.share_of_near_best, signed=False))
    return table
