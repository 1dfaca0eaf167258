"""The action plan: who does what from when, and when its effect can be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.report.charts import BLUE, WIDTH_INCHES, Drawing, style, svg_of
from experiments.report.parts import Section, Table
from experiments.results import CompareResult, Scenario
from experiments.wording import clear, number, span
from sim.core.time import MONTHS_PER_YEAR

Programmes = Mapping[str, Sequence[Mapping[str, Any]]]
UNBROKEN_HYPHEN = "\N{NON-BREAKING HYPHEN}"
HEADLINE = "incidents_with_injury"
MILESTONES = (
    "First month: set up, staff in post, first referrals.",
    "Full strength: places offered match the plan; compare with People reached.",
    "Each quarter: who is known and not offered, who declines, who drops out.",
    "Year in which the effect can be seen: compare recorded figures with the range of Effect by year.",
)


def action_plan(result: CompareResult, programmes: Programmes) -> Section:
    """Return the plan of every scenario as a timeline and a table.

    Parameters
    ----------
    result
        The comparison.
    programmes
        Scenario to its programmes as resolved, each a mapping of plain values.
    """
    rows = [
        _row(result, scenario, each) for stem, scenario in result.scenarios.items() for each in programmes.get(stem, ())
    ]
    if not rows:
        return Section("plan", "Action plan", ["No scenario here has a programme."])
    table = Table(
        "Who does what, from when",
        f"Expected outcome is the change in incidents with injury over {result.years} years of the whole scenario. It "
        "can be seen from the first year whose range leaves out zero.",
        ["Programme", "Delivered by", "Starts", "Full strength", "Stops", "Expected outcome", "Can be seen"],
        rows,
    )
    words = ["Milestones to agree between partners:", *MILESTONES]
    return Section("plan", "Action plan", words, [_timeline(result, programmes)], [table])


def seen_from(scenario: Scenario) -> int | None:
    """Return the first year in which the change in violence with injury is told from none; None if in no year."""
    return next((year.year for year in scenario.by_year if clear(year.outcomes[HEADLINE].difference)), None)


def _row(result: CompareResult, scenario: Scenario, programme: Mapping[str, Any]) -> list[str]:
    start, stop, ready = _months(programme)
    year = seen_from(scenario)
    return [
        f"{scenario.title}: {programme['name']}",
        str(programme["delivered_by"]).replace("_", " "),
        _month_name(result, start),
        "after the usual start-up" if ready is None else _month_name(result, ready),
        "goes on" if stop is None else _month_name(result, stop),
        span(scenario.outcomes[HEADLINE].difference, lambda value: number(value, signed=True)),
        "in no single year" if year is None else f"year {year}",
    ]


def _months(programme: Mapping[str, Any]) -> tuple[int, int | None, int | None]:
    start, stop, ramp = programme["start_month"], programme["stop_month"], programme["start_up_months"]
    return start, stop, None if ramp is None else start + ramp


def _month_name(result: CompareResult, months: int) -> str:
    year, month = (int(part) for part in result.decision_date.split("-"))
    total = MONTHS_PER_YEAR * year + month - 1 + months
    return f"{total // MONTHS_PER_YEAR}{UNBROKEN_HYPHEN}{total % MONTHS_PER_YEAR + 1:02d}"


def _timeline(result: CompareResult, programmes: Programmes) -> Drawing:
    from matplotlib.figure import Figure

    bars = [
        (f"{scenario.title}:\n{each['name']}", *_months(each))
        for stem, scenario in result.scenarios.items()
        for each in programmes.get(stem, ())
    ]
    horizon = MONTHS_PER_YEAR * result.years
    with style():
        figure = Figure(figsize=(WIDTH_INCHES, 0.9 + 0.5 * len(bars)), facecolor="white", layout="constrained")
        axes = figure.subplots()
        for level, (_, start, stop, ready) in enumerate(reversed(bars)):
            end = min(horizon if stop is None else stop, horizon)
            axes.barh(level, max(end - start, 0), left=start, height=0.5, color=BLUE)
            if ready is not None and start < ready <= end:
                axes.barh(level, ready - start, left=start, height=0.5, color="white", edgecolor=BLUE, hatch="///")
        axes.set_yticks(range(len(bars)), [bar[0] for bar in reversed(bars)], fontsize=8)
        axes.set_xlim(0, horizon)
        axes.set_xticks(range(0, horizon + 1, MONTHS_PER_YEAR), range(result.years + 1))
        axes.set_xlabel("years after the decision; hatched while it builds up")
        axes.grid(axis="y", visible=False)
        first = min(bar[1] for bar in bars)
        word = "programme" if len(bars) == 1 else "programmes"
        title = f"{len(bars)} {word}, the first from {_month_name(result, first)}"
        rows = [
            [
                bar[0].replace("\n", " "),
                _month_name(result, bar[1]),
                "usual start-up" if bar[3] is None else _month_name(result, bar[3]),
                "goes on" if bar[2] is None else _month_name(result, bar[2]),
            ]
            for bar in bars
        ]
        description = "Timeline of programmes. " + " ".join(f"{row[0]} from {row[1]}, {row[3]}." for row in rows)
        svg = svg_of(figure, "action_plan", title, description)
    return Drawing("action_plan", title, svg, description, ["Programme", "Starts", "Full strength", "Stops"], rows)
