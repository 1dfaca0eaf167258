"""Charts of one point a run: cost and effect, equity and worth, and how the mean settles as runs are added."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from experiments.precision import WHAT_IS_ENOUGH, settling_of
from experiments.report.charts import BLUE, INK, ORANGE, Drawing, drawing, millions, panels, style, zero_line
from experiments.store import Stored
from experiments.wording import chance, money, number

Array = npt.NDArray[np.float64]

HEIGHT = 2.2


def plane_charts(stored: Stored) -> list[Drawing]:
    """Draw every chart of single runs; none where a stored comparison keeps no runs."""
    with style():
        found = [cost_plane(stored), equity_plane(stored)] if stored.choices else []
        return [*found, *([running_mean(stored)] if stored.runs and stored.result.runs > 1 else [])]


def cost_plane(stored: Stored) -> Drawing:
    """Draw net cost against years of healthy life gained, with the line of what such a year is valued at."""
    result, value = stored.result, stored.result.decision.acceptability.gbp_per_qaly[-1]
    figure, axes = panels(len(stored.choices), HEIGHT)
    rows, worth = [], 0
    for panel, (stem, found) in zip(axes, stored.choices.items(), strict=True):
        gained, cost = found["qalys_gained"], found["net_cost_gbp"]
        _points(panel, gained, cost, result.scenarios[stem].title)
        _line(panel, gained, value)
        millions(panel, "y")
        panel.set_ylabel("net cost")
        below = float(np.mean(cost < value * gained))
        worth += below > 0.5
        rows.append(
            [
                result.scenarios[stem].title,
                number(float(gained.mean())),
                money(float(cost.mean())),
                chance(below, result.runs),
                chance(float(np.mean((gained > 0) & (cost <= 0))), result.runs),
                chance(float(np.mean((gained <= 0) & (cost > 0))), result.runs),
            ]
        )
    axes[-1].set_xlabel("quality-adjusted life years gained; each point is one run, the diamond their mean")
    title = (
        f"{_of(worth, len(rows))} worth the cost in more than half the runs, at {money(value)} for a year of healthy "
        "life"
    )
    description = (
        "Cost-effectiveness plane: net cost, which is programme cost less money saved, against years of healthy life "
        f"gained. Below the line a run is worth its cost at {money(value)} a year. "
        + " ".join(f"{row[0]}: below the line in {row[3]}." for row in rows)
    )
    header = [
        "Scenario",
        "QALYs gained, mean",
        "Net cost, mean",
        "Worth its cost",
        "Gains and saves",
        "Loses and costs",
    ]
    note = "Each panel has its own upright scale; the level scale is shared."
    return drawing(figure, "cost_effectiveness_plane", title, description, header, rows, note)


def equity_plane(stored: Stored) -> Drawing:
    """Draw net social value against the change of the slope index of inequality in violence with injury."""
    result = stored.result
    figure, axes = panels(len(stored.choices), HEIGHT)
    rows, both, placed = [], 0, 0
    for panel, (stem, found) in zip(axes, stored.choices.items(), strict=True):
        slope, net = found["slope_change"], found["net_present_social_value_gbp"]
        name = result.scenarios[stem].title
        if not np.isfinite(slope).all():
            panel.set_title(f"{name}: fewer than two fifths have residents", loc="left", fontsize=9.5)
            rows.append([name, "no two fifths to compare", money(float(net.mean())), *["cannot be placed"] * 3])
            continue
        placed += 1
        _points(panel, slope, net, name)
        millions(panel, "y")
        panel.set_ylabel("net social value")
        good = (slope < 0) & (net > 0)
        both += bool(slope.mean() < 0 < net.mean())
        shares = (good, (slope > 0) & (net > 0), (slope > 0) & (net <= 0))
        rows.append(
            [
                name,
                number(float(slope.mean()), signed=True),
                money(float(net.mean())),
                *(chance(float(each.mean()), result.runs) for each in shares),
            ]
        )
    axes[-1].set_xlabel("change of the slope index, injuries per 1,000 person-years; left of zero the gap narrows")
    title = (
        f"{_of(both, placed)} fairer and worth the cost on average"
        if placed
        else "Equity cannot be placed: fewer than two fifths of deprivation have residents"
    )
    description = (
        "Equity-impact plane: net social value against the change of the slope index of inequality. Upper left is "
        "worth its cost and fairer. " + " ".join(f"{row[0]}: both in {row[3]}." for row in rows)
    )
    header = [
        "Scenario",
        "Change of slope index, mean",
        "Net social value, mean",
        "Worth its cost and fairer",
        "Worth its cost, less fair",
        "Neither",
    ]
    return drawing(figure, "equity_impact_plane", title, description, header, rows, "Each point is one run.")


def running_mean(stored: Stored) -> Drawing:
    """Draw how the mean difference in violence with injury settles as runs are added."""
    result = stored.result
    paths = settling_of({world: dict(found) for world, found in stored.runs.items()})
    figure, axes = panels(len(paths), HEIGHT)
    rows, known = [], 0
    for panel, (stem, path) in zip(axes, paths.items(), strict=True):
        count = np.arange(1, path.mean.size + 1)
        panel.fill_between(
            count, path.mean - path.half_width, path.mean + path.half_width, color=BLUE, alpha=0.18, linewidth=0
        )
        panel.plot(count, path.mean, color=BLUE, linewidth=1.6)
        for side in (-1, 1):
            panel.plot(
                count, path.mean[-1] + side * path.allowed[-1] * np.ones(count.size), color=ORANGE, linestyle="--", lw=1
            )
        zero_line(panel)
        panel.set_title(result.scenarios[stem].title, loc="left", fontsize=9.5, fontweight="bold")
        panel.set_ylabel("mean difference")
        known += path.reached
        rows.append(
            [
                result.scenarios[stem].title,
                number(float(path.mean[-1]), signed=True),
                number(float(path.half_width[-1])),
                number(float(path.allowed[-1])),
                "yes" if path.reached else "no",
                "not reached" if path.reached_at is None else f"{path.reached_at} runs",
            ]
        )
    axes[-1].set_xlabel("runs")
    whole = known == len(rows)
    title = (
        f"{result.runs} runs are enough for every difference in violence with injury"
        if whole
        else f"{result.runs} runs are enough for {known} of {len(rows)} differences in violence with injury"
    )
    description = (
        "Line charts of the mean difference in incidents with injury as runs are added, with the 95% confidence "
        "interval of the mean as a band and the width aimed at as dashed lines. "
        + " ".join(f"{row[0]}: half-width {row[2]}, aimed at {row[3]}." for row in rows)
    )
    header = ["Scenario", "Mean difference", "Half-width, 95%", "Half-width aimed at", "Enough", "First enough at"]
    note = f"{WHAT_IS_ENOUGH} It is about the mean over runs; the range elsewhere in this report is about one more run."
    return drawing(figure, "running_mean", title, description, header, rows, note)


def _points(panel: Axes, across: Array, up: Array, title: str) -> None:
    zero_line(panel)
    zero_line(panel, vertical=True)
    panel.plot(across, up, linestyle="none", marker="o", markersize=3.5, color=BLUE, alpha=0.6)
    panel.plot([across.mean()], [up.mean()], linestyle="none", marker="D", markersize=6, color=INK)
    panel.set_title(title, loc="left", fontsize=9.5, fontweight="bold")


def _line(panel: Axes, gained: Array, value: float) -> None:
    ends = np.array([min(0.0, float(gained.min())), max(0.0, float(gained.max()))])
    panel.plot(ends, value * ends, color=ORANGE, linestyle="--", linewidth=1.2)


def _of(count: int, whole: int) -> str:
    if whole == 1:
        return "The scenario is" if count else "The scenario is not"
    return f"{count} of {whole} scenarios {'is' if count == 1 else 'are'}"
