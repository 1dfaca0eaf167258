"""The tables of a comparison as rows, for CSV files and for the report."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.comparison import Comparison
from experiments.decisions.planes import CHOICE_COLUMNS
from experiments.files import csv_text
from experiments.precision import settling_of
from experiments.result_parts import Interval
from experiments.results import CompareResult, Outcome
from experiments.structures import SOURCE_COLUMNS, STRUCTURE_COLUMNS, form_rows, source_rows
from experiments.summaries import GAPS
from sim.outcomes.measures import MEASURE_NAMES, OUTCOMES

ENDS = ("mean", "low", "high")
PARTS = ("baseline", "scenario", "difference", "relative")
OUTCOME_COLUMNS = [f"{part}_{end}" for part in PARTS for end in ENDS] + ["difference_monte_carlo_se"]
Array = npt.NDArray[np.float64]
Runs = Mapping[str, Mapping[str, Array]]
RUNS, CHOICES, COMMUNITIES = "runs.csv", "choices.csv", "communities.csv"
GROUP_COLUMNS = ["scenario", "kind", "group", "person_years", "worse_off", "outcome", *OUTCOME_COLUMNS]
ASSUMPTION_COLUMNS = [
    *("id", "kind", "meaning", "value", "unit", "range", "varies", "reason"),
    *("scenario", "rank_correlation", "gbp", "standard_error"),
]
REPLICATE_COLUMNS = [
    "scenario",
    "outcome",
    "runs",
    "mean_difference",
    "half_width",
    "half_width_allowed",
    "small_enough",
]
REPLICATED = ("incidents_with_injury", "incidents", "ed_attendances", "admissions")


def csv_tables(comparison: Comparison) -> dict[str, str]:
    """Return every table of a comparison as CSV text, by file name."""
    kept = {
        RUNS: csv_text(["world", "run", *MEASURE_NAMES], _runs(comparison.runs, MEASURE_NAMES)),
        CHOICES: csv_text(["scenario", "run", *CHOICE_COLUMNS], _runs(comparison.choices, CHOICE_COLUMNS)),
        COMMUNITIES: csv_text(COMMUNITY_COLUMNS, _communities(comparison)),
    }
    return kept | made_tables(comparison.result, comparison.runs)


def made_tables(result: CompareResult, runs: Runs) -> dict[str, str]:
    """Return the tables that can be made again from a result and its runs, as CSV text by file name.

    Parameters
    ----------
    result
        As published.
    runs
        World to measure to one value per run; empty where they are not kept.
    """
    return {
        "outcomes.csv": csv_text(["scenario", "outcome", *OUTCOME_COLUMNS], _outcomes(result)),
        "by_year.csv": csv_text(["scenario", "year", "starts", "outcome", *OUTCOME_COLUMNS], _by_year(result)),
        "by_quintile.csv": csv_text(["scenario", "fifth", "outcome", *OUTCOME_COLUMNS], _by_quintile(result)),
        "by_group.csv": csv_text(GROUP_COLUMNS, _by_group(result)),
        "inequality.csv": csv_text(
            ["scenario", "outcome", "gap", *(f"{part}_{end}" for part in PARTS[:3] for end in ENDS)],
            _inequality(result),
        ),
        "economics.csv": csv_text(["scenario", "group", "item", *(f"gbp_{end}" for end in ENDS)], _economics(result)),
        "ledger.csv": csv_text(LEDGER_COLUMNS, _ledger(result)),
        "stress.csv": csv_text(STRESS_COLUMNS, _stress(result)),
        "pathways.csv": csv_text(WAY_COLUMNS, _ways(result)),
        "structure.csv": csv_text(STRUCTURE_COLUMNS, form_rows(result.structure)),
        "uncertainty.csv": csv_text(SOURCE_COLUMNS, source_rows(result.structure)),
        "participants.csv": csv_text(["scenario", "programme", "stage", *ENDS], _participants(result)),
        "variance_reduction.csv": csv_text(["scenario", "outcome", "correlation", "factor"], _pairing(result)),
        "assumptions.csv": csv_text(ASSUMPTION_COLUMNS, _assumptions(result)),
        "replicates.csv": csv_text(REPLICATE_COLUMNS, _replicates(runs)),
    }


def read_by_run(path: Path, columns: Sequence[str]) -> dict[str, dict[str, Array]]:
    """Read a table of one row for each world and run; return world to column to one value per run.

    An empty dictionary where there is no such file, as in folders of earlier versions.
    """
    if not path.is_file():
        return {}
    found: dict[str, list[list[float]]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            world = row.get("world") or row["scenario"]
            found.setdefault(world, []).append([float(row[name] or "nan") for name in columns])
    return {world: dict(zip(columns, np.array(rows).T, strict=True)) for world, rows in found.items()}


LEDGER_COLUMNS = ["scenario", "payer", "account", "kind", "year", "gbp", "cashable_share", "source"]
STRESS_COLUMNS = ["scenario", "variant", "label", "quantity", *ENDS]
WAY_COLUMNS = ["scenario", "kind", "basis", "way", "share", *(f"change_without_{end}" for end in ENDS)]
COMMUNITY_COLUMNS = ["world", "lsoa", "person_years", *OUTCOMES, "incidents_difference_se", "worse_share"]


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
            for gap in GAPS:
                found = getattr(inequality, gap)
                if found is not None:
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


def _by_group(result: CompareResult) -> Iterator[list[Any]]:
    for stem, scenario in result.scenarios.items():
        for group in scenario.by_group:
            for name, outcome in group.outcomes.items():
                yield [stem, group.kind, group.label, group.person_years, group.worse_off, name, *_outcome(outcome)]


def _assumptions(result: CompareResult) -> Iterator[list[Any]]:
    for each in result.register_of_assumptions.items:
        cells = [each.id, each.kind, each.meaning, each.value, each.unit, each.range]
        cells += ["yes" if each.varies else "no", each.reason]
        found: dict[str, float | None] = {**each.rank_correlation} or {"": None}
        for stem, correlation in found.items():
            yield [*cells, stem, correlation, each.gbp, each.standard_error]


def _replicates(runs: Runs) -> Iterator[list[Any]]:
    for name in REPLICATED if runs else ():
        for stem, path in settling_of(runs, name).items():
            for i, small in enumerate(path.enough):
                cells = (path.mean[i], path.half_width[i], path.allowed[i])
                yield [stem, name, i + 1, *(float(each) for each in cells), "yes" if small else "no"]


def _runs(values: Runs, columns: Sequence[str]) -> Iterator[list[Any]]:
    for world, found in values.items():
        for run in range(len(found[columns[0]])):
            yield [world, run, *(float(found[name][run]) for name in columns)]


def _communities(comparison: Comparison) -> Iterator[list[Any]]:
    codes = comparison.plan.place.codes
    for world, means in comparison.communities.items():
        for row, code in enumerate(codes):
            yield [world, str(code), *(round(float(means[name][row]), 4) for name in COMMUNITY_COLUMNS[2:])]
