"""What it would be worth to know one thing before choosing: a programme's effect in England, or what violence costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.appraisals import mean_violence
from experiments.decisions.value_of_information import FEWEST_RUNS, MOST_TOGETHER, partial_information
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack
from sim.economics.appraisal import Appraisal, appraise
from sim.interventions.strengths import transport_deviate
from sim.parameters.draws import DRAWS

Array = npt.NDArray[np.float64]

CORRELATION = "programmes.transport_correlation"


def information_of(
    plan: Plan, records: Sequence[RunRecord], appraisals: Mapping[str, Sequence[Appraisal]]
) -> dict[str, Any]:
    """Return the value of knowing each programme's effect, and prices together, the most valuable first.

    With fewer than 100 runs nothing is estimated: a regression on so few says nothing.

    Parameters
    ----------
    plan, records
        What was run, and all runs.
    appraisals
        Scenario to its appraisal in each run.
    """
    if len(records) < FEWEST_RUNS:
        return {"runs_needed": FEWEST_RUNS, "items": []}
    net = np.column_stack(
        [np.zeros(len(records)), *([each.net_present_social_value for each in found] for found in appraisals.values())]
    )
    known = {("programme", name): deviates for name, deviates in effects_drawn(plan, records).items()}
    if len(appraisals) <= MOST_TOGETHER:
        known["prices", "What violence costs"] = prices_drawn(plan, records, list(appraisals))
    found = []
    for (kind, what), values in known.items():
        value = partial_information(net, values)
        found.append({"what": what, "kind": kind, "gbp": value.mean, "standard_error": value.standard_error})
    return {"runs_needed": None, "items": sorted(found, key=lambda each: (-each["gbp"], each["what"]))}


def effects_drawn(plan: Plan, records: Sequence[RunRecord]) -> dict[str, Array]:
    """Return by programme its drawn effect, in standard deviations from the one expected, shape (runs, 1)."""
    programmes = {
        programme.entry: programme.name
        for stem, scenario in plan.worlds.items()
        if stem != BASELINE
        for programme in scenario.programmes
        if programme.levers
    }
    draws = [record.number % DRAWS for record in records]
    correlations = [float(plan.parameters.draw(draw)[CORRELATION]) for draw in draws] if programmes else []
    return {
        name: np.array([[transport_deviate(entry, draw, each)] for draw, each in zip(draws, correlations, strict=True)])
        for entry, name in sorted(programmes.items())
    }


def prices_drawn(plan: Plan, records: Sequence[RunRecord], stems: Sequence[str]) -> Array:
    """Return what the violence that each scenario averts on average is worth at the prices of each run.

    Only prices differ between rows, so the columns hold all that prices say about the choice. Shape (runs, scenarios).
    """
    before = mean_violence(Stack(records, BASELINE))
    after = [mean_violence(Stack(records, stem)) for stem in stems]
    return np.array(
        [
            [appraise(before, each, {}, plan.parameters.draw(record.number % DRAWS)).total_benefit for each in after]
            for record in records
        ]
    )
