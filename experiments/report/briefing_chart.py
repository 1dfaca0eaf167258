"""The chart of the one-page briefing: what each option changes by year, side by side on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any

from matplotlib.figure import Figure

from experiments.report.charts import BLUE, Drawing, band, drawing, style
from experiments.results import Scenario
from experiments.wording import lower, number, span, verdict
from sim.outcomes.measures import measure

WIDTH_INCHES, HEIGHT_INCHES, LETTERS = 5.2, 1.65, 8.5
TITLE_WIDTH = 46
MOST_YEARS_MARKED = 5


def briefing_chart(shown: Mapping[str, Scenario], name: str) -> Drawing:
    """Draw the paired difference of one outcome in each year, one panel an option, all on one scale.

    Parameters
    ----------
    shown
        The options, by stem; as many as are told in full.
    name
        The outcome.
    """
    label = measure(name).label
    with style():
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), facecolor="white", layout="constrained")
        axes: Any = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
        rows, sentences = [], []
        for panel, scenario in zip(axes, shown.values(), strict=True):
            years = [year.year for year in scenario.by_year]
            effects = [year.outcomes[name].difference for year in scenario.by_year]
            band(panel, years, effects, BLUE)
            panel.set_title(
                fill(scenario.title, TITLE_WIDTH // len(shown)), loc="left", fontsize=LETTERS, fontweight="bold"
            )
            panel.set_xticks(years[:: -(-len(years) // MOST_YEARS_MARKED)])
            panel.tick_params(labelsize=LETTERS)
            rows += [[scenario.title, str(year), span(each)] for year, each in zip(years, effects, strict=True)]
            whole = scenario.outcomes[name].difference
            sentences.append(f"{scenario.title}: over the whole period it {verdict(whole)}, {span(whole, number)}.")
        axes[0].set_ylabel("change a year", fontsize=LETTERS)
        figure.supxlabel("year after the decision", fontsize=LETTERS)
        return drawing(
            figure,
            f"briefing_{name}",
            f"{label}: how many more or fewer in each year",
            f"Line charts of the modelled difference in {lower(label)} in each year. " + " ".join(sentences),
            ["Option", "Year", "Difference"],
            rows,
            "Below zero means fewer. The band is the 95% range.",
        )
