"""The tables of a comparison as rows, for CSV files and for the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from experiments.comparison import Comparison
from experiments.files import csv_text
from experiments.results import CompareResult, Interval, Outcome
from sim.outcomes.measures import MEASURE_NAMES, OUTCOMES

ENDS = ("mean", "low", "high")
PARTS = ("baseline", "scenario", "difference", "relative")
OUTCOME_COLUMNS = [f"{part}_{end}" for part in PARTS for end in ENDS] + ["difference_monte_carlo_se"]


def csv_tables(comparison: Comparison) -> dict[str, str]:
    """Return every table of a comparison as CSV text, by file name."""
    result = comparison.result
    return {
        "outcomes.csv": csv_text(["scenario", "outcome", *OUTCOME_COLUMNS], _outcomes(result)),
        "by_year.csv": csv_text(["scenario", "year", "starts", "outcome", *OUTCOME_COLUMNS], _by_year(result)),
        "by_quintile.csv": csv_text(["scenario", "fifth", "outcome", *OUTCOME_COLUMNS], _by_quintile(result)),
        "inequality.csv": csv_text(
            ["scenario", "outcome", "gap", *(f"{part}_{end}" for part in PARTS[:3] for end in ENDS)],
            _inequality(result),
        ),
        "economics.csv": csv_text(["scenario", "group", "item", *(f"gbp_{end}" for end in ENDS)], _economics(result)),
        "ledger.csv": csv_text(LEDGER_COLUMNS, _ledger(result)),
        "stress.csv": csv_text(STRESS_COLUMNS, _stress(result)),
        "pathways.csv": csv_text(WAY_COLUMNS, _ways(result)),
        "participants.csv": csv_text(["scenario", "programme", "stage", *ENDS], _participants(result)),
        "variance_reduction.csv": csv_text(["scenario", "outcome", "correlation", "factor"], _pairing(result)),
        "runs.csv": csv_text(["world", "run", *MEASURE_NAMES], _runs(comparison)),
        "communities.csv": csv_text(COMMUNITY_COLUMNS, _communities(comparison)),
    }


LEDGER_COLUMNS = ["scenario", "payer", "account", "kind", "year", "gbp", "cashable_share", "source"]
STRESS_COLUMNS = ["scenario", "variant", "label", "quantity", *ENDS]
WAY_COLUMNS = ["scenario", "kind", "basis", "way", "share", *(f"change_without_{end}" for end in ENDS)]
COMMUNITY_COLUMNS = ["world", "lsoa", "person_years", *OUTCOMES, "incidents_difference_se"]


def _outcome(outcome: Outcome) -> list[Any]:
    cells: list[Any] = []
    for part in PARTS:
        cells += _ends(getattr(outcome, part))
    return [*cells, outcome.difference.monte_carlo_se]


def _ends(interval: Interval) -> list[float | None]:
    return [interval.mean, interval.low, interval.high]


def _outcomes(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for name, outcome in scenario.outcomes.items():
            yield [stem, name, *_outcome(outcome)]


def _by_year(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for year in scenario.by_year:
            for name, outcome in year.outcomes.items():
                yield [stem, year.year, year.starts, name, *_outcome(outcome)]


def _by_quintile(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for fifth, quintile in scenario.by_quintile.items():
            for name, outcome in quintile.outcomes.items():
                yield [stem, fifth, name, *_outcome(outcome)]


def _inequality(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for name, inequality in scenario.inequality.items():
            for gap in ("absolute_gap", "relative_gap", "slope_index"):
                found = getattr(inequality, gap)
                yield [stem, name, gap, *_ends(found.baseline), *_ends(found.scenario), *_ends(found.difference)]


def _economics(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        money = scenario.economics
        groups: dict[str, dict[str, Any]] = {
            "total": {
                "programme_cost": money.programme_cost,
                "benefit": money.benefit,
                "net_present_social_value": money.net_present_social_value,
            },
            "programme_cost_by_payer": money.programme_cost.by_payer,
            "programme_cost_by_programme": money.programme_cost.by_programme,
            "benefit_by_payer": money.benefit_by_payer,
            "benefit_by_component": money.benefit_by_component,
            "net_benefit_by_payer": money.net_benefit_by_payer,
        }
        for group, items in groups.items():
            for item, interval in items.items():
                yield [stem, group, item, *_ends(interval)]


def _ledger(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for line in scenario.economics.ledger:
            for year, gbp in enumerate(line.gbp_by_year, start=1):
                yield [stem, line.payer, line.account, line.kind, year, gbp, line.cashable_share, line.source]


def _stress(result: CompareResult) -> Iterator[list[Any]]:
    for stem, variants in result.stress.items():
        for variant, found in variants.items():
            quantities: dict[str, Interval] = {f"{name}_difference": each for name, each in found.outcomes.items()}
            quantities["programme_cost_gbp"] = found.programme_cost
            quantities["net_present_social_value_gbp"] = found.net_present_social_value
            for quantity, each in quantities.items():
                yield [stem, variant, found.label, quantity, *_ends(each)]


def _ways(result: CompareResult) -> Iterator[list[Any]]:
    for stem, found in result.pathways.items():
        for way in found.ways:
            yield [stem, way.kind, way.basis, way.label, way.share, *_ends(way.change_without)]


def _pairing(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for name, found in scenario.variance_reduction.items():
            yield [stem, name, found.correlation, found.factor]


def _participants(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for programme, stages in scenario.participants.items():
            for stage in type(stages).model_fields:
                yield [stem, programme, stage, *_ends(getattr(stages, stage))]


def _runs(comparison: Comparison) -> Iterator[list[Any]]:
    for world, totals in comparison.runs.items():
        for run in range(comparison.result.runs):
            yield [world, run, *(float(totals[name][run]) for name in MEASURE_NAMES)]


def _communities(comparison: Comparison) -> Iterator[list[Any]]:
    codes = comparison.plan.place.codes
    for world, means in comparison.communities.items():
        for row, code in enumerate(codes):
            yield [world, str(code), *(round(float(means[name][row]), 4) for name in COMMUNITY_COLUMNS[2:])]
