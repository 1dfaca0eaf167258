"""The section about precision: what pairing saves, and whether enough runs were made."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.precision import WHAT_IS_ENOUGH, settling_of
from experiments.report.charts import Drawing
from experiments.report.parts import Section, Table
from experiments.results import CompareResult
from experiments.store import Stored
from experiments.tables import REPLICATED
from experiments.variance import FEWEST_RUNS
from experiments.wording import lower, number
from sim.outcomes.measures import measure


def precision_section(stored: Stored, charts: Sequence[Drawing] = ()) -> Section:
    """Return how precise the differences are, and what pairing saves."""
    result = stored.result
    words = [
        "Scenario and baseline of one run share its parameters and every chance that the scenario leaves alone. A "
        "factor of 100 means that without this a hundred times the runs would be needed for the same precision.",
    ]
    if result.runs < FEWEST_RUNS:
        words += [f"{result.runs} runs are too few to measure what pairing saves: it takes {FEWEST_RUNS}."]
    unsure = (
        [result.scenarios[stem].title for stem, path in settling_of(stored.runs).items() if not path.reached]
        if stored.runs
        else []
    )
    if unsure:
        words.insert(0, f"More runs are needed to know the difference in violence with injury: {', '.join(unsure)}.")
    tables = [*_reached(stored), *_pairing(result)]
    return Section("precision", "How precise the differences are", words, charts, tables)


def _reached(stored: Stored) -> list[Table]:
    if not stored.runs:
        return []
    rows = []
    for name in REPLICATED:
        for stem, path in settling_of(stored.runs, name).items():
            rows.append(
                [
                    f"{stored.result.scenarios[stem].title}: {lower(measure(name).label)}",
                    number(float(path.mean[-1]), signed=True),
                    number(float(path.half_width[-1])),
                    number(float(path.allowed[-1])),
                    "yes" if path.reached else "no",
                ]
            )
    return [
        Table(
            "Precision of the mean difference",
            f"{WHAT_IS_ENOUGH} Run by run: replicates.csv.",
            ["Scenario and outcome", "Mean difference", "Half-width", "Half-width aimed at", "Enough"],
            rows,
        )
    ]


def _pairing(result: CompareResult) -> list[Table]:
    return [
        Table(
            f"What pairing saves, {scenario.title}",
            f"Over {result.runs} runs.",
            ["Outcome", "Correlation of scenario and baseline", "Runs saved, times"],
            [
                [
                    measure(name).label,
                    "does not vary" if each.correlation is None else f"{each.correlation:.4f}",
                    "the difference does not vary" if each.factor is None else number(each.factor),
                ]
                for name, each in scenario.variance_reduction.items()
            ],
        )
        for scenario in result.scenarios.values()
        if scenario.variance_reduction
    ]
