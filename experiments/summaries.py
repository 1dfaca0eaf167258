"""Summarise runs: outcomes over the horizon, by year, by deprivation fifth, and inequality."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.fairness import worse_share
from experiments.intervals import interval, paired
from experiments.runs import BASELINE, RunRecord
from sim.core.time import MONTHS_PER_YEAR
from sim.outcomes.inequality import RATE_PER_PEOPLE, inequality
from sim.outcomes.measures import FIFTHS, MEASURE_NAMES, OUTCOMES

Array = npt.NDArray[np.float64]

YEAR_OUTCOMES = (*OUTCOMES, "victims_in_year", "perpetrators_in_year")
GAPS = ("absolute_gap", "relative_gap", "slope_index", "relative_index")


class Stack:
    """Hold the yearly totals of one world over all runs.

    Attributes
    ----------
    values
        Shape (runs, measures, years, 5), runs in order of their numbers.
    """

    def __init__(self, records: Sequence[RunRecord], world: str) -> None:
        self.values: Array = np.stack([_rows(record.worlds[world], "by_year_fifth") for record in records])

    @property
    def years(self) -> int:
        return int(self.values.shape[2])

    def table(self, measure: str) -> Array:
        """Return one measure, shape (runs, years, 5)."""
        return self.values[:, MEASURE_NAMES.index(measure)]

    def total(self, measure: str) -> Array:
        """Return one measure over the horizon, shape (runs,)."""
        return self.table(measure).sum(axis=(1, 2))

    def by_year(self, measure: str) -> Array:
        """Return one measure by year, shape (runs, years)."""
        return self.table(measure).sum(axis=2)

    def by_fifth(self, measure: str) -> Array:
        """Return one measure by deprivation fifth over the horizon, shape (runs, 5)."""
        return self.table(measure).sum(axis=1)


def outcomes(baseline: Stack, scenario: Stack) -> dict[str, Any]:
    """Compare the headline outcomes over the horizon."""
    return {name: paired(baseline.total(name), scenario.total(name)) for name in OUTCOMES}


def outcomes_by_year(baseline: Stack, scenario: Stack, year: int) -> dict[str, Any]:
    """Compare the headline outcomes in one year, with people counted afresh each year besides."""
    return {name: paired(baseline.by_year(name)[:, year], scenario.by_year(name)[:, year]) for name in YEAR_OUTCOMES}


def quintiles(baseline: Stack, scenario: Stack) -> dict[str, Any]:
    """Compare the headline outcomes in each national fifth of income deprivation that has residents."""
    lived = baseline.by_fifth("person_years").mean(axis=0)
    found = {}
    for fifth, label in enumerate(FIFTHS):
        if lived[fifth] > 0:
            compared = {
                name: paired(baseline.by_fifth(name)[:, fifth], scenario.by_fifth(name)[:, fifth]) for name in OUTCOMES
            }
            found[str(fifth + 1)] = {"label": label, "person_years": float(lived[fifth]), "outcomes": compared}
    return found


def inequalities(baseline: Stack, scenario: Stack) -> dict[str, Any]:
    """Compare how unequally each headline outcome falls on the fifths."""
    found = {}
    for name in OUTCOMES:
        before, after = gaps_of(baseline, name), gaps_of(scenario, name)
        found[name] = {
            gap: {
                "baseline": interval(before[gap]).plain(),
                "scenario": interval(after[gap]).plain(),
                "difference": interval(after[gap] - before[gap]).plain(),
            }
            for gap in GAPS
        }
    return found


def gaps_of(stack: Stack, name: str) -> dict[str, Array]:
    """Return each measure of inequality of one outcome, shape (runs,); NaN where it is undefined.

    The relative index is the slope index over the mean rate of the place (Pamuk 1985).
    """
    lived = stack.by_fifth("person_years")
    runs = [inequality(events, years) for events, years in zip(stack.by_fifth(name), lived, strict=True)]
    found = {gap: np.array([getattr(run, gap) for run in runs]) for gap in GAPS[:3]}
    rate = RATE_PER_PEOPLE * stack.total(name) / lived.sum(axis=1)
    found["relative_index"] = np.divide(found["slope_index"], rate, out=np.full(rate.shape, np.nan), where=rate > 0)
    return found


def participants(records: Sequence[RunRecord], world: str) -> dict[str, Any]:
    """Summarise whom each programme reached over the horizon."""
    programmes = [record.worlds[world].programmes for record in records]
    found: dict[str, Any] = {}
    for name in sorted(programmes[0]):
        found[name] = {}
        for field, (count, summary) in PARTICIPANT_COUNTS.items():
            found[name][field] = interval(
                np.array([float(summary(run[name][count])) for run in programmes]), True
            ).plain()
    return found


def _mean_number(months_by_year: Array) -> float:
    """Return the mean number of people over a period from the months they spend in it."""
    return float(np.mean(months_by_year)) / MONTHS_PER_YEAR


PARTICIPANT_COUNTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "eligible": ("eligible", np.mean),
    "known": ("known", np.mean),
    "offered": ("offered", np.mean),
    "enrolled": ("first_time", np.sum),
    "starts": ("participants", np.sum),
    "completed": ("completed", np.sum),
    "dropped_out": ("dropped_out", np.sum),
    "missed_unknown": ("missed_unknown", np.mean),
    "missed_not_offered": ("missed_not_offered", np.mean),
    "wrongly_targeted": ("wrongly_targeted", np.sum),
    "drawn_in": ("drawn_in", np.sum),
    "waiting": ("waiting_months", _mean_number),
    "turned_away": ("turned_away", np.sum),
    "not_funded": ("not_funded", np.sum),
    "no_service_time": ("no_service_time", np.sum),
    "sessions": ("sessions", np.sum),
    "community_years": ("community_years", np.sum),
}


def community_means(records: Sequence[RunRecord], world: str) -> dict[str, Array]:
    """Return what is kept of single communities, each of shape (communities,).

    Means over runs and the whole period of ``person_years`` and the headline outcomes;
    ``incidents_difference_se``: standard error over runs of the mean difference in incidents from the baseline,
    infinite with one run; ``worse_share``: share of runs with more incidents than in the baseline.
    """
    tables = np.stack([_rows(record.worlds[world], "by_community") for record in records])
    means = {name: tables[:, MEASURE_NAMES.index(name)].mean(axis=0) for name in ("person_years", *OUTCOMES)}
    incidents = MEASURE_NAMES.index("incidents")
    before = np.stack([_rows(record.worlds[BASELINE], "by_community")[incidents] for record in records])
    after = tables[:, incidents]
    change = after - before
    runs = len(records)
    error = change.std(axis=0, ddof=1) / np.sqrt(runs) if runs > 1 else np.full(change.shape[1], np.inf)
    return means | {"incidents_difference_se": error, "worse_share": worse_share(before, after)}


def _rows(result: Any, table: str) -> Array:
    """Return one table of a result with the declared measures in their declared order."""
    rows = [result.measures.index(name) for name in MEASURE_NAMES]
    return np.asarray(getattr(result, table), dtype=np.float64)[rows]


def clips_of(records: Sequence[RunRecord], worlds: Collection[str]) -> dict[str, int]:
    """Return how many hazards were above the ceiling of their decision, over all runs of some worlds."""
    total: dict[str, int] = {}
    for record in records:
        for world in worlds:
            for decision, number in record.worlds[world].clips.items():
                total[decision] = total.get(decision, 0) + int(number)
    return dict(sorted(total.items()))


def resources_of(records: Sequence[RunRecord], world: str) -> dict[str, Array]:
    """Return what a world uses of each resource by year, mean over runs."""
    used = [record.worlds[world].resources for record in records]
    names = sorted({name for run in used for name in run})
    years = max((np.size(run[name]) for run in used for name in run), default=0)
    return {name: np.mean([run.get(name, np.zeros(years)) for run in used], axis=0) for name in names}
