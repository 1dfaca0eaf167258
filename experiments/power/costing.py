"""What a trial costs besides the programme, and how many people are expected at each of its steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.power.numbers import number_rows, numbers
from experiments.power.result import CostRow, FlowStep
from experiments.power.virtual import Found, Paired
from experiments.trial_measures import MEASURES

REPORT, RECORDS, QUOTED = "Protocol, analysis and report", "Access to records", "The trial as quoted"
FIXED_COSTS = (REPORT, RECORDS, QUOTED)
"""Parts of the cost that do not grow with the size of the trial."""


def flow_of(populations: Sequence[Paired], found: Found, of_places: bool) -> list[FlowStep]:
    """Return the expected flow of participants through one trial, as CONSORT draws it."""
    people, analysed = float(found.people.mean()), float(found.analysed.mean())
    recruits = sum(len(each) for each in populations)
    asked = people * sum(each.asked for each in populations) / recruits
    completing = people / 2 * float(np.concatenate([each.completed for each in populations]).mean())
    who = "neighbourhoods" if of_places else "people"
    steps = [
        FlowStep(step=f"Eligible {who} whom the route finds", treated=None, control=None, total=asked),
        FlowStep(step="Not willing", treated=None, control=None, total=asked - people),
        FlowStep(step="Randomised", treated=people / 2, control=people / 2, total=people),
        FlowStep(step="Complete the programme", treated=completing, control=None, total=completing),
        FlowStep(
            step="Lost to follow-up",
            treated=(people - analysed) / 2,
            control=(people - analysed) / 2,
            total=people - analysed,
        ),
        FlowStep(step="Analysed", treated=analysed / 2, control=analysed / 2, total=analysed),
    ]
    return [each for each in steps if not (of_places and each.step in ("Not willing", "Complete the programme"))]


def cost_of(measure: str, clusters: int, people: float, clustered: bool, given: float | None) -> list[CostRow]:
    """Return the parts of the cost of a trial, the programme itself left out."""
    if given is not None:
        return [CostRow(what=QUOTED, gbp=given, basis="as given")]
    number, rows = numbers(), number_rows()
    asked = MEASURES[measure].asked
    each = "cost_per_person_asked_gbp" if asked else "cost_per_person_records_gbp"
    parts = [(REPORT, "cost_set_up_gbp", 1.0)]
    if clustered:
        parts.append((f"{clusters:,} clusters", "cost_per_cluster_gbp", float(clusters)))
    of_places = MEASURES[measure].of in ("location", "home")
    if not of_places:
        parts.append((f"{people:,.0f} recruits", each, people))
    if not asked or of_places:
        parts.append((RECORDS, "cost_records_gbp", 1.0))
    return [CostRow(what=what, gbp=number[name] * times, basis=rows[name]["source"]) for what, name, times in parts]
