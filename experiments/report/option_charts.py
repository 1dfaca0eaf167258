"""Charts of the choice: what each option gives up, and how often it is best, by the value of a year of health."""

from __future__ import annotations

from collections.abc import Callable

from experiments.report.charts import WIDTH_INCHES, Drawing, drawing, style
from experiments.results import CompareResult
from experiments.wording import chance, money, percent

LINES = ("-", "--", "-.", ":")
MARKS = ("o", "s", "^", "D", "v", "P")
COLOURS = ("#1d2733", "#1f5f99", "#b3541e", "#2f7d4f", "#7a4a9e", "#8a6d00")


def option_title(result: CompareResult, option: str) -> str:
    """Return what to call an option."""
    return "Doing nothing more" if option == result.baseline else result.scenarios[option].title


def option_charts(result: CompareResult) -> list[Drawing]:
    """Draw expected loss and the chance of being best by the value of a quality-adjusted life year."""
    found = result.decision.acceptability
    first, last = (option_title(result, found.best_on_average[end]) for end in (0, -1))
    loses = (
        f"{first} gives up least at every value shown"
        if len(set(found.best_on_average)) == 1
        else f"{first} gives up least at the lowest value of a year of health, {last} at the highest"
    )
    likely = max(found.probability_best, key=lambda option: found.probability_best[option][-1])
    held = chance(found.probability_best[likely][-1], result.runs)
    surest = f"{option_title(result, likely)} is best in {held} at the highest value shown"
    with style():
        return [
            _lines(result, "expected_loss", loses, found.expected_loss, "mean loss", money),
            _lines(result, "acceptability", surest, found.probability_best, "share of runs in which best", _share),
        ]


def _share(value: float) -> str:
    return percent(value, signed=False)


def _lines(
    result: CompareResult,
    name: str,
    title: str,
    values: dict[str, list[float]],
    axis: str,
    write: Callable[[float], str],
) -> Drawing:
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    thresholds = result.decision.acceptability.gbp_per_qaly
    figure = Figure(figsize=(WIDTH_INCHES, 3.2), facecolor="white", layout="constrained")
    axes = figure.subplots()
    for index, (option, line) in enumerate(values.items()):
        axes.plot(
            thresholds,
            line,
            label=option_title(result, option),
            color=COLOURS[index % len(COLOURS)],
            linestyle=LINES[index % len(LINES)],
            marker=MARKS[index % len(MARKS)],
            markersize=4.5,
        )
    axes.set_xlabel("value of a quality-adjusted life year")
    axes.set_ylabel(axis)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money(value)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.set_ylim(bottom=0)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=8.5)
    rows = [[option_title(result, option), *(write(value) for value in line)] for option, line in values.items()]
    described = "; ".join(f"{row[0]}: {row[1]} at the lowest, {row[-1]} at the highest" for row in rows)
    description = (
        f"Line chart of {axis} at values of a quality-adjusted life year from {money(thresholds[0])} to "
        f"{money(thresholds[-1])}. {described}."
    )
    header = ["Option", *(money(value) for value in thresholds)]
    return drawing(figure, name, title, description, header, rows)
