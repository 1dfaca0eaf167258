"""The charts of a comparison: effect by year, by deprivation fifth, money over time, payers, and change on a map."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np
from matplotlib.axes import Axes

from experiments.report.charts import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    Drawing,
    band,
    drawing,
    millions,
    own_names,
    panels,
    style,
    zero_line,
)
from experiments.report.option_charts import option_charts
from experiments.report.plane_charts import plane_charts
from experiments.report.structure_charts import structure_charts
from experiments.result_parts import Interval
from experiments.results import Scenario
from experiments.runs import BASELINE
from experiments.store import Stored
from experiments.wording import MINUS, lower, money, number, span, verdict
from sim.economics.unit_costs import in_sentence, payer_label
from sim.outcomes.measures import FIFTHS, measure

PER_PEOPLE = 1000.0
MIN_CELL = 5.0
YEAR_FIGURES = ("incidents_with_injury", "ed_attendances")
Write = Callable[[float | None], str]


def draw_figures(stored: Stored) -> list[Drawing]:
    """Draw every chart of a comparison, in the order of the report."""
    with style():
        drawings = [effect_by_year(stored, name) for name in YEAR_FIGURES]
        drawings += [effect_by_fifth(stored), money_over_time(stored), payers(stored)]
    drawings += option_charts(stored.result)
    drawings += structure_charts(stored.result)
    drawings += plane_charts(stored)
    drawings += change_maps(stored)
    return drawings


def effect_by_year(stored: Stored, name: str) -> Drawing:
    """Draw the paired difference of one outcome in each year with its interval, one panel a scenario."""
    scenarios, label = stored.result.scenarios, measure(name).label
    figure, axes = panels(len(scenarios), 1.75)
    rows, sentences = [], []
    for panel, scenario in zip(axes, scenarios.values(), strict=True):
        years = [year.year for year in scenario.by_year]
        effects = [year.outcomes[name].difference for year in scenario.by_year]
        band(panel, years, effects, BLUE)
        panel.set_title(scenario.title, loc="left", fontsize=9.5, fontweight="bold")
        panel.set_ylabel("difference\na year")
        rows += [
            [scenario.title, str(year), *_cells(effect, number)] for year, effect in zip(years, effects, strict=True)
        ]
        whole = scenario.outcomes[name].difference
        sentences.append(f"{scenario.title}: over the whole period it {verdict(whole)}, {_signed(whole)}.")
    axes[-1].set_xlabel("year after the decision")
    axes[-1].set_xticks([year.year for year in next(iter(scenarios.values())).by_year])
    title = f"{label}: difference from the baseline by year"
    description = f"Line charts of the modelled difference in {lower(label)} in each year. " + " ".join(sentences)
    file = f"effect_by_year_{name}"
    return drawing(
        figure,
        file,
        title,
        description,
        ["Scenario", "Year", "Low", "Central", "High"],
        rows,
        "Below zero means fewer. The band is the 95% range over runs. Each panel has its own scale.",
    )


def effect_by_fifth(stored: Stored) -> Drawing:
    """Draw the change in the rate of violence with injury in each fifth of deprivation."""
    name = "incidents_with_injury"
    scenarios = stored.result.scenarios
    figure, axes = panels(len(scenarios), 1.75)
    rows, sentences = [], []
    for panel, scenario in zip(axes, scenarios.values(), strict=True):
        labels, effects = [], []
        for quintile in scenario.by_quintile.values():
            scale = PER_PEOPLE / quintile.person_years
            labels.append(quintile.label)
            effects.append(_scaled(quintile.outcomes[name].difference, scale))
            rows.append([scenario.title, quintile.label, *_cells(effects[-1], number)])
        _points(panel, labels, effects)
        panel.set_title(scenario.title, loc="left", fontsize=9.5, fontweight="bold")
        gap = scenario.inequality[name].absolute_gap.difference
        if gap.mean is not None:
            way = "narrows" if gap.mean < 0 else "widens" if gap.mean > 0 else "stays as it is"
            sentences.append(f"{scenario.title}: the gap between the end fifths {way} ({span(gap, number)}).")
    axes[-1].set_xlabel("difference in incidents with injury per 1,000 person-years; left of zero means fewer")
    title = "Who is spared: change in violence with injury by deprivation of the neighbourhood"
    description = (
        "Change in the rate of violence with injury in each national fifth of income deprivation. "
        + " ".join(sentences)
        + _absent(stored)
    )
    file = "effect_by_fifth"
    header = ["Scenario", "Fifth", "Low", "Central", "High"]
    return drawing(figure, file, title, description, header, rows)


def money_over_time(stored: Stored) -> Drawing:
    """Draw the running sum of benefit less cost."""
    scenarios = stored.result.scenarios
    figure, axes = panels(len(scenarios), 1.75)
    rows, sentences = [], []
    for panel, scenario in zip(axes, scenarios.values(), strict=True):
        years = [year.year for year in scenario.by_year]
        sums = [year.economics.cumulative_net for year in scenario.by_year]
        band(panel, years, sums, ORANGE)
        millions(panel, "y")
        panel.set_title(scenario.title, loc="left", fontsize=9.5, fontweight="bold")
        rows += [[scenario.title, str(year), *_cells(total, money)] for year, total in zip(years, sums, strict=True)]
        when = scenario.economics.break_even_year
        covered = f"benefit covers cost from year {when}" if when else "benefit does not cover cost in the period"
        sentences.append(f"{scenario.title}: {covered} on the central estimate, {span(sums[-1], money)} at the end.")
    axes[-1].set_xlabel("year after the decision")
    axes[-1].set_xticks([year.year for year in next(iter(scenarios.values())).by_year])
    title = "Benefit less cost so far, by year"
    description = "Line charts of the running sum of discounted benefit less programme cost. " + " ".join(sentences)
    file = "money_over_time"
    return drawing(
        figure,
        file,
        title,
        description,
        ["Scenario", "Year", "Low", "Central", "High"],
        rows,
        "Below zero, more has been spent than gained. Benefit is to society, most of it harm avoided, not cash. Each "
        "panel has its own scale.",
    )


def payers(stored: Stored) -> Drawing:
    """Draw what each payer gains and pays."""
    scenarios = stored.result.scenarios
    figure, axes = panels(len(scenarios), 2.6, share_x=False)
    rows, sentences = [], []
    for panel, scenario in zip(axes, scenarios.values(), strict=True):
        found = scenario.economics
        names = [name for name in found.net_benefit_by_payer if _involved(scenario, name)]
        gains = [found.benefit_by_payer[name].mean or 0.0 for name in names]
        costs = [(found.programme_cost.by_payer[name].mean or 0.0) if _pays(scenario, name) else 0.0 for name in names]
        _payer_bars(panel, [payer_label(name) for name in names], gains, costs)
        panel.set_title(scenario.title, loc="left", fontsize=9.5, fontweight="bold")
        for name, gain, cost in zip(names, gains, costs, strict=True):
            net = found.net_benefit_by_payer[name]
            rows.append([scenario.title, payer_label(name), money(cost), money(gain), span(net, money)])
        if names:
            most = names[int(np.argmax(gains))]
            least = names[int(np.argmax(costs))]
            sentences.append(
                f"{scenario.title}: the largest gain is that of {in_sentence(most)} ({money(max(gains))}), the largest "
                f"cost that of {in_sentence(least)} ({money(max(costs))})."
            )
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3, frameon=False, fontsize=8.5)
    axes[-1].set_xlabel("present value over the period, central estimate")
    title = "Who pays and who benefits"
    description = "Bar charts of the cost of violence avoided and of programme cost for each payer. " + " ".join(
        sentences
    )
    file = "payers"
    return drawing(
        figure,
        file,
        title,
        description,
        ["Scenario", "Payer", "Pays for programmes", "Gains: violence avoided", "Net (95% range)"],
        rows,
        "How the cost of violence falls on payers is assumed; see the parameters economics.payer_share_*.",
    )


def change_maps(stored: Stored) -> list[Drawing]:
    """Draw where violence changes, one map a scenario; communities with few incidents are withheld."""
    from experiments.maps import map_figure

    if stored.place is None:
        return []
    base = stored.communities[BASELINE]
    drawings = []
    for stem, scenario in stored.result.scenarios.items():
        world = stored.communities[stem]
        difference = world["incidents"] - base["incidents"]
        few = (base["incidents"] < MIN_CELL) | (np.abs(difference) < world["incidents_difference_se"])
        change = PER_PEOPLE * difference / np.maximum(base["person_years"], 1e-9)
        title = f"Change in violence by neighbourhood: {scenario.title}"
        unit = "incidents per 1,000 person-years"
        note = "A modelled mean over runs; single neighbourhoods are uncertain and must not be ranked."
        if not np.any(change[~few]):
            continue
        figure, svg, words = map_figure(
            stored.place, change, title, unit=unit, diverging=True, suppressed=few, note=note
        )
        fewer, shown = int(np.sum((change < 0) & ~few)), int(np.sum(~few))
        low, high = np.quantile(change[~few], [0.1, 0.9])
        text = (
            f"Map of {stored.result.place.name}. {shown} of {few.size} neighbourhoods are shown, {fewer} of them with "
            f"fewer incidents; eight in ten of those shown change by {number(float(low), True)} to "
            f"{number(float(high), True)} {unit}. The others are withheld."
        )
        file = f"map_change_{stem}"
        svg = own_names(svg[svg.index("<svg") :].replace(escape(words), escape(text)), file)
        rows = _map_rows(stored, change, few)
        header = ["National fifth of deprivation", "Neighbourhoods", "Shown", "With fewer incidents", "Middle change"]
        drawings.append(Drawing(file, title, svg, text, header, rows, note, ("map", stem), figure))
    return drawings


def _map_rows(stored: Stored, change: np.ndarray, few: np.ndarray) -> list[list[str]]:
    rows = []
    for fifth, label in enumerate(FIFTHS):
        inside = stored.place.fifth == fifth
        shown = inside & ~few
        if inside.any():
            middle = number(float(np.median(change[shown])), signed=True) if shown.any() else "withheld"
            rows.append([label, str(inside.sum()), str(shown.sum()), str(int((change[shown] < 0).sum())), middle])
    return rows


def _points(panel: Axes, labels: list[str], effects: list[Interval]) -> None:
    height = list(range(len(labels)))[::-1]
    for level, effect in zip(height, effects, strict=True):
        if effect.low is not None and effect.high is not None:
            panel.plot([effect.low, effect.high], [level, level], color=BLUE, linewidth=2, alpha=0.55)
        if effect.mean is not None:
            panel.plot([effect.mean], [level], marker="o", color=BLUE, markersize=6)
    panel.set_yticks(height, labels)
    panel.set_ylim(-0.6, len(labels) - 0.4)
    zero_line(panel, vertical=True)
    panel.grid(axis="y", visible=False)


def _payer_bars(panel: Axes, labels: list[str], gains: list[float], costs: list[float]) -> None:
    height = np.arange(len(labels))[::-1]
    panel.barh(height, gains, color=BLUE, height=0.6, label="gains: cost of violence avoided")
    panel.barh(height, [-cost for cost in costs], color=ORANGE, height=0.6, hatch="///", label="pays for programmes")
    panel.plot(np.subtract(gains, costs), height, linestyle="none", marker="D", color=INK, markersize=4.5, label="net")
    panel.set_yticks(height, labels)
    zero_line(panel, vertical=True)
    millions(panel, "x")
    panel.grid(axis="y", visible=False)
    panel.tick_params(axis="y", length=0, colors=GREY, labelcolor=INK)


def _involved(scenario: Scenario, payer: str) -> bool:
    return bool(scenario.economics.benefit_by_payer[payer].mean) or _pays(scenario, payer)


def _pays(scenario: Scenario, payer: str) -> bool:
    return payer in scenario.economics.programme_cost.by_payer


def _scaled(interval: Interval, scale: float) -> Interval:
    values = [None if end is None else end * scale for end in (interval.mean, interval.low, interval.high)]
    return Interval(mean=values[0], low=values[1], high=values[2])


def _cells(interval: Interval, write: Write) -> list[str]:
    return [write(interval.low), write(interval.mean), write(interval.high)]


def _signed(interval: Interval) -> str:
    return span(interval, lambda value: number(value, signed=True)).replace("-", MINUS)


def _absent(stored: Stored) -> str:
    present = set(next(iter(stored.result.scenarios.values())).by_quintile)
    missing = [label for fifth, label in enumerate(FIFTHS) if str(fifth + 1) not in present]
    return f" Nobody in this place lives in fifth {', '.join(missing)}." if missing else ""
