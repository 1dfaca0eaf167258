"""A chart of what is claimed, what evidence leads one to expect, and what is left of the claim."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter

from experiments.report.charts import BLUE, GREY, ORANGE, Drawing, panels, style, svg_of, zero_line
from experiments.report.screening_words import log_rr_words
from experiments.screening.evidence import share_less
from experiments.screening.result import ProposalResult

NORMAL_95 = 1.959964
Row = tuple[str, float, float, str]


def draw_claim(one: ProposalResult) -> Drawing:
    """Draw the claim, the prior and the posterior with their 95% ranges."""
    rows, claim = _rows(one), one.claim
    title = f"Expected: {share_less(claim.prior_mean)}"
    if claim.claimed is not None:
        title = f"Claimed: {share_less(claim.claimed)}. {title}"
    description = "; ".join(f"{label}: {log_rr_words(mean, sd)}" for label, mean, sd, _ in rows) + "."
    with style():
        figure, [axes] = panels(1, 0.45 * len(rows) + 0.4)
        for place, (_, mean, sd, colour) in enumerate(rows):
            ends = np.expm1([mean - NORMAL_95 * sd, mean + NORMAL_95 * sd])
            axes.plot(ends, [place, place], color=colour, linewidth=3, solid_capstyle="butt", alpha=0.55)
            axes.plot(np.expm1(mean), place, "o", color=colour, markersize=7)
        axes.set_yticks(range(len(rows)), [label for label, *_ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel("Change in violence among those who take part, or in the places served")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:+.0f}%" if value else "0%"))
        axes.grid(axis="y", visible=False)
        zero_line(axes, vertical=True)
        svg = svg_of(figure, "claim", title, description)
    data = [[label, log_rr_words(mean, sd)] for label, mean, sd, _ in rows]
    return Drawing("claim", title, svg, description, ("Estimate", "Effect, 95% range"), data)


def _rows(one: ProposalResult) -> Sequence[Row]:
    claim = one.claim
    rows: list[Row] = [("Expected", claim.prior_mean, claim.prior_sd, BLUE)]
    if claim.claimed is not None:
        rows.insert(0, ("Claimed", claim.claimed, claim.standard_error or 0.0, ORANGE))
        rows.append(("After the claim", claim.posterior_mean, claim.posterior_sd, GREY))
    return rows
