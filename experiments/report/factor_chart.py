"""The ranked chart of attributable fractions."""

from __future__ import annotations

from matplotlib.lines import Line2D

from experiments.factors import FactorsResult
from experiments.report.charts import BLUE, GREY, INK, ORANGE, Drawing, panels, style, svg_of, zero_line
from experiments.wording import ends, lower, number, percent
from sim.outcomes.measures import measure

COLOUR = {"individual": BLUE, "relationship": ORANGE, "community": "#3d7d3a", "society": "#6b4c9a"}
MARKER = {"individual": "o", "relationship": "s", "community": "D", "society": "^"}
INCHES_A_ROW = 0.21
NAME = "factors"


def factor_chart(result: FactorsResult) -> Drawing:
    """Draw the fraction of the headline outcome that each factor accounts for, largest first."""
    outcome = lower(measure(result.headline).label)
    first = next(iter(result.factors.values()))
    title = (
        f"{first.label} accounts for the largest share of {outcome} in {result.place.name}: "
        f"{percent(first.outcomes[result.headline].mean, signed=False)} (modelled estimate)"
    )
    rows = [
        [factor.label, factor.level, _share(factor.outcomes[result.headline].mean),
         ends(factor.outcomes[result.headline], _share), factor.held]
        for factor in result.factors.values()
    ]  # fmt: skip
    top = "; ".join(f"{row[0]} {row[2]} ({row[3]})" for row in rows[:5])
    description = (
        f"Share of {outcome} over {result.years} years that would be spared with each factor at its best level, with "
        f"95% range over {result.runs} runs. Largest: {top}. {result.notes[0]}"
    )
    header = ["Factor", "Level", "Share accounted for", "95% range", "Held at"]
    return Drawing(NAME, title, _draw(result, title, description), description, header, rows, note=result.notes[0])


def _draw(result: FactorsResult, title: str, description: str) -> str:
    with style():
        figure, (axes,) = panels(1, INCHES_A_ROW * len(result.factors) + 0.5)
        for row, factor in enumerate(result.factors.values()):
            share = factor.outcomes[result.headline]
            if share.mean is None:
                continue
            colour = COLOUR[factor.level]
            if share.low is not None and share.high is not None:
                axes.plot([100 * share.low, 100 * share.high], [row, row], color=colour, linewidth=1.6, alpha=0.55)
            axes.plot(100 * share.mean, row, MARKER[factor.level], color=colour, markersize=5)
        zero_line(axes, vertical=True)
        axes.set_yticks(range(len(result.factors)), [factor.label for factor in result.factors.values()])
        axes.invert_yaxis()
        axes.set_xlabel(f"Share of {lower(measure(result.headline).label)} accounted for, %", color=GREY)
        handles = [
            Line2D([], [], color=colour, marker=MARKER[level], linestyle="none", label=level.capitalize())
            for level, colour in COLOUR.items()
        ]
        axes.legend(handles=handles, loc="lower right", frameon=False, labelcolor=INK)
        return svg_of(figure, NAME, title, description)


def _share(value: float | None) -> str:
    return percent(value, signed=False) if value else number(value)
