"""The tables of the scorecard on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.forecast_scores import Forecast
from experiments.gradient import MEASURES, GradientLine
from experiments.validation import TargetLine

if TYPE_CHECKING:
    from rich.table import Table


def validation_table(lines: Sequence[TargetLine]) -> Table:
    """Build the rich table of the scorecard."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("target", no_wrap=True)
    table.add_column("statistic", overflow="fold")
    for heading in ("wanted", "range", "model", "runs"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("use")
    table.add_column("")
    for line in lines:
        model = "-" if line.mean is None else f"{line.mean:.3g}"
        spread = "-" if line.low is None or line.high is None else f"{line.low:.3g} to {line.high:.3g}"
        table.add_row(
            line.id,
            line.statistic.replace("_", " "),
            f"{line.target:.3g}",
            f"{line.target_low:.3g} to {line.target_high:.3g}",
            model,
            spread,
            line.use,
            line.verdict,
        )
    return table


def causes_text(lines: Sequence[TargetLine]) -> str:
    """Write the likely cause of every mean outside its range; empty where there is none."""
    return "\n".join(f"{line.id} ({line.statistic.replace('_', ' ')}): {line.cause}" for line in lines if line.cause)


def gradient_table(lines: Sequence[GradientLine]) -> Table:
    """Build the rich table of the sources of the deprivation gradient."""
    table = _table("most to least deprived fifth", [*(name.replace("_", " ") for name in MEASURES), "adds"])
    for line in lines:
        table.add_row(line.world, *(f"{getattr(line, name):.2f}" for name in MEASURES), f"x {line.adds:.2f}")
    return table


def forecast_table(scores: Sequence[Forecast]) -> Table:
    """Build the rich table of forecasts of held-out communities: ranks, coverage of intervals, CRPS and level."""
    table = _table("forecast", ["communities", "ranks", "95%", "80%", "50%", "CRPS", "level"])
    for each in scores:
        ranks = "-" if each.rank_correlation is None else f"{each.rank_correlation:.2f}"
        covered = (f"{share:.2f}" for share in (each.coverage, each.coverage_80, each.coverage_50))
        table.add_row(each.name, each.communities, ranks, *covered, f"{each.crps:.2f}", f"{each.level:.2f}")
    return table


def _table(first: str, others: Sequence[str]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    for heading in others:
        table.add_column(heading, justify="left" if heading == "communities" else "right")
    return table
