"""The section about precision: what pairing saves, and whether enough runs were made."""

from __future__ import annotations

from experiments.report.parts import Section, Table
from experiments.results import CompareResult
from experiments.variance import FEWEST_RUNS
from experiments.wording import number
from sim.outcomes.measures import measure


def precision_section(result: CompareResult) -> Section:
    """Return how precise the differences are, and what pairing saves."""
    words = [
        "Scenario and baseline of one run share its parameters and every chance that the scenario leaves alone. A "
        "factor of 100 means that without this a hundred times the runs would be needed for the same precision.",
    ]
    if result.runs < FEWEST_RUNS:
        words = [f"{result.runs} runs are too few to measure what pairing saves: it takes {FEWEST_RUNS}."]
    return Section("precision", "How precise the differences are", words, tables=_pairing(result))


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
