"""Sections about fairness: how unequally harm falls, and which groups are worse off in how many runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from experiments.report.charts import Drawing
from experiments.report.parts import Section, Table
from experiments.results import CompareResult, Scenario
from experiments.store import Stored
from experiments.wording import chance, lower, money, number, percent, span
from sim.outcomes.measures import FIFTHS

signed = partial(number, signed=True)
GAPS = {
    "absolute_gap": "Absolute gap, most less least deprived fifth",
    "relative_gap": "Relative gap, most over least deprived fifth",
    "slope_index": "Slope index of inequality",
    "relative_index": "Relative index of inequality",
}
UNEQUAL = {"incidents_with_injury": "violence with injury", "ed_attendances": "A&E attendances"}
KINDS = {"sex": "Sex", "age": "Age", "fifth": "Fifth of deprivation"}
HALF = 0.5


def equity_section(result: CompareResult, charts: Sequence[Drawing] = ()) -> Section:
    """Return how unequally harm falls, in the baseline and in each scenario."""
    unequal = [_unequal(result, name, label) for name, label in UNEQUAL.items()]
    together = Table(
        "Equity and worth together",
        "Mean change of the absolute gap beside mean net social value.",
        ["Scenario", "Change of the gap", "Net social value", "Reads as"],
        [_together(scenario) for scenario in result.scenarios.values()],
    )
    words = ["An absolute and a relative gap can move in opposite ways, so both are shown."]
    return Section("equity", "Does it narrow the gap?", words, charts, [*unequal, together])


def _unequal(result: CompareResult, name: str, label: str) -> Table:
    rows = []
    for scenario in result.scenarios.values():
        for gap, title in GAPS.items():
            found = getattr(scenario.inequality[name], gap)
            if found is not None:
                levels = [span(found.baseline), span(found.scenario)]
                rows.append([f"{scenario.title}: {lower(title)}", *levels, span(found.difference, signed)])
    return Table(
        f"Inequality of {label} between fifths of income deprivation",
        f"Per 1,000 person-years over {result.years} years; the relative measures are ratios. Below zero, the gap "
        "narrows. Every outcome: inequality.csv.",
        ["Scenario and measure", "Baseline", "Scenario", "Difference"],
        rows,
    )


def _together(scenario: Scenario) -> list[str]:
    gap = scenario.inequality["incidents_with_injury"].absolute_gap.difference.mean
    net = scenario.economics.net_present_social_value.mean or 0.0
    if gap is None:
        return [scenario.title, "no two fifths to compare", money(net), "cannot be placed"]
    way = "narrows the gap" if gap < 0 else "widens the gap" if gap > 0 else "leaves the gap as it is"
    worth = "worth its cost on average" if net > 0 else "not worth its cost on average"
    return [scenario.title, signed(gap), money(net), f"{way}, {worth}"]


def worse_off_section(stored: Stored) -> list[Section]:
    """Return who is worse off: each sex, age band and fifth, and communities counted by fifth."""
    result = stored.result
    if not any(scenario.by_group for scenario in result.scenarios.values()):
        return []
    words = [
        "A mean can fall while some are worse off. The last column of each table counts the runs in which a group "
        "suffers more violence with injury than in the baseline of the same run; where a scenario does not reach a "
        "group the two are equal, and it is not counted.",
        *(_worst_group(scenario, result.runs) for scenario in result.scenarios.values()),
    ]
    tables = [_groups(scenario, result) for scenario in result.scenarios.values()]
    return [Section("worse-off", "Who is worse off", words, tables=[*tables, *_communities(stored)])]


def _worst_group(scenario: Scenario, runs: int) -> str:
    worst = max(scenario.by_group, key=lambda group: group.worse_off)
    if not worst.worse_off:
        return f"{scenario.title}: no group is worse off in any run."
    name = f"{lower(KINDS[worst.kind])} {worst.label}"
    return f"{scenario.title}: most often worse off is {name}, in {chance(worst.worse_off, runs)}."


def _groups(scenario: Scenario, result: CompareResult) -> Table:
    rows = [
        [
            f"{KINDS[group.kind]}: {group.label}",
            f"{group.person_years:,.0f}",
            span(group.outcomes["incidents_with_injury"].difference, signed),
            percent(group.outcomes["incidents_with_injury"].relative.mean),
            span(group.outcomes["ed_attendances"].difference, signed),
            chance(group.worse_off, result.runs),
        ]
        for group in scenario.by_group
    ]
    return Table(
        f"Change by sex, age and deprivation, {scenario.title}",
        f"Difference from the baseline over {result.years} years, by who is harmed.",
        ["Group", "Person-years", "Difference, injury", "Relative", "Difference, A&E", "Worse off in"],
        rows,
    )


def _communities(stored: Stored) -> list[Table]:
    """Count communities by fifth; single communities are neither named nor ranked."""
    result, place = stored.result, stored.place
    if place is None or "worse_share" not in next(iter(stored.communities.values()), {}):
        return []
    rows = []
    for stem, scenario in result.scenarios.items():
        worse = stored.communities[stem]["worse_share"]
        if np.isnan(worse).any():
            continue
        for fifth, label in enumerate(FIFTHS):
            inside = np.asarray(place.fifth) == fifth
            if inside.any():
                often = int(np.sum(worse[inside] > HALF))
                ever = int(np.sum(worse[inside] > 0))
                rows.append([f"{scenario.title}: fifth {label}", str(int(inside.sum())), str(ever), str(often)])
    if not rows:
        return []
    return [
        Table(
            "Neighbourhoods with more violence than in the baseline",
            f"Over {result.runs} runs. In a small neighbourhood one incident more or less is chance.",
            ["Scenario and fifth", "Neighbourhoods", "With more in any run", "With more in over half the runs"],
            rows,
        )
    ]
