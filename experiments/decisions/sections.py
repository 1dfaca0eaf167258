"""The part of a comparison that is about choosing: all options side by side, the baseline among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.decisions.cost_effectiveness import acceptability, incremental_analysis
from experiments.decisions.information import information_of
from experiments.decisions.value_of_information import perfect_information
from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack
from sim.economics.appraisal import Appraisal, value_of_qaly

Array = npt.NDArray[np.float64]

EFFECTS: dict[str, str] = {
    "qalys": "quality-adjusted life years gained",
    "incidents_with_injury": "incidents with injury averted",
    "admissions": "hospital admissions averted",
}
EXPECTED = {"admissions": "expected_admissions"}
PLACES_OF_VALUES = 2


def decision_of(
    plan: Plan, records: Sequence[RunRecord], appraisals: Mapping[str, Sequence[Appraisal]]
) -> dict[str, Any]:
    """Compare every option, the baseline first, by cost and effect.

    Costs are those of programmes. Acceptability and loss value a QALY at each of ``economics.qaly_thresholds`` and at
    the registry's own value; money saved counts as lower cost there, harm to people does not.

    Parameters
    ----------
    plan
        What was run.
    records
        All runs.
    appraisals
        Scenario to its appraisal in each run.
    """
    parameters = plan.parameters
    options = [BASELINE, *appraisals]
    zero = np.zeros(len(records))
    cost = np.column_stack([zero, *(_of(found, "total_cost") for found in appraisals.values())])
    qalys = np.column_stack([zero, *(_of(found, "qalys") for found in appraisals.values())])
    net_value = np.column_stack([zero, *(_of(found, "net_present_social_value") for found in appraisals.values())])
    own = value_of_qaly(parameters)
    thresholds = sorted({*(float(each) for each in parameters["economics.qaly_thresholds"]), own})
    chosen = acceptability(qalys, own * qalys - net_value, thresholds)
    perfect = perfect_information(net_value)
    effects = {"qalys": qalys} | {
        name: _averted(records, list(appraisals), EXPECTED.get(name, name)) for name in EFFECTS if name != "qalys"
    }
    return {
        "options": options,
        "incremental": {name: _incremental(options, effects[name], cost) for name in EFFECTS},
        "acceptability": {
            "gbp_per_qaly": [round(value, PLACES_OF_VALUES) for value in thresholds],
            "probability_best": {name: chosen.probability_best[:, i].tolist() for i, name in enumerate(options)},
            "expected_loss": {name: chosen.expected_loss[:, i].tolist() for i, name in enumerate(options)},
            "best_on_average": [options[i] for i in chosen.best],
        },
        "value_of_partial_information": information_of(plan, records, appraisals),
        "value_of_perfect_information": {
            "gbp": perfect.mean,
            "standard_error": perfect.standard_error if len(records) > 1 else None,
        },
    }


def _of(appraisals: Sequence[Appraisal], name: str) -> Array:
    return np.array([getattr(each, name) for each in appraisals], dtype=np.float64)


def _averted(records: Sequence[RunRecord], stems: Sequence[str], measure: str) -> Array:
    before = Stack(records, BASELINE).total(measure)
    return np.column_stack([np.zeros_like(before), *(before - Stack(records, stem).total(measure) for stem in stems)])


def _incremental(options: Sequence[str], effects: Array, costs: Array) -> list[dict[str, Any]]:
    return [
        {
            "option": options[each.option],
            "effect": each.effect,
            "cost_gbp": each.cost,
            "standing": each.standing,
            "gbp_per_unit": each.cost_per_unit,
        }
        for each in incremental_analysis(effects, costs)
    ]
