"""What each run says of each scenario on the two planes of a decision: cost and effect, equity and worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.runs import BASELINE, Plan, RunRecord
from experiments.summaries import Stack, gaps_of
from sim.economics.appraisal import Appraisal, value_of_qaly

Array = npt.NDArray[np.float64]

GAP_OUTCOME = "incidents_with_injury"
CHOICE_COLUMNS = (
    "programme_cost_gbp",
    "net_cost_gbp",
    "qalys_gained",
    "net_present_social_value_gbp",
    "gap_change",
    "slope_change",
)


def choices_of(
    plan: Plan, records: Sequence[RunRecord], appraisals: Mapping[str, Sequence[Appraisal]]
) -> dict[str, dict[str, Array]]:
    """Return by scenario what each run says of it; every array of shape (runs,).

    Parameters
    ----------
    plan, records
        What was run, and all runs.
    appraisals
        Scenario to its appraisal in each run.

    Returns
    -------
    dict
        Scenario to column, in the order of `CHOICE_COLUMNS`. ``net_cost_gbp`` is programme cost less money saved, so
        that value less net cost is the net present social value. ``gap_change`` and ``slope_change`` are the changes
        of the absolute gap and of the slope index in incidents with injury per 1,000 person-years, NaN where nobody
        lives in one of the end fifths.
    """
    own = value_of_qaly(plan.parameters)
    before = gaps_of(Stack(records, BASELINE), GAP_OUTCOME)
    found = {}
    for stem, each in appraisals.items():
        after = gaps_of(Stack(records, stem), GAP_OUTCOME)
        qalys, net = _of(each, "qalys"), _of(each, "net_present_social_value")
        columns: tuple[Any, ...] = (
            _of(each, "total_cost"),
            own * qalys - net,
            qalys,
            net,
            after["absolute_gap"] - before["absolute_gap"],
            after["slope_index"] - before["slope_index"],
        )
        found[stem] = dict(zip(CHOICE_COLUMNS, columns, strict=True))
    return found


def _of(appraisals: Sequence[Appraisal], name: str) -> Array:
    return np.array([getattr(each, name) for each in appraisals], dtype=np.float64)
